//! From the hub's answers to what travels, and from queries to questions.

mod kept;
mod others;
mod query;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hub_core::access::provider::{MailboxPage, MessagePage, OpenMailbox, Statistics};
use hub_core::access::shown::{ListedMessage, ShownAttachment, ShownMessage, ShownSequel};
use hub_core::clock::Timestamp;
use hub_core::id::Sha256;
use hub_core::message::{self, Flags, Marks};
use hub_http::Limits;
use url::form_urlencoded;

use super::wire;
pub(super) use hub_http::number;
pub(super) use kept::kept;
pub(super) use others::{
    application, collection, consents, message_type, organization, own_consent, receipts, replies, reply,
    sent,
};
pub(super) use query::asked;

/// The absolute links of this API.
#[derive(Clone, Copy)]
pub(super) struct Links<'a> {
    /// The API's own address: its audience.
    pub(super) base: &'a str,
}

impl Links<'_> {
    pub(super) fn mailboxes(self) -> String {
        format!("{}/mailboxes", self.base)
    }

    pub(super) fn changes(self) -> String {
        format!("{}/changes", self.base)
    }

    fn limits(self) -> String {
        format!("{}/limits", self.base)
    }

    fn messages(self, mailbox: &str) -> String {
        format!("{}/mailboxes/{mailbox}/messages", self.base)
    }

    pub(super) fn partitions(self, mailbox: &str) -> String {
        format!("{}/partitions", self.mailbox(mailbox))
    }

    pub(super) fn partition(self, mailbox: &str, partition: &str) -> String {
        format!("{}/{partition}", self.partitions(mailbox))
    }

    pub(super) fn routing_rules(self, mailbox: &str) -> String {
        format!("{}/routingRules", self.mailbox(mailbox))
    }

    pub(super) fn partition_rights(self, mailbox: &str) -> String {
        format!("{}/partitionRights", self.mailbox(mailbox))
    }

    pub(super) fn partition_right(self, mailbox: &str, person: &str) -> String {
        format!("{}/{person}", self.partition_rights(mailbox))
    }

    pub(super) fn messages_in(self, mailbox: &str, partition: &str) -> String {
        format!("{}?partition={partition}", self.messages(mailbox))
    }

    fn message(self, mailbox: &str, message: &str) -> String {
        format!("{}/{message}", self.messages(mailbox))
    }

    fn content(self, mailbox: &str, message: &str, attachment: &str) -> String {
        format!("{}/attachments/{attachment}/content", self.message(mailbox, message))
    }

    fn mailbox(self, mailbox: &str) -> String {
        format!("{}/mailboxes/{mailbox}", self.base)
    }

    /// A page of the list: with what the client said, and where it begins.
    fn page(self, mailbox: &str, query: &wire::PageQuery, after: Option<&str>) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query.said()).extend_pairs(after.map(|after| ("after", after)));
        let query = pairs.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", self.messages(mailbox))
    }
}

pub(super) fn mailboxes(page: MailboxPage, query: &wire::ListQuery, links: Links<'_>) -> wire::Mailboxes {
    let list = links.mailboxes();
    wire::Mailboxes {
        this: query.page_of(&list, query.after.as_deref()),
        next: page.next.map(|next| query.page_of(&list, Some(&next))),
        total: page.total,
        items: page.items.into_iter().map(|mailbox| mailbox_summary(mailbox, links)).collect(),
        page_size: page.size,
    }
}

fn mailbox_summary(mailbox: OpenMailbox, links: Links<'_>) -> wire::MailboxSummary {
    wire::MailboxSummary {
        href: links.messages(&mailbox.id),
        mailbox_id: mailbox.id,
        mailbox_kind: mailbox.kind.name(),
        enterprise_number: mailbox.enterprise_number.map(|number| number.to_string()),
        consent_id: mailbox.consent,
        actions: mailbox.actions.names(),
        until: mailbox.until.rfc3339(),
        total: mailbox.total,
        unread: mailbox.unread,
        withheld: mailbox.withheld,
    }
}

/// A mailbox with its statistics, whose counts are of one moment.
pub(super) fn mailbox(open: OpenMailbox, statistics: Statistics, links: Links<'_>) -> wire::Mailbox {
    let (total, unread) = (statistics.total, statistics.unread);
    wire::Mailbox {
        this: links.mailbox(&open.id),
        summary: wire::MailboxSummary { total, unread, ..mailbox_summary(open, links) },
        archived: statistics.archived,
        registered_mail: statistics.registered_mail,
        expiring_soon: statistics.expiring_soon,
        newest_received_at: statistics.newest.map(Timestamp::rfc3339),
    }
}

pub(super) fn marks(patch: &wire::MessagePatch) -> Marks {
    Marks { read: patch.read, archived: patch.archived }
}

pub(super) fn messages(
    page: MessagePage,
    mailbox: &str,
    query: &wire::PageQuery,
    links: Links<'_>,
) -> wire::Messages {
    wire::Messages {
        this: links.page(mailbox, query, query.after.as_deref()),
        next: page.next.map(|next| links.page(mailbox, query, Some(&next))),
        items: page.items.into_iter().map(|listed| summary(listed, mailbox, links)).collect(),
        page_size: page.size,
        total: page.total,
    }
}

pub(super) fn summary(listed: ListedMessage, mailbox: &str, links: Links<'_>) -> wire::MessageSummary {
    wire::MessageSummary {
        href: links.message(mailbox, &listed.id),
        message_id: listed.id,
        headline: headline(listed.headline),
        partition: listed.partition,
        sequel: sequel(listed.sequel, mailbox, links),
    }
}

pub(super) fn message(shown: ShownMessage, mailbox: &str, links: Links<'_>) -> wire::Message {
    let reply_allowed = shown.headline.flags.has(Flags::REPLY_ALLOWED);
    let id = shown.id;
    let attachments = shown.attachments.into_iter();
    wire::Message {
        this: links.message(mailbox, &id),
        headline: headline(shown.headline),
        partition: shown.partition,
        sequel: sequel(shown.sequel, mailbox, links),
        reply_allowed,
        for_the_attention_of: shown.for_the_attention_of.map(|of| wire::Addressee {
            name: of.name,
            ssin: of.number,
            person_id: of.person,
        }),
        body: shown.body.map(|body| wire::Body {
            media_type: message::BODY_MEDIA_TYPE,
            text: body.text,
            main: body.main,
        }),
        attachments: attachments.map(|file| attachment(file, mailbox, &id, links)).collect(),
        business_data: shown
            .business_data
            .into_iter()
            .map(|datum| wire::BusinessDatum { key: datum.key, values: datum.values })
            .collect(),
        payment: shown.payment.map(payment),
        message_id: id,
    }
}

fn sequel(sequel: ShownSequel, mailbox: &str, links: Links<'_>) -> wire::Sequel {
    let link = |id: String| wire::Link { href: links.message(mailbox, &id), message_id: id };
    wire::Sequel {
        withdrawn: sequel
            .withdrawn
            .map(|withdrawal| wire::Withdrawn { at: withdrawal.at.rfc3339(), reason: withdrawal.reason }),
        replaces: sequel.replaces.map(link),
        replaced_by: sequel.replaced_by.map(link),
    }
}

fn payment(payment: message::Payment) -> wire::Payment {
    wire::Payment {
        amount: payment.amount,
        currency: payment.currency,
        due_date: payment.due_date,
        iban: payment.iban,
        reference: payment.reference,
    }
}

fn headline(headline: message::Headline) -> wire::Headline {
    wire::Headline {
        subject: headline.subject,
        sender_organization: wire::SenderOrganization {
            enterprise_number: headline.organization,
            name: headline.organization_name,
        },
        sender_application_id: headline.application,
        message_type: wire::MessageType { id: headline.message_type, name: headline.message_type_name },
        received_at: headline.at.rfc3339(),
        expires_at: headline.expires_at.rfc3339(),
        read: headline.read,
        archived: headline.archived,
        has_payment: headline.flags.has(Flags::HAS_PAYMENT),
        registered_mail: headline.flags.has(Flags::REGISTERED_MAIL),
        has_attachments: headline.flags.has(Flags::HAS_ATTACHMENTS),
    }
}

fn attachment(file: ShownAttachment, mailbox: &str, message: &str, links: Links<'_>) -> wire::Attachment {
    wire::Attachment {
        content_href: links.content(mailbox, message, &file.id),
        attachment_id: file.id,
        file_name: file.file_name,
        media_type: file.media_type,
        size: file.size,
        digest: wire::Digest {
            digest_method: "sha-256",
            digest_value: URL_SAFE_NO_PAD.encode(file.sha256.0),
        },
        main: file.main,
    }
}

/// `Repr-Digest` of a content (RFC 9530 3): a dictionary of one byte sequence.
pub(super) fn repr_digest(sha256: Sha256) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256.0))
}

pub(super) fn limits(limits: &Limits, links: Links<'_>) -> wire::Limits {
    wire::Limits {
        this: links.limits(),
        page_size: wire::PageSize { default: message::PAGE_SIZE, maximum: message::PAGE_SIZE_LIMIT },
        request_rate: wire::RequestRate { per_second: limits.per_second(), burst: limits.burst() },
        message: wire::MessageLimits {
            attachment_count: message::ATTACHMENT_COUNT,
            attachment_size: message::ATTACHMENT_LIMIT,
            body_size: message::BODY_LIMIT,
            subject_length: message::SUBJECT_LENGTH,
            file_name_length: message::FILE_NAME_LENGTH,
        },
    }
}
