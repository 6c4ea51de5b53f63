//! "My permissions": what is in force, what stands still, what ended, and stopping one with one click.

use axum::extract::Path;
use data_encoding::HEXLOWER;
use hub_core::access::citizen::{ConsentView, KnownSender, Somebody, Suspended};
use hub_core::access::evidence::Listed;
use hub_core::consent::{Action, Suspension};

use super::{home, proofs, usage};
use crate::failure::{Answer, Failure};
use crate::i18n::Text;
use crate::session::{LoggedIn, Posted};
use crate::view::{
    ConsentEnded, ConsentLess, Consents, EndedConsent, Ending, Fault, GivenConsent, Giver, Holder,
    MailboxState, Proof, Standstill, StillConsent,
};
use crate::{reply, texts};

/// Every consent of the open mailbox.
pub(crate) async fn list(session: LoggedIn) -> Answer {
    let consents = session.citizen.consents().await?;
    let receipts = session.citizen.consent_evidence().await?;
    let (mut live, mut software) = (Vec::new(), Vec::new());
    let (mut still, mut ended) = (Vec::new(), Vec::new());
    for consent in consents {
        if let Some(why) = standstill(&session, &consent) {
            let may_resume = may_resume(&session);
            still.push(StillConsent { given: given(&session, consent, &receipts), why, may_resume });
        } else if !consent.live {
            ended.push(ended_consent(&session, consent, &receipts));
        } else if consent.standing.own_software {
            software.push(given(&session, consent, &receipts));
        } else {
            live.push(given(&session, consent, &receipts));
        }
    }
    let (frame, holder) = (session.visitor.frame(), session.holder());
    let (decides, closed) = (session.mailbox.decides, !session.mailbox.open);
    session.visitor.show(&Consents { frame, holder, decides, closed, live, software, still, ended })
}

/// Stops one; the provider's next request is refused.
pub(crate) async fn revoke(Path(consent): Path<String>, Posted { session, .. }: Posted) -> Answer {
    session.citizen.revoke(&consent).await?;
    // The id was just accepted: it holds nothing that an address must escape.
    reply::see_other(&format!("/consents/{consent}/revoke"))
}

/// Says that one was stopped, and since when.
pub(crate) async fn ended(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    let found = known(&session, &consent).await?;
    if found.live || found.suspended.is_some() {
        return reply::see_other("/consents");
    }
    let mut frame = session.visitor.frame();
    frame.here = "/consents".to_owned();
    let at = found.standing.ended_at();
    let legal_name = (!found.standing.own_software).then_some(found.standing.legal_name);
    let (brand, holder) = (found.standing.brand, session.holder());
    session.visitor.show(&ConsentEnded { frame, consent, brand, legal_name, holder, at })
}

/// One of the open mailbox's consents, past ones too.
pub(super) async fn known(session: &LoggedIn, consent: &str) -> Result<ConsentView, Failure> {
    let found = session.citizen.consents().await?.into_iter().find(|known| known.id == consent);
    Ok(found.ok_or(Fault::NotFound)?)
}

/// What the page says of a consent that is not over.
pub(super) fn given(session: &LoggedIn, consent: ConsentView, receipts: &[(String, Listed)]) -> GivenConsent {
    let language = session.visitor.language;
    let standing = consent.standing;
    GivenConsent {
        proofs: proofs_of(session, &consent.id, receipts),
        usage: usage::address_of(&session.mailbox.id, &consent.id),
        consent: consent.id,
        brand: standing.brand,
        legal_name: standing.legal_name,
        software: standing.own_software.then_some(standing.client_id),
        logo: standing
            .logo
            .map(|sha256| session.visitor.portal.content(&["logos", &HEXLOWER.encode(&sha256.0)])),
        by: giver(session, consent.given_by),
        actions: texts::actions(standing.actions),
        withheld: consent.withheld.iter().map(|sender| texts::sender(sender, language)).collect(),
        paused: standing.paused_at,
        granted: standing.granted_at,
        until: standing.until,
        last_read: standing.last_read_at,
    }
}

/// Why a consent stands still, if it does. What happened to the person whose mailbox is closed is not said again.
pub(super) fn standstill(session: &LoggedIn, consent: &ConsentView) -> Option<Standstill> {
    let Suspended { why, since, until } = consent.suspended?;
    let closed = why == Suspension::Deceased && !session.mailbox.open;
    Some(Standstill { reason: if closed { "closed" } else { why.reason() }, since, until })
}

/// Whether this person may let a consent of the open mailbox go on.
pub(super) fn may_resume(session: &LoggedIn) -> bool {
    session.mailbox.decides && matches!(home::state(&session.mailbox), MailboxState::On { .. })
}

/// For another's mailbox it may have been that person, or anyone who represents them.
fn giver(session: &LoggedIn, by: Somebody) -> Giver {
    let representative = || {
        let t = Text::new(session.visitor.language);
        Giver::Other(t.say("consents-representative").to_string())
    };
    match (by, session.holder()) {
        (Somebody::You, _) | (Somebody::Holder, Holder::Own | Holder::Earlier) => Giver::You,
        (Somebody::Holder, Holder::Person { name }) => Giver::Other(name),
        (Somebody::Holder | Somebody::Other, _) => representative(),
    }
}

fn ended_consent(session: &LoggedIn, consent: ConsentView, receipts: &[(String, Listed)]) -> EndedConsent {
    EndedConsent {
        usage: usage::address_of(&session.mailbox.id, &consent.id),
        granted: consent.standing.granted_at,
        ended: consent.standing.ended_at(),
        how: Ending::of_reason(consent.standing.reason.as_deref()),
        by: giver(session, consent.last_by),
        software: consent.standing.own_software,
        proofs: proofs_of(session, &consent.id, receipts),
        brand: consent.standing.brand,
    }
}

/// The receipts of one consent.
fn proofs_of(session: &LoggedIn, consent: &str, receipts: &[(String, Listed)]) -> Vec<Proof> {
    let own = receipts.iter().filter(|(of, _)| of == consent);
    let below = format!("/consents/{consent}/proofs");
    own.map(|(_, receipt)| proofs::listed(session, &below, receipt)).collect()
}

/// What could be left out of one from now on.
pub(crate) async fn ask_less(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    if !session.mailbox.decides {
        return Err(Fault::Forbidden.into());
    }
    let detail = session.citizen.consent(&consent).await?;
    if detail.view.standing.own_software {
        return Err(Fault::NotFound.into());
    }
    let language = session.visitor.language;
    let name = |sender: &KnownSender| texts::sender(sender, language);
    let (already, senders): (Vec<_>, Vec<_>) =
        detail.senders.iter().partition(|sender| detail.terms.withheld.contains(&sender.number));
    let may_go = detail.terms.actions.without([Action::List].into_iter().collect());
    let mut frame = session.visitor.frame();
    frame.here = "/consents".to_owned();
    session.visitor.show(&ConsentLess {
        frame,
        consent,
        brand: detail.view.standing.brand.clone(),
        actions: texts::actions(may_go),
        senders: senders.into_iter().map(|sender| (sender.number.to_string(), name(sender))).collect(),
        already: already.into_iter().map(name).collect(),
    })
}

/// Leaves it out; the provider's next request sees less.
pub(crate) async fn allow_less(Path(consent): Path<String>, Posted { session, fields }: Posted) -> Answer {
    let without = texts::named(fields.all("without")).ok_or(Fault::Input)?;
    let withheld = texts::numbers(fields.all("withhold")).ok_or(Fault::Input)?;
    session.citizen.narrow(&consent, without, &withheld).await?;
    reply::see_other("/consents")
}
