//! The rules, one broken at a time.

use jiff::civil::date;

use super::*;
use crate::number::Century;

fn letter() -> Draft {
    let ssin = Ssin::with_check(50_310_123, Century::Twentieth).unwrap();
    Draft {
        recipient: Recipient { ssin: Some(ssin.as_str().to_owned()), enterprise_number: None },
        subject: Texts::from([("nl".to_owned(), "Aanslagbiljet".to_owned())]),
        sender_organization: EnterpriseNumber::with_check(123_456).unwrap().to_string(),
        message_type: "tax-assessment".into(),
        body: Some(DraftBody { text: Texts::from([("nl".to_owned(), "Beste".to_owned())]), main: false }),
        attachments: vec![attachment("letter", true)],
        business_data: Vec::new(),
        payment: None,
        for_the_attention_of: None,
        registered_mail: false,
        reply_allowed: false,
        replaces: None,
        remind_after: None,
        follow_recipient: false,
    }
}

fn attachment(part: &str, main: bool) -> DraftAttachment {
    DraftAttachment {
        part: part.into(),
        file_name: "letter.pdf".into(),
        media_type: "application/pdf".into(),
        digest_method: "sha-256".into(),
        digest_value: "e5CDB0PqEt9z9mMdFDerbYD2-XK2Qrttxr_aPCA_zA8".into(),
        main,
    }
}

fn issues(change: impl FnOnce(&mut Draft)) -> Vec<(&'static str, String)> {
    let mut draft = letter();
    change(&mut draft);
    let mut findings = Findings::default();
    check(&draft, date(2026, 11, 21), &mut findings);
    findings.0.into_iter().map(|issue| (issue.kind, issue.name)).collect()
}

fn one(kind: &'static str, name: &str) -> Vec<(&'static str, String)> {
    vec![(kind, name.to_owned())]
}

#[test]
fn a_right_letter_has_no_issue() {
    assert_eq!(issues(|_| ()), []);
    assert_eq!(issues(|draft| draft.body = None), []);
}

#[test]
fn a_recipient_is_one_number_with_the_right_check_digits() {
    assert_eq!(
        issues(|draft| draft.recipient.ssin = Some("84022711080".into())),
        one("invalidStructure", "recipient.ssin")
    );
    assert_eq!(
        issues(
            |draft| draft.recipient = Recipient { ssin: None, enterprise_number: Some("0123456789".into()) }
        ),
        one("invalidStructure", "recipient.enterpriseNumber")
    );
    assert_eq!(issues(|draft| draft.recipient.ssin = None), one("exactlyOneOfExpected", "recipient"));
    assert_eq!(
        issues(|draft| draft.recipient.enterprise_number = Some("0406798006".into())),
        one("exactlyOneOfExpected", "recipient")
    );
}

#[test]
fn there_is_exactly_one_main_content() {
    assert_eq!(issues(|draft| draft.body.as_mut().unwrap().main = true), one("mainContent", "attachments"));
    assert_eq!(issues(|draft| draft.attachments[0].main = false), one("mainContent", "attachments"));
    assert_eq!(issues(|draft| draft.attachments.clear()), one("mainContent", "body"));
    assert_eq!(
        issues(|draft| draft.attachments.push(attachment("other", true))),
        one("mainContent", "attachments")
    );
}

#[test]
fn languages_are_the_four_and_at_least_one() {
    assert_eq!(issues(|draft| draft.subject.clear()), one("requiredInput", "subject"));
    assert_eq!(
        issues(|draft| drop(draft.subject.insert("es".into(), "Carta".into()))),
        one("unknownInput", "subject.es")
    );
    assert_eq!(
        issues(|draft| drop(draft.body.as_mut().unwrap().text.insert("e\n".into(), "x".into()))),
        one("unknownInput", "body.text.e")
    );
}

#[test]
fn texts_have_their_lengths_and_no_control_characters() {
    let subject = |text: String| issues(|draft| drop(draft.subject.insert("nl".into(), text)));
    assert_eq!(subject("é".repeat(400)), []);
    assert_eq!(subject("é".repeat(401)), one("outOfRange", "subject.nl"));
    assert_eq!(subject(String::new()), one("outOfRange", "subject.nl"));
    assert_eq!(subject("a\0b".into()), one("invalidInput", "subject.nl"));
    let body =
        |text: String| issues(|draft| drop(draft.body.as_mut().unwrap().text.insert("fr".into(), text)));
    assert_eq!(body("a\n\tb".into()), []);
    assert_eq!(body("x".repeat(BODY_LIMIT)), one("outOfRange", "body.text"), "together with the Dutch text");
    assert_eq!(issues(|draft| draft.message_type = "a\0".into()), one("invalidInput", "messageType"));
}

#[test]
fn attachments_name_their_part_file_and_digest_rightly() {
    let changed = |change: fn(&mut DraftAttachment)| issues(|draft| change(&mut draft.attachments[0]));
    assert_eq!(changed(|file| file.part = "message".into()), one("invalidStructure", "attachments[0].part"));
    assert_eq!(changed(|file| file.part = "a b".into()), one("invalidStructure", "attachments[0].part"));
    assert_eq!(
        changed(|file| file.file_name = "../a.pdf".into()),
        one("invalidInput", "attachments[0].fileName")
    );
    assert_eq!(
        changed(|file| file.file_name = "a".repeat(256)),
        one("outOfRange", "attachments[0].fileName")
    );
    assert_eq!(
        changed(|file| file.digest_value.push('=')),
        one("invalidStructure", "attachments[0].digest.digestValue")
    );
    assert_eq!(
        changed(|file| file.digest_method = "md5".into()),
        one("invalidInput", "attachments[0].digest.digestMethod")
    );
    assert_eq!(
        issues(|draft| draft.attachments.push(attachment("letter", false))),
        one("invalidInput", "attachments[1].part")
    );
    assert_eq!(
        issues(|draft| draft.attachments.extend((0..10).map(|n| attachment(&format!("p{n}"), false)))),
        one("outOfRange", "attachments")
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let all = issues(|draft| {
        draft.recipient.ssin = Some("1".into());
        draft.sender_organization = "1".into();
        draft.subject.clear();
        draft.attachments[0].main = false;
    });
    assert_eq!(all.len(), 4);
}

#[test]
fn the_same_meaning_has_the_same_spelling() {
    let mut changed = letter();
    assert_eq!(letter().canonical().unwrap(), changed.canonical().unwrap());
    changed.reply_allowed = true;
    assert_ne!(letter().canonical().unwrap(), changed.canonical().unwrap());
}
