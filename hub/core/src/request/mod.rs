//! Authorization requests: pushed by a provider, opened by a browser, decided once by a citizen (TRUST T10).
//!
//! A request is never a consent. It is open for 90 seconds after it was pushed; *log in* binds it to one browser
//! for 60 minutes; agreeing or refusing uses it up. The code of an agreed one lives 60 seconds and works once.

mod sql;

pub(crate) use sql::NewRequest;

use std::time::Duration;

use crate::clock::Timestamp;
use crate::consent::{Asked, Term};
use crate::db::record;
use crate::id::{ApplicationId, GrantId, MailboxId, Sha256};

/// How long a pushed request can be opened.
pub const OPEN_FOR: Duration = Duration::from_secs(90);
/// How long a browser may take from *log in* to the decision.
pub const BOUND_FOR: Duration = Duration::from_secs(60 * 60);
/// How long a code can be redeemed (FAPI 2.0 5.3.2.1-11).
pub const CODE_FOR: Duration = Duration::from_secs(60);
/// What stands before the secret part of a `request_uri`.
pub const URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

record! {
    /// A request's row.
    #[derive(Clone, Debug)]
    pub(crate) struct RequestRow {
        pub(crate) request_hash: Sha256,
        pub(crate) application_id: ApplicationId,
        pub(crate) client_id: String,
        pub(crate) redirect_uri: String,
        pub(crate) state: Option<String>,
        pub(crate) challenge: String,
        pub(crate) details: String,
        pub(crate) audience: String,
        pub(crate) ui_locales: Option<String>,
        pub(crate) stage: String,
        pub(crate) open_until: Timestamp,
        pub(crate) browser_hash: Option<Sha256>,
        pub(crate) bound_until: Option<Timestamp>,
        pub(crate) grant_id: Option<GrantId>,
        pub(crate) redeemed_at: Option<Timestamp>,
        /// What is asked of a grant: `create`, `merge` or `replace`; `None` if nothing was said.
        pub(crate) grant_action: Option<String>,
        /// The grant that `merge` and `replace` name.
        pub(crate) asked_grant: Option<GrantId>,
        /// The number of the person who must answer, sealed.
        pub(crate) expected_person: Option<Vec<u8>>,
        /// Who logged in for it.
        pub(crate) person: Option<MailboxId>,
        /// Why it ended without a consent.
        pub(crate) reason: Option<String>,
    }
}

/// What a browser finds when it opens a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It can be bound to this browser by logging in.
    Open,
    /// This browser is deciding it.
    Bound,
    /// Another browser is deciding it.
    Elsewhere,
    /// The citizen agreed.
    Agreed,
    /// The citizen refused.
    Refused,
    /// Another person logged in than the provider had named, or the grant it named is another's.
    Rejected,
    /// Its time ran out before it was decided.
    Lapsed,
}

impl RequestRow {
    /// For how long was asked; `None` if the row is corrupt.
    pub(crate) fn term(&self, now: Timestamp) -> Option<Term> {
        Asked::parse(&self.details, &self.audience, now).ok().map(|asked| asked.term)
    }

    /// Where the request stands for a browser at `now`.
    pub(crate) fn stage(&self, browser: Option<Sha256>, now: Timestamp) -> Stage {
        match self.stage.as_str() {
            "agreed" => Stage::Agreed,
            "refused" => Stage::Refused,
            "rejected" => Stage::Rejected,
            "lapsed" => Stage::Lapsed,
            "bound" if self.bound_until.is_none_or(|until| until <= now) => Stage::Lapsed,
            "bound" if browser.is_some() && self.browser_hash == browser => Stage::Bound,
            "bound" => Stage::Elsewhere,
            _ if self.open_until <= now => Stage::Lapsed,
            _ => Stage::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(stage: &str) -> RequestRow {
        RequestRow {
            request_hash: Sha256([0; 32]),
            application_id: ApplicationId(uuid::Uuid::nil()),
            client_id: "demo-bank".into(),
            redirect_uri: "https://bank.localhost/callback".into(),
            state: None,
            challenge: String::new(),
            details: String::new(),
            audience: String::new(),
            ui_locales: None,
            stage: stage.into(),
            open_until: Timestamp(100),
            browser_hash: Some(Sha256([1; 32])),
            bound_until: Some(Timestamp(1000)),
            grant_id: None,
            redeemed_at: None,
            grant_action: None,
            asked_grant: None,
            expected_person: None,
            person: None,
            reason: None,
        }
    }

    #[test]
    fn a_request_is_open_until_its_time() {
        assert_eq!(request("pushed").stage(None, Timestamp(99)), Stage::Open);
        assert_eq!(request("pushed").stage(None, Timestamp(100)), Stage::Lapsed);
    }

    #[test]
    fn a_bound_request_belongs_to_one_browser() {
        let (mine, other) = (Some(Sha256([1; 32])), Some(Sha256([2; 32])));
        assert_eq!(request("bound").stage(mine, Timestamp(999)), Stage::Bound);
        assert_eq!(request("bound").stage(other, Timestamp(999)), Stage::Elsewhere);
        assert_eq!(request("bound").stage(None, Timestamp(999)), Stage::Elsewhere);
        assert_eq!(request("bound").stage(mine, Timestamp(1000)), Stage::Lapsed);
    }
}
