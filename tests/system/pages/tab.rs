//! A tab of Chromium and what is looked at on each page.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use system_tests::environment::repository;
use system_tests::program::Program;
use system_tests::world::people::Person;
use system_tests::world::stage::Stage;

/// A browser with one tab.
pub(super) struct Tab<'w> {
    pub(super) browser: Program,
    stage: &'w Stage,
    language: &'static str,
    looked_at: std::cell::Cell<usize>,
}

impl<'w> Tab<'w> {
    /// A browser without script, in that language.
    pub(super) async fn open(stage: &'w Stage, language: &'static str) -> Self {
        let browser = Program::start("browser.mjs");
        browser.call("start", json!({})).await;
        browser.call("tab", json!({"name": language, "script": false, "language": language})).await;
        Self { browser, stage, language, looked_at: std::cell::Cell::new(0) }
    }

    /// Opens a path of the portal, or a whole address.
    pub(super) async fn go(&self, address: &str) {
        let url = if address.starts_with('/') { format!("{}{address}", self.stage.public) } else { address.into() };
        self.browser.call("open", json!({ "url": url })).await;
    }

    /// Clicks what the selector finds.
    pub(super) async fn click(&self, selector: &str) {
        self.browser.call("click", json!({"selector": selector})).await;
    }

    /// Clicks, where a page with this status is expected.
    pub(super) async fn click_for(&self, selector: &str, status: u16) {
        self.browser.call("click", json!({"selector": selector, "status": status})).await;
    }

    /// Fills in the page of the identity provider.
    pub(super) async fn identifies(&self, person: &Person, level: &str) {
        let label = format!("{} {}", person.name, person.family_name);
        self.browser.call("check", json!({ "label": label })).await;
        self.browser.call("select", json!({"label": "Level", "value": level})).await;
    }

    /// Logs in as this person, from the page of the identity provider.
    pub(super) async fn logs_in(&self, person: &Person) {
        self.identifies(person, system_tests::world::citizen::SUBSTANTIAL).await;
        self.click("button[value=login]").await;
    }

    /// Where the tab is.
    pub(super) async fn url(&self) -> String {
        self.browser.call("url", json!({})).await.as_str().unwrap().to_owned()
    }

    /// The text of what the selector finds.
    pub(super) async fn text(&self, selector: &str) -> String {
        self.browser.call("text", json!({"selector": selector})).await.as_str().unwrap().to_owned()
    }

    /// Looks at the page: its language, its width on a phone and on a PC, its accessibility; takes its picture.
    pub(super) async fn look(&self, name: &str) {
        let html = self.browser.call("html", json!({})).await;
        let lang = format!("lang=\"{}\"", self.language);
        assert!(html.as_str().unwrap().contains(&lang), "{name} is not in {}", self.language);
        for width in [320, 1280] {
            self.browser.call("resize", json!({"width": width})).await;
            let layout = self.browser.call("layout", json!({})).await;
            assert!(layout["scroll"].as_i64() <= layout["width"].as_i64(), "{name} scrolls sideways: {layout}");
            let axe = self.browser.call("axe", json!({})).await;
            assert_eq!(axe["violations"], json!([]), "{name} in {} at {width}: {:#}", self.language, axe["violations"]);
            let path = artifacts().join(format!("{name}-{}-{width}.png", self.language));
            self.browser.call("shot", json!({"path": path})).await;
        }
        self.looked_at.set(self.looked_at.get() + 1);
    }

    /// How many pages were looked at.
    pub(super) fn looked_at(&self) -> usize {
        self.looked_at.get()
    }

    /// Presses Tab until the focus is on an element with this member, and sees that the focus shows.
    pub(super) async fn tab_to(&self, member: &str, value: &str) {
        let focused = self.tab_to_plain(member, value).await;
        assert!(shows_focus(&focused), "the focus on {value} does not show: {focused:#}");
    }

    /// [`Self::tab_to`] on a page that is not ours.
    pub(super) async fn tab_to_plain(&self, member: &str, value: &str) -> Value {
        for _ in 0..60 {
            self.browser.call("press", json!({"key": "Tab"})).await;
            let focused = self.browser.call("focused", json!({})).await;
            if focused[member].as_str().is_some_and(|text| text == value || (member == "href" && text.contains(value))) {
                return focused;
            }
        }
        panic!("{member} = {value} is not reached with the Tab key at {}", self.url().await);
    }

    /// Presses a key.
    pub(super) async fn press(&self, key: &str) {
        self.browser.call("press", json!({ "key": key })).await;
    }
}

fn shows_focus(focused: &Value) -> bool {
    focused["outlineStyle"] != "none" && focused["outlineWidth"] != "0px"
}

fn artifacts() -> PathBuf {
    let folder = repository("tests/artifacts");
    fs::create_dir_all(&folder).unwrap();
    folder
}
