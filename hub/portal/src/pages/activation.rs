//! Turning digital mail on and off: a screen and a decision of its own (TRUST T11).

use hub_core::access::citizen::ConsentView;
use hub_core::clock::Timestamp;

use crate::failure::{Answer, Failure};
use crate::form::Parameters;
use crate::session::{LoggedIn, Posted};
use crate::view::{Activation, ActivationDone, Fault, Switch, Withdrawal};
use crate::{back, reply};

/// Asks whether to turn it on, or off.
pub(crate) async fn ask(session: LoggedIn, Parameters(query): Parameters) -> Answer {
    if !session.may_switch() {
        return Err(Fault::Forbidden.into());
    }
    let wanted = query.one("back").map(|wanted| back::local(wanted).to_owned());
    let activated = session.mailbox.activated_at;
    match (query.one("done"), activated, wanted) {
        (Some("on"), Some(_), _) => done(&session, Switch::On),
        (Some("off"), None, _) => done(&session, Switch::Off),
        (_, None, back) => {
            let (frame, mailbox) = (session.visitor.frame(), session.mailbox.id.clone());
            session.visitor.show(&Activation { frame, holder: session.holder(), mailbox, back })
        }
        (_, Some(_), Some(back)) => reply::see_other(&back),
        (_, Some(since), None) => withdrawal(&session, since).await,
    }
}

/// Carries out the decision.
///
/// A session whose role is over acts for the person's own mailbox again: a page about another decides nothing there.
pub(crate) async fn decide(Posted { session, fields }: Posted) -> Answer {
    if fields.one("mailbox").is_some_and(|mailbox| mailbox != session.mailbox.id) {
        return Err(Fault::Form.into());
    }
    let wanted = fields.one("back").map(back::local);
    match (fields.one("decision"), wanted) {
        (Some("on"), Some(back)) => {
            session.citizen.activate().await?;
            reply::see_other(back)
        }
        (Some("on"), None) => {
            session.citizen.activate().await?;
            reply::see_other("/activation?done=on")
        }
        (Some("off"), _) => {
            session.citizen.withdraw_activation().await?;
            reply::see_other("/activation?done=off")
        }
        (Some("keep"), Some(back)) => reply::see_other(&kept_off(back)),
        (Some("keep"), None) => reply::see_other("/"),
        _ => Err(Failure::from(Fault::Input)),
    }
}

/// The address of a page that was on the way, which is told that digital mail stays off.
fn kept_off(back: &str) -> String {
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}digital=off")
}

async fn withdrawal(session: &LoggedIn, since: Timestamp) -> Answer {
    let consents = session.citizen.consents().await?;
    let apps = consents.into_iter().filter(stands).map(|consent| consent.standing.brand).collect();
    let (frame, holder) = (session.visitor.frame(), session.holder());
    session.visitor.show(&Withdrawal { frame, holder, mailbox: session.mailbox.id.clone(), since, apps })
}

/// Whether a consent would end with digital mail.
fn stands(consent: &ConsentView) -> bool {
    consent.live || consent.suspended.is_some()
}

fn done(session: &LoggedIn, now: Switch) -> Answer {
    let mailbox = session.mailbox.id.clone();
    let mut frame = session.visitor.frame();
    frame.here = "/activation".to_owned();
    session.visitor.show(&ActivationDone { frame, holder: session.holder(), now, mailbox })
}
