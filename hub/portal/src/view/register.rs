//! The public register of apps: what was checked of each, in plain words.

use askama::Template;
use hub_core::clock::Timestamp;

use super::Frame;
use crate::i18n::Text;

/// Every app that citizens may meet.
#[derive(Clone, Debug, Template)]
#[template(path = "register.html")]
pub struct Register {
    /// The frame.
    pub frame: Frame,
    /// The apps, by brand.
    pub apps: Vec<RegisteredApp>,
}

/// An app.
#[derive(Clone, Debug)]
pub struct RegisteredApp {
    /// The name that citizens know it by.
    pub brand: String,
    /// The legal name of its provider.
    pub legal_name: String,
    /// `active`, `suspended` or another stage, which is trying out.
    pub state: &'static str,
    /// Since when.
    pub since: Option<Timestamp>,
    /// `none`, `declared`, `certified` or `lapsed`.
    pub level: &'static str,
    /// The check that the level rests on.
    pub check: Option<Check>,
    /// Why the check does not count any more: `time`, `policy` or `certificate`.
    pub lapsed: Option<&'static str>,
}

/// A check.
#[derive(Clone, Debug)]
pub struct Check {
    /// Until when it counts, or could have.
    pub until: Timestamp,
    /// The version of the tests.
    pub version: String,
    /// What was checked, in the words of the tests.
    pub can: Vec<String>,
}

impl RegisteredApp {
    fn until(&self, t: &Text) -> String {
        self.check.as_ref().map(|check| t.date(check.until)).unwrap_or_default()
    }

    fn version(&self) -> &str {
        self.check.as_ref().map_or("", |check| &check.version)
    }

    fn can(&self) -> &[String] {
        self.check.as_ref().map_or(&[], |check| &check.can)
    }
}
