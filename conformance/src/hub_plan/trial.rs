//! The trial: the hub that is judged, the providers that the suite plays towards it, and what they hold by now.
//!
//! Grants are kept between cases, because a citizen's agreement is dear: `standing` gives one that works, `fresh` a
//! new one, and a case that ends what it was given says so with `forget`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;
use url::Url;

use super::caller::{Caller, FileFault, Papers, authorities};
use super::flow::Grant;
use super::letters::Letters;
use super::profile::{HubProfile, Identity};
use super::request::{Answer, Ask, Heard, brief};
use super::veil::Veil;
use crate::authority::Authority;
use crate::engine::{Party, Record, Scene, Stop, Wire};

/// Which of the providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    First,
    Second,
    Attacker,
}

/// A provider that the suite plays.
pub(super) struct Provider {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) caller: Caller,
    pub(super) thumbprint: String,
}

/// What the hub says of itself, with the addresses that machines use.
#[derive(Default)]
pub(super) struct Said {
    pub(super) document: Value,
    pub(super) par: String,
    pub(super) token: String,
    pub(super) introspect: String,
    pub(super) revoke: String,
    pub(super) grants: String,
    authorize: String,
}

/// A hub on trial.
pub struct Trial {
    pub(super) profile: HubProfile,
    pub(super) said: Arc<Said>,
    /// Somebody without a certificate: a browser, or a machine that has none.
    pub(super) nobody: Caller,
    /// Somebody with a certificate of an authority that no hub knows.
    pub(super) stranger: Caller,
    /// The first provider with its renewed certificate.
    pub(super) renewed: Option<Arc<Provider>>,
    pub(super) sender: Option<Caller>,
    providers: [Arc<Provider>; 3],
    wire: Wire,
    veil: Arc<Veil>,
    /// Where the citizen's program says what else it has to say: it may be secret.
    pub(super) asides: PathBuf,
    held: BTreeMap<Who, Grant>,
    pub(super) letters: Option<Arc<Letters>>,
}

/// Why there can be no trial.
#[derive(Debug, thiserror::Error)]
pub enum TrialFault {
    /// A file of the profile cannot be used.
    #[error(transparent)]
    File(#[from] FileFault),
    /// A certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] crate::authority::CertificateError),
}

impl Trial {
    /// Reads all files of a profile. `wire` is that of the run, `folder` that of its report.
    pub fn new(profile: HubProfile, folder: &Path, wire: &Wire) -> Result<Self, TrialFault> {
        let roots = authorities(&profile.hub.ca)?;
        let patience = Duration::from_secs(profile.limits.answer_seconds);
        let veil = Arc::new(Veil::over(profile.hub.apis()));
        let caller = |party, papers| Caller::new(party, &roots, papers, (wire, &veil), patience);
        if let Some(sender) = &profile.sender {
            hide_person(wire, &sender.recipient);
        }
        let plain = |party, identity: &Identity| {
            provider(&caller, party, identity, (&identity.certificate, &identity.key))
        };
        let first = &profile.first;
        let renewed = match (&first.next_certificate, &first.next_key) {
            (Some(certificate), Some(key)) => {
                Some(provider(&caller, Party::FirstProvider, first, (certificate, key))?)
            }
            _ => None,
        };
        let sender = match &profile.sender {
            Some(sender) => {
                Some(caller(Party::Sender, Some(Papers::read(&sender.certificate, &sender.key)?))?)
            }
            None => None,
        };
        let stranger = Papers::made(&unknown_papers(&first.client_id)?);
        Ok(Self {
            said: Arc::default(),
            nobody: caller(Party::Browser, None)?,
            stranger: caller(Party::Attacker, stranger)?,
            renewed,
            sender,
            providers: [
                plain(Party::FirstProvider, first)?,
                plain(Party::SecondProvider, &profile.second)?,
                plain(Party::Attacker, &profile.attacker)?,
            ],
            wire: wire.clone(),
            veil: Arc::clone(&veil),
            asides: folder.join("citizen.log"),
            held: BTreeMap::new(),
            letters: None,
            profile,
        })
    }

    /// One of the providers.
    pub(super) fn provider(&self, who: Who) -> Arc<Provider> {
        let [first, second, attacker] = &self.providers;
        Arc::clone(match who {
            Who::First => first,
            Who::Second => second,
            Who::Attacker => attacker,
        })
    }

    pub(super) fn first(&self) -> Arc<Provider> {
        self.provider(Who::First)
    }

    pub(super) fn second(&self) -> Arc<Provider> {
        self.provider(Who::Second)
    }

    pub(super) fn attacker(&self) -> Arc<Provider> {
        self.provider(Who::Attacker)
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    pub(super) fn veil(&self) -> &Veil {
        &self.veil
    }

    pub(super) fn held(&self, who: Who) -> Option<Grant> {
        self.held.get(&who).cloned()
    }

    /// Keeps a grant for later cases.
    pub(super) fn keep(&mut self, who: Who, grant: Grant) {
        self.held.insert(who, grant);
    }

    /// What was held for `who` is over.
    pub(super) fn forget(&mut self, who: Who) {
        self.held.remove(&who);
    }

    /// An address of the mailbox API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{path}", self.profile.hub.mailbox_api)
    }

    /// An address of the Message Registry.
    pub(super) fn registry(&self, path: &str) -> String {
        format!("{}{path}", self.profile.hub.message_registry.as_deref().unwrap_or_default())
    }

    /// `GET` with a token.
    pub(super) async fn get(&self, who: &Provider, token: &str, url: &str) -> Heard {
        who.caller.send(Ask::get(url).bearer(token)).await
    }

    /// A right request is taken, before and after something wrong: the case is blocked if not.
    pub(super) async fn control(&self, record: &Record) -> Result<(), Stop> {
        let first = self.first();
        let wanted = self.wanted(&first, &self.actions());
        self.asked(record, &first, &wanted).await.map(|_| ())
    }

    /// The token opens the mailbox API, before and after something wrong: the case is blocked if not.
    pub(super) async fn opens(&self, record: &Record, grant: &Grant) -> Result<(), Stop> {
        let heard = self.get(&self.first(), &grant.access, &self.api("/mailboxes")).await;
        match &heard {
            Ok(answer) if answer.status == 200 => Ok(()),
            _ => Err(record.blocked(format!("a right token opens nothing: {}", brief(&heard)))),
        }
    }

    /// The address of the metadata of an issuer (RFC 8414 3.1).
    pub(super) fn well_known(&self) -> String {
        well_known(&self.profile.hub.issuer, "oauth-authorization-server")
    }
}

/// The well-known address that belongs to an identifier: in front of its path (RFC 8414 3.1, RFC 9728 3.1).
pub(super) fn well_known(identifier: &str, name: &str) -> String {
    let Ok(mut url) = Url::parse(identifier) else { return String::new() };
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("/.well-known/{name}{path}"));
    url.to_string()
}

fn provider(
    caller: &impl Fn(Party, Option<Papers>) -> Result<Caller, FileFault>,
    party: Party,
    identity: &Identity,
    (certificate, key): (&Path, &Path),
) -> Result<Arc<Provider>, FileFault> {
    let papers = Papers::read(certificate, key)?;
    Ok(Arc::new(Provider {
        client_id: identity.client_id.clone(),
        redirect_uri: identity.redirect_uri.clone(),
        thumbprint: papers.thumbprint(),
        caller: caller(party, Some(papers))?,
    }))
}

/// Hides who the citizen is, however the number is written.
fn hide_person(wire: &Wire, recipient: &Value) {
    match recipient {
        Value::String(text) => {
            wire.hide("person", text);
            wire.hide("person", &text.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
        }
        Value::Object(members) => members.values().for_each(|value| hide_person(wire, value)),
        Value::Array(items) => items.iter().for_each(|item| hide_person(wire, item)),
        Value::Number(number) => wire.hide("person", &number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

fn unknown_papers(name: &str) -> Result<crate::authority::Credential, crate::authority::CertificateError> {
    let now = u64::try_from(crate::engine::now().as_second()).unwrap_or_default();
    Authority::new("An authority that no hub knows", now)?.client(&format!("urn:unknown:{name}"), now)
}

impl Said {
    /// Reads metadata; an alias for mutual TLS goes before the plain address (RFC 8705 5).
    pub(super) fn read(document: Value) -> Self {
        let endpoint = |name: &str| {
            let alias = document.get("mtls_endpoint_aliases").and_then(|aliases| aliases.get(name));
            alias.or_else(|| document.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        Self {
            par: endpoint("pushed_authorization_request_endpoint"),
            token: endpoint("token_endpoint"),
            introspect: endpoint("introspection_endpoint"),
            revoke: endpoint("revocation_endpoint"),
            grants: endpoint("grant_management_endpoint"),
            authorize: endpoint("authorization_endpoint"),
            document,
        }
    }

    /// A member of the metadata that is a list of texts.
    pub(super) fn list(&self, member: &str) -> Vec<String> {
        let items =
            self.document.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The address that a browser is sent to.
    pub(super) fn authorization(&self, client_id: &str, request_uri: &str, more: &[(&str, &str)]) -> String {
        let own = [("client_id", client_id), ("request_uri", request_uri)];
        self.authorization_with(
            &own.into_iter()
                .filter(|(_, value)| !value.is_empty())
                .chain(more.iter().copied())
                .collect::<Vec<_>>(),
        )
    }

    /// The same with any parameters.
    pub(super) fn authorization_with(&self, parameters: &[(&str, &str)]) -> String {
        let Ok(mut url) = Url::parse(&self.authorize) else { return String::new() };
        url.query_pairs_mut().extend_pairs(parameters);
        url.to_string()
    }
}

impl Scene for Trial {
    fn reset<'a>(&'a mut self, record: &'a mut Record) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            if !self.said.token.is_empty() {
                return Ok(());
            }
            let heard = self.nobody.send(Ask::get(&self.well_known())).await;
            let document = heard.as_ref().ok().filter(|answer| answer.status == 200).map(Answer::json);
            let tells = |document: &Value| document.get("issuer").is_some_and(Value::is_string);
            match document.filter(tells) {
                Some(document) => {
                    self.said = Arc::new(Said::read(document));
                    Ok(())
                }
                None if JUDGES_METADATA.contains(&record.case()) && heard.is_ok() => Ok(()),
                None => Err(record.blocked(format!("the hub does not tell what it is: {}", brief(&heard)))),
            }
        })
    }
}

/// The cases that fail, and are not blocked, where a hub answers and does not tell what it is.
const JUDGES_METADATA: &[&str] = &["A3", "A6", "A7"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_known_address_stands_before_the_path_of_the_identifier() {
        assert_eq!(well_known("https://a.test", "x"), "https://a.test/.well-known/x");
        assert_eq!(well_known("https://a.test:1/b/c", "x"), "https://a.test:1/.well-known/x/b/c");
    }

    #[test]
    fn who_the_citizen_is_is_hidden_however_it_is_written() {
        let wire = Wire::new(crate::engine::Redactor::new().unwrap());
        hide_person(&wire, &serde_json::json!({"ssin": "AB-12.34 567"}));
        for written in ["AB-12.34 567", "AB1234567"] {
            assert!(wire.clean(&format!("of {written}.")).starts_with("of [hidden:person:"), "{written}");
        }
    }

    #[test]
    fn an_alias_goes_before_the_plain_address() {
        let said = Said::read(serde_json::json!({"token_endpoint": "https://a.test/t",
            "mtls_endpoint_aliases": {"token_endpoint": "https://m.test/t"},
            "authorization_endpoint": "https://a.test/auth"}));
        assert_eq!(said.token, "https://m.test/t");
        assert_eq!(
            said.authorization("one", "urn:x", &[]),
            "https://a.test/auth?client_id=one&request_uri=urn%3Ax"
        );
    }
}
