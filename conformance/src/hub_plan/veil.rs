//! The veil: what a person's letters say is hidden before anything is told. The run's own letters stay readable.
//!
//! Without the capability `publish` the cases read whatever mailbox the citizen has.

use bytes::Bytes;
use serde_json::Value;

use super::random;
use super::request::Answer;
use crate::engine::Wire;

/// Which letters are the run's own, and where letters come from.
#[derive(Clone)]
pub(super) struct Veil {
    /// A word that stands in the subject of each letter of this run and nowhere else.
    word: String,
    /// The bases of the APIs that show letters.
    bases: Vec<String>,
}

impl Veil {
    /// A veil over what these APIs answer.
    pub(super) fn over(bases: impl IntoIterator<Item = String>) -> Self {
        Self { word: format!("zq{}", random::word()), bases: bases.into_iter().collect() }
    }

    /// The word of this run's letters.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// The body of an answer as it may be told.
    pub(super) fn body(&self, wire: &Wire, url: &str, answer: &Answer) -> Bytes {
        let shows_letters = self.bases.iter().any(|base| url.starts_with(base.as_str()));
        if !shows_letters || answer.status >= 400 || answer.body.is_empty() {
            return answer.body.clone();
        }
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(mut document) if document.is_object() || document.is_array() => {
                self.members(wire, &mut document);
                document.to_string().into()
            }
            _ if self.is_own(&String::from_utf8_lossy(&answer.body)) => answer.body.clone(),
            _ => format!("[hidden:letter] {} bytes of a letter", answer.body.len()).into(),
        }
    }

    fn members(&self, wire: &Wire, document: &mut Value) {
        match document {
            Value::Object(members) => {
                for (name, value) in members {
                    match SPEAKING.contains(&name.as_str()) {
                        true => self.hide(wire, value),
                        false => self.members(wire, value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.members(wire, item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Hides each text in a value that is not the run's own.
    fn hide(&self, wire: &Wire, value: &mut Value) {
        match value {
            Value::String(text) if !self.is_own(text) => *text = wire.mark("letter", text),
            Value::Object(members) => members.values_mut().for_each(|value| self.hide(wire, value)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(wire, item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn is_own(&self, text: &str) -> bool {
        text.contains(&self.word) || OWN.iter().any(|own| text.contains(own))
    }
}

/// Members that say what a letter is about, who wrote it and what is in it.
const SPEAKING: &[&str] = &[
    "subject",
    "text",
    "body",
    "fileName",
    "attachmentName",
    "title",
    "content",
    "reference",
    "payment",
    "communication",
];
/// What stands in letters that the suite writes beside the word.
const OWN: &[&str] = &[super::letters::BODY_WORD, super::letters::FILE];

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::engine::{Redactor, Tls};

    fn told(status: u16, url: &str, body: &str) -> String {
        let veil = Veil { word: "zqword".to_owned(), bases: vec!["https://hub.test/mailbox/v1".to_owned()] };
        let wire = Wire::new(Redactor::new().unwrap());
        let body = body.to_owned().into();
        let answer = Answer { status, headers: HeaderMap::new(), body, tls: Tls::default() };
        String::from_utf8(veil.body(&wire, url, &answer).to_vec()).unwrap()
    }

    const LIST: &str = "https://hub.test/mailbox/v1/mailboxes/m/messages";

    #[test]
    fn what_a_persons_letters_say_is_hidden_and_the_rest_stays() {
        let body = json!({"items": [{"messageId": "msg_1", "subject": {"nl": "Uw scheiding"}, "hasAttachments": true,
            "attachments": [{"fileName": "vonnis.pdf", "size": 5}]}]});
        let told = told(200, LIST, &body.to_string());
        assert!(!told.contains("scheiding") && !told.contains("vonnis"), "{told}");
        assert!(told.contains("msg_1") && told.contains("hasAttachments") && told.contains('5'), "{told}");
        assert!(told.contains("[hidden:letter:"), "{told}");
    }

    #[test]
    fn letters_of_the_run_problems_and_other_answers_stay_readable() {
        let own = json!({"subject": {"nl": "Gelée zqword 1"}, "fileName": "letter.pdf"}).to_string();
        assert_eq!(told(200, LIST, &own), own);
        let problem = json!({"title": "Not found"}).to_string();
        assert_eq!(told(404, LIST, &problem), problem);
        let metadata = json!({"title": "x"}).to_string();
        assert_eq!(told(200, "https://hub.test/.well-known/x", &metadata), metadata);
    }

    #[test]
    fn the_bytes_of_an_attachment_are_hidden() {
        assert_eq!(told(200, LIST, "%PDF secret"), "[hidden:letter] 11 bytes of a letter");
        assert_eq!(told(200, LIST, "%PDF zqword"), "%PDF zqword");
    }
}
