//! What a use case can answer besides its result.

use std::fmt;

use crate::certification::Flaw;
use crate::peer::Refusal;

/// An error that a caller can react to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection's certificate does not entitle to this (TRUST T1).
    #[error("the client certificate is refused: {}", .0.code())]
    Certificate(Refusal),
    /// No token, or one that is unknown, ended, for another audience, or bound to another certificate.
    #[error("the access token is refused")]
    Token(TokenRefusal),
    /// The token does not cover this.
    #[error("{0} is not permitted")]
    Forbidden(&'static str),
    /// Not there, or not the caller's to see: one answer for both.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The input breaks rules, each named.
    #[error("the input is refused")]
    Invalid(Vec<Issue>),
    /// The cursor leads nowhere any more, being from before a restore or older than what is kept; start again without one.
    #[error("the cursor is outdated")]
    Resync,
    /// A part of the input is larger than allowed.
    #[error("the input is larger than {limit} bytes")]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: u64,
    },
    /// The state of the thing does not allow it.
    #[error("{0}")]
    Conflict(Conflict),
    /// Too many; try again after so many seconds.
    #[error("the limit is reached")]
    Limited {
        /// The limit, as it is published: requests a second, recipients a day, forms at once.
        limit: u64,
        /// Whole seconds to wait.
        retry_after: u64,
    },
    /// The hub cannot do it now; try again after so many seconds.
    #[error("the hub is not able to answer now")]
    Unavailable {
        /// Whole seconds to wait.
        retry_after: u64,
    },
    /// A statement about an app is not believed, or what it says is missing.
    #[error("the statement is refused: {0}")]
    Statement(Flaw),
    /// A row breaks an invariant.
    #[error("the row {id} of {table} is corrupt")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What names the row; never personal data.
        id: String,
    },
    /// Something inside failed; logged once, never sent.
    #[error("an internal step went wrong")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// There is none.
    Absent,
    /// It is not one of ours, was revoked, is for another audience or certificate, or its consent ended.
    Invalid,
    /// Its time is over.
    Expired,
    /// It lacks a scope.
    MissingScope(&'static str),
}

/// An error with its causes on one line, for the log, whose JSON form leaves causes out.
pub struct Causes<'a>(pub &'a (dyn std::error::Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

/// A conflict with the state of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another publication")]
    IdempotencyKey,
    /// The first request with this idempotency key is still running.
    #[error("the first publication with this idempotency key is still running")]
    StillRunning,
    /// Somebody else changed it since it was read.
    #[error("somebody else changed it since it was read")]
    Changed,
    /// It has already been decided, ended or used.
    #[error("it is already over")]
    AlreadyOver,
    /// The state it is in does not lead there.
    #[error("there is no such step from the state it is in")]
    NoSuchStep,
    /// Another person than the one who proposed it has to decide.
    #[error("another person than the one who proposed it has to approve it")]
    SamePerson,
    /// Something else was told under this id.
    #[error("another event of this source has this id")]
    OtherEvent,
    /// The sender of the message accepts no reply, or no more of them.
    #[error("the sender accepts no reply to this message, or no more of them")]
    NotAnswerable,
    /// The application is not told in this way: by push and not by poll, or not at all, or an operator stopped it.
    #[error("no stream of this application runs that is polled")]
    NoStream,
    /// A person has opened the message.
    #[error("a person has opened the message; what can follow is a correction that names it in `replaces`")]
    Opened,
    /// The message is registered mail.
    #[error("registered mail is not withdrawn once it is available")]
    RegisteredMail,
    /// The sender has withdrawn the message.
    #[error("the sender has withdrawn the message")]
    Withdrawn,
    /// A document provider told the same event before.
    #[error("an event of this type was told of this message before; nothing of this posting is kept")]
    EventTold,
    /// The campaign has another list of recipients.
    #[error("the campaign has its list of recipients, and this is another one")]
    OtherList,
    /// The certificate stands in the register.
    #[error("the certificate is registered already")]
    Registered,
}

/// One thing that is wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Last part of the problem type: `schemaViolation`, `digestMismatch`, `trioNotRegistered`, ….
    pub kind: &'static str,
    /// Where: a JSON path such as `attachments[0].digest`, or a part or parameter name.
    pub name: String,
    /// What is wrong, in English, without personal data.
    pub detail: String,
}

impl Issue {
    /// An issue of `kind` at `name`.
    pub fn new(kind: &'static str, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, name: name.into(), detail: detail.into() }
    }
}

impl Error {
    /// One issue as an error.
    pub fn invalid(kind: &'static str, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Issue::new(kind, name, detail)])
    }

    /// Wraps a cause that only the log sees.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

/// PostgreSQL's codes for a deadlock, a serialisation failure, a lock or statement time-out.
const RETRY: [&str; 4] = ["40P01", "40001", "55P03", "57014"];
/// PostgreSQL's classes for a connection that broke, missing resources, and a server that stops or starts.
const AWAY: [&str; 3] = ["08", "53", "57P"];
/// SQLite's codes for busy, read-only, input and output, full, and a file that does not open.
const SQLITE: [u32; 5] = [5, 8, 10, 13, 14];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        let away = matches!(
            error,
            sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::WorkerCrashed
        );
        if away || passes(&code) {
            tracing::warn!(%code, error = %Causes(&error), "the database cannot answer now");
            return Self::Unavailable { retry_after: 1 };
        }
        Self::internal(error)
    }
}

/// Whether what a database says with this code will pass.
fn passes(code: &str) -> bool {
    let postgres = RETRY.contains(&code) || AWAY.iter().any(|class| code.starts_with(class));
    // SQLite's own codes are short; the low byte is the primary one
    let sqlite = code.len() < 5 && code.parse::<u32>().is_ok_and(|code| SQLITE.contains(&(code & 0xff)));
    postgres || sqlite
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_will_pass_is_told_from_what_is_broken() {
        for code in ["40001", "53100", "57P01", "08006", "5", "517", "13", "778"] {
            assert!(passes(code), "{code}");
        }
        for code in ["", "23505", "42601", "1555", "19", "1"] {
            assert!(!passes(code), "{code}");
        }
    }
}
