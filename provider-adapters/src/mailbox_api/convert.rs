//! From the hub's answers to what travels, and from queries to questions.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hub_core::access::provider::{AskedPage, MailboxPage, MessagePage, OpenMailbox};
use hub_core::access::shown::{ListedMessage, ShownAttachment, ShownMessage};
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::message::{self, Flags};
use hub_http::Limits;

use super::wire;

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

    fn message(self, mailbox: &str, message: &str) -> String {
        format!("{}/{message}", self.messages(mailbox))
    }

    fn content(self, mailbox: &str, message: &str, attachment: &str) -> String {
        format!("{}/attachments/{attachment}/content", self.message(mailbox, message))
    }

    /// A page of a list: with the page size if the client named one, and where it begins.
    fn page(list: &str, size: Option<&str>, after: Option<&str>) -> String {
        let size = size.map(|size| format!("pageSize={size}"));
        let after = after.map(|after| format!("after={after}"));
        let query: Vec<String> = size.into_iter().chain(after).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{list}{mark}{}", query.join("&"))
    }
}

/// What a query asks for; a number that cannot be one is refused here, its range in the hub.
pub(super) fn asked(query: &wire::PageQuery) -> Result<AskedPage<'_>, Error> {
    let size = query.page_size.as_deref().map(|text| number(text, "?pageSize")).transpose()?;
    Ok(AskedPage { size, after: query.after.as_deref() })
}

/// A number in a query; one that is too large for any range stays so.
pub(super) fn number(text: &str, name: &'static str) -> Result<usize, Error> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid("schemaViolation", name, "not a number"));
    }
    Ok(text.parse().unwrap_or(usize::MAX))
}

pub(super) fn mailboxes(page: MailboxPage, query: &wire::PageQuery, links: Links<'_>) -> wire::Mailboxes {
    let (list, size) = (links.mailboxes(), query.page_size.as_deref());
    wire::Mailboxes {
        this: Links::page(&list, size, query.after.as_deref()),
        next: page.next.map(|next| Links::page(&list, size, Some(&next))),
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

pub(super) fn messages(
    page: MessagePage,
    mailbox: &str,
    query: &wire::PageQuery,
    links: Links<'_>,
) -> wire::Messages {
    let (list, size) = (links.messages(mailbox), query.page_size.as_deref());
    wire::Messages {
        this: Links::page(&list, size, query.after.as_deref()),
        next: page.next.map(|next| Links::page(&list, size, Some(&next))),
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
    }
}

pub(super) fn message(shown: ShownMessage, mailbox: &str, links: Links<'_>) -> wire::Message {
    let reply_allowed = shown.headline.flags.has(Flags::REPLY_ALLOWED);
    let id = shown.id;
    let attachments = shown.attachments.into_iter();
    wire::Message {
        this: links.message(mailbox, &id),
        headline: headline(shown.headline),
        reply_allowed,
        for_the_attention_of: shown
            .for_the_attention_of
            .map(|person| wire::Addressee { name: person.name, ssin: person.ssin }),
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
        message_id: id,
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
