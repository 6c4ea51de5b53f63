//! Replies, consents and reference data, as they travel.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub_core::access::evidence::Receipt;
use hub_core::access::provider::{ConsentPage, OwnConsent, ReplyView, SentReply};
use hub_core::access::shown::ShownAttachment;
use hub_core::error::Error;
use hub_core::evidence::Stated;
use hub_core::message::draft::DraftAttachment;
use hub_core::reply::ReplyDraft;
use hub_core::sender;
use url::form_urlencoded;

use super::{Links, wire};

impl Links<'_> {
    fn replies(self, mailbox: &str, message: &str) -> String {
        format!("{}/replies", self.message(mailbox, message))
    }

    fn consents(self) -> String {
        format!("{}/consents", self.base)
    }

    /// A kind of reference data.
    pub(in crate::mailbox_api) fn reference(self, path: &str) -> String {
        format!("{}/refData/{path}", self.base)
    }
}

impl From<wire::ReplyToSend> for ReplyDraft {
    fn from(reply: wire::ReplyToSend) -> Self {
        let attachment = |file: wire::AttachmentToSend| DraftAttachment {
            part: file.part,
            file_name: file.file_name,
            media_type: file.media_type,
            digest_method: file.digest.digest_method,
            digest_value: file.digest.digest_value,
            main: false,
        };
        Self { text: reply.text, attachments: reply.attachments.into_iter().map(attachment).collect() }
    }
}

pub(in crate::mailbox_api) fn sent(
    sent: SentReply,
    mailbox: &str,
    message: &str,
    links: Links<'_>,
) -> wire::ReplySummary {
    wire::ReplySummary {
        href: format!("{}/{}", links.replies(mailbox, message), sent.id),
        sent_at: sent.at.rfc3339(),
        reply_id: sent.id,
    }
}

pub(in crate::mailbox_api) fn replies(
    all: Vec<SentReply>,
    mailbox: &str,
    message: &str,
    links: Links<'_>,
) -> wire::Replies {
    wire::Replies {
        this: links.replies(mailbox, message),
        total: all.len(),
        items: all.into_iter().map(|one| sent(one, mailbox, message, links)).collect(),
    }
}

pub(in crate::mailbox_api) fn reply(
    reply: ReplyView,
    mailbox: &str,
    message: &str,
    links: Links<'_>,
) -> wire::Reply {
    wire::Reply {
        this: format!("{}/{}", links.replies(mailbox, message), reply.sent.id),
        sent_at: reply.sent.at.rfc3339(),
        reply_id: reply.sent.id,
        text: reply.text,
        attachments: reply.attachments.into_iter().map(file).collect(),
    }
}

fn file(file: ShownAttachment) -> wire::ReplyAttachment {
    wire::ReplyAttachment {
        attachment_id: file.id,
        file_name: file.file_name,
        media_type: file.media_type,
        size: file.size,
        digest: wire::Digest {
            digest_method: "sha-256",
            digest_value: URL_SAFE_NO_PAD.encode(file.sha256.0),
        },
    }
}

pub(in crate::mailbox_api) fn consents(
    page: ConsentPage,
    query: &wire::ListQuery,
    links: Links<'_>,
) -> wire::Consents {
    let list = links.consents();
    wire::Consents {
        this: query.page_of(&list, query.after.as_deref()),
        next: page.next.map(|next| query.page_of(&list, Some(&next))),
        page_size: page.size,
        items: page
            .items
            .into_iter()
            .map(|one| wire::ConsentItem {
                href: format!("{}/{}", links.consents(), one.id),
                consent: consent(one),
            })
            .collect(),
    }
}

pub(in crate::mailbox_api) fn own_consent(one: OwnConsent, links: Links<'_>) -> wire::OneConsent {
    wire::OneConsent { this: format!("{}/{}", links.consents(), one.id), consent: consent(one) }
}

fn consent(one: OwnConsent) -> wire::Consent {
    wire::Consent {
        consent_id: one.id,
        mailbox_id: one.mailbox,
        mailbox_kind: one.kind.name(),
        state: if one.suspended { "suspended" } else { "authorised" },
        actions: one.actions.names(),
        granted_at: one.granted_at.rfc3339(),
        until: one.until.rfc3339(),
        withheld: one.withheld,
    }
}

/// The receipts of a consent, oldest first.
pub(in crate::mailbox_api) fn receipts(
    receipts: Vec<Receipt>,
    consent: &str,
    links: Links<'_>,
) -> Result<wire::Receipts, Error> {
    let this = format!("{}/{consent}/receipts", links.consents());
    let items = receipts.into_iter().map(|receipt| {
        Ok(wire::Receipt {
            sheet_href: format!("{this}/{}/sheet", receipt.id),
            evidence_id: receipt.id,
            facts: receipt.statement.facts.into_iter().map(fact).collect(),
            document: serde_json::to_value(&receipt.document).map_err(Error::internal)?,
        })
    });
    Ok(wire::Receipts { items: items.collect::<Result<_, Error>>()?, this })
}

fn fact(stated: Stated) -> wire::Fact {
    wire::Fact { kind: stated.kind.name(), at: stated.at, reason: stated.reason }
}

pub(in crate::mailbox_api) fn collection<T>(
    items: Vec<wire::Item<T>>,
    base: &str,
) -> wire::Collection<wire::Item<T>> {
    wire::Collection { this: base.to_owned(), total: items.len(), items }
}

fn item<T>(item: T, id: String, base: &str) -> wire::Item<T> {
    // An id stands in a path as it is but for what a path cannot hold.
    let segment = form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20");
    wire::Item { href: Some(format!("{base}/{segment}")), this: None, item, id }
}

pub(in crate::mailbox_api) fn organization(
    one: sender::NamedOrganization,
    base: &str,
) -> wire::Item<wire::NamedOrganization> {
    let id = one.number.clone();
    item(wire::NamedOrganization { enterprise_number: one.number, name: one.name }, id, base)
}

pub(in crate::mailbox_api) fn application(
    one: sender::NamedApplication,
    base: &str,
) -> wire::Item<wire::NamedApplication> {
    let (id, name) = (one.client_id.clone(), one.name);
    item(wire::NamedApplication { sender_application_id: one.client_id, code: one.code, name }, id, base)
}

pub(in crate::mailbox_api) fn message_type(
    one: sender::NamedType,
    base: &str,
) -> wire::Item<wire::NamedType> {
    let (id, name) = (one.id.clone(), one.name);
    let (validity, media_types) = (one.validity, one.media_types);
    item(wire::NamedType { id: one.id, name, validity, media_types }, id, base)
}
