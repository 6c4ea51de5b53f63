//! The consent screen: what a citizen reads before agreeing that an app collects their messages.
//!
//! It says, in this order: who asks, what they will see and do, what they will not, what happens when the app is
//! closed, until when, how to stop, how long copies are kept; then who decides and for which mailbox. The rendered
//! text is kept byte for byte with the decision, so it holds nothing secret and depends on nothing but its fields:
//! the form it belongs to stands outside it, in [`super::ConsentPage`].

use askama::Template;
use hub_core::clock::Timestamp;

use super::Holder;
use crate::i18n::{Language, Text};

/// Which text was shown. It changes with every change of the template or of a sentence it uses.
pub const TEXT_VERSION: &str = "consent-6";

/// What a consent screen shows. Everything about the provider comes from the register, never from the request.
#[derive(Clone, Debug)]
pub struct ConsentScreen {
    /// The provider application's brand.
    pub brand: String,
    /// The provider's legal name.
    pub legal_name: String,
    /// The logo, on the content origin.
    pub logo: Option<String>,
    /// What the provider uses the messages for, in the screen's language.
    pub purpose: String,
    /// What the provider asks to do.
    pub actions: Vec<Action>,
    /// When the consent would end; `None` if it is for once.
    pub until: Option<Timestamp>,
    /// What the same application may do already, if it may do anything.
    pub before: Option<Before>,
    /// How long the provider keeps copies, in its own words, in the screen's language.
    pub copies: String,
    /// The name of who is logged in.
    pub person: String,
    /// The mailboxes that fit what is asked: one, or several to choose from.
    pub choices: Vec<Choice>,
    /// Which of the actions the citizen may leave out (`without`, repeated).
    pub may_leave_out: Vec<Tick<Action>>,
    /// Which of the actions the citizen adds by a choice of its own (`with`, repeated).
    pub may_add: Vec<Tick<Action>>,
    /// The senders that may be left out (`withhold`, repeated): number and name.
    pub senders: Vec<Tick<(String, String)>>,
}

/// What an application may do already.
#[derive(Clone, Debug)]
pub struct Before {
    /// What it may do.
    pub actions: Vec<Action>,
    /// Until when.
    pub until: Timestamp,
    /// Whether this end stays, because it is later than the one that is asked for and nothing is taken away.
    pub stays: bool,
}

/// Something to tick; ticked only if the citizen had chosen so before.
#[derive(Clone, Debug)]
pub struct Tick<T> {
    /// What it is.
    pub what: T,
    /// Whether it was chosen before.
    pub chosen: bool,
}

impl ConsentScreen {
    /// The screen's HTML in `language`: the same fields give the same bytes.
    ///
    /// Its inputs belong to the form `decision` of [`super::ConsentPage`].
    ///
    /// # Errors
    ///
    /// The template could not be written; it has no fallible part of its own.
    pub fn render(&self, language: Language) -> askama::Result<String> {
        Shown { t: Text::new(language), screen: self }.render()
    }

    fn asks(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    fn leaves_out(&self) -> bool {
        self.may_leave_out.iter().any(|tick| tick.chosen)
    }

    fn withholds(&self) -> bool {
        self.senders.iter().any(|tick| tick.chosen)
    }

    /// Whether the application may not do it yet, although it may do something.
    fn is_new(&self, action: &Action) -> bool {
        self.before.as_ref().is_some_and(|before| !before.actions.contains(action))
    }
}

/// What a provider may do; its name on the wire is [`Action::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See subject, sender and dates.
    List,
    /// Read bodies and attachments.
    ReadContent,
    /// Set the display flag.
    MarkRead,
    /// Collect also when the citizen is not using the app.
    Synchronise,
    /// See what the citizen read elsewhere.
    CitizenStatus,
    /// Put messages into the archive and take them out.
    Archive,
    /// Answer messages.
    Reply,
}

impl Action {
    /// Its name in authorization details and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::ReadContent => "readContent",
            Self::MarkRead => "markRead",
            Self::Synchronise => "synchronise",
            Self::CitizenStatus => "citizenStatus",
            Self::Archive => "archive",
            Self::Reply => "reply",
        }
    }

    /// The sentence that says it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::List => "action-list",
            Self::ReadContent => "action-read-content",
            Self::MarkRead => "action-mark-read",
            Self::Synchronise => "action-synchronise",
            Self::CitizenStatus => "action-citizen-status",
            Self::Archive => "action-archive",
            Self::Reply => "action-reply",
        }
    }

    /// What the screen says in its lists; the part about the closed app says the rest.
    const SAID: [Self; 6] =
        [Self::List, Self::ReadContent, Self::MarkRead, Self::CitizenStatus, Self::Archive, Self::Reply];
}

/// A mailbox to decide about.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its outside id (`mailbox`).
    pub mailbox: String,
    /// Whose it is.
    pub holder: Holder,
    /// Whether the application may do something there already.
    pub chosen: bool,
}

#[derive(Template)]
#[template(path = "consent_screen.html")]
struct Shown<'a> {
    t: Text,
    screen: &'a ConsentScreen,
}

impl Shown<'_> {
    fn will(&self) -> Vec<Action> {
        let added = |action: &Action| self.screen.may_add.iter().any(|tick| tick.what == *action);
        let asked = |action: &Action| self.screen.asks(*action) && !added(action);
        Action::SAID.into_iter().filter(asked).collect()
    }

    fn will_not(&self) -> Vec<Action> {
        Action::SAID.into_iter().filter(|action| !self.screen.asks(*action)).collect()
    }
}
