//! The list of messages, and opening another mailbox.

use axum::extract::Path;
use hub_core::access::citizen::{MailPage, Shelf};
use hub_core::access::shown::ListedMessage;
use hub_core::error::Error;
use url::form_urlencoded;

use super::{home, proofs, usage};
use crate::failure::Answer;
use crate::form::Parameters;
use crate::i18n::Language;
use crate::session::{LoggedIn, Posted};
use crate::view::{Fault, MailboxPage, MessageRow};
use crate::{cookies, reply, texts};

/// A page of the open mailbox; another one of this person is opened from the overview.
pub(crate) async fn list(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    shelf(&mailbox, Shelf::Mailbox, &session, query.one("after")).await
}

/// A page of the open mailbox's archive.
pub(crate) async fn archive(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    shelf(&mailbox, Shelf::Archive, &session, query.one("after")).await
}

async fn shelf(mailbox: &str, shelf: Shelf, session: &LoggedIn, after: Option<&str>) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(session, mailbox).await;
    }
    let here = address(mailbox, shelf);
    let page = match session.citizen.messages(mailbox, shelf, after).await {
        Err(Error::Resync) => return reply::see_other(&here),
        other => other?,
    };
    let first = after.map(|_| here.clone());
    session.visitor.show(&shown(session, shelf, first, page))
}

/// Where a shelf of a mailbox is shown.
pub(super) fn address(mailbox: &str, shelf: Shelf) -> String {
    match shelf {
        Shelf::Mailbox => format!("/mailboxes/{mailbox}"),
        Shelf::Archive => format!("/mailboxes/{mailbox}/archive"),
    }
}

fn shown(session: &LoggedIn, shelf: Shelf, first: Option<String>, page: MailPage) -> MailboxPage {
    let language = session.visitor.language;
    let (own, here) = (address(&session.mailbox.id, Shelf::Mailbox), address(&session.mailbox.id, shelf));
    let next = page.next.map(|cursor| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("after", &cursor).finish();
        format!("{here}?{query}")
    });
    MailboxPage {
        frame: session.visitor.frame(),
        holder: session.holder(),
        state: home::state(&session.mailbox),
        may_turn_on: session.may_switch(),
        total: u64::try_from(session.mailbox.total).unwrap_or(0),
        rows: page.items.into_iter().map(|message| row(&own, message, language)).collect(),
        shelf,
        mailbox: own,
        archive: address(&session.mailbox.id, Shelf::Archive),
        first,
        next,
        usage: usage::address(&session.mailbox.id),
        proofs: proofs::address(&session.mailbox.id),
    }
}

/// Acts for a mailbox from now on, in a new session.
pub(crate) async fn open(Path(mailbox): Path<String>, Posted { session, .. }: Posted) -> Answer {
    let secret = match session.citizen.act_for(&mailbox).await {
        Err(Error::NotFound(_)) => return Err(Fault::NotFound.into()),
        other => other?,
    };
    let response = reply::see_other(&format!("/mailboxes/{mailbox}"))?;
    reply::with(response, &cookies::passing(cookies::SESSION, secret.expose()))
}

/// The overview for a mailbox of this person that is not open; any other does not exist for them.
pub(crate) async fn elsewhere(session: &LoggedIn, mailbox: &str) -> Answer {
    let own = session.citizen.mailbox_views().await?.into_iter().any(|view| view.id == mailbox);
    if own { reply::see_other("/") } else { Err(Fault::NotFound.into()) }
}

fn row(mailbox: &str, message: ListedMessage, language: Language) -> MessageRow {
    let headline = message.headline;
    MessageRow {
        href: format!("{mailbox}/messages/{}", message.id),
        subject: texts::words(&headline.subject, language),
        sender: texts::words(&headline.organization_name, language),
        at: headline.at,
        until: headline.expires_at,
        unread: !headline.read,
        withdrawn: message.sequel.withdrawn.is_some(),
        corrected: message.sequel.replaced_by.is_some(),
    }
}
