//! Everything that goes wrong, as XML: the problem documents of the other APIs in the form that RFC 9457 has for XML.
//!
//! Whatever the shared path refuses with is a problem; one function turns every problem into XML, on the way out of the
//! adapter and at the gate. Status, challenge and waiting time stay as they are.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use hub_core::error::Error;
use hub_http::Problem;
use serde_json::Value;

use super::frame::Frame;
use super::wire;

/// How the adapter says no at the gate.
pub(super) fn refuse(error: Error) -> Response {
    spoken(Problem::from(error).into_response())
}

/// The response as it leaves: a problem as XML, all else as it is.
pub(super) fn spoken(mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+xml"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(document(&problem).unwrap_or_default()))
}

/// RFC 9457, appendix B: members are elements, entries of a list are elements `i`.
fn document(problem: &Problem) -> Result<bytes::Bytes, Error> {
    let mut frame = Frame::new()?;
    frame.open("problem", &[("xmlns", wire::PROBLEM)])?;
    for (name, value) in problem.members() {
        member(&mut frame, name, value)?;
    }
    frame.close("problem")?;
    Ok(frame.whole())
}

fn member(frame: &mut Frame, name: &str, value: &Value) -> Result<(), Error> {
    match value {
        Value::Array(entries) => {
            frame.open(name, &[])?;
            for entry in entries {
                member(frame, "i", entry)?;
            }
            frame.close(name)
        }
        Value::Object(members) => {
            frame.open(name, &[])?;
            let of_body = members.get("in").is_some_and(|place| place == "body");
            for (name, value) in members {
                match value {
                    Value::String(text) if of_body && name == "name" => frame.text(name, &place(text))?,
                    value => member(frame, name, value)?,
                }
            }
            frame.close(name)
        }
        Value::String(text) => frame.text(name, text),
        other => frame.text(name, &other.to_string()),
    }
}

/// Where it is, as MeMo names it: a reply's text is its main document, its files are the additional ones.
fn place(name: &str) -> String {
    if name == "text" {
        return "MessageBody.MainDocument.File.content".to_owned();
    }
    let Some(rest) = name.strip_prefix("attachments") else { return name.to_owned() };
    let place = format!("MessageBody.AdditionalDocument{rest}");
    NAMES.iter().fold(place, |place, (ours, theirs)| place.replace(ours, theirs))
}

/// Members of the hub's own forms, and what they are called here.
const NAMES: [(&str, &str); 4] = [
    (".fileName", ".File.filename"),
    (".mediaType", ".File.encodingFormat"),
    (".digest.digestValue", ".File.content"),
    (".part", ".File.content"),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_problem_is_told_in_the_xml_of_the_rfc() {
        let issue = json!({"detail": "a < b & \"c\"", "in": "body", "name": "attachments[2].mediaType"});
        let problem = Problem::named("badRequest").member("issues", json!([issue])).member("limit", 5.into());
        let xml = String::from_utf8(document(&problem).unwrap().to_vec()).unwrap();

        assert!(xml.contains("<problem xmlns=\"urn:ietf:rfc:7807\">"), "{xml}");
        assert!(xml.contains("<type>urn:problem-type:belgif:badRequest</type>"), "{xml}");
        assert!(xml.contains("<limit>5</limit><status>400</status>"), "{xml}");
        assert!(xml.contains("<issues><i><detail>a &lt; b &amp; "), "{xml}");
        let name = "<name>MessageBody.AdditionalDocument[2].File.encodingFormat</name></i></issues>";
        assert!(xml.contains(name), "{xml}");
    }
}
