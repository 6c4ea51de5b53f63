//! One message, which reading opens, and the way to its files.

use axum::extract::Path;
use data_encoding::HEXLOWER;
use hub_core::access::citizen::{AnsweredWith, PartitionView, Shelf};
use hub_core::access::shown::{ShownAttachment, ShownMessage};
use hub_core::error::Error;
use hub_core::mailbox::Kind;
use hub_core::message::{Flags, Payment, Withdrawal};
use hub_core::partition::GENERAL_ID;

use super::mailbox::{self, elsewhere};
use super::proofs;
use crate::failure::Answer;
use crate::form::Parameters;
use crate::i18n::Language;
use crate::reply;
use crate::session::{LoggedIn, Posted};
use crate::texts::{text, words};
use crate::view::{
    Attachment, Body, Fault, MessagePage, Placing, ReplyForm, ReplyShown, Section, ToPay, Withdrawn,
};

/// Shows a message; the person has opened it from then on (TRUST T14).
pub(crate) async fn read(Path((mailbox, message)): Path<(String, String)>, session: LoggedIn) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(&session, &mailbox).await;
    }
    let shown = session.citizen.message(&mailbox, &message).await?;
    let (matter, evidence) = session.citizen.message_evidence(&mailbox, &message).await?;
    let replies = session.citizen.replies(&mailbox, &message).await?;
    let answerable = shown.headline.flags.has(Flags::REPLY_ALLOWED);
    let here = format!("/mailboxes/{mailbox}/messages/{message}");
    let placing = placing(&session, &here, shown.partition.as_deref()).await?;
    let mut page = MessagePage { placing, ..page(&session, shown) };
    page.replies = replies.into_iter().map(answer).collect();
    page.reply = answerable.then(|| ReplyForm { action: format!("{here}/reply"), key: key(&session) });
    page.proofs = proofs::of(&session, &mailbox, (&matter, &evidence));
    session.visitor.show(&page)
}

/// Leads to a file on the content origin, by a link that lives for 60 seconds (TRUST T13).
pub(crate) async fn attachment(
    Path((mailbox, message, attachment)): Path<(String, String, String)>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let token = session.citizen.attachment_link(&mailbox, &message, &attachment)?;
    let name = query.one("name").unwrap_or("file");
    reply::see_other(&session.visitor.portal.content(&["a", &token, name]))
}

/// Answers a message, and shows it with the answer.
pub(crate) async fn reply(
    Path((mailbox, message)): Path<(String, String)>,
    Posted { session, fields }: Posted,
) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let (Some(text), Some(key)) = (fields.one("text"), fields.one("key")) else {
        return Err(Fault::Input.into());
    };
    match session.citizen.reply(&mailbox, &message, text, key).await {
        Err(Error::Invalid(_) | Error::Conflict(_)) => Err(Fault::Input.into()),
        other => {
            other?;
            reply::see_other(&format!("/mailboxes/{mailbox}/messages/{message}"))
        }
    }
}

fn answer(reply: AnsweredWith) -> ReplyShown {
    ReplyShown { at: reply.at, text: reply.text, files: reply.files }
}

/// A key by which a form that is sent twice answers once.
fn key(session: &LoggedIn) -> String {
    HEXLOWER.encode(&session.citizen.nonce())
}

/// Puts a message into the archive, or takes it out, and shows where it came from.
pub(crate) async fn shelve(
    Path((mailbox, message)): Path<(String, String)>,
    Posted { session, fields }: Posted,
) -> Answer {
    if mailbox != session.mailbox.id {
        return Err(Fault::NotFound.into());
    }
    let (from, to) = match fields.one("to") {
        Some("archive") => (Shelf::Mailbox, Shelf::Archive),
        Some("mailbox") => (Shelf::Archive, Shelf::Mailbox),
        _ => return Err(Fault::Input.into()),
    };
    session.citizen.shelve(&mailbox, &message, to).await?;
    reply::see_other(&mailbox::address(&mailbox, from))
}

fn page(session: &LoggedIn, message: ShownMessage) -> MessagePage {
    let language = session.visitor.language;
    let headline = message.headline;
    let body = message.body.as_ref().and_then(|body| text(&body.text, language));
    let written_in =
        body.or_else(|| text(&headline.subject, language)).map_or(language, |(_, language)| language);
    let shelf = if headline.archived { Shelf::Archive } else { Shelf::Mailbox };
    let other = |id: String| format!("/mailboxes/{}/messages/{id}", session.mailbox.id);
    let here = other(message.id);
    let sequel = message.sequel;
    MessagePage {
        frame: session.visitor.frame(),
        back: mailbox::address(&session.mailbox.id, shelf),
        shelf,
        shelve: format!("{here}/archive"),
        payment: message.payment.map(to_pay),
        subject: words(&headline.subject, written_in),
        sender: words(&headline.organization_name, language),
        kind: words(&headline.message_type_name, language),
        at: headline.at,
        until: headline.expires_at,
        only_in: Some(written_in).filter(|written_in| *written_in != language),
        withdrawn: sequel.withdrawn.map(|withdrawal| withdrawn(&withdrawal, language)),
        replaced_by: sequel.replaced_by.map(other),
        replaces: sequel.replaces.map(other),
        body: body.map(|(common_mark, _)| Body::new(common_mark)),
        attachments: files(&here, message.attachments),
        proofs: Vec::new(),
        replies: Vec::new(),
        reply: None,
        placing: None,
    }
}

/// The form that puts a message of an enterprise into another partition, where there is one.
async fn placing(session: &LoggedIn, here: &str, now: Option<&str>) -> Result<Option<Placing>, Error> {
    if session.mailbox.kind == Kind::Citizen || !session.mailbox.decides {
        return Ok(None);
    }
    let there = session.citizen.partitions(&session.mailbox.id).await?;
    let section = |one: PartitionView| Section {
        here: one.id == now.unwrap_or(GENERAL_ID),
        place: one.id,
        name: one.name,
    };
    let sections: Vec<Section> = there.into_iter().map(section).collect();
    let action = format!("{here}/partition");
    Ok((sections.len() > 1).then_some(Placing { action, sections }))
}

fn withdrawn(withdrawal: &Withdrawal, language: Language) -> Withdrawn {
    let (reason, language) = text(&withdrawal.reason, language).unwrap_or(("", language));
    Withdrawn { at: withdrawal.at, reason: reason.to_owned(), language }
}

fn to_pay(payment: Payment) -> ToPay {
    ToPay {
        amount: payment.amount,
        currency: payment.currency,
        due: payment.due_date,
        iban: payment.iban,
        reference: payment.reference,
    }
}

/// The files, the main one first.
fn files(here: &str, mut attachments: Vec<ShownAttachment>) -> Vec<Attachment> {
    attachments.sort_by_key(|attachment| !attachment.main);
    attachments.into_iter().map(|attachment| file(here, attachment)).collect()
}

fn file(here: &str, attachment: ShownAttachment) -> Attachment {
    let name = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("name", &attachment.file_name)
        .finish();
    Attachment {
        href: format!("{here}/attachments/{}?{name}", attachment.id),
        name: attachment.file_name,
        media_type: attachment.media_type,
        size: attachment.size,
        main: attachment.main,
    }
}
