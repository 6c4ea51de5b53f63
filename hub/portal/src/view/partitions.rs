//! An enterprise's partitions: what they are called, what goes where, who sees which.

use askama::Template;

use super::Frame;
use crate::i18n::Text;

/// The page; every form posts to its own address, `act` saying what.
#[derive(Clone, Debug, Template)]
#[template(path = "partitions.html")]
pub struct PartitionsPage {
    /// The frame.
    pub frame: Frame,
    /// The enterprise's name.
    pub enterprise: String,
    /// The address of this page.
    pub here: String,
    /// The address of the mailbox.
    pub mailbox: String,
    /// Why what was asked was not done, if it was not.
    pub refusal: Option<PartitionsRefusal>,
    /// The named partitions: id and name.
    pub named: Vec<(String, String)>,
    /// The rules, the one that is asked first before the others.
    pub rules: Vec<RuleRow>,
    /// Message types to choose from: id and name.
    pub types: Vec<(String, String)>,
    /// Sender organizations to choose from: number and name.
    pub organizations: Vec<(String, String)>,
    /// Sender applications to choose from: client id and name.
    pub applications: Vec<(String, String)>,
    /// Who acts for the enterprise.
    pub people: Vec<PersonRow>,
    /// The apps and systems that may read now.
    pub apps: Vec<AppRow>,
}

/// A routing rule.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// What names it in forms.
    pub key: String,
    /// The message type's name, if it asks for one.
    pub kind: Option<String>,
    /// The sender organization's name, if it asks for one.
    pub organization: Option<String>,
    /// The sender application's name, if it asks for one.
    pub application: Option<String>,
    /// The partition's name; `None` is the general one.
    pub into: Option<String>,
}

/// Somebody who acts for the enterprise.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person, in forms.
    pub id: String,
    /// Their name, if they have been here.
    pub name: Option<String>,
    /// Their roles.
    pub roles: Vec<&'static str>,
    /// Whether what they see can be limited.
    pub can_be_limited: bool,
    /// The partitions that they see; `None` if they see all.
    pub sees: Option<Vec<String>>,
}

/// An app or a system that may read.
#[derive(Clone, Debug)]
pub struct AppRow {
    /// The consent, in forms.
    pub consent: String,
    /// Its name.
    pub brand: String,
    /// The partitions that it is limited to; `None` if it is not.
    pub sees: Option<Vec<String>>,
    /// Whether it may tell of partitions; `None` if it is no system of the enterprise itself.
    pub tells: Option<bool>,
}

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionsRefusal {
    /// The name is none, is taken, or there are too many.
    Name,
    /// The rule asks for nothing, or there is one that asks for the same.
    Rule,
    /// Nothing would be left to see.
    Nothing,
    /// It is not there any more, or cannot be changed.
    Gone,
}

impl PartitionsRefusal {
    /// The value of `$why` in sentences.
    fn kind(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Rule => "rule",
            Self::Nothing => "nothing",
            Self::Gone => "gone",
        }
    }
}

impl PersonRow {
    fn said_roles(&self, t: &Text) -> String {
        let said = |role: &&str| t.say("role").arg("role", role).to_string();
        t.list(&self.roles.iter().map(said).collect::<Vec<_>>())
    }

    fn sees(&self, id: &str) -> bool {
        shows(&self.sees, id)
    }
}

impl AppRow {
    fn sees(&self, id: &str) -> bool {
        shows(&self.sees, id)
    }
}

fn shows(sees: &Option<Vec<String>>, id: &str) -> bool {
    sees.as_ref().is_none_or(|sees| sees.iter().any(|seen| seen == id))
}
