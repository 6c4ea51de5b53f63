use bytes::Bytes;

use super::Redactor;
use crate::engine::{Exchange, Message, Party, Seen, Wire};

const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const COOKIE: &str = "c29tZS1zZXNzaW9uLXZhbHVl";
const TOKEN: &str = "fat_0123456789012345678901234567890123456789abc";
const JWT: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhcHAifQ.c2lnbmF0dXJl";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----";

fn kept(seen: &Seen) -> (Exchange, String) {
    let exchange = Redactor::new().unwrap().exchange(seen, 0);
    let text = serde_json::to_string(&exchange).unwrap();
    (exchange, text)
}

fn seen(url: &str) -> Seen {
    Seen::request(Party::App, Party::Hub, "POST", url)
}

fn message(headers: &[(&'static str, &str)], body: &str) -> Message {
    let headers =
        headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Message { headers, body: Bytes::copy_from_slice(body.as_bytes()) }
}

#[test]
fn a_code_in_an_address_is_hidden_and_the_rest_stays_as_written() {
    let (exchange, text) = kept(&seen(&format!("https://app/cb?iss=https%3A%2F%2Fhub&code={CODE}#x=1")));
    assert!(!text.contains(CODE));
    assert!(exchange.url.starts_with("https://app/cb?iss=https%3A%2F%2Fhub&code=[hidden:code:"));
    assert!(exchange.url.ends_with("]#x=1"));
}

#[test]
fn tokens_cookies_and_assertions_are_hidden_in_headers_and_forms() {
    let mut seen = seen("https://hub/token");
    let form =
        [("content-type", "application/x-www-form-urlencoded"), ("authorization", "Bearer opaque-token-1")];
    seen.request =
        message(&form, &format!("grant_type=authorization_code&code={CODE}&client_assertion={JWT}"));
    seen.answer = message(&[("set-cookie", &format!("sid={COOKIE}; Path=/; HttpOnly"))], "");

    let (exchange, text) = kept(&seen);

    for secret in [CODE, JWT, COOKIE, "opaque-token-1"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("grant_type=authorization_code"));
    assert!(exchange.answer_headers[0].value.ends_with("; Path=/; HttpOnly"));
}

#[test]
fn members_of_json_are_hidden_at_any_depth_and_numbers_stay() {
    let mut seen = seen("https://hub/token");
    let body = serde_json::json!({
        "access_token": TOKEN, "expires_in": 600, "token_type": "Bearer",
        "more": [{"private_key": KEY, "kty": "EC", "d": "privateexponent"}], "q": "épinards",
    });
    seen.answer = message(&[("content-type", "application/json")], &body.to_string());

    let (_, text) = kept(&seen);

    for secret in [TOKEN, "MIGHAgEAMBMGByqGSM49AgEG", "privateexponent"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("épinards"));
    assert!(text.contains("\\\"expires_in\\\": 600") && text.contains("\\\"token_type\\\": \\\"Bearer\\\""));
}

#[test]
fn what_looks_like_a_secret_is_hidden_without_a_name() {
    let mut redactor = Redactor::new().unwrap();
    let text =
        redactor.text(&format!("the app sent {TOKEN}, {JWT} and Bearer abcdefgh12; then\n{KEY}\nand ended."));
    for secret in [TOKEN, JWT, "abcdefgh12", "MIGHAgEAMBMGByqGSM49AgEG"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("alg=ES256") && text.ends_with("and ended."));
}

#[test]
fn a_value_once_hidden_is_hidden_wherever_it_comes_again() {
    let wire = Wire::new(Redactor::new().unwrap());
    wire.saw(&seen(&format!("https://app/cb?code={CODE}")));
    let told = wire.clean(&format!("the page shows {CODE}"));
    assert!(!told.contains(CODE));

    wire.hide("secret", "correct horse battery");
    let mut seen = seen("https://app/say");
    seen.answer = message(&[("x-told", "correct horse battery")], "correct horse battery");
    let mut exchange = Redactor::new().unwrap().exchange(&seen, 0);
    wire.sweep(&mut exchange);
    let text = serde_json::to_string(&exchange).unwrap();
    assert!(!text.contains("correct horse battery"), "{text}");
}

#[test]
fn characters_that_steer_a_terminal_or_turn_a_line_are_written_out() {
    let wire = Wire::new(Redactor::new().unwrap());
    let told = wire.clean("\u{1b}[2K\u{9b}1A\u{202e}ssap\r\u{7}\u{2066}é\tand\nso on");
    assert_eq!(told, "\\u{1b}[2K\\u{9b}1A\\u{202e}ssap\\u{d}\\u{7}\\u{2066}é\tand\nso on");

    let form = [("content-type", "application/x-www-form-urlencoded"), ("x-told", "a\tb")];
    let mut seen = seen("https://app/\u{202e}?a\u{1b}=1");
    seen.request = message(&form, "n\u{1b}[201~=v\u{1b}&code=abcdefghij");
    seen.answer = message(&[], "\u{1b}[201~\nrm");
    seen.failure = Some("\u{1b}]52;c;\u{7}".to_owned());
    let (exchange, _) = kept(&seen);
    let text = format!("{exchange:?}");
    assert!(!exchange.url.contains(['\u{1b}', '\u{202e}']));
    let bodies = [exchange.request_body, exchange.answer_body].map(|body| body.unwrap().text.unwrap());
    assert!(bodies.iter().all(|body| !body.contains('\u{1b}') && body.contains("\\u{1b}")), "{bodies:?}");
    assert!(!exchange.failure.unwrap().contains(['\u{1b}', '\u{7}']), "{text}");
}

#[test]
fn a_word_to_search_for_stays_readable() {
    let (exchange, _) = kept(&seen("https://hub/publicOrganisations?q=epinards-frais&p=12345678&k=abcdefgh"));
    assert!(exchange.url.ends_with("?q=epinards-frais&p=12345678&k=abcdefgh"), "{}", exchange.url);
}

#[test]
fn a_pushed_request_is_hidden_by_name_and_by_shape() {
    const URI: &str = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";
    let mut redactor = Redactor::new().unwrap();
    let url = redactor.url(&format!("https://hub/authorize?client_id=app&request_uri={URI}:a+b"));
    assert!(url.contains("client_id=app&request_uri=[hidden:request") && !url.contains("6esc_11"), "{url}");
    let mut redactor = Redactor::new().unwrap();
    let encoded = URI.replace(':', "%3A");
    let text = redactor.text(&format!("it sent <{URI}> and \"{encoded}\" again"));
    assert!(!text.contains("6esc_11") && text.starts_with("it sent <[hidden:request_uri:"), "{text}");
    assert!(text.ends_with("]\" again"), "{text}");
}

#[test]
fn the_same_value_leaves_the_same_mark_within_a_run_and_another_in_the_next() {
    let mut run = Redactor::new().unwrap();
    assert_eq!(run.learn("code", CODE), run.learn("code", CODE));
    assert_ne!(run.learn("code", CODE), Redactor::new().unwrap().learn("code", CODE));
}

#[test]
fn an_encoded_secret_is_hidden_in_both_spellings() {
    let mut redactor = Redactor::new().unwrap();
    let url = redactor.url("https://app/cb?state=ab%2Bcd%2Fef%3D%3D");
    assert!(!url.contains("ab%2Bcd"));
    assert!(!redactor.text("ab+cd/ef==").contains("ab+cd"));
    assert!(!redactor.text("ab%2Bcd%2Fef%3D%3D").contains("%2Bcd"));
}

#[test]
fn words_after_a_scheme_stay_words() {
    let mut redactor = Redactor::new().unwrap();
    for text in
        ["Bearer error=\"invalid_token\"", "Bearer resource_metadata=\"x\"", "the scheme Bearer everywhere"]
    {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn of_two_values_that_begin_alike_the_longer_is_found() {
    let mut redactor = Redactor::new().unwrap();
    let (short, long) = (redactor.learn("code", "abcdefgh"), redactor.learn("code", "abcdefghij"));
    assert_eq!(redactor.text("é abcdefghij abcdefghi"), format!("é {long} {short}i"));
}

#[test]
fn the_number_of_a_person_is_hidden_however_it_is_written_and_other_numbers_stay() {
    let text = Redactor::new().unwrap().text("of 85.07.30-033.28, 17073003384 and 85073003329, 12345678901");
    assert!(!text.contains("85.07.30-033.28") && !text.contains("17073003384"), "{text}");
    assert!(text.contains("[hidden:person:") && text.ends_with("and 85073003329, 12345678901"), "{text}");

    let mut seen = seen("https://hub/messages");
    let document = serde_json::json!({"id": 17073003384_u64, "size": 12345678901_u64, "owner": {"ssin": 5}});
    seen.answer = message(&[("content-type", "application/json")], &document.to_string());
    let (_, text) = kept(&seen);
    assert!(!text.contains("17073003384") && text.contains("12345678901"), "{text}");
    assert!(text.contains("[hidden:ssin:"), "{text}");
}
