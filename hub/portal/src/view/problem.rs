//! The page for what went wrong: plain words, what to do, and a reference for support.

use askama::Template;

use super::Frame;

/// Something went wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// The frame.
    pub frame: Frame,
    /// What.
    pub fault: Fault,
    /// Where *Log in* leads, for [`Fault::Session`].
    pub login: String,
    /// The trace id of this answer.
    pub trace: String,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such page, message or consent for this person (404).
    NotFound,
    /// The session ended (401).
    Session,
    /// The open mailbox does not permit this (403).
    Forbidden,
    /// The form came from elsewhere or from an ended session (403).
    Form,
    /// The address or the form has a wrong value (400).
    Input,
    /// *Agree* without a choice of mailbox (400).
    Choice,
    /// The link from the app is wrong, too old or used (400).
    Request,
    /// Too many requests, or the hub is overloaded (429, 503).
    Busy,
    /// Our own fault (500).
    Server,
}

impl Fault {
    /// The status of the answer that carries the page; an overloaded hub answers 503 with the same page.
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::Session => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Form => http::StatusCode::FORBIDDEN,
            Self::Input | Self::Choice | Self::Request => http::StatusCode::BAD_REQUEST,
            Self::Busy => http::StatusCode::TOO_MANY_REQUESTS,
            Self::Server => http::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::NotFound => "error-not-found-title",
            Self::Session => "error-session-title",
            Self::Forbidden => "error-forbidden-title",
            Self::Form => "error-form-title",
            Self::Input => "error-input-title",
            Self::Choice => "error-choice-title",
            Self::Request => "error-request-title",
            Self::Busy => "error-busy-title",
            Self::Server => "error-server-title",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::NotFound => "error-not-found-text",
            Self::Session => "error-session-text",
            Self::Forbidden => "error-forbidden-text",
            Self::Form => "error-form-text",
            Self::Input => "error-input-text",
            Self::Choice => "error-choice-text",
            Self::Request => "error-request-text",
            Self::Busy => "error-busy-text",
            Self::Server => "error-server-text",
        }
    }
}
