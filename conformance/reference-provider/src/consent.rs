//! What is asked of a citizen, what was granted, and the tokens that hang on it.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, Unexpected};

/// What the app asks of the citizen: no more than it needs.
#[derive(Clone, Debug)]
pub struct Ask {
    /// `list`, `readContent`, `markRead`.
    pub actions: Vec<String>,
    /// `citizen` or `enterprise`.
    pub mailbox_kind: String,
    /// For how long, an ISO 8601 duration.
    pub duration: String,
}

/// A token. It does not print.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// What a consent brought.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For the API, some minutes; the API says when it is over.
    pub access: Secret,
    /// For new access tokens, as long as the consent.
    pub refresh: Option<Secret>,
    /// What the citizen granted: perhaps less than was asked.
    pub granted: Vec<Granted>,
}

/// The answer of the token endpoint (RFC 6749 5.1). That an access token is over is learnt from the API, so `expires_in` is not read.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
    token_type: Option<String>,
    #[serde(default)]
    authorization_details: Vec<Granted>,
}

/// One consent as granted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// `mailbox`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The APIs it is good for.
    #[serde(default)]
    pub locations: Vec<String>,
    /// What the app may do.
    pub actions: Vec<String>,
    /// `citizen` or `enterprise`.
    pub mailbox_kind: String,
    /// The mailbox, for this provider.
    pub mailbox_id: String,
    /// The consent, for this provider.
    pub consent_id: String,
    /// Until when, RFC 3339.
    pub until: String,
}

/// What the hub says about a token (RFC 7662).
#[derive(Clone, Debug, Deserialize)]
pub struct Introspection {
    /// Whether it works at all; if not, nothing else is said.
    pub active: bool,
    /// What it permits.
    #[serde(rename = "authorization_details", default)]
    pub granted: Vec<Granted>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    r#type: &'static str,
    locations: [&'a str; 1],
    actions: &'a [String],
    mailbox_kind: &'a str,
    duration: &'a str,
}

impl Ask {
    /// A citizen's mailbox for a year: see the list, read, mark as read.
    pub fn citizen() -> Self {
        let actions = ["list", "readContent", "markRead"].map(str::to_owned).to_vec();
        Self { actions, mailbox_kind: "citizen".to_owned(), duration: "P12M".to_owned() }
    }

    /// The rich authorization request (RFC 9396), for the API at `resource` only.
    pub(crate) fn details(&self, resource: &Url) -> Result<String, Error> {
        let asked = Asked {
            r#type: "mailbox",
            locations: [resource.as_str()],
            actions: &self.actions,
            mailbox_kind: &self.mailbox_kind,
            duration: &self.duration,
        };
        serde_json::to_string(&[asked]).map_err(|_| Error::Broken("the request cannot be written"))
    }
}

impl TokenAnswer {
    /// The tokens, if they are of a kind that this app uses.
    pub(crate) fn tokens(self) -> Result<Tokens, Unexpected> {
        // RFC 6749 7.1: a kind of token that is not understood is not used; the case does not matter.
        if !self.token_type.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(Unexpected::TokenType);
        }
        let access = self.access_token.filter(|token| !token.0.is_empty()).ok_or(Unexpected::NoToken)?;
        Ok(Tokens { access, refresh: self.refresh_token, granted: self.authorization_details })
    }
}

impl Tokens {
    /// The one consent behind these tokens: one consent opens one mailbox.
    pub(crate) fn consent(&self) -> Result<&Granted, Unexpected> {
        match self.granted.as_slice() {
            [granted] => Ok(granted),
            _ => Err(Unexpected::NotOneConsent),
        }
    }
}

impl Granted {
    /// Says whether the citizen permits `action`.
    pub fn allows(&self, action: &str) -> bool {
        self.actions.iter().any(|granted| granted == action)
    }

    /// Says whether this is no more than was asked.
    pub(crate) fn is_within(&self, ask: &Ask) -> bool {
        self.kind == "mailbox"
            && self.mailbox_kind == ask.mailbox_kind
            && self.actions.iter().all(|action| ask.actions.contains(action))
    }

    /// Says whether this is the same consent as `before`.
    pub(crate) fn is_same(&self, before: &Self) -> bool {
        self.mailbox_id == before.mailbox_id && self.consent_id == before.consent_id
    }

    /// Says whether this permits no more than `before` did.
    pub(crate) fn is_no_wider(&self, before: &Self) -> bool {
        self.actions.iter().all(|action| before.allows(action))
    }
}

impl Secret {
    /// The token itself, for the one place where it is sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(actions: &[&str]) -> Granted {
        Granted {
            kind: "mailbox".into(),
            locations: vec![],
            actions: actions.iter().copied().map(str::to_owned).collect(),
            mailbox_kind: "citizen".into(),
            mailbox_id: "mbx_1".into(),
            consent_id: "cns_1".into(),
            until: "2027-11-20T22:59:59Z".into(),
        }
    }

    #[test]
    fn the_request_names_one_api_and_no_mailbox() {
        let resource = Url::parse("https://api.localhost:8444/mailbox/v1").unwrap();
        assert_eq!(
            Ask::citizen().details(&resource).unwrap(),
            r#"[{"type":"mailbox","locations":["https://api.localhost:8444/mailbox/v1"],"actions":["list","readContent","markRead"],"mailboxKind":"citizen","duration":"P12M"}]"#
        );
    }

    #[test]
    fn less_than_asked_is_taken_and_more_is_not() {
        assert!(granted(&["list"]).is_within(&Ask::citizen()));
        assert!(!granted(&["list", "archive"]).is_within(&Ask::citizen()));
    }

    fn tokens(answer: &str) -> Result<Tokens, Unexpected> {
        serde_json::from_str::<TokenAnswer>(answer).unwrap().tokens()
    }

    #[test]
    fn a_token_answer_is_read_with_odd_case_without_expiry_and_with_unknown_members() {
        let tokens = tokens(
            r#"{"access_token":"fat_1","token_type":"bEaReR","grant_id":"grt_1","authorization_details":[
                {"type":"mailbox","actions":["list"],"mailboxKind":"citizen","mailboxId":"mbx_1",
                 "consentId":"cns_1","until":"2027-11-20T22:59:59Z","new":1}]}"#,
        )
        .unwrap();
        assert_eq!(tokens.consent().unwrap().mailbox_id, "mbx_1");
        assert!(!format!("{tokens:?}").contains("fat_1"));
    }

    #[test]
    fn a_token_of_another_kind_or_without_a_text_is_none() {
        assert_eq!(tokens(r#"{"access_token":"t","token_type":"DPoP"}"#).err(), Some(Unexpected::TokenType));
        assert_eq!(tokens(r#"{"access_token":"t"}"#).err(), Some(Unexpected::TokenType));
        assert_eq!(tokens(r#"{"token_type":"Bearer"}"#).err(), Some(Unexpected::NoToken));
        assert_eq!(tokens(r#"{"access_token":"","token_type":"Bearer"}"#).err(), Some(Unexpected::NoToken));
        let without = tokens(r#"{"access_token":"t","token_type":"Bearer"}"#).unwrap();
        assert_eq!(without.consent().err(), Some(Unexpected::NotOneConsent));
    }
}
