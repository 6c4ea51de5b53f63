//! From the hub's answers to MeMo, and from a reply in MeMo to the hub's.
//!
//! A document has one language. Texts longer than MeMo's 256 characters stand in several entries of one name, or in a
//! document for programs: nothing is lost.

mod documents;
mod replies;

use http::{HeaderMap, header};
use hub_core::access::provider::{Letter, MessagePage};
use hub_core::access::shown::{Attention, ListedMessage, ShownSequel};
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::message::{Flags, Headline, LANGUAGES};
use hub_core::text::Texts;
use hub_http::language;
use url::form_urlencoded;

use super::wire::{
    self, AdditionalContentData, AttentionData, AttentionPerson, GeneratingSystem, MessageHeader,
};

pub(super) use documents::letter;
pub(super) use replies::{Answered, addressed, draft, receipt};

/// Which mailbox is shown, and in which language.
pub(super) struct View<'a> {
    /// The mailbox, as the caller knows it.
    pub(super) mailbox: &'a str,
    /// The language that is asked for.
    pub(super) language: Option<&'static str>,
    /// The language of the message's subject, once that is known.
    pub(super) subject: Option<&'static str>,
}

/// The language that is asked for: by the parameter, or else by the header.
///
/// # Errors
/// [`Error::Invalid`] for a parameter that names none of ours; a header may name what it likes.
pub(super) fn language(asked: Option<&str>, headers: &HeaderMap) -> Result<Option<&'static str>, Error> {
    let Some(asked) = asked else {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        return Ok(accepted.and_then(language::most_accepted));
    };
    let known = LANGUAGES.into_iter().find(|language| *language == asked);
    let wrong = || Error::invalid("schemaViolation", "?lang", "nl, fr, de or en is expected");
    known.map(Some).ok_or_else(wrong)
}

/// A page of the list.
pub(super) fn messages(
    page: MessagePage,
    view: &View<'_>,
    base: &str,
    query: &wire::PageQuery,
) -> wire::Messages {
    let list = format!("{base}/mailboxes/{}/messages", view.mailbox);
    let next = page.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query.page_size.as_ref().map(|size| ("pageSize", size)));
        pairs.extend_pairs(query.lang.as_ref().map(|language| ("lang", language)));
        format!("{list}?{}", pairs.append_pair("after", &after).finish())
    });
    let items = page.items.iter().map(|listed| item(listed, view, &list));
    wire::Messages {
        namespace: wire::ENVELOPE,
        page_size: page.size,
        total: page.total,
        next,
        items: items.collect(),
    }
}

fn item(listed: &ListedMessage, view: &View<'_>, list: &str) -> wire::Item {
    let (read, archived) = (listed.headline.read, listed.headline.archived);
    let view = &view.of(view.text(&listed.headline.subject).0);
    let header = view.header(
        &listed.id,
        &listed.headline,
        facts(&listed.headline, &listed.sequel, view.language.or(view.subject)),
    );
    wire::Item {
        href: format!("{list}/{}", listed.id),
        read,
        archived,
        header: MessageHeader { namespace: Some(wire::MEMO), ..header },
    }
}

impl<'a> View<'a> {
    /// A mailbox, shown in a language if one is asked for.
    pub(super) const fn new(mailbox: &'a str, language: Option<&'static str>) -> Self {
        Self { mailbox, language, subject: None }
    }

    /// The view of a message whose subject is shown in that language.
    fn of(&self, subject: &'static str) -> Self {
        Self { subject: Some(subject), ..*self }
    }

    /// A text in the language that is asked for, or that of the subject, or in another where both are missing; and its
    /// language.
    fn text<'t>(&self, texts: &'t Texts) -> (&'static str, &'t str) {
        let order = self.language.into_iter().chain(self.subject).chain(LANGUAGES);
        let mut found = order.filter_map(|language| Some((language, texts.get(language)?.as_str())));
        found.next().unwrap_or(("nl", ""))
    }

    fn header(&self, id: &str, headline: &Headline, entries: Vec<AdditionalContentData>) -> MessageHeader {
        let reply = headline.flags.has(Flags::REPLY_ALLOWED);
        MessageHeader {
            namespace: None,
            message_type: "DIGITALPOST",
            message_uuid: uuid(id),
            message_id: id.to_owned(),
            message_code: headline.message_type.clone(),
            label: first(self.text(&headline.subject).1),
            reply,
            reply_by_date_time: reply.then(|| headline.expires_at.rfc3339()),
            sender: self.sender(headline),
            recipient: wire::Recipient {
                recipient_id: self.mailbox.to_owned(),
                id_type: "MAILBOX",
                attention_data: None,
            },
            content_data: wire::ContentData { entries },
            reply_data: reply.then(|| wire::ReplyData { message_id: id.to_owned(), message_uuid: uuid(id) }),
        }
    }

    fn sender(&self, headline: &Headline) -> wire::Sender {
        let system = GeneratingSystem { generating_system_id: headline.application.clone() };
        wire::Sender {
            sender_id: headline.organization.clone(),
            id_type: "CBE",
            id_type_label: "Enterprise number",
            label: first(self.text(&headline.organization_name).1),
            attention_data: AttentionData { generating_system: Some(system), ..AttentionData::default() },
        }
    }

    /// The header of a whole message, and whether the sender's data found room in it.
    fn whole_header(&self, letter: &Letter) -> (MessageHeader, bool) {
        let message = &letter.message;
        let mut entries = facts(&message.headline, &message.sequel, self.language.or(self.subject));
        let of_datum = |datum: &hub_core::message::BusinessDatum| {
            let key = datum.key.clone();
            datum.values.clone().into_iter().map(move |value| entry("businessData", &key, value))
        };
        let data: Vec<AdditionalContentData> = message.business_data.iter().flat_map(of_datum).collect();
        let fits = entries.len() + data.len() <= ENTRIES;
        if fits {
            entries.extend(data);
        }
        let mut header = self.header(&message.id, &message.headline, entries);
        header.recipient.attention_data = message.for_the_attention_of.as_ref().map(attention);
        (header, fits)
    }
}

fn attention(person: &Attention) -> AttentionData {
    let person_id = person.person.clone().or_else(|| person.number.clone());
    let person = AttentionPerson { person_id, label: person.name.clone() };
    AttentionData { attention_person: Some(person), ..AttentionData::default() }
}

/// What the hub knows of a message and MeMo has no element for.
fn facts(
    headline: &Headline,
    sequel: &ShownSequel,
    language: Option<&'static str>,
) -> Vec<AdditionalContentData> {
    let mut facts = vec![
        entry("facteur", "availableDateTime", headline.at.rfc3339()),
        entry("facteur", "expiresDateTime", headline.expires_at.rfc3339()),
    ];
    if headline.flags.has(Flags::REGISTERED_MAIL) {
        facts.push(entry("facteur", "registeredMail", "true".to_owned()));
    }
    let view = View::new("", language);
    let subject = view.text(&headline.subject).1;
    if subject.chars().count() > TEXT {
        facts.extend(entries("subject", subject));
    }
    if let Some(withdrawal) = &sequel.withdrawn {
        facts.push(entry("facteur", "withdrawnDateTime", withdrawal.at.rfc3339()));
        facts.extend(entries("withdrawnReason", view.text(&withdrawal.reason).1));
    }
    let links = [("replaces", &sequel.replaces), ("replacedBy", &sequel.replaced_by)];
    facts.extend(links.into_iter().filter_map(|(name, id)| Some(entry("facteur", name, id.clone()?))));
    facts
}

/// A long text in entries of one name, which together are the text.
fn entries(name: &str, text: &str) -> Vec<AdditionalContentData> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(TEXT).map(|part| entry("facteur", name, part.iter().collect())).collect()
}

fn entry(kind: &'static str, name: &str, value: String) -> AdditionalContentData {
    AdditionalContentData {
        content_data_type: kind,
        content_data_name: name.to_owned(),
        content_data_value: value,
    }
}

/// A text as one of MeMo's texts holds it: its beginning, if it is too long.
fn first(text: &str) -> String {
    if text.chars().count() <= TEXT {
        return text.to_owned();
    }
    text.chars().take(TEXT - 1).chain(['…']).collect()
}

/// The UUID by which MeMo knows a message: made of the caller's own id for it, so that it is stable and tells nothing more.
pub(super) fn uuid(id: &str) -> String {
    let Sha256(digest) = Sha256::of(id.as_bytes());
    let bytes = digest.first_chunk::<16>().copied().unwrap_or_default();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The end of a day as MeMo writes an instant.
fn end_of(day: &str) -> String {
    format!("{day}T23:59:59Z")
}

/// When something was made available.
fn instant(at: Timestamp) -> String {
    at.rfc3339()
}

/// Characters of a text.
const TEXT: usize = 256;
/// Entries of additional data that a header holds.
const ENTRIES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_stable_and_of_version_4() {
        let one = uuid("msg_0xhyn9c4tcwhbpvmcm63ehf7nb");
        assert_eq!(one, uuid("msg_0xhyn9c4tcwhbpvmcm63ehf7nb"));
        assert_ne!(one, uuid("msg_0xhyn9c4tcwhbpvmcm63ehf7nc"));
        assert_eq!((one.len(), one.as_bytes()[14]), (36, b'4'));
        assert!(matches!(one.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{one}");
    }

    #[test]
    fn a_long_text_is_cut_for_the_label_and_whole_in_entries() {
        let long = "é".repeat(400);
        assert_eq!(first(&long).chars().count(), 256);
        let parts = entries("subject", &long);
        let lengths: Vec<usize> = parts.iter().map(|part| part.content_data_value.chars().count()).collect();
        assert_eq!(lengths, [256, 144]);
        assert_eq!(parts.iter().map(|part| part.content_data_value.as_str()).collect::<String>(), long);
    }

    #[test]
    fn the_asked_language_comes_first_and_a_missing_one_is_replaced() {
        let texts: Texts = [("fr", "Impôt"), ("en", "Tax")].map(|(l, t)| (l.to_owned(), t.to_owned())).into();
        let shown = |language| View::new("", language).text(&texts);
        assert_eq!(shown(Some("en")), ("en", "Tax"));
        assert_eq!(shown(Some("de")), ("fr", "Impôt"));
        assert_eq!(shown(None), ("fr", "Impôt"));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, http::HeaderValue::from_static("da, de;q=0.7"));
        assert_eq!(language(None, &headers).unwrap(), Some("de"));
        assert_eq!(language(Some("fr"), &headers).unwrap(), Some("fr"));
        assert!(language(Some("da"), &headers).is_err());
    }
}
