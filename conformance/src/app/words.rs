//! The words of the hook's contract: an answer with another word, or without one, is none.

use super::{Begun, Connection, Flow, Outcome};

/// An answer of the hook that speaks in words of closed lists.
pub(super) trait Words {
    /// What in it is no word of the contract.
    fn strange(&self) -> Option<String>;
}

impl Words for Begun {
    fn strange(&self) -> Option<String> {
        one_of("state", &self.state, &["redirected", "refused"])
            .or_else(|| refusal(self.refusal.as_deref()))
            .or_else(|| self.flow_id.is_empty().then(|| "there is no flowId".to_owned()))
    }
}

impl Words for Flow {
    fn strange(&self) -> Option<String> {
        let answers = self.answers.iter().find_map(|answer| {
            one_of("outcome", &answer.outcome, &["connected", "refused"])
                .or_else(|| refusal(answer.refusal.as_deref()))
        });
        one_of("state", &self.state, &["redirected", "connected", "refused"])
            .or_else(|| refusal(self.refusal.as_deref()))
            .or(answers)
    }
}

impl Words for Connection {
    fn strange(&self) -> Option<String> {
        one_of("state", &self.state, &["connected", "suspended", "ended"])
    }
}

impl Words for Outcome {
    fn strange(&self) -> Option<String> {
        one_of("outcome", &self.outcome, &OUTCOMES).or_else(|| refusal(self.refusal.as_deref()))
    }
}

impl Words for super::hook::EventsSeen {
    fn strange(&self) -> Option<String> {
        self.events.iter().find_map(|seen| {
            one_of("effect", &seen.effect, &["taken", "known", "ignored", "refused"])
                .or_else(|| refusal(seen.refusal.as_deref()))
        })
    }
}

impl Words for super::Info {
    fn strange(&self) -> Option<String> {
        None
    }
}

impl Words for serde_json::Value {
    fn strange(&self) -> Option<String> {
        None
    }
}

fn refusal(code: Option<&str>) -> Option<String> {
    code.and_then(|code| one_of("refusal", code, &REFUSALS))
}

fn one_of(name: &str, word: &str, known: &[&str]) -> Option<String> {
    (!known.contains(&word)).then(|| format!("`{name}` is `{word}`, which is no word of the contract"))
}

const OUTCOMES: [&str; 8] = ["ok", "refused", "ended", "suspended", "gone", "later", "denied", "failed"];

/// The closed list of `specs/conformance/test-hook.md`.
const REFUSALS: [&str; 47] = [
    "metadataIssuer",
    "metadataInsecure",
    "metadataIncomplete",
    "tls",
    "tlsName",
    "tlsExpired",
    "tlsAuthority",
    "tlsVersion",
    "unreachable",
    "pushRefused",
    "pushAnswer",
    "noSession",
    "state",
    "issuer",
    "duplicateParameter",
    "contradiction",
    "accessDenied",
    "hubRefused",
    "codeMissing",
    "tokenType",
    "tokenMissing",
    "tokenAnswer",
    "tooMuchGranted",
    "grantEnded",
    "suspended",
    "clientRefused",
    "hubFailed",
    "unauthorized",
    "insufficientScope",
    "notFound",
    "slowDown",
    "tooLarge",
    "notJson",
    "digest",
    "length",
    "contentType",
    "otherMailbox",
    "paging",
    "signature",
    "algorithm",
    "key",
    "audience",
    "eventIssuer",
    "time",
    "subject",
    "shape",
    "other",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(outcome: &str, refusal: Option<&str>) -> Outcome {
        Outcome { outcome: outcome.into(), refusal: refusal.map(str::to_owned), ..Outcome::default() }
    }

    #[test]
    fn a_word_outside_the_contract_is_found() {
        assert_eq!(outcome("ok", None).strange(), None);
        assert_eq!(outcome("refused", Some("digest")).strange(), None);
        assert_eq!(outcome("refused", Some("other")).strange(), None);
        for strange in [outcome("", None), outcome("okay", None), outcome("refused", Some("banana"))] {
            assert!(strange.strange().is_some(), "{strange:?}");
        }
        assert!(outcome("refused", Some("")).strange().is_some());
        assert!(Flow { state: "conected".into(), ..Flow::default() }.strange().is_some());
    }
}
