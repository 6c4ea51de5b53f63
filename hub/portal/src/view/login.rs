//! Logging in and out: the pages before and after the identity service.

use askama::Template;

use super::Frame;

/// A page that needs a person, before there is one.
#[derive(Clone, Debug, Template)]
#[template(path = "login_start.html")]
pub struct LoginStart {
    /// The frame.
    pub frame: Frame,
    /// Where *Go on* leads.
    pub login: String,
}

/// Logging in did not work.
#[derive(Clone, Debug, Template)]
#[template(path = "login_problem.html")]
pub struct LoginProblem {
    /// The frame.
    pub frame: Frame,
    /// Why.
    pub fault: LoginFault,
    /// Where *Try again* leads.
    pub retry: String,
    /// The trace id of this answer.
    pub trace: String,
}

/// Why logging in did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFault {
    /// The level of assurance was too low.
    Assurance,
    /// The person stopped at the identity service.
    Cancelled,
    /// The person may not act for themselves, and is not told why here.
    Acting,
    /// The identity service named no valid national register number.
    Identity,
    /// The login was begun in another browser.
    Elsewhere,
    /// The login was begun too long ago, or is unknown.
    Expired,
    /// The identity service did not answer, or answered wrongly.
    Unavailable,
}

impl LoginFault {
    /// Whether trying again from here can help.
    fn passes(self) -> bool {
        !matches!(self, Self::Acting | Self::Elsewhere)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Assurance => "login-assurance-title",
            Self::Cancelled => "login-cancelled-title",
            Self::Acting => "login-acting-title",
            Self::Identity => "login-identity-title",
            Self::Elsewhere => "login-elsewhere-title",
            Self::Expired => "login-expired-title",
            Self::Unavailable => "login-unavailable-title",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::Assurance => "login-assurance-text",
            Self::Cancelled => "login-cancelled-text",
            Self::Acting => "login-acting-text",
            Self::Identity => "login-identity-text",
            Self::Elsewhere => "login-elsewhere-text",
            Self::Expired => "login-expired-text",
            Self::Unavailable => "login-unavailable-text",
        }
    }
}

/// After logging out.
#[derive(Clone, Debug, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOut {
    /// The frame.
    pub frame: Frame,
}
