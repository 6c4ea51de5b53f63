//! "My permissions": what is in force, what ended, and stopping one with one click.

use axum::extract::Path;
use data_encoding::HEXLOWER;
use hub_core::access::citizen::{ConsentView, KnownSender};
use hub_core::access::evidence::Listed;
use hub_core::consent::Action;

use super::{proofs, usage};
use crate::failure::Answer;
use crate::i18n::Text;
use crate::session::{LoggedIn, Posted};
use crate::view::{
    ConsentEnded, ConsentLess, Consents, EndedConsent, Ending, Fault, Giver, LiveConsent, Proof,
};
use crate::{reply, texts};

/// Every consent of the open mailbox.
pub(crate) async fn list(session: LoggedIn) -> Answer {
    let (live, ended): (Vec<_>, Vec<_>) =
        session.citizen.consents().await?.into_iter().partition(|consent| consent.live);
    let receipts = session.citizen.consent_evidence().await?;
    let live = live.into_iter().map(|consent| live_consent(&session, consent, &receipts)).collect();
    let ended = ended.into_iter().map(|consent| ended_consent(&session, consent, &receipts)).collect();
    let (frame, holder) = (session.visitor.frame(), session.holder());
    session.visitor.show(&Consents { frame, holder, live, ended })
}

/// Stops one; the provider's next request is refused.
pub(crate) async fn revoke(Path(consent): Path<String>, Posted { session, .. }: Posted) -> Answer {
    session.citizen.revoke(&consent).await?;
    // The id was just accepted: it holds nothing that an address must escape.
    reply::see_other(&format!("/consents/{consent}/revoke"))
}

/// Says that one was stopped, and since when.
pub(crate) async fn ended(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    let found = session.citizen.consents().await?.into_iter().find(|known| known.id == consent);
    let found = found.ok_or(Fault::NotFound)?;
    if found.live {
        return reply::see_other("/consents");
    }
    let mut frame = session.visitor.frame();
    frame.here = "/consents".to_owned();
    let at = found.standing.ended_at();
    let (brand, legal_name) = (found.standing.brand, found.standing.legal_name);
    session.visitor.show(&ConsentEnded { frame, consent, brand, legal_name, at })
}

fn live_consent(session: &LoggedIn, consent: ConsentView, receipts: &[(String, Listed)]) -> LiveConsent {
    let standing = consent.standing;
    LiveConsent {
        proofs: proofs_of(&consent.id, receipts),
        usage: usage::address_of(&session.mailbox.id, &consent.id),
        consent: consent.id,
        brand: standing.brand,
        legal_name: standing.legal_name,
        logo: standing
            .logo
            .map(|sha256| session.visitor.portal.content(&["logos", &HEXLOWER.encode(&sha256.0)])),
        by: giver(session, consent.own),
        actions: texts::actions(standing.actions),
        withheld: standing.withheld,
        granted: standing.granted_at,
        until: standing.until,
        last_read: standing.last_read_at,
    }
}

/// For an enterprise it may have been anyone who represents it.
fn giver(session: &LoggedIn, own: bool) -> Giver {
    if own {
        return Giver::You;
    }
    Giver::Other(Text::new(session.visitor.language).say("consents-representative").to_string())
}

fn ended_consent(session: &LoggedIn, consent: ConsentView, receipts: &[(String, Listed)]) -> EndedConsent {
    let how = Ending::of_reason(consent.standing.reason.as_deref());
    let ended = consent.standing.ended_at();
    let usage = usage::address_of(&session.mailbox.id, &consent.id);
    let proofs = proofs_of(&consent.id, receipts);
    let (brand, granted) = (consent.standing.brand, consent.standing.granted_at);
    EndedConsent { usage, brand, granted, ended, how, proofs }
}

/// The receipts of one consent.
fn proofs_of(consent: &str, receipts: &[(String, Listed)]) -> Vec<Proof> {
    let own = receipts.iter().filter(|(of, _)| of == consent);
    let below = format!("/consents/{consent}");
    own.map(|(_, receipt)| proofs::listed(&below, receipt)).collect()
}

/// What could be left out of one from now on.
pub(crate) async fn ask_less(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    let detail = session.citizen.consent(&consent).await?;
    let language = session.visitor.language;
    let name = |sender: &KnownSender| texts::words(&sender.name, language);
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
