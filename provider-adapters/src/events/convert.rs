//! From the hub's answers to what travels, and back.

use std::collections::BTreeMap;

use hub_core::access::catalogue::Catalogue;
use hub_core::access::provider::{AskedDocumentEvents, DocumentEvent, DocumentEventPage};
use hub_core::clock::Timestamp;
use hub_core::error::{Error, Issue};
use hub_core::kept::{EventType, NAME_LENGTH, PostedEvent};
use hub_core::number::EnterpriseNumber;
use hub_core::text::Texts;

use super::wire;

/// What a query asks for.
pub(super) fn asked(query: &wire::PageQuery) -> Result<AskedDocumentEvents, Error> {
    let mut wrong = Vec::new();
    let after = query.last_sequence_nbr.parse::<i64>();
    if after.is_err() {
        wrong.push(Issue::new("schemaViolation", "?lastSequenceNbr", "an integer of 64 bits is expected"));
    }
    let size = query.page_size.parse::<i32>().ok().and_then(|size| usize::try_from(size).ok());
    if size.is_none_or(|size| size == 0) {
        wrong.push(Issue::new("schemaViolation", "?pageSize", "a positive integer of 32 bits is expected"));
    }
    let since = query.start_time.as_deref().map(Timestamp::parse);
    if matches!(since, Some(None)) {
        wrong.push(Issue::new("schemaViolation", "?startTime", "a date-time with its offset is expected"));
    }
    if query.filter.as_ref().is_some_and(|filter| !filter.is_empty()) {
        wrong.push(Issue::new("rejectedInput", "?filter", "nothing is filtered here"));
    }
    wrong.extend(client(query.client_id.as_deref()));
    match (after, size) {
        (Ok(after), Some(size)) if wrong.is_empty() => {
            Ok(AskedDocumentEvents { after, size, since: since.flatten() })
        }
        _ => Err(Error::Invalid(wrong)),
    }
}

/// What is wrong with how a client calls itself: who it is, its certificate says.
pub(super) fn client(id: Option<&str>) -> Option<Issue> {
    let wrong = id.is_some_and(|id| id.chars().count() > NAME_LENGTH);
    wrong.then(|| Issue::new("outOfRange", "?clientId", format!("at most {NAME_LENGTH} characters")))
}

/// A page; applications of this hub are called by their URNs.
pub(super) fn page(page: DocumentEventPage, (this_hub, catalogue): (&str, &Catalogue)) -> wire::Page {
    let codes: BTreeMap<&str, &str> =
        catalogue.applications.iter().map(|known| (known.client_id.as_str(), known.code.as_str())).collect();
    let item = |mut event: DocumentEvent| {
        if event.provider == this_hub {
            let code = event.application.as_deref().and_then(|client| codes.get(client));
            event.application = code.map(|code| (*code).to_owned()).or(event.application);
        }
        told(event)
    };
    wire::Page {
        events: page.items.into_iter().map(item).collect(),
        page_info: wire::PageInfo { last_sequence_nbr: page.last, has_next: page.more },
    }
}

fn told(event: DocumentEvent) -> wire::Item {
    wire::Item {
        event_sequence_nbr: event.number,
        event_time: event.at.rfc3339(),
        event_provider_id: event.provider,
        event_data: wire::Event {
            event_type: event.kind.name(),
            enterprise_id: event.enterprise.map(|number| number.as_str().to_owned()),
            mailbox_id: event.mailbox,
            message_id: event.message,
            receipt_date: event.received_at.rfc3339(),
            expiration_date: event.expires_at.rfc3339(),
            registered_mail: event.registered,
            message_type_id: event.message_type,
            sender_organization_id: event.organization,
            sender_application_id: event.application,
            subject: event.subject,
        },
    }
}

/// The events of a posting.
pub(super) fn posted(events: Vec<wire::PostedEvent>) -> Result<Vec<PostedEvent>, Error> {
    let mut wrong = Vec::new();
    let mut read = Vec::with_capacity(events.len());
    for (n, event) in events.into_iter().enumerate() {
        match one(event) {
            Ok(event) => read.push(event),
            Err((kind, member, detail)) => {
                wrong.push(Issue::new(kind, format!("[{n}].{member}"), detail));
            }
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(Error::Invalid(wrong)) }
}

fn one(event: wire::PostedEvent) -> Result<PostedEvent, (&'static str, &'static str, String)> {
    let moment = |text: &str, member| {
        let wrong = || ("schemaViolation", member, "a date-time with its offset is expected".to_owned());
        Timestamp::parse(text).ok_or_else(wrong)
    };
    if event.event_correlation_id.is_some_and(|id| id.chars().count() > NAME_LENGTH) {
        return Err(("outOfRange", "eventCorrelationId", format!("at most {NAME_LENGTH} characters")));
    }
    let number = EnterpriseNumber::parse(&event.enterprise_id);
    // one number has one form, by which senders are left out: with the zero that may be missing in front
    let organization = event.sender_organization_id.map(|id| EnterpriseNumber::parse(&format!("{id:0>10}")));
    let organization = organization
        .transpose()
        .map_err(|error| ("invalidStructure", "senderOrganizationId", error.to_string()))?;
    Ok(PostedEvent {
        kind: match event.event_type {
            wire::EventType::NewDocument => EventType::NewDocument,
            wire::EventType::NewDocumentReminder => EventType::NewDocumentReminder,
            wire::EventType::ReadDocument => EventType::ReadDocument,
            wire::EventType::DocumentExpirationAlert => EventType::DocumentExpirationAlert,
        },
        enterprise: number.map_err(|error| ("invalidStructure", "enterpriseId", error.to_string()))?,
        message_id: event.message_id,
        received_at: moment(&event.receipt_date, "receiptDate")?,
        expires_at: moment(&event.expiration_date, "expirationDate")?,
        registered: event.registered_mail,
        message_type: event.message_type_id,
        organization,
        application: event.sender_application_id,
        subject: event.subject.map(texts).unwrap_or_default(),
    })
}

fn texts(subject: wire::Subject) -> Texts {
    let given = [("nl", subject.nl), ("fr", subject.fr), ("de", subject.de), ("en", subject.en)].into_iter();
    given.filter_map(|(language, text)| Some((language.to_owned(), text?))).collect()
}
