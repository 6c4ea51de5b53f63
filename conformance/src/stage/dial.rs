//! Dials: each changes exactly one thing of one answer of the played hub, and says which.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use serde_json::Value;

use super::{
    endpoint::Endpoint,
    wire::{Answer, Call, Content},
};

type Change = dyn Fn(&Call, &mut Answer) + Send + Sync;

/// One change of one answer.
#[derive(Clone)]
pub struct Dial {
    endpoint: Endpoint,
    /// What is changed, in words.
    says: String,
    /// How many answers go by unchanged first.
    skips: u32,
    /// How many answers are changed; `None` = all.
    times: Option<u32>,
    change: Arc<Change>,
    met: Arc<AtomicU32>,
}

impl Dial {
    /// Any change.
    pub fn new(
        endpoint: Endpoint,
        says: impl Into<String>,
        change: impl Fn(&Call, &mut Answer) + Send + Sync + 'static,
    ) -> Self {
        let (change, met) = (Arc::new(change), Arc::default());
        Self { endpoint, says: says.into(), skips: 0, times: None, change, met }
    }

    /// A member of the JSON body, by its pointer, has this value.
    pub fn set(endpoint: Endpoint, pointer: &'static str, value: Value) -> Self {
        Self::new(endpoint, format!("{pointer} is {value}"), move |_, answer| {
            if let Content::Json(body) = &mut answer.body {
                set(body, pointer, value.clone());
            }
        })
    }

    /// A member of the JSON body is not there.
    pub fn without(endpoint: Endpoint, pointer: &'static str) -> Self {
        Self::new(endpoint, format!("{pointer} is not there"), move |_, answer| {
            if let Content::Json(body) = &mut answer.body {
                remove(body, pointer);
            }
        })
    }

    /// Another answer altogether.
    pub fn instead(endpoint: Endpoint, says: impl Into<String>, other: Answer) -> Self {
        Self::new(endpoint, says, move |_, answer| *answer = other.clone())
    }

    /// A header has this value.
    pub fn header(endpoint: Endpoint, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self::new(endpoint, format!("header {name} is {value}"), move |_, answer| {
            answer.set_header(name, value.clone());
        })
    }

    /// The body says that it is of that type.
    pub fn content_type(endpoint: Endpoint, value: &'static str) -> Self {
        Self::new(endpoint, format!("content-type is {value}"), move |_, answer| {
            answer.content_type = value.to_owned();
        })
    }

    /// The bytes of the body are changed.
    pub fn bytes(
        endpoint: Endpoint,
        says: &'static str,
        change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::new(endpoint, says, move |_, answer| {
            answer.body = Content::Bytes(change(answer.bytes_of_body()));
        })
    }

    /// The answer does not come in that time.
    pub fn stalls(endpoint: Endpoint, time: Duration) -> Self {
        Self::new(endpoint, format!("the answer takes {} s", time.as_secs()), move |_, answer| {
            answer.delay = time;
        })
    }

    /// A parameter of the redirection has this value.
    pub fn parameter(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self::redirect(format!("{name} is {value}"), move |parameters| {
            parameters.retain(|(known, _)| known != name);
            parameters.push((name.to_owned(), value.clone()));
        })
    }

    /// A parameter of the redirection is not there.
    pub fn no_parameter(name: &'static str) -> Self {
        Self::redirect(format!("{name} is not there"), move |parameters| {
            parameters.retain(|(known, _)| known != name);
        })
    }

    /// A parameter of the redirection stands there a second time.
    pub fn repeats(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self::redirect(format!("{name} stands there twice"), move |parameters| {
            parameters.push((name.to_owned(), value.clone()));
        })
    }

    /// A parameter of the redirection stands there a second time, before the right one.
    pub fn forestalls(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self::redirect(format!("{name} stands there twice, the wrong one first"), move |parameters| {
            parameters.insert(0, (name.to_owned(), value.clone()));
        })
    }

    /// The parameters of the redirection stand behind `#`.
    pub fn fragment() -> Self {
        Self::new(Endpoint::Authorize, "the answer stands in the fragment", |_, answer| {
            if let Content::Redirect(redirect) = &mut answer.body {
                redirect.fragment = true;
            }
        })
    }

    /// An error instead of a code.
    pub fn error(code: &'static str) -> Self {
        Self::redirect(format!("error={code} instead of a code"), move |parameters| {
            parameters.retain(|(known, _)| known != "code");
            parameters.push(("error".to_owned(), code.to_owned()));
        })
    }

    /// Only the first answers are changed.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// So many answers go by unchanged first.
    #[must_use]
    pub fn after(mut self, answers: u32) -> Self {
        self.skips = answers;
        self
    }

    /// How many answers it has changed.
    pub fn used(&self) -> u32 {
        let met = self.met.load(Ordering::Relaxed).saturating_sub(self.skips);
        self.times.map_or(met, |times| met.min(times))
    }

    /// What it changes, in words.
    pub fn says(&self) -> String {
        format!("{:?}: {}", self.endpoint, self.says)
    }

    /// Changes the answer, if it is one of those. Says whether it did.
    pub(crate) fn turn(&self, endpoint: Endpoint, call: &Call, answer: &mut Answer) -> bool {
        if endpoint != self.endpoint {
            return false;
        }
        let met = self.met.fetch_add(1, Ordering::Relaxed);
        let turns = met >= self.skips && self.times.is_none_or(|times| met - self.skips < times);
        if turns {
            (self.change)(call, answer);
        }
        turns
    }

    fn redirect(
        says: impl Into<String>,
        change: impl Fn(&mut Vec<(String, String)>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(Endpoint::Authorize, says, move |_, answer| {
            if let Content::Redirect(redirect) = &mut answer.body {
                change(&mut redirect.parameters);
            }
        })
    }
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says())
    }
}

fn set(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.insert(name.to_owned(), value)),
        Some(Value::Array(items)) => {
            if let Some(item) = name.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
                *item = value;
            }
        }
        _ => {}
    }
}

fn remove(body: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    if let Some(Value::Object(members)) = body.pointer_mut(parent) {
        members.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call() -> Call {
        Call {
            method: "POST".into(),
            path: "/token".into(),
            raw_query: String::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            form: Vec::new(),
            wire: super::super::door::Wire::default(),
        }
    }

    fn turned(dial: &Dial, mut answer: Answer) -> Answer {
        dial.turn(Endpoint::Token, &call(), &mut answer);
        answer
    }

    #[test]
    fn a_dial_changes_one_member_and_nothing_else() {
        let dial = Dial::set(Endpoint::Token, "/details/0/actions", json!(["list"]));
        let honest = json!({"access_token": "a", "details": [{"actions": ["list", "reply"], "kind": "x"}]});
        let Content::Json(body) = turned(&dial, Answer::json(200, honest)).body else { panic!("no JSON") };
        assert_eq!(body, json!({"access_token": "a", "details": [{"actions": ["list"], "kind": "x"}]}));
        assert_eq!(dial.used(), 1);
    }

    #[test]
    fn a_dial_turns_as_often_as_it_was_told() {
        let dial = Dial::without(Endpoint::Token, "/a").times(1).after(1);
        let bodies: Vec<Vec<u8>> =
            (0..3).map(|_| turned(&dial, Answer::json(200, json!({"a": 1}))).bytes_of_body()).collect();
        assert_eq!(bodies, [b"{\"a\":1}".to_vec(), b"{}".to_vec(), b"{\"a\":1}".to_vec()]);
        assert_eq!(dial.used(), 1);
    }

    #[test]
    fn an_answer_of_another_operation_stays() {
        let dial = Dial::without(Endpoint::Par, "/a");
        assert_eq!(turned(&dial, Answer::json(200, json!({"a": 1}))).bytes_of_body(), b"{\"a\":1}");
        assert_eq!(dial.used(), 0);
    }
}
