//! Strict input: what a document does not name is refused, and said where (Belgif `req-valid`).

mod objects;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, header};
use hub_core::error::{Error, Issue};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use objects::Objects;

/// A JSON body of exactly the members of `T`, which denies unknown fields. A `PATCH` may call it a merge patch too (RFC 7396).
pub struct StrictJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for StrictJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
        let merges = media_type == "application/merge-patch+json" && request.method() == Method::PATCH;
        if media_type != "application/json" && !merges {
            return Err(Problem::named("unsupportedMediaType").detail("A JSON body is expected"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::named("payloadTooLarge")
            } else {
                Problem::from(Error::invalid("schemaViolation", "", "the body ended too early"))
            }
        })?;
        json_issues(&body).map(Self).map_err(|issue| Problem::issues(&[issue]))
    }
}

/// Reads JSON and names what is wrong with it: the path, never the value.
///
/// # Errors
/// `unknownInput` for a member that the shape does not have, `schemaViolation` otherwise.
pub fn json_issues<T: DeserializeOwned>(body: &[u8]) -> Result<T, Issue> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        issue_of(if path == "." { "" } else { &path }, &message)
    })?;
    reader.end().map_err(|_| Issue::new("schemaViolation", "", "text follows the document"))?;
    Ok(value)
}

/// Query parameters: exactly those of `T`, which denies unknown fields, each at most once.
pub struct StrictQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let issue = issue_of("", &rejection.body_text());
                Err(Problem::issues(&[Issue { name: format!("?{}", issue.name), ..issue }]))
            }
        }
    }
}

/// A whole number as it was written, of that parameter; what is none is refused here, its range in the hub.
///
/// # Errors
/// [`Error::Invalid`].
pub fn number(text: &Option<String>, parameter: &'static str) -> Result<Option<usize>, Error> {
    let wrong = || Error::invalid("schemaViolation", parameter, "not a number");
    text.as_deref().map(|text| whole(text).ok_or_else(wrong)).transpose()
}

/// A text of digits as a number; one too large to be one is larger than any limit.
pub fn whole(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

/// No query parameter at all.
pub struct NoQuery;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let StrictQuery(Nothing {}) = StrictQuery::from_request_parts(parts, state).await?;
        Ok(Self)
    }
}

/// Reads serde's message; values in it never leave, since they may be personal.
fn issue_of(path: &str, message: &str) -> Issue {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.contains("unknown field") {
        return Issue::new("unknownInput", joined(path, quoted), "unknown member or parameter");
    }
    if message.contains("missing field") {
        return Issue::new("requiredInput", joined(path, quoted), "it is required");
    }
    if message.contains("duplicate field") {
        return Issue::new("schemaViolation", joined(path, quoted), "it stands twice");
    }
    Issue::new("schemaViolation", path, "not of the expected form")
}

fn joined(path: &str, member: &str) -> String {
    let inside = path.strip_suffix(member).unwrap_or(path).trim_end_matches('.');
    if inside.is_empty() { member.to_owned() } else { format!("{inside}.{member}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Letter {
        #[expect(dead_code, reason = "only its shape matters")]
        subject: String,
    }

    #[tokio::test]
    async fn a_merge_patch_is_for_patch_alone() {
        let taken = async |method: Method, media_type: &str| {
            let request = Request::builder().method(method).header(header::CONTENT_TYPE, media_type);
            let request = request.body(r#"{"subject": "a"}"#.into()).unwrap();
            StrictJson::<Letter>::from_request(request, &()).await.is_ok()
        };
        assert!(taken(Method::PATCH, "application/merge-patch+json").await);
        assert!(taken(Method::PATCH, "application/json; charset=utf-8").await);
        assert!(taken(Method::PUT, "application/json").await);
        assert!(!taken(Method::PUT, "application/merge-patch+json").await);
        assert!(!taken(Method::PATCH, "text/plain").await);
    }

    #[test]
    fn an_unknown_member_is_named() {
        let issue = json_issues::<Letter>(br#"{"subject": "a", "colour": "red"}"#).unwrap_err();
        assert_eq!((issue.kind, issue.name.as_str()), ("unknownInput", "colour"));
    }

    #[test]
    fn an_array_does_not_pass_for_an_object() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Envelope {
            #[expect(dead_code, reason = "only its shape matters")]
            letters: Vec<Letter>,
        }

        let issue = json_issues::<Letter>(br#"["Assessment"]"#).unwrap_err();
        assert_eq!((issue.kind, issue.name.as_str()), ("schemaViolation", ""));
        let issue = json_issues::<Envelope>(br#"{"letters": [{"subject": "a"}, ["b"]]}"#).unwrap_err();
        assert_eq!((issue.kind, issue.name.as_str()), ("schemaViolation", "letters[1]"));
    }

    #[test]
    fn a_missing_member_is_named_and_a_wrong_value_is_not_repeated() {
        let issue = json_issues::<Letter>(b"{}").unwrap_err();
        assert_eq!((issue.kind, issue.name.as_str()), ("requiredInput", "subject"));
        let issue = json_issues::<Letter>(br#"{"subject": 79072300048}"#).unwrap_err();
        assert!(!issue.detail.contains("7907"));
    }
}
