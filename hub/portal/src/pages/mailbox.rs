//! The list of messages, and opening another mailbox.

use axum::extract::Path;
use hub_core::access::citizen::{Listed, MailPage, PartitionView, Shelf};
use hub_core::access::shown::ListedMessage;
use hub_core::error::Error;
use hub_core::kept::KeptElsewhere;
use hub_core::mailbox::Kind;
use url::form_urlencoded;

use super::{home, partitions, proofs, usage};
use crate::failure::Answer;
use crate::form::{Fields, Parameters};
use crate::i18n::Language;
use crate::session::{LoggedIn, Posted};
use crate::view::{Fault, KeptRow, MailboxPage, MessageRow, Section};
use crate::{cookies, reply, texts};

/// A page of the open mailbox; another one of this person is opened from the overview.
pub(crate) async fn list(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    shelf(&mailbox, Shelf::Mailbox, &session, &query).await
}

/// A page of the open mailbox's archive.
pub(crate) async fn archive(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    shelf(&mailbox, Shelf::Archive, &session, &query).await
}

async fn shelf(mailbox: &str, shelf: Shelf, session: &LoggedIn, query: &Fields) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(session, mailbox).await;
    }
    let (after, partition) = (query.one("after"), query.one("partition"));
    let here = within(&address(mailbox, shelf), partition);
    let page = match session.citizen.mail(mailbox, Listed { shelf, partition }, after).await {
        Err(Error::Resync) => return reply::see_other(&here),
        other => other?,
    };
    let first = after.map(|_| here.clone());
    let mut page = shown(session, shelf, (&here, first), page);
    page.sections = sections(session, &address(mailbox, shelf), partition).await?;
    let manages = session.mailbox.kind == Kind::Enterprise && session.citizen.manages_partitions().await?;
    page.partitions = manages.then(|| partitions::address(mailbox));
    session.visitor.show(&page)
}

/// A list, or one partition of it.
fn within(list: &str, partition: Option<&str>) -> String {
    let Some(partition) = partition else { return list.to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("partition", partition).finish();
    format!("{list}?{query}")
}

/// The partitions to choose from: none where there is the general one alone.
async fn sections(session: &LoggedIn, list: &str, open: Option<&str>) -> Result<Vec<Section>, Error> {
    if session.mailbox.kind == Kind::Citizen {
        return Ok(Vec::new());
    }
    let there = session.citizen.partitions(&session.mailbox.id).await?;
    if there.iter().all(|one| one.name.is_none()) {
        return Ok(Vec::new());
    }
    let section = |one: PartitionView| Section {
        here: open == Some(one.id.as_str()),
        place: within(list, Some(&one.id)),
        name: one.name,
    };
    Ok(there.into_iter().map(section).collect())
}

/// Where a shelf of a mailbox is shown.
pub(super) fn address(mailbox: &str, shelf: Shelf) -> String {
    match shelf {
        Shelf::Mailbox => format!("/mailboxes/{mailbox}"),
        Shelf::Archive => format!("/mailboxes/{mailbox}/archive"),
    }
}

fn shown(
    session: &LoggedIn,
    shelf: Shelf,
    (here, first): (&str, Option<String>),
    page: MailPage,
) -> MailboxPage {
    let language = session.visitor.language;
    let own = address(&session.mailbox.id, Shelf::Mailbox);
    let next = page.next.map(|cursor| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("after", &cursor).finish();
        format!("{here}{}{query}", if here.contains('?') { '&' } else { '?' })
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
        kept: page.kept.into_iter().map(|kept| kept_row(kept, session.visitor.language)).collect(),
        sections: Vec::new(),
        partitions: None,
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

fn kept_row(kept: KeptElsewhere, language: Language) -> KeptRow {
    let known = (!kept.organization_name.is_empty()).then(|| texts::words(&kept.organization_name, language));
    KeptRow {
        subject: (!kept.subject.is_empty()).then(|| texts::words(&kept.subject, language)),
        keeper: texts::words(&kept.provider_name, language),
        told_sender: kept.organization.filter(|_| known.is_none()),
        sender: known,
        at: kept.received_at,
        until: kept.expires_at,
        read: kept.read_at.is_some(),
    }
}
