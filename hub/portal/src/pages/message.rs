//! One message, which reading opens, and the way to its files.

use axum::extract::Path;
use hub_core::access::shown::{ShownAttachment, ShownMessage};

use super::mailbox::elsewhere;
use super::proofs;
use crate::failure::Answer;
use crate::form::Parameters;
use crate::reply;
use crate::session::LoggedIn;
use crate::texts::{text, words};
use crate::view::{Attachment, Body, Fault, MessagePage};

/// Shows a message; the person has opened it from then on (TRUST T14).
pub(crate) async fn read(Path((mailbox, message)): Path<(String, String)>, session: LoggedIn) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(&session, &mailbox).await;
    }
    let shown = session.citizen.message(&mailbox, &message).await?;
    let (matter, evidence) = session.citizen.message_evidence(&mailbox, &message).await?;
    let mut page = page(&session, shown);
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

fn page(session: &LoggedIn, message: ShownMessage) -> MessagePage {
    let language = session.visitor.language;
    let headline = message.headline;
    let body = message.body.as_ref().and_then(|body| text(&body.text, language));
    let written_in =
        body.or_else(|| text(&headline.subject, language)).map_or(language, |(_, language)| language);
    let back = format!("/mailboxes/{}", session.mailbox.id);
    let here = format!("{back}/messages/{}", message.id);
    MessagePage {
        frame: session.visitor.frame(),
        back,
        subject: words(&headline.subject, written_in),
        sender: words(&headline.organization_name, language),
        kind: words(&headline.message_type_name, language),
        at: headline.at,
        until: headline.expires_at,
        only_in: Some(written_in).filter(|written_in| *written_in != language),
        body: body.map(|(common_mark, _)| Body::new(common_mark)),
        attachments: files(&here, message.attachments),
        proofs: Vec::new(),
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
