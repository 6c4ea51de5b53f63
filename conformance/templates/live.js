const at = (id) => document.getElementById(id);
const rows = new Map([...document.querySelectorAll("[data-case]")].map((node) => [node.dataset.case, node]));
const shown = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const show = (state) => {
  shown(at("said"), state.said);
  shown(at("told"), state.told);
  at("bar").value = state.done;
  for (const [id, { word, style }] of Object.entries(state.cases)) {
    const node = rows.get(id);
    if (!node || node.textContent === word) continue;
    node.textContent = word;
    node.className = `verdict ${style}`;
  }
  at("waiting").hidden = !state.waiting;
  if (state.waiting) {
    const link = at("waiting-link");
    if (link.textContent !== state.waiting.url) {
      link.textContent = state.waiting.url;
      link.href = state.waiting.url;
    }
    shown(at("waiting-left"), String(state.waiting.seconds));
  }
};
const ask = async () => {
  try {
    const state = await (await fetch("/state", { cache: "no-store" })).json();
    show(state);
    if (!state.ended) setTimeout(ask, 1000);
  } catch {
    shown(at("said"), "The suite does not answer any more.");
  }
};
ask();
