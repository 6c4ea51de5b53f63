//! What surrounds every page: its language, the language switch, who is logged in and for whom.

use url::form_urlencoded;

use crate::assets::{self, Asset};
use crate::i18n::{Language, Text};

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language it speaks.
    pub t: Text,
    /// Path and query to show again after a change of language; for the answer to a form, the page it came from.
    pub here: String,
    /// Who is logged in.
    pub person: Option<Person>,
}

impl Frame {
    /// The frame of a page at `here` for a visitor who is not logged in.
    pub fn new(language: Language, here: impl Into<String>) -> Self {
        Self { t: Text::new(language), here: here.into(), person: None }
    }

    /// The same frame with `person` logged in.
    #[must_use]
    pub fn signed_in(mut self, person: Person) -> Self {
        self.person = Some(person);
        self
    }

    pub(crate) fn languages(&self) -> [Language; 4] {
        Language::ALL
    }

    pub(crate) fn speaks(&self, language: &Language) -> bool {
        self.t.language == *language
    }

    pub(crate) fn switch(&self, language: &Language) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("to", language.tag())
            .append_pair("back", &self.here)
            .finish();
        format!("/lang?{query}")
    }

    /// `page` or `false`, for `aria-current` of the menu entry that leads to `path`.
    pub(crate) fn current(&self, path: &str) -> &'static str {
        let here = self.here.split('?').next().unwrap_or_default();
        let sections: &[&str] = match path {
            "/" => &["/mailboxes"],
            "/consents" => &["/consents", "/software"],
            _ => &[path],
        };
        let inside = |section: &&str| match here.strip_prefix(section) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        if here == path || sections.iter().any(inside) { "page" } else { "false" }
    }

    pub(crate) fn csrf(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.csrf)
    }

    pub(crate) fn style(&self) -> &'static str {
        assets::path(Asset::Style)
    }

    pub(crate) fn icon(&self) -> &'static str {
        assets::path(Asset::Icon)
    }
}

/// The person who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// The enterprise or the other person whose mailbox is open; `None` for the person's own.
    pub acting_for: Option<String>,
    /// Whether they may turn digital mail on and off for the open mailbox.
    pub may_switch: bool,
    /// The session's anti-forgery value.
    pub csrf: String,
}

/// Whose mailbox a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The logged-in person's own.
    Own,
    /// The logged-in person's own under an earlier number.
    Earlier,
    /// An enterprise that the person represents.
    Enterprise {
        /// Its name.
        name: String,
        /// Its number as printed: `0123.456.749`.
        number: String,
    },
    /// Another person, for whom the logged-in one acts.
    Person {
        /// Their name.
        name: String,
    },
}

impl Holder {
    /// The value of `$holder` in sentences.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Earlier => "earlier",
            Self::Enterprise { .. } => "enterprise",
            Self::Person { .. } => "person",
        }
    }

    /// The value of `$name` in sentences; empty for a person's own mailbox, where no sentence uses it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own | Self::Earlier => "",
            Self::Enterprise { name, .. } | Self::Person { name } => name,
        }
    }

    /// The enterprise's number, if it is one.
    pub(crate) fn number(&self) -> Option<&str> {
        match self {
            Self::Own | Self::Earlier | Self::Person { .. } => None,
            Self::Enterprise { number, .. } => Some(number),
        }
    }

    /// As a heading: "Your own mailbox", "Mailbox of …".
    pub(crate) fn title(&self, t: &Text) -> String {
        match self {
            Self::Own => t.say("holder-own").to_string(),
            Self::Earlier => t.say("holder-earlier").to_string(),
            Self::Enterprise { name, .. } => t.say("holder-enterprise").arg("name", name).to_string(),
            Self::Person { name } => t.say("holder-person").arg("name", name).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_language_leads_back_to_the_same_page() {
        let frame = Frame::new(Language::Nl, "/authorize?client_id=demo-bank&request_uri=urn:x");

        assert_eq!(
            frame.switch(&Language::Fr),
            "/lang?to=fr&back=%2Fauthorize%3Fclient_id%3Ddemo-bank%26request_uri%3Durn%3Ax"
        );
    }

    #[test]
    fn the_menu_marks_the_section_that_is_open() {
        let frame = Frame::new(Language::Nl, "/consents/cns_1/revoke");

        assert_eq!(["/", "/consents", "/con"].map(|path| frame.current(path)), ["false", "page", "false"]);
        assert_eq!(Frame::new(Language::Nl, "/?lang=nl").current("/"), "page");
        assert_eq!(Frame::new(Language::Nl, "/software").current("/consents"), "page");
        assert_eq!(Frame::new(Language::Nl, "/softwares").current("/consents"), "false");
        assert_eq!(Frame::new(Language::Nl, "/mailboxes/mbx_1/messages/msg_1").current("/"), "page");
    }
}
