//! What all pages promise, wherever a browser meets them.

use std::fs;
use std::sync::PoisonError;

use serde_json::json;

use super::Browser;
use crate::environment;

impl Browser<'_> {
    /// Every text can be read without scrolling sideways.
    pub async fn expect_readable(&self, page: &str) {
        let layout = self.program.call("layout", json!({})).await;
        assert_eq!(layout["scroll"], layout["width"], "{page} scrolls sideways in {:?}", self.look.window);
        let cut = self.program.call("cut", json!({})).await;
        assert_eq!(cut, json!([]), "{page} is cut in {:?}", self.look.window);
    }

    /// Inspects the page narrow and wide, light and dark, and keeps pictures named after it if they are wanted.
    ///
    /// What is wrong with its layout or bars somebody from using it is told by [`Self::expect_no_complaints`].
    pub async fn inspect(&self, page: &str) {
        let language = self.look.language;
        self.expect_policy(page).await;
        let html = self.html().await;
        assert!(html.contains(&format!("<html lang=\"{language}\"")), "{page} is not in {language}: {html}");
        assert!(!html.contains("<script") && !html.contains("style=\""), "{page}: {html}");

        for width in [320, 1280] {
            self.program.call("resize", json!({ "width": width })).await;
            let layout = self.program.call("layout", json!({})).await;
            if layout["scroll"] != layout["width"] {
                self.complain(format!("{page} at {width} in {language} scrolls sideways: {layout}"));
            }
            self.keep_picture(language, (page, width)).await;
            if width == 320 {
                self.find_barriers(page, width).await;
            }
        }
        // colours are the same in every language
        if language == "en" {
            self.program.call("scheme", json!({"scheme": "dark"})).await;
            self.keep_picture("dark", (page, 1280)).await;
            self.find_barriers(page, 1280).await;
            self.program.call("scheme", json!({"scheme": "light"})).await;
        }
    }

    /// Nothing was wrong with any page that was inspected.
    pub fn expect_no_complaints(&self) {
        let complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    /// Keeps a picture of the page as it is, if pictures are wanted.
    pub async fn keep_picture(&self, kind: &str, (page, width): (&str, u32)) {
        if environment::keeps_pictures() {
            self.program.call("shot", json!({"path": picture(kind, page, width)})).await;
        }
    }

    async fn find_barriers(&self, page: &str, width: u32) {
        let found = self.program.call("axe", json!({})).await;
        for barrier in found["violations"].as_array().unwrap() {
            self.complain(format!("{page} at {width} in {}: {barrier:#}", self.look.language));
        }
    }

    fn complain(&self, complaint: String) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
    }

    async fn expect_policy(&self, page: &str) {
        let headers = self.headers().await;
        let policy = headers["content-security-policy"].as_str().unwrap_or_default();
        for part in ["default-src 'none'", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{page}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{page}: {policy}");
        assert_eq!(headers["cache-control"], "no-store", "{page}");
        assert_eq!(headers["content-language"], self.look.language, "{page}");
    }
}

/// The path of a picture of a page, in a folder that is not kept.
pub fn picture(language: &str, page: &str, width: u32) -> String {
    let folder = environment::repository("tests/artifacts/pages");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{language}-{page}-{width}.png")).display().to_string()
}
