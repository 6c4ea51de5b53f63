//! The rules of what may be published: metadata in, everything that is wrong with it out.
//!
//! All of it is told at once, each issue at the member's place in the sender API's JSON. Personal values are
//! never repeated. Whether the trio is registered is asked elsewhere: these rules know no database.

use jiff::civil::Date;

use super::draft::{Draft, DraftAttachment, DraftBody, Recipient};
use super::payment;
use super::{
    ATTACHMENT_COUNT, Addressee, BODY_LIMIT, BusinessDatum, FILE_NAME_LENGTH, LANGUAGES, SUBJECT_LENGTH,
};
use crate::error::{Error, Issue};
use crate::mailbox::Number;
use crate::number::{EnterpriseNumber, Ssin};
use crate::text::Texts;

/// What is wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Issue>);

impl Findings {
    /// Notes one more thing.
    pub(crate) fn note(&mut self, kind: &'static str, name: impl Into<String>, detail: impl Into<String>) {
        // Enough to mend a publication; a hostile one shall not be answered with more than it sent.
        if self.0.len() < MOST_FINDINGS {
            self.0.push(Issue::new(kind, name, detail));
        }
    }

    /// An error if anything was noted.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }

    fn check_length(&mut self, text: &str, name: &str, most: usize) {
        let length = text.chars().count();
        if length == 0 || length > most {
            self.note("outOfRange", name, format!("1 to {most} characters are expected"));
        } else if text.chars().any(char::is_control) {
            self.note("invalidInput", name, "control characters are not allowed");
        }
    }
}

/// The numbers of a draft, where they are right.
#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) recipient: Option<Number>,
    pub(crate) organization: Option<EnterpriseNumber>,
    /// The account on which money is asked.
    pub(crate) iban: Option<String>,
    /// Days after which the sender is told that nobody opened it.
    pub(crate) remind_after: Option<u16>,
}

/// Checks the metadata; a birth date after `today` is refused.
pub(crate) fn check(draft: &Draft, today: Date, findings: &mut Findings) -> Numbers {
    let recipient = check_recipient(&draft.recipient, "recipient", today, findings);
    Numbers { recipient, ..check_letter(draft, today, findings) }
}

/// [`check`] of a letter whose recipients are named elsewhere.
pub(crate) fn check_letter(draft: &Draft, today: Date, findings: &mut Findings) -> Numbers {
    check_texts(&draft.subject, "subject", SUBJECT_LENGTH, findings);
    if let Some(body) = &draft.body {
        check_body(body, findings);
    }
    check_attachments(&draft.attachments, findings);
    check_main(draft, findings);
    check_business_data(&draft.business_data, findings);
    if let Some(addressee) = &draft.for_the_attention_of {
        check_addressee(addressee, today, findings);
    }
    let payment = draft.payment.as_ref();
    let iban = payment.and_then(|payment| payment::check(payment, findings)).map(str::to_owned);
    Numbers {
        iban,
        remind_after: draft.remind_after.as_deref().and_then(|text| check_reminder(text, findings)),
        recipient: None,
        organization: check_trio(&draft.sender_organization, &draft.message_type, findings),
    }
}

/// Reads a recipient at `place`.
pub(crate) fn check_recipient(
    recipient: &Recipient,
    place: &str,
    today: Date,
    findings: &mut Findings,
) -> Option<Number> {
    match (&recipient.ssin, &recipient.enterprise_number) {
        (Some(ssin), None) => match Ssin::parse(ssin, today) {
            Ok(ssin) => return Some(Number::Ssin(ssin)),
            Err(error) => findings.note("invalidStructure", format!("{place}.ssin"), error.to_string()),
        },
        (None, Some(number)) => match EnterpriseNumber::parse(number) {
            Ok(number) => return Some(Number::Enterprise(number)),
            Err(error) => {
                findings.note("invalidStructure", format!("{place}.enterpriseNumber"), error.to_string());
            }
        },
        _ => findings.note("exactlyOneOfExpected", place, "ssin or enterpriseNumber is expected"),
    }
    None
}

/// Checks the shape of what names a trio; gives the organization's number if it is one.
pub(crate) fn check_trio(
    organization: &str,
    message_type: &str,
    findings: &mut Findings,
) -> Option<EnterpriseNumber> {
    findings.check_length(message_type, "messageType", 80);
    EnterpriseNumber::parse(organization)
        .map_err(|error| findings.note("invalidStructure", "senderOrganization", error.to_string()))
        .ok()
}

fn check_languages(texts: &Texts, name: &str, findings: &mut Findings) {
    if texts.is_empty() {
        findings.note("requiredInput", name, "at least one language is expected");
    }
    for language in texts.keys().filter(|language| !LANGUAGES.contains(&language.as_str())) {
        let shown: String = language.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        findings.note("unknownInput", format!("{name}.{shown}"), "nl, fr, de and en are known");
    }
}

pub(crate) fn check_texts(texts: &Texts, name: &str, most: usize, findings: &mut Findings) {
    check_languages(texts, name, findings);
    for (language, text) in texts.iter().filter(|(language, _)| LANGUAGES.contains(&language.as_str())) {
        findings.check_length(text, &format!("{name}.{language}"), most);
    }
}

/// Whether a text holds a control character that text has no use for.
pub(crate) fn is_odd(text: &str) -> bool {
    text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

fn check_body(body: &DraftBody, findings: &mut Findings) {
    check_languages(&body.text, "body.text", findings);
    if body.text.values().any(String::is_empty) {
        findings.note("outOfRange", "body.text", "a text is not empty");
    }
    if body.text.values().map(String::len).sum::<usize>() > BODY_LIMIT {
        findings.note("outOfRange", "body.text", format!("at most {BODY_LIMIT} bytes over all languages"));
    }
    if body.text.values().any(|text| is_odd(text)) {
        findings.note("invalidInput", "body.text", "control characters are not allowed");
    }
}

pub(crate) fn check_attachments(attachments: &[DraftAttachment], findings: &mut Findings) {
    if attachments.len() > ATTACHMENT_COUNT {
        findings.note("outOfRange", "attachments", format!("at most {ATTACHMENT_COUNT} attachments"));
    }
    for (at, attachment) in attachments.iter().enumerate() {
        let place = |member: &str| format!("attachments[{at}].{member}");
        findings.check_length(&attachment.file_name, &place("fileName"), FILE_NAME_LENGTH);
        if attachment.file_name.contains(['/', '\\']) {
            findings.note("invalidInput", place("fileName"), "a file name without folders is expected");
        }
        if !is_part_name(&attachment.part) {
            findings.note("invalidStructure", place("part"), "not the name of an attachment's part");
        }
        if attachments.iter().take(at).any(|earlier| earlier.part == attachment.part) {
            findings.note("invalidInput", place("part"), "another attachment names the same part");
        }
        if attachment.digest_method != "sha-256" {
            findings.note("invalidInput", place("digest.digestMethod"), "sha-256 is expected");
        }
        if digest_of(attachment).is_none() {
            findings.note(
                "invalidStructure",
                place("digest.digestValue"),
                "base64url of 32 bytes is expected",
            );
        }
    }
}

/// Reads a time in whole days, `P1D` to `P365D`.
fn check_reminder(text: &str, findings: &mut Findings) -> Option<u16> {
    let days = text.strip_prefix('P').and_then(|text| text.strip_suffix('D')).unwrap_or_default();
    let shaped = !days.starts_with('0') && days.bytes().all(|byte| byte.is_ascii_digit());
    let found = days.parse().ok().filter(|days| shaped && (1..=REMINDER_DAYS).contains(days));
    if found.is_none() {
        let detail = format!("whole days from P1D to P{REMINDER_DAYS}D are expected");
        findings.note("outOfRange", "remindAfter", detail);
    }
    found
}

/// Whether a part of the form can carry an attachment.
pub(crate) fn is_part_name(name: &str) -> bool {
    let shaped = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(shaped) && name != METADATA_PART
}

/// The digest that an attachment declares.
pub(crate) fn digest_of(attachment: &DraftAttachment) -> Option<[u8; 32]> {
    data_encoding::BASE64URL_NOPAD.decode(attachment.digest_value.as_bytes()).ok()?.try_into().ok()
}

fn check_main(draft: &Draft, findings: &mut Findings) {
    let body = draft.body.iter().filter(|body| body.main).count();
    let attachments = draft.attachments.iter().filter(|attachment| attachment.main).count();
    if body + attachments != 1 {
        let place = if draft.attachments.is_empty() { "body" } else { "attachments" };
        findings.note("mainContent", place, "exactly one of body and attachments is the main content");
    }
}

fn check_business_data(data: &[BusinessDatum], findings: &mut Findings) {
    if data.len() > 50 {
        findings.note("outOfRange", "businessData", "at most 50 entries");
    }
    for (at, datum) in data.iter().enumerate().take(50) {
        findings.check_length(&datum.key, &format!("businessData[{at}].key"), 100);
        if datum.values.is_empty() {
            findings.note(
                "requiredInput",
                format!("businessData[{at}].values"),
                "at least one value is expected",
            );
        }
        for (n, value) in datum.values.iter().enumerate() {
            findings.check_length(value, &format!("businessData[{at}].values[{n}]"), 256);
        }
    }
}

fn check_addressee(addressee: &Addressee, today: Date, findings: &mut Findings) {
    if addressee.name.is_none() && addressee.ssin.is_none() {
        findings.note("requiredInput", "forTheAttentionOf", "name or ssin is expected");
    }
    if let Some(name) = &addressee.name {
        findings.check_length(name, "forTheAttentionOf.name", 100);
    }
    if let Some(Err(error)) = addressee.ssin.as_deref().map(|ssin| Ssin::parse(ssin, today)) {
        findings.note("invalidStructure", "forTheAttentionOf.ssin", error.to_string());
    }
}

/// The most days after which a sender is reminded.
const REMINDER_DAYS: u16 = 365;
/// The part of the form that holds the metadata.
pub const METADATA_PART: &str = "message";

/// Issues told of one publication.
const MOST_FINDINGS: usize = 100;

#[cfg(test)]
mod tests;
