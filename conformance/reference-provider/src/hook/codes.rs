//! What went wrong, in the closed list of words that the suite knows.

use std::{error::Error as StdError, time::Duration};

use rustls::{AlertDescription, CertificateError, Error as Tls};

use crate::{
    callback::Refusal,
    error::{Error, Mismatch, Problem, Unexpected},
    metadata::Distrust,
};

/// At which step something went wrong: the same refusal means another thing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// While the request was prepared and pushed.
    Push,
    /// While the answer was taken and the code redeemed.
    Answer,
    /// While something was read, or tokens were renewed.
    Use,
}

/// What came of something that did not work.
pub(super) struct Verdict {
    pub(super) outcome: &'static str,
    pub(super) refusal: &'static str,
    pub(super) after: Option<Duration>,
}

/// Puts an error into the suite's words.
pub(super) fn verdict(error: &Error, step: Step) -> Verdict {
    let (outcome, refusal) = match error {
        Error::Busy { .. } => ("later", "slowDown"),
        Error::ConsentEnded(_) | Error::NotConnected => ("ended", "grantEnded"),
        Error::Suspended => ("suspended", "suspended"),
        Error::NotPermitted(_) => ("denied", "insufficientScope"),
        Error::Connection(cause) => ("failed", connection(cause)),
        Error::OAuth { status, code, .. } => ("failed", oauth(*status, code, step)),
        Error::Problem(problem) => refused(problem, step),
        Error::Metadata(distrust) => ("refused", metadata(*distrust)),
        Error::Answer(refusal) => ("refused", answer(refusal)),
        Error::Unexpected(unexpected) => ("refused", self::unexpected(unexpected, step)),
        Error::Mismatch(mismatch) => ("refused", differing(*mismatch)),
        Error::File { .. } | Error::Listen(_) | Error::Randomness | Error::Broken(_) | Error::TestHook(_) => {
            ("failed", "other")
        }
    };
    let after = match error {
        Error::Busy { after } => Some(*after),
        _ => None,
    };
    Verdict { outcome, refusal, after }
}

/// Why the receiver refused an event, by the name of its reason.
pub(super) fn event(reason: &str) -> &'static str {
    match reason {
        "Shape" => "shape",
        "Algorithm" => "algorithm",
        "Key" => "key",
        "Signature" => "signature",
        "Issuer" => "eventIssuer",
        "Audience" => "audience",
        "Time" => "time",
        "Subject" => "subject",
        _ => "other",
    }
}

fn oauth(status: u16, code: &str, step: Step) -> &'static str {
    match (status, code, step) {
        (500.., ..) => "hubFailed",
        (401, ..) | (_, "invalid_client", _) => "clientRefused",
        (_, "invalid_grant", _) => "grantEnded",
        (.., Step::Push) => "pushRefused",
        _ => "tokenAnswer",
    }
}

fn refused(problem: &Problem, step: Step) -> (&'static str, &'static str) {
    match problem.status {
        401 if problem.is_about_certificate() => ("denied", "clientRefused"),
        500.. => ("failed", "hubFailed"),
        401 if step != Step::Use => ("failed", "clientRefused"),
        400..500 if step == Step::Push => ("failed", "pushRefused"),
        400..500 if step == Step::Answer => ("failed", "tokenAnswer"),
        401 => ("denied", "unauthorized"),
        403 => ("denied", "insufficientScope"),
        404 | 410 => ("gone", "notFound"),
        _ => ("failed", "other"),
    }
}

fn metadata(distrust: Distrust) -> &'static str {
    match distrust {
        Distrust::Issuer => "metadataIssuer",
        Distrust::Insecure => "metadataInsecure",
        Distrust::Missing(_) => "metadataIncomplete",
    }
}

fn answer(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoRequest => "noSession",
        Refusal::State => "state",
        Refusal::Issuer => "issuer",
        Refusal::Twice => "duplicateParameter",
        Refusal::Contradiction => "contradiction",
        Refusal::NoCode => "codeMissing",
        Refusal::Denied(code) if code == "access_denied" => "accessDenied",
        Refusal::Denied(_) => "hubRefused",
    }
}

fn unexpected(unexpected: &Unexpected, step: Step) -> &'static str {
    match unexpected {
        Unexpected::NotJson(_) if step == Step::Answer => "tokenAnswer",
        Unexpected::Shape(_) if step == Step::Answer => "tokenAnswer",
        Unexpected::NotJson(_) => "notJson",
        Unexpected::Shape(_) => "shape",
        Unexpected::TooLarge(_) => "tooLarge",
        Unexpected::Pushed => "pushAnswer",
        Unexpected::TokenType => "tokenType",
        Unexpected::NoToken => "tokenMissing",
        Unexpected::TooMuchGranted => "tooMuchGranted",
        Unexpected::NotOneConsent => "tokenAnswer",
        Unexpected::SomethingElse => "otherMailbox",
        Unexpected::Paging => "paging",
    }
}

fn differing(mismatch: Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Length => "length",
        Mismatch::Digest | Mismatch::ReprDigest => "digest",
        Mismatch::MediaType => "contentType",
    }
}

/// Why there was no connection, as far as TLS says it.
fn connection(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(next) = cause {
        // an I/O error hides the error that it was made of
        let hidden = next.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        let hidden = hidden.and_then(|inner| inner.downcast_ref::<Tls>());
        if let Some(tls) = next.downcast_ref::<Tls>().or(hidden) {
            return handshake(tls);
        }
        cause = next.source();
    }
    "unreachable"
}

fn handshake(error: &Tls) -> &'static str {
    match error {
        Tls::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "tlsName",
        Tls::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => "tlsExpired",
        Tls::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            "tlsAuthority"
        }
        Tls::AlertReceived(AlertDescription::ProtocolVersion) | Tls::PeerIncompatible(_) => "tlsVersion",
        _ => "tls",
    }
}
