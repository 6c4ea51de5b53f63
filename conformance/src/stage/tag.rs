//! Tags of answers, 304, and the bytes of attachments with their ranges.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    letters::File,
    refusal::problem,
    wire::{Answer, Call, Content},
};

/// Puts the `ETag`, and answers 304 if the caller has that answer already.
pub(crate) fn tagged(answer: Answer, call: &Call) -> Answer {
    let tag = tag(&answer.bytes_of_body());
    if same(call.header("if-none-match"), &tag) {
        return Answer::empty(304).with("etag", tag);
    }
    answer.with("etag", tag)
}

/// The bytes of a file: whole, one range of them, or nothing new.
pub(crate) fn content(file: &File, call: &Call) -> Answer {
    let tag = tag(&file.content);
    if same(call.header("if-none-match"), &tag) {
        return Answer::empty(304).with("etag", tag);
    }
    let whole = Answer::bytes(200, file.media_type, file.content.clone())
        .with("etag", tag.clone())
        .with("accept-ranges", "bytes")
        .with("repr-digest", file.repr_digest())
        .with("content-disposition", format!("attachment; filename=\"{}\"", file.name));
    let wanted = call.header("if-range").is_none_or(|known| known == tag);
    match call.header("range").filter(|range| wanted && !range.contains(',')) {
        None => whole,
        Some(range) => part(whole, file, range),
    }
}

fn part(mut whole: Answer, file: &File, range: &str) -> Answer {
    let length = file.content.len();
    let Some((from, until)) = bounds(range, length) else {
        return problem(416, "facteur:rangeNotSatisfiable", "Range not satisfiable")
            .with("content-range", format!("bytes */{length}"));
    };
    let bytes = file.content.get(from..until).unwrap_or_default().to_vec();
    whole.status = 206;
    whole.body = Content::Bytes(bytes);
    whole.with("content-range", format!("bytes {from}-{}/{length}", until - 1))
}

/// The first byte, and the one behind the last, of a single range (RFC 9110 14.1.2).
fn bounds(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, until) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(from), Ok(last)) => (from, last.saturating_add(1).min(length)),
        (Ok(from), Err(_)) if last.is_empty() => (from, length),
        (Err(_), Ok(count)) if first.is_empty() => (length.saturating_sub(count), length),
        _ => return None,
    };
    (from < until).then_some((from, until))
}

/// A tag of 32 characters.
fn tag(bytes: &[u8]) -> String {
    let sum = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, bytes));
    json!(sum.get(..32).unwrap_or_default()).to_string()
}

fn same(given: Option<&str>, tag: &str) -> bool {
    given.is_some_and(|given| given == "*" || given.split(',').any(|one| one.trim() == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_lies_within_the_bytes_or_is_none() {
        assert_eq!(bounds("bytes=0-9", 100), Some((0, 10)));
        assert_eq!(bounds("bytes=90-", 100), Some((90, 100)));
        assert_eq!(bounds("bytes=-5", 100), Some((95, 100)));
        assert_eq!(bounds("bytes=0-999", 100), Some((0, 100)));
        assert_eq!(bounds("bytes=100-", 100), None);
        assert_eq!(bounds("lines=0-1", 100), None);
    }
}
