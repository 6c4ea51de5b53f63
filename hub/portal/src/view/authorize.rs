//! The pages of `/authorize`: the landing page, the consent screen in its form, and the outcome.

use askama::Template;
use askama::filters::HtmlSafeOutput;

use super::Frame;

/// An app sent the citizen here: who it is, what for, and what happens next.
#[derive(Clone, Debug, Template)]
#[template(path = "landing.html")]
pub struct Landing {
    /// The frame.
    pub frame: Frame,
    /// The provider application's brand, from the register.
    pub brand: String,
    /// The provider's legal name, from the register.
    pub legal_name: String,
    /// The logo, on the content origin.
    pub logo: Option<String>,
    /// What the provider uses the messages for, from the register.
    pub purpose: String,
    /// Where *Log in* posts `fields`; the answer binds the request to this browser.
    pub action: String,
    /// The hidden fields.
    pub fields: Vec<(String, String)>,
}

/// The consent screen with its form, which posts `decision` = `agree` or `refuse`, `mailbox`, `without` and
/// `fields` to `/authorize/consent`.
#[derive(Clone, Debug, Template)]
#[template(path = "consent_page.html")]
pub struct ConsentPage {
    /// The frame.
    pub frame: Frame,
    /// The provider application's brand.
    pub brand: String,
    /// What [`super::ConsentScreen::render`] gave, unchanged.
    pub shown: String,
    /// The hidden fields that name the request.
    pub fields: Vec<(String, String)>,
}

impl ConsentPage {
    fn screen(&self) -> HtmlSafeOutput<&str> {
        HtmlSafeOutput(&self.shown)
    }
}

/// How an authorization request ended, or why it cannot go on here.
#[derive(Clone, Debug, Template)]
#[template(path = "outcome.html")]
pub struct Outcome {
    /// The frame.
    pub frame: Frame,
    /// How.
    pub kind: OutcomeKind,
    /// The provider application's brand.
    pub brand: String,
    /// Where the app continues, if the citizen may be sent there.
    pub back: Option<String>,
}

/// The outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The citizen agreed, now or before.
    Agreed,
    /// The citizen refused, now or before.
    Refused,
    /// The request was not opened or not decided in time.
    Expired,
    /// The request belongs to another browser.
    OtherBrowser,
    /// No mailbox of the citizen fits what is asked.
    NoMailbox,
    /// The citizen left digital mail off, without which there is nothing to collect.
    NotActive,
    /// Another person logged in than the provider knows.
    OtherPerson,
    /// The request refers to a grant of another person, or one that has ended.
    OtherGrant,
    /// The app is tried out, or in pilot, and not open to this citizen yet.
    NotOpen,
}

impl OutcomeKind {
    fn title(self) -> &'static str {
        match self {
            Self::Agreed => "outcome-agreed-title",
            Self::Refused => "outcome-refused-title",
            Self::Expired => "outcome-expired-title",
            Self::OtherBrowser => "outcome-browser-title",
            Self::NoMailbox => "outcome-fit-title",
            Self::NotActive => "outcome-off-title",
            Self::OtherPerson => "outcome-person-title",
            Self::OtherGrant => "outcome-grant-title",
            Self::NotOpen => "outcome-closed-title",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::Agreed => "outcome-agreed-text",
            Self::Refused => "outcome-refused-text",
            Self::Expired => "outcome-expired-text",
            Self::OtherBrowser => "outcome-browser-text",
            Self::NoMailbox => "outcome-fit-text",
            Self::NotActive => "outcome-off-text",
            Self::OtherPerson => "outcome-person-text",
            Self::OtherGrant => "outcome-grant-text",
            Self::NotOpen => "outcome-closed-text",
        }
    }
}
