//! The judge: looks at every request of the app, whatever case is played, and names the rule that it breaks.
//!
//! An offence does not change the answer: the case about that rule fails, and the others go on.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Setting,
    door::Face,
    endpoint::{Endpoint, Route},
    grants::Grants,
    oauth::challenge,
    truth::Truth,
    wire::Call,
};
use crate::engine::Offence;

/// What was used once and must not come again, over the whole run.
#[derive(Default)]
pub(crate) struct Judge {
    challenges: BTreeSet<String>,
    states: BTreeSet<String>,
    codes: BTreeSet<String>,
    traces: BTreeSet<String>,
    offences: Vec<Offence>,
}

impl Judge {
    /// All offences so far.
    pub(crate) fn offences(&self) -> Vec<Offence> {
        self.offences.clone()
    }

    /// Takes in what an earlier part of the run found.
    pub(crate) fn remember(&mut self, offences: Vec<Offence>) {
        self.offences.extend(offences);
    }

    /// Looks at one request, before it is answered.
    pub(crate) fn hears(&mut self, setting: &Setting, truth: &Truth, at: (Face, &Route), call: &Call) {
        let (face, route) = at;
        let by_citizen = call.header("x-suite-browser") == Some(truth.browser.as_str());
        if face == Face::Machine && route.endpoint != Endpoint::ResourceMetadata {
            self.certificate(setting, call);
        }
        match route.endpoint {
            Endpoint::Trap => {
                self.found("C2", "the alias of the endpoint", format!("a call of {}", call.path));
            }
            Endpoint::Authorize => self.authorize(setting, call, by_citizen),
            Endpoint::Par => self.par(setting, call),
            Endpoint::Token => self.token(&truth.grants, call),
            endpoint if endpoint.is_api() => self.api(call),
            _ => {}
        }
        if route.endpoint.is_client_authenticated() {
            self.client(setting, call);
        }
    }

    fn certificate(&mut self, setting: &Setting, call: &Call) {
        let seen = call.wire.peer.as_deref().unwrap_or("none");
        let known = setting.certificates.iter().any(|known| known == seen);
        self.must(known, "C3", "the registered client certificate", || format!("thumbprint {seen}"));
    }

    fn client(&mut self, setting: &Setting, call: &Call) {
        let named = call.field("client_id") == Some(setting.client_id.as_str());
        self.must(named, "C3", "client_id in the form", || format!("a form without it at {}", call.path));
        self.must(call.query.is_empty(), "C3", "nothing in the query", || "parameters in the query".into());
        let twice = doubled(&call.form);
        self.must(twice.is_none(), "C4", "each parameter once", || format!("{} twice", twice.unwrap_or("")));
    }

    fn authorize(&mut self, setting: &Setting, call: &Call, by_citizen: bool) {
        self.must(by_citizen, "C5", "the citizen's browser at the authorization endpoint", || {
            "a call of somebody else".into()
        });
        let names: Vec<&str> = call.query.iter().map(|(name, _)| name.as_str()).collect();
        let sorted: BTreeSet<&str> = names.iter().copied().collect();
        let plain = names.len() == 2 && sorted.into_iter().eq(["client_id", "request_uri"]);
        self.must(plain, "C5", "client_id and request_uri, each once", || names.join(", "));
        let named = call.parameter("client_id") == Some(setting.client_id.as_str());
        self.must(named, "C5", "the registered client_id", || "another client_id".into());
    }

    fn par(&mut self, setting: &Setting, call: &Call) {
        let is = |name: &str, value: &str| call.field(name) == Some(value);
        self.must(is("response_type", "code"), "C4", "response_type code", || told(call, "response_type"));
        self.must(is("redirect_uri", &setting.redirect_uri), "C4", "the registered redirect_uri", || {
            told(call, "redirect_uri")
        });
        self.must(is("code_challenge_method", "S256"), "C4", "code_challenge_method S256", || {
            told(call, "code_challenge_method")
        });
        let challenge = call.field("code_challenge").unwrap_or_default().to_owned();
        self.must(is_base64url(&challenge, 43), "C4", "a code_challenge of 43 characters", || {
            format!("{} characters", challenge.len())
        });
        let fresh = challenge.is_empty() || self.challenges.insert(challenge);
        self.must(fresh, "C4", "a fresh code_challenge", || "one that was used before".into());
        let state = call.field("state").unwrap_or_default().to_owned();
        self.must(state.len() >= 16, "C4", "a state that nobody guesses", || {
            format!("{} characters", state.len())
        });
        let fresh = state.is_empty() || self.states.insert(state);
        self.must(fresh, "C4", "a fresh state", || "one that was used before".into());
        let reference = call.field("request_uri").is_none();
        self.must(reference, "C4", "no request_uri in a pushed request", || "one".into());
        self.least(setting, call);
    }

    /// C10: one element, for this API, and no scope. Which actions were needed is what the case asked the app.
    fn least(&mut self, setting: &Setting, call: &Call) {
        let details: Value =
            serde_json::from_str(call.field("authorization_details").unwrap_or_default()).unwrap_or_default();
        let one = details.as_array().is_some_and(|elements| elements.len() == 1);
        self.must(one, "C10", "one element of authorization_details", || details.to_string());
        let element = details.get(0).cloned().unwrap_or_default();
        let right = element.get("type").and_then(Value::as_str) == Some("mailbox")
            && element.pointer("/locations/0").and_then(Value::as_str) == Some(setting.resource().as_str());
        self.must(right, "C10", "type mailbox, for this mailbox API", || element.to_string());
        self.must(call.field("scope").is_none(), "C10", "no scope", || told(call, "scope"));
    }

    fn token(&mut self, grants: &Grants, call: &Call) {
        if call.field("grant_type") != Some("authorization_code") {
            return;
        }
        let code = call.field("code").unwrap_or_default().to_owned();
        let verifier = call.field("code_verifier").unwrap_or_default();
        let shaped = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
        self.must(shaped, "C4", "a code_verifier of 43 to 128 characters", || {
            format!("{} characters", verifier.len())
        });
        if let Some(known) = grants.codes.get(&code) {
            let fits = known.challenge == challenge(verifier);
            self.must(fits, "C4", "the verifier of this request's challenge", || "another one".into());
        }
        let first = self.codes.insert(code);
        self.must(first, "C12", "a code is sent once", || "a code that was sent before".into());
    }

    fn api(&mut self, call: &Call) {
        let in_query = call.query.iter().any(|(name, _)| name == "access_token");
        let in_form = call.form.iter().any(|(name, _)| name == "access_token");
        self.must(!in_query && !in_form, "C7", "the token in the Authorization header", || {
            "a token in the address or the body".into()
        });
        let scheme = call.header("authorization").map(|value| value.split(' ').next().unwrap_or_default());
        let bearer = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
        self.must(bearer, "C7", "Authorization: Bearer", || scheme.unwrap_or("no such header").to_owned());
        let trace = call.header("belgov-trace-id").unwrap_or_default().to_owned();
        let fresh = is_uuid(&trace) && self.traces.insert(trace.clone());
        self.must(fresh, "N57", "BelGov-Trace-Id with a UUID of its own", || {
            if trace.is_empty() { "none".into() } else { trace }
        });
    }

    fn must(
        &mut self,
        holds: bool,
        requirement: &'static str,
        expected: &'static str,
        actual: impl FnOnce() -> String,
    ) {
        if !holds {
            self.found(requirement, expected, actual());
        }
    }

    /// Keeps an offence.
    pub(crate) fn found(&mut self, requirement: &'static str, expected: &'static str, actual: String) {
        self.offences.push(Offence { requirement: requirement.into(), expected: expected.into(), actual });
    }
}

fn told(call: &Call, name: &str) -> String {
    call.field(name).unwrap_or("nothing").to_owned()
}

fn doubled(pairs: &[(String, String)]) -> Option<&str> {
    let mut names = BTreeSet::new();
    pairs.iter().map(|(name, _)| name.as_str()).find(|name| !names.insert(*name))
}

fn is_base64url(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_stands_twice_is_named() {
        let pairs = [("a", "1"), ("b", "1"), ("a", "2")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(doubled(&pairs), Some("a"));
        assert_eq!(doubled(&pairs[..2]), None);
    }

    #[test]
    fn a_uuid_is_told_from_other_texts() {
        assert!(is_uuid("5a2f7a0e-7f0f-4d26-8a51-6a1d4f0f7f11"));
        assert!(!is_uuid("5a2f7a0e7f0f4d268a516a1d4f0f7f11"));
        assert!(!is_uuid("zzzzzzzz-7f0f-4d26-8a51-6a1d4f0f7f11"));
    }
}
