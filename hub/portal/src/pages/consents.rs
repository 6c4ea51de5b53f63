//! "My permissions": what is in force, what ended, and stopping one with one click.

use axum::extract::Path;
use hub_core::access::citizen::ConsentView;
use hub_core::clock::Timestamp;

use crate::failure::Answer;
use crate::i18n::Text;
use crate::session::{LoggedIn, Posted};
use crate::view::{ConsentEnded, Consents, EndedConsent, Ending, Fault, Giver, Holder, LiveConsent};
use crate::{reply, texts};

/// Every consent of the open mailbox.
pub(crate) async fn list(session: LoggedIn) -> Answer {
    let (live, ended): (Vec<_>, Vec<_>) =
        session.citizen.consents().await?.into_iter().partition(|consent| consent.live);
    let live = live.into_iter().map(|consent| live_consent(&session, consent)).collect();
    let ended = ended.into_iter().map(ended_consent).collect();
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
    let at = end_of(&found);
    let (brand, legal_name) = (found.standing.brand, found.standing.legal_name);
    session.visitor.show(&ConsentEnded { frame, consent, brand, legal_name, at })
}

fn live_consent(session: &LoggedIn, consent: ConsentView) -> LiveConsent {
    let standing = consent.standing;
    LiveConsent {
        consent: consent.id,
        brand: standing.brand,
        legal_name: standing.legal_name,
        logo: None,
        by: giver(session),
        actions: texts::actions(standing.actions),
        granted: standing.granted_at,
        until: standing.until,
        last_read: standing.last_read_at,
    }
}

/// Only the person gives consents on their own mailbox; for an enterprise it may have been anyone who represents it.
fn giver(session: &LoggedIn) -> Giver {
    match session.holder() {
        Holder::Own => Giver::You,
        Holder::Enterprise { .. } => {
            Giver::Other(Text::new(session.visitor.language).say("consents-representative").to_string())
        }
    }
}

fn ended_consent(consent: ConsentView) -> EndedConsent {
    let how = match consent.standing.state.as_str() {
        "authorised" => Ending::Expired,
        "superseded" => Ending::Superseded,
        "activationWithdrawn" => Ending::Withdrawn,
        _ => Ending::Citizen,
    };
    let ended = end_of(&consent);
    EndedConsent { brand: consent.standing.brand, granted: consent.standing.granted_at, ended, how }
}

fn end_of(consent: &ConsentView) -> Timestamp {
    consent.standing.ended_at.unwrap_or(consent.standing.until)
}
