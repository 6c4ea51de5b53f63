//! Letting a consent go on that stands still, as one's own.

use axum::extract::Path;
use hub_core::error::{Conflict, Error};

use super::consents::{given, known, may_resume, standstill};
use crate::failure::Answer;
use crate::reply;
use crate::session::{LoggedIn, Posted};
use crate::view::{Fault, Resume, Resumed};

/// Asks whether it is to go on; says so once it does.
pub(crate) async fn ask(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    if !session.mailbox.decides {
        return Err(Fault::Forbidden.into());
    }
    let found = known(&session, &consent).await?;
    let frame = session.visitor.frame();
    match standstill(&session, &found) {
        Some(_) if !may_resume(&session) => Err(Fault::Forbidden.into()),
        Some(why) => {
            let (holder, given) = (session.holder(), given(&session, found, &[]));
            session.visitor.show(&Resume { frame, holder, given, why })
        }
        None if found.live => {
            let (brand, until) = (found.standing.brand, found.standing.until);
            session.visitor.show(&Resumed { frame, brand, until })
        }
        None => reply::see_other("/consents"),
    }
}

/// Carries out the decision.
pub(crate) async fn decide(Path(consent): Path<String>, Posted { session, fields }: Posted) -> Answer {
    match fields.one("decision") {
        Some("on") => match session.citizen.take_over(&consent).await {
            // Somebody was faster, or the time was over: the list says how it is.
            Err(Error::Conflict(Conflict::AlreadyOver)) => reply::see_other("/consents"),
            // The id was just accepted: it holds nothing that an address must escape.
            Ok(()) => reply::see_other(&format!("/consents/{consent}/resume")),
            Err(error) => Err(error.into()),
        },
        Some("keep") => reply::see_other("/consents"),
        _ => Err(Fault::Input.into()),
    }
}
