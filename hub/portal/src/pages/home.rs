//! The start page, and the change of language.

use axum::extract::State;
use hub_core::Hub;
use hub_core::access::citizen::MailboxView;
use hub_core::mailbox::Kind;

use crate::failure::Answer;
use crate::form::Parameters;
use crate::i18n::Language;
use crate::session::LoggedIn;
use crate::view::{Home, MailboxCard, MailboxState, Overview};
use crate::visitor::{Visitor, without_language};
use crate::{back, cookies, reply, texts};

/// What the service is, or the mailboxes of who is logged in.
pub(crate) async fn start(State(hub): State<Hub>, visitor: Visitor) -> Answer {
    let Some(session) = LoggedIn::find(&hub, &visitor).await? else {
        return visitor.show(&Home { frame: visitor.frame(), login: "/login".to_owned() });
    };
    let mailboxes = session.citizen.overview().await?;
    let boxes = mailboxes.iter().map(card).collect();
    visitor.show(&Overview { frame: visitor.frame(), boxes })
}

/// Remembers a language and goes back to the page.
pub(crate) async fn language(Parameters(query): Parameters) -> Answer {
    let address = without_language(back::local(query.one("back").unwrap_or("/")));
    let response = reply::see_other(&address)?;
    let Some(language) = query.one("to").and_then(Language::parse) else { return Ok(response) };
    reply::with(response, &cookies::lasting(cookies::LANGUAGE, language.tag()))
}

/// Whether letters arrive in a mailbox.
pub(crate) fn state(mailbox: &MailboxView) -> MailboxState {
    let unread = u64::try_from(mailbox.unread).unwrap_or(0);
    if !mailbox.open {
        MailboxState::Closed { unread }
    } else if mailbox.kind == Kind::Enterprise || mailbox.activated_at.is_some() {
        MailboxState::On { unread }
    } else {
        MailboxState::Off
    }
}

fn card(mailbox: &MailboxView) -> MailboxCard {
    MailboxCard {
        mailbox: mailbox.id.clone(),
        holder: texts::holder(mailbox),
        roles: mailbox.roles.iter().map(|role| role.name()).collect(),
        state: state(mailbox),
    }
}
