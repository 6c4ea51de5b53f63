for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const command = document.getElementById(button.dataset.copy).textContent;
    const told = button.nextElementSibling;
    try {
      await navigator.clipboard.writeText(command);
      told.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      told.textContent = "Selected: copy it with your keyboard.";
    }
  });
}
const shown = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  const own = target && target.querySelector(":scope > details");
  if (own) own.open = true;
};
addEventListener("hashchange", shown);
shown();
