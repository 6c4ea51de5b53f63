use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::Contract;

const TRACE: (&str, &str) = ("BelGov-Trace-Id", "5a2f7a0e-7f0f-4d26-8a51-6a1d4f0f7f11");
const TAG: (&str, &str) = ("ETag", "\"0123456789abcdefghijklmnopqrstuv\"");
const MESSAGES: &str = "/mailbox/v1/mailboxes/mbx_1k6sy9541sj3eqhb6gd1ghcakj/messages";

fn mailbox() -> Contract {
    Contract::parse(specs::MAILBOX_OPENAPI).unwrap()
}

fn sender() -> Contract {
    Contract::parse(specs::SENDER_OPENAPI).unwrap()
}

fn headers<const N: usize>(pairs: [(&'static str, &'static str); N]) -> HeaderMap {
    let pair = |(name, value): (&str, &'static str)| {
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_static(value))
    };
    pairs.into_iter().map(pair).collect()
}

fn page(more: &Value) -> Vec<u8> {
    let mut page = json!({"self": "https://api.localhost/x", "items": [], "pageSize": 25});
    page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    page.to_string().into_bytes()
}

fn check(path: &str, status: u16, content_type: &str, body: &[u8]) -> Result<(), String> {
    mailbox().check_response("GET", path, status, content_type, &headers([TRACE, TAG]), body)
}

#[test]
fn every_example_is_as_its_schema_says() {
    assert!(mailbox().check_examples().unwrap() > 20);
    assert!(sender().check_examples().unwrap() > 20);
}

#[test]
fn an_answer_as_described_passes() {
    check(&format!("{MESSAGES}?pageSize=25"), 200, "application/json", &page(&json!({"total": 0}))).unwrap();
}

#[test]
fn a_member_that_is_not_described_fails() {
    let problem = check(MESSAGES, 200, "application/json", &page(&json!({"totalItems": 0}))).unwrap_err();
    assert!(problem.contains("totalItems"), "{problem}");
}

#[test]
fn a_null_member_fails() {
    check(MESSAGES, 200, "application/json", &page(&json!({"next": null}))).unwrap_err();
}

#[test]
fn a_time_without_an_offset_fails() {
    let contract = sender();
    let answer = |at: &str| {
        let body = json!({"messageId": "msg_0xhyn9c4tcwhbpvmcm63ehf7nb", "self": "https://a.b/c", "availableAt": at});
        let path = "/sender/v1/messages/msg_0xhyn9c4tcwhbpvmcm63ehf7nb";
        contract.check_response(
            "GET",
            path,
            200,
            "application/json",
            &headers([TRACE]),
            body.to_string().as_bytes(),
        )
    };
    answer("2026-11-21T09:30:00+01:00").unwrap();
    answer("2026-11-21T09:30:00").unwrap_err();
}

#[test]
fn a_path_status_or_media_type_that_is_not_described_fails() {
    let body = page(&json!({}));
    check("/mailbox/v1/mailboxes/mbx_1/notes", 200, "application/json", &body).unwrap_err();
    check("/mailboxes", 200, "application/json", &body).unwrap_err();
    check(MESSAGES, 204, "", b"").unwrap_err();
    check(MESSAGES, 302, "", b"").unwrap_err();
    check(MESSAGES, 200, "text/html", &body).unwrap_err();
    check(MESSAGES, 200, "", b"").unwrap_err();
}

#[test]
fn a_required_header_is_required() {
    let contract = mailbox();
    let body = page(&json!({}));
    let answer = |headers| contract.check_response("GET", MESSAGES, 200, "application/json", &headers, &body);
    assert!(answer(headers([TAG])).unwrap_err().contains("BelGov-Trace-Id"));
    answer(headers([("BelGov-Trace-Id", "none"), TAG])).unwrap_err();
    answer(headers([TRACE, TAG])).unwrap();
}

#[test]
fn a_header_is_read_as_its_type() {
    let contract = mailbox();
    let body = json!({"type": "urn:problem-type:belgif:tooManyRequests", "title": "Too many requests", "status": 429});
    let body = body.to_string().into_bytes();
    let answer = |after| {
        let headers = headers([TRACE, ("Retry-After", after)]);
        contract.check_response("GET", MESSAGES, 429, "application/problem+json", &headers, &body)
    };
    answer("3").unwrap();
    answer("soon").unwrap_err();
}

#[test]
fn a_problem_says_its_own_status() {
    let problem = |status: u16| {
        let body = json!({"type": "urn:problem-type:belgif:internalServerError", "title": "Error", "status": status});
        check(MESSAGES, 500, "application/problem+json", body.to_string().as_bytes())
    };
    problem(500).unwrap();
    problem(503).unwrap_err();
}

#[test]
fn content_may_have_any_media_type_and_has_a_digest() {
    let contract = mailbox();
    let path = format!(
        "{MESSAGES}/msg_0xhyn9c4tcwhbpvmcm63ehf7nb/attachments/att_0xaqqj6wdvd7333a92zfm27jtc/content"
    );
    let disposition = ("Content-Disposition", "attachment; filename=\"a.pdf\"");
    let digest = ("Repr-Digest", "sha-256=:e5CDB0PqEt9z9mMdFDerbYD2+XK2Qrttxr/aPCA/zA8=:");
    let ranges = ("Accept-Ranges", "bytes");
    let answer = |headers| contract.check_response("GET", &path, 200, "application/pdf", &headers, b"%PDF");
    answer(headers([TRACE, TAG, ranges, disposition, digest])).unwrap();
    answer(headers([TRACE, TAG, ranges, disposition])).unwrap_err();
}

#[test]
fn a_path_of_its_own_server_stands_at_the_root() {
    check("/health", 200, "application/json", b"{\"status\":\"UP\"}").unwrap();
    check("/mailbox/v1/health", 200, "application/json", b"{\"status\":\"UP\"}").unwrap_err();
}

#[test]
fn a_method_that_is_not_described_can_only_be_refused() {
    let contract = mailbox();
    let problem = |status: u16| {
        let body =
            json!({"type": "urn:problem-type:facteur:methodNotAllowed", "title": "No", "status": status});
        let body = body.to_string().into_bytes();
        contract.check_response(
            "DELETE",
            MESSAGES,
            status,
            "application/problem+json",
            &headers([TRACE]),
            &body,
        )
    };
    problem(405).unwrap();
    problem(400).unwrap_err();
}

#[test]
fn operations_are_found_by_request() {
    let contract = mailbox();
    assert_eq!(contract.operations().len(), 37);
    assert_eq!(contract.operation("GET", &format!("{MESSAGES}?after=x")).unwrap().id, "listMessages");
    assert_eq!(contract.operation("PATCH", &format!("{MESSAGES}/msg_1")).unwrap().id, "markMessage");
    assert_eq!(contract.operation("PATCH", MESSAGES), None);
}

#[test]
fn members_of_a_composed_object_are_those_of_its_parts() {
    let yaml = "
openapi: 3.0.3
paths:
  /x:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
                allOf:
                  - $ref: '#/components/schemas/A'
                  - { type: object, properties: { b: { type: integer } } }
components:
  schemas:
    A: { type: object, required: [a], properties: { a: { type: integer } } }
";
    let contract = Contract::parse(yaml).unwrap();
    let answer = |body: &str| {
        contract.check_response("GET", "/x", 200, "application/json", &HeaderMap::new(), body.as_bytes())
    };
    answer("{\"a\":1,\"b\":2}").unwrap();
    answer("{\"b\":2}").unwrap_err();
    answer("{\"a\":1,\"c\":2}").unwrap_err();
}
