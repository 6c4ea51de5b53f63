//! An answer of the hub, and what tests expect of it.

use http::{HeaderMap, StatusCode, Version};
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `GET /mailbox/v1/limits`, for messages.
    pub asked: String,
    /// The protocol it came by.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.text());
        self.json()
    }

    /// A problem of this status and type, named without its prefix.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, name: &str) -> Value {
        let problem = self.expect(status);
        let kind = problem["type"].as_str().unwrap_or_default();
        assert_eq!(kind.rsplit(':').next(), Some(name), "{}: {problem:#}", self.asked);
        assert_eq!(problem["status"], status, "{problem:#}");
        let trace = format!("urn:uuid:{}", self.header("belgov-trace-id"));
        assert_eq!(problem["instance"], trace.as_str(), "{}", self.asked);
        problem
    }

    /// A `badRequest` with this issue, at this place.
    #[track_caller]
    pub fn expect_issue(&self, kind: &str, name: &str) {
        let problem = self.expect_problem(400, "badRequest");
        let issues = problem["issues"].as_array().cloned().unwrap_or_default();
        let found = issues.iter().any(|issue| {
            let named = issue["type"].as_str().and_then(|kind| kind.rsplit(':').next());
            named == Some(kind) && issue["name"].as_str().unwrap_or_default() == name
        });
        assert!(found, "{} has no issue {kind} at {name}: {problem:#}", self.asked);
    }

    /// An OAuth error of this status and code.
    #[track_caller]
    pub fn expect_oauth(&self, status: u16, code: &str) -> Value {
        let error = self.expect(status);
        assert_eq!(error["error"], code, "{}: {error:#}", self.asked);
        error
    }
}
