//! Logging out, here and at the identity service.

use axum::extract::State;
use hub_core::Hub;

use crate::failure::Answer;
use crate::session::{LoggedIn, Posted};
use crate::view::{Frame, LoggedOut};
use crate::visitor::Visitor;
use crate::{cookies, reply};

/// Ends the session, then the one at the identity service if it has such a place.
pub(crate) async fn end(Posted { session, .. }: Posted) -> Answer {
    let LoggedIn { visitor, citizen, .. } = session;
    let hint = citizen.log_out().await?;
    let elsewhere = visitor.portal.identity().end_session(&hint, visitor.language).await;
    let address = elsewhere.as_ref().map_or("/logout", |address| address.as_str());
    reply::with(reply::see_other(address)?, &cookies::ended(cookies::SESSION))
}

/// Says that nobody is logged in.
pub(crate) async fn over(State(hub): State<Hub>, visitor: Visitor) -> Answer {
    if LoggedIn::find(&hub, &visitor).await?.is_some() {
        return reply::see_other("/");
    }
    visitor.show(&LoggedOut { frame: Frame::new(visitor.language, "/logout") })
}
