//! The two headers that a form depends on.

use http::{HeaderMap, header};
use hub_core::error::Issue;
use serde_json::{Value, json};

use crate::problem::Problem;

/// The key under which a request can be repeated: a string of RFC 8941 without escapes, 1 to 64 characters.
///
/// # Errors
/// The problem to answer with.
pub fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(refused("requiredInput", "Required input is missing", "the header is required, once"));
    };
    let inside = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
    let allowed = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\';
    match inside {
        Some(key) if (1..=64).contains(&key.len()) && key.bytes().all(allowed) => Ok(key.to_owned()),
        _ => Err(refused(
            "invalidStructure",
            "Invalid structure",
            "a quoted string of 1 to 64 characters is expected",
        )),
    }
}

/// The boundary between the parts of a form.
///
/// # Errors
/// The problem to answer with: another media type, or none.
pub fn boundary(headers: &HeaderMap) -> Result<String, Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    multer::parse_boundary(declared).map_err(|_| {
        Problem::named("unsupportedMediaType")
            .detail("A multipart/form-data body with its boundary is expected")
    })
}

/// A 400 about the header; issues are in the body unless said otherwise.
fn refused(kind: &'static str, title: &str, detail: &str) -> Problem {
    let issue: Value = json!([{
        "type": format!("urn:problem-type:belgif-ext:input-validation:{kind}"),
        "title": title,
        "detail": detail,
        "in": "header",
        "name": IDEMPOTENCY_KEY,
    }]);
    Problem::issues(&[Issue::new(kind, IDEMPOTENCY_KEY, detail)]).member("issues", issue)
}

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn key(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("idempotency-key", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        idempotency_key(&headers).ok()
    }

    #[test]
    fn a_key_is_a_quoted_string_of_1_to_64_characters() {
        assert_eq!(key("\"a b-1\"").as_deref(), Some("a b-1"));
        for wrong in ["", "a", "\"\"", "\"a", "a\"", "\"a\\\"b\"", "\"a\"b\"", "\"é\""] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
        assert_eq!(key(&format!("\"{}\"", "k".repeat(64))), Some("k".repeat(64)));
        assert_eq!(key(&format!("\"{}\"", "k".repeat(65))), None);
    }

    #[test]
    fn a_missing_or_repeated_key_is_refused() {
        let mut headers = HeaderMap::new();
        assert!(idempotency_key(&headers).is_err());
        headers.append("idempotency-key", HeaderValue::from_static("\"a\""));
        headers.append("idempotency-key", HeaderValue::from_static("\"b\""));
        assert!(idempotency_key(&headers).is_err());
    }

    #[test]
    fn only_a_form_with_a_boundary_is_read() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            boundary(&headers).ok()
        };
        assert_eq!(of("multipart/form-data; boundary=xyz").as_deref(), Some("xyz"));
        for wrong in [
            "application/json",
            "multipart/form-data",
            "multipart/mixed; boundary=xyz",
            "text/plain; boundary=x",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
