//! A citizen with a real browser: Chromium, one tab a person, driven by `clients/browser.mjs`.
//!
//! Every command fails if the page complains: a script error, a load that the content security policy refuses, a
//! request that fails. [`Browser::inspect`] holds a page against what all pages promise and keeps pictures of it.

mod inspection;

pub use inspection::picture;

use std::sync::Mutex;

use hub_core::clock::Clock;
use serde_json::{Value, json};

use super::World;
use super::citizen::SUBSTANTIAL;
use super::identity::IdentityProvider;
use super::people::Person;
use super::stage::Stage;
use crate::program::Program;

/// How somebody looks at the web.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The language their browser asks for.
    pub language: &'static str,
    /// Whether it runs scripts.
    pub script: bool,
    /// How large its window is.
    pub window: Window,
}

/// How large a window is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// 1280 wide.
    Wide,
    /// 320 wide: a small phone.
    Phone,
    /// 1280 wide at a zoom of 400 %, which leaves 320 by 225 (WCAG 2.2 1.4.10).
    Zoomed,
}

/// The usual look: English, with scripts.
pub const USUAL: Look = Look { language: "en", script: true, window: Window::Wide };

/// A running browser.
pub struct Browser<'w> {
    stage: &'w Stage,
    clock: Clock,
    program: Program,
    look: Look,
    complaints: Mutex<Vec<String>>,
}

/// Where a tab is after something happened to it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status of the page.
    pub status: u64,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
}

/// A file that was downloaded.
#[derive(Clone, Debug)]
pub struct Download {
    /// Where it came from.
    pub url: String,
    /// The name under which the browser would store it.
    pub name: String,
    /// SHA-256 in base64url, as the APIs write digests.
    pub digest: String,
}

impl World {
    /// A browser without any tab.
    pub async fn browser(&self, look: Look) -> Browser<'_> {
        let program = Program::start("browser.mjs");
        program.call("start", json!({})).await;
        Browser { stage: &self.stage, clock: self.clock.clone(), program, look, complaints: Mutex::default() }
    }
}

impl Browser<'_> {
    /// Opens a tab with cookies of its own and goes on in it.
    pub async fn tab(&self, name: &str) {
        let Look { language, script, window } = self.look;
        let (width, height, scale) = match window {
            Window::Wide => (1280, 900, 1),
            Window::Phone => (320, 640, 2),
            Window::Zoomed => (320, 225, 4),
        };
        let tab = json!({"name": name, "language": language, "script": script,
            "width": width, "height": height, "scale": scale});
        self.program.call("tab", tab).await;
    }

    /// Opens one more page of the same browser, over the same cookies, and goes on in it.
    pub async fn tab_beside(&self, name: &str) {
        self.program.call("beside", json!({ "name": name })).await;
    }

    /// Goes on in a tab that was opened before.
    pub async fn in_tab(&self, name: &str) {
        self.program.call("use", json!({ "name": name })).await;
    }

    /// Opens a path of the portal, or a whole address.
    pub async fn open(&self, address: &str) -> Seen {
        self.open_expecting(address, 200).await
    }

    /// [`Self::open`] of what answers with this status.
    pub async fn open_expecting(&self, address: &str, status: u64) -> Seen {
        let url =
            if address.starts_with('/') { format!("{}{address}", self.stage.public) } else { address.into() };
        self.seen("open", json!({"url": url, "status": status})).await
    }

    /// Loads the page again, which answers with this status.
    pub async fn reload(&self, status: u64) -> Seen {
        self.seen("reload", json!({ "status": status })).await
    }

    /// Presses the button that says this.
    pub async fn press(&self, name: &str) -> Seen {
        self.seen("click", json!({"role": "button", "name": name})).await
    }

    /// [`Self::press`] where it leads to a page of this status.
    pub async fn press_expecting(&self, name: &str, status: u64) -> Seen {
        self.seen("click", json!({"role": "button", "name": name, "status": status})).await
    }

    /// Follows the link that says this.
    pub async fn follow(&self, name: &str) -> Seen {
        self.seen("click", json!({"role": "link", "name": name})).await
    }

    /// Clicks what this CSS selector finds, in any language.
    pub async fn click(&self, selector: &str) -> Seen {
        self.seen("click", json!({ "selector": selector })).await
    }

    /// [`Self::click`] where it leads to a page of this status.
    pub async fn click_expecting(&self, selector: &str, status: u64) -> Seen {
        self.seen("click", json!({"selector": selector, "status": status})).await
    }

    /// Fills in the field that is labelled so.
    pub async fn fill(&self, label: &str, value: &str) {
        self.program.call("fill", json!({"label": label, "value": value})).await;
    }

    /// Fills in what this CSS selector finds, in any language.
    pub async fn fill_in(&self, selector: &str, value: &str) {
        self.program.call("fill", json!({"selector": selector, "value": value})).await;
    }

    /// Downloads what the link that this CSS selector finds leads to.
    pub async fn download(&self, selector: &str) -> Download {
        let file = self.program.call("download", json!({ "selector": selector })).await;
        let text = |member: &str| file[member].as_str().unwrap().to_owned();
        Download { url: text("url"), name: text("name"), digest: text("digest") }
    }

    /// Fills in the identity provider's page.
    pub async fn identifies(&self, person: &str) -> Seen {
        self.identifies_at(person, SUBSTANTIAL, 200).await
    }

    /// [`Self::identifies`] at a level of assurance, with what the hub answers to it.
    pub async fn identifies_at(&self, person: &str, level: &str, status: u64) -> Seen {
        self.keep_time();
        let Person { name, family_name, .. } = Person::named(person);
        self.program.call("check", json!({"label": format!("{name} {family_name}")})).await;
        self.program.call("select", json!({"selector": "select[name=level]", "value": level})).await;
        self.seen("click", json!({"role": "button", "name": "Log in", "status": status})).await
    }

    /// Logs in with an app of the identity provider: gives the address that the app would open, in whichever browser.
    ///
    /// The tab stays on the identity provider's page.
    pub async fn identifies_in_app(&self, person: &str) -> String {
        self.keep_time();
        let Person { name, family_name, .. } = Person::named(person);
        let leaves = &IdentityProvider::shared().issuer;
        let args = json!({"label": format!("{name} {family_name}"), "leaves": leaves});
        self.program.call("elsewhere", args).await.as_str().unwrap().to_owned()
    }

    /// Moves the hub's clock to where the identity provider's is: they may differ by a few seconds only.
    pub fn keep_time(&self) {
        self.clock.advance(Clock::System.now().since(self.clock.now()));
    }

    /// Logs in at the front door, in a tab of that name.
    pub async fn logs_in(&self, person: &str) -> Seen {
        self.tab(person).await;
        self.open("/login").await;
        self.identifies(person).await
    }

    /// Goes back in the tab's history.
    pub async fn back(&self) -> Seen {
        self.seen("back", json!({})).await
    }

    /// The text that the page shows.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    /// The text of what this CSS selector finds, which stands there once.
    pub async fn text_of(&self, selector: &str) -> String {
        self.program.call("text", json!({ "selector": selector })).await.as_str().unwrap().to_owned()
    }

    /// The page must say all of this.
    pub async fn expect(&self, sentences: &[&str]) {
        let text = words(&self.text().await);
        for sentence in sentences {
            assert!(text.contains(sentence), "the page does not say {sentence:?}:\n{text}");
        }
    }

    /// The page must say none of this.
    pub async fn expect_not(&self, sentences: &[&str]) {
        let text = self.text().await;
        for sentence in sentences {
            assert!(!text.contains(sentence), "the page says {sentence:?}:\n{text}");
        }
    }

    /// The page's source.
    pub async fn html(&self) -> String {
        self.program.call("html", json!({})).await.as_str().unwrap().to_owned()
    }

    /// The accessibility tree of the page: what a screen reader says, as text.
    pub async fn tree(&self) -> String {
        self.program.call("tree", json!({})).await.as_str().unwrap().to_owned()
    }

    /// The address of the page.
    pub async fn url(&self) -> String {
        self.program.call("url", json!({})).await.as_str().unwrap().to_owned()
    }

    /// The headers of the last page.
    pub async fn headers(&self) -> Value {
        self.program.call("headers", json!({})).await
    }

    async fn seen(&self, command: &str, args: Value) -> Seen {
        let seen = self.program.call(command, args).await;
        let text = |member: &str| seen[member].as_str().unwrap_or_default().to_owned();
        Seen { status: seen["status"].as_u64().unwrap_or_default(), url: text("url"), title: text("title") }
    }
}

/// By keyboard alone.
impl Browser<'_> {
    /// Presses Tab until the focus is on what says this; every stop on the way must be visible.
    pub async fn walk_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..60 {
            self.program.call("press", json!({"key": "Tab"})).await;
            let focus = self.program.call("focused", json!({})).await;
            let text = words(focus["text"].as_str().unwrap_or_default());
            // after the last stop the focus leaves the page for a moment
            if focus["tag"] != "body" {
                assert_ne!(focus["outlineStyle"], "none", "nobody sees where the focus is: {focus}");
            }
            if text == name {
                return;
            }
            passed.push(text);
        }
        panic!("Tab does not lead to {name:?}, only to {passed:?}")
    }

    /// Presses Enter on a link or a button.
    pub async fn enter(&self) -> Seen {
        self.seen("enter", json!({})).await
    }

    /// Presses another key that leads to no other page.
    pub async fn key(&self, key: &str) {
        self.program.call("press", json!({ "key": key })).await;
    }
}

/// Text with single spaces: what is only heard stands on a line of its own.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
