//! What a mailbox's holder has authorised, what stands still, what ended, and the page after stopping one.

use askama::Template;
use hub_core::clock::Timestamp;

use super::{Action, Frame, Holder, Proof};

/// All consents of the open mailbox.
#[derive(Clone, Debug, Template)]
#[template(path = "consents.html")]
pub struct Consents {
    /// The frame.
    pub frame: Frame,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// Whether the person decides here; if not, there is nothing to press.
    pub decides: bool,
    /// Whether the mailbox is closed: nothing is given for it any more, and nothing goes on.
    pub closed: bool,
    /// Those of apps in force, newest first.
    pub live: Vec<GivenConsent>,
    /// Those of the enterprise's own software in force, newest first.
    pub software: Vec<GivenConsent>,
    /// Those that stand still, newest first.
    pub still: Vec<StillConsent>,
    /// Those that are over, newest first.
    pub ended: Vec<EndedConsent>,
}

impl Consents {
    /// Whether software can be registered from here.
    fn may_register(&self) -> bool {
        self.decides && self.holder.number().is_some()
    }
}

/// A consent that is not over; *Stop* posts to `/consents/{consent}/revoke`.
#[derive(Clone, Debug)]
pub struct GivenConsent {
    /// Its outside id.
    pub consent: String,
    /// The address of what was read through it.
    pub usage: String,
    /// The provider application's brand.
    pub brand: String,
    /// The provider's legal name.
    pub legal_name: String,
    /// The client id of an enterprise's own software; `None` for an app.
    pub software: Option<String>,
    /// The logo, on the content origin.
    pub logo: Option<String>,
    /// Whose it is.
    pub by: Giver,
    /// What the provider may do.
    pub actions: Vec<Action>,
    /// The names of the senders that are left out.
    pub withheld: Vec<String>,
    /// Since when the app is paused for everybody, if it is.
    pub paused: Option<Timestamp>,
    /// When it was given.
    pub granted: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// When the provider last collected something.
    pub last_read: Option<Timestamp>,
    /// Its receipts, oldest first.
    pub proofs: Vec<Proof>,
}

/// A consent that stands still; letting it go on begins at `/consents/{consent}/resume`.
#[derive(Clone, Debug)]
pub struct StillConsent {
    /// The consent.
    pub given: GivenConsent,
    /// Why it stands still.
    pub why: Standstill,
    /// Whether the person may let it go on.
    pub may_resume: bool,
}

/// Why and since when a consent stands still.
#[derive(Clone, Copy, Debug)]
pub struct Standstill {
    /// `roleEnded`, `deceased`, `incapable`, `merged`; `closed` for a mailbox that is.
    pub reason: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Until when it can go on.
    pub until: Timestamp,
}

/// Whose a consent is, or who ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Giver {
    /// The person who looks at the page.
    You,
    /// The person whose mailbox it is, or a representative.
    Other(String),
}

impl Giver {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Other(_) => "other",
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::You => "",
            Self::Other(name) => name,
        }
    }
}

/// A consent that is over.
#[derive(Clone, Debug)]
pub struct EndedConsent {
    /// The address of what was read through it.
    pub usage: String,
    /// The provider application's brand.
    pub brand: String,
    /// When it was given, or asked for.
    pub granted: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How.
    pub how: Ending,
    /// Who ended it.
    pub by: Giver,
    /// Whether it was for the enterprise's own software.
    pub software: bool,
    /// Its receipts, oldest first.
    pub proofs: Vec<Proof>,
}

/// How a consent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The citizen stopped it.
    Citizen,
    /// The provider gave it back.
    Provider,
    /// Its end date came.
    Expired,
    /// A new consent for the same application replaced it.
    Superseded,
    /// Digital mail was turned off.
    Withdrawn,
    /// The provider or its application was suspended or removed.
    Removed,
    /// An operator ended it.
    Operator,
    /// Who gave it no longer represents the enterprise.
    Mandate,
    /// The provider never made use of it.
    Unclaimed,
    /// It stood still, and nobody let it go on in time.
    Forsaken,
    /// It never began: the citizen refused.
    Refused,
    /// It never began: the citizen did not decide in time.
    TimedOut,
}

impl Ending {
    /// Whether it never began.
    fn never_began(self) -> bool {
        matches!(self, Self::Refused | Self::TimedOut)
    }

    /// The ending that a history or a receipt gives this reason for; without one, its time was over.
    pub(crate) fn of_reason(reason: Option<&str>) -> Self {
        match reason {
            Some("citizenRevoked") => Self::Citizen,
            Some("newConsent") => Self::Superseded,
            Some("activationWithdrawn") => Self::Withdrawn,
            Some("providerEnded") => Self::Provider,
            Some("operatorEnded") => Self::Operator,
            Some("providerRemoved") => Self::Removed,
            Some("mandateEnded") => Self::Mandate,
            Some("neverClaimed") => Self::Unclaimed,
            Some("notResumed") => Self::Forsaken,
            Some("citizenRefused") => Self::Refused,
            Some("timedOut") => Self::TimedOut,
            _ => Self::Expired,
        }
    }

    /// The value of `$how` in sentences.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Provider => "provider",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Operator => "operator",
            Self::Mandate => "mandate",
            Self::Unclaimed => "unclaimed",
            Self::Forsaken => "forsaken",
            Self::Refused => "refused",
            Self::TimedOut => "timedout",
        }
    }
}

/// What could be left out of a consent from now on.
#[derive(Clone, Debug, Template)]
#[template(path = "consent_less.html")]
pub struct ConsentLess {
    /// The frame.
    pub frame: Frame,
    /// Its outside id.
    pub consent: String,
    /// The provider application's brand.
    pub brand: String,
    /// The actions that can be left out (`without`, repeated).
    pub actions: Vec<Action>,
    /// The senders that can be left out (`withhold`, repeated): number and name.
    pub senders: Vec<(String, String)>,
    /// The names of those that are left out already.
    pub already: Vec<String>,
}

/// A consent was stopped just now, or was stopped before.
#[derive(Clone, Debug, Template)]
#[template(path = "consent_ended.html")]
pub struct ConsentEnded {
    /// The frame.
    pub frame: Frame,
    /// Its outside id, for the citizen's own papers.
    pub consent: String,
    /// The provider application's brand.
    pub brand: String,
    /// The provider's legal name; `None` for the enterprise's own software.
    pub legal_name: Option<String>,
    /// Whose mailbox it is.
    pub holder: Holder,
    /// Since when the provider is refused.
    pub at: Timestamp,
}
