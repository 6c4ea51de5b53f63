//! Conditional requests and ranges (RFC 9110 13 and 14).

use std::ops::Range;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hub_core::answer::{Answer, Written};
use hub_core::error::Error;
use serde::Serialize;

/// The tags of `If-None-Match`, compared weakly: without their mark.
pub(super) fn known(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A tag of ours holds no comma.
    let tags = values.flat_map(|value| value.split(','));
    tags.map(str::trim).map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).take(MOST_TAGS).collect()
}

/// The tags of `If-Match`, compared strongly: a weak one is none (RFC 9110 13.1.1). `None` if there is no condition, or any tag will do.
pub(super) fn expected(headers: &HeaderMap) -> Option<Vec<&str>> {
    let mut values = headers.get_all(header::IF_MATCH).iter().peekable();
    values.peek()?;
    let tags = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let tags: Vec<&str> = tags.map(str::trim).take(MOST_TAGS).collect();
    (tags != ["*"]).then_some(tags)
}

/// The bytes of an answer.
pub(super) fn json(answer: &impl Serialize) -> Result<Bytes, Error> {
    serde_json::to_vec(answer).map(Bytes::from).map_err(Error::internal)
}

/// An answer that was written, or the word that the client has it already.
pub(super) fn answered(answer: Answer<'_>) -> Result<Response, Error> {
    match answer {
        Answer::Known(tag) => unchanged(tag),
        Answer::Written(Written { bytes, tag }) => {
            let json = HeaderValue::from_static("application/json");
            tagged(([(header::CONTENT_TYPE, json)], bytes).into_response(), tag.as_deref())
        }
    }
}

/// 304: the client has it already.
pub(super) fn unchanged(tag: &str) -> Result<Response, Error> {
    tagged(StatusCode::NOT_MODIFIED.into_response(), Some(tag))
}

/// The answer with its tag, if it has one.
pub(super) fn tagged(mut response: Response, tag: Option<&str>) -> Result<Response, Error> {
    if let Some(tag) = tag {
        let value = HeaderValue::try_from(tag).map_err(Error::internal)?;
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// How much of a content is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Beyond,
}

/// What `Range` asks of a content of `size` bytes, if `If-Range` still holds for `tag`.
///
/// Several ranges, other units and what is no range are answered with all of it, as RFC 9110 14.2 lets a server do.
pub(super) fn wanted(headers: &HeaderMap, size: u64, tag: &str) -> Wanted {
    let holds = headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == tag.as_bytes());
    let mut ranges = headers.get_all(header::RANGE).iter();
    let (Some(range), None, true) = (ranges.next(), ranges.next(), holds) else { return Wanted::Whole };
    let Some((first, last)) = range.to_str().ok().and_then(bounds) else { return Wanted::Whole };
    let range = match (first, last) {
        (Some(first), Some(last)) if last < first => return Wanted::Whole,
        (Some(first), last) => first..last.map_or(size, |last| last.saturating_add(1).min(size)),
        (None, Some(length)) => size.saturating_sub(length)..size,
        (None, None) => return Wanted::Whole,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Beyond }
}

/// The two numbers of a single range of bytes; `None` if it is not one.
fn bounds(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, set) = text.split_once('=')?;
    let (first, last) = set.trim().split_once('-')?;
    let number = |text: &str| match text {
        "" => Some(None),
        // A number too large to be one lies beyond any content.
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => None,
    };
    if unit.eq_ignore_ascii_case("bytes") { Some((number(first)?, number(last)?)) } else { None }
}

/// Tags looked at in one request.
const MOST_TAGS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(range: &str, if_range: Option<&str>) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::try_from(range).unwrap());
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::try_from(tag).unwrap());
        }
        wanted(&headers, 100, "\"t\"")
    }

    #[test]
    fn a_single_range_is_read_as_the_rfc_says() {
        assert_eq!(asks("bytes=0-9", None), Wanted::Part(0..10));
        assert_eq!(asks("bytes=90-", None), Wanted::Part(90..100));
        assert_eq!(asks("Bytes=90-1000", None), Wanted::Part(90..100));
        assert_eq!(asks("bytes=-10", None), Wanted::Part(90..100));
        assert_eq!(asks("bytes=-1000", None), Wanted::Part(0..100));
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(asks(beyond, None), Wanted::Beyond, "{beyond}");
        }
        for ignored in
            ["bytes=0-1,5-6", "lines=1-2", "bytes", "bytes=a-b", "bytes=5-4", "bytes=-", "bytes=+1-2"]
        {
            assert_eq!(asks(ignored, None), Wanted::Whole, "{ignored}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 100, "\"t\""), Wanted::Whole);
    }

    #[test]
    fn a_range_of_other_content_is_not_given() {
        assert_eq!(asks("bytes=0-9", Some("\"t\"")), Wanted::Part(0..10));
        assert_eq!(asks("bytes=0-9", Some("\"u\"")), Wanted::Whole);
        assert_eq!(asks("bytes=0-9", Some("W/\"t\"")), Wanted::Whole, "a weak tag says nothing about bytes");
    }

    #[test]
    fn tags_are_taken_from_lists_and_without_their_mark() {
        let mut headers = HeaderMap::new();
        headers.append(header::IF_NONE_MATCH, HeaderValue::from_static("\"a\", W/\"b\""));
        headers.append(header::IF_NONE_MATCH, HeaderValue::from_static("\"c\""));
        assert_eq!(known(&headers), ["\"a\"", "\"b\"", "\"c\""]);
    }

    #[test]
    fn a_condition_is_a_list_of_tags_with_their_marks() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
            expected(&headers).map(|tags| tags.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(of("\"a\", W/\"b\"").unwrap(), ["\"a\"", "W/\"b\""]);
        assert_eq!(of("x").unwrap(), ["x"], "what is no tag fits nothing");
        assert_eq!((of("*"), expected(&HeaderMap::new())), (None, None));
    }
}
