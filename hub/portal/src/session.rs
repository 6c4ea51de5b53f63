//! Who is logged in, and forms that only their own pages may send.
//!
//! A form carries a value derived from the session's secret. Together with the check of `Origin` and
//! `Sec-Fetch-Site` no other site, and no page of an earlier session, can send it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse as _, Response};
use data_encoding::BASE64URL_NOPAD;
use http::request::Parts;
use hub_core::Hub;
use hub_core::access::citizen::{CitizenAccess, MailboxView};
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::mailbox::Kind;

use crate::failure::Failure;
use crate::form::Fields;
use crate::texts;
use crate::view::{Fault, Holder, Person};
use crate::visitor::Visitor;

/// A visitor who is logged in.
pub(crate) struct LoggedIn {
    pub(crate) visitor: Visitor,
    pub(crate) citizen: CitizenAccess,
    /// The open mailbox.
    pub(crate) mailbox: MailboxView,
    csrf: String,
}

/// A form that a logged-in visitor sent from a page of this session.
pub(crate) struct Posted {
    pub(crate) session: LoggedIn,
    pub(crate) fields: Fields,
}

impl LoggedIn {
    /// The visitor's session.
    ///
    /// # Errors
    /// [`Failure::Stranger`] without a session, [`Failure::SessionOver`] after it, 429 beyond the person's limit.
    pub(crate) async fn of(hub: &Hub, visitor: &Visitor) -> Result<Self, Failure> {
        let secret = visitor.session().ok_or(Failure::Stranger)?;
        let citizen = hub.citizen(secret).await?;
        visitor.portal.count_page(&citizen.person_id())?;
        let mailbox = citizen.mailbox().await?;
        let csrf = csrf(secret, &mailbox.id);
        visitor.is(Person {
            name: citizen.name().to_owned(),
            acting_for: mailbox.holder.name().map(str::to_owned),
            may_switch: may_switch(&mailbox),
            csrf: csrf.clone(),
        });
        Ok(Self { visitor: visitor.clone(), citizen, mailbox, csrf })
    }

    /// The visitor's session, if they have one.
    pub(crate) async fn find(hub: &Hub, visitor: &Visitor) -> Result<Option<Self>, Failure> {
        match Self::of(hub, visitor).await {
            Ok(session) => Ok(Some(session)),
            Err(Failure::Stranger | Failure::SessionOver) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Whether the form came from a page of this session.
    pub(crate) fn sent(&self, fields: &Fields) -> Result<(), Failure> {
        let given = fields.one("csrf").unwrap_or_default();
        verify_slices_are_equal(given.as_bytes(), self.csrf.as_bytes()).map_err(|_| Fault::Form.into())
    }

    /// Whether the person may turn digital mail on and off for the open mailbox.
    pub(crate) fn may_switch(&self) -> bool {
        may_switch(&self.mailbox)
    }

    /// Whose mailbox is open.
    pub(crate) fn holder(&self) -> Holder {
        texts::holder(&self.mailbox)
    }
}

fn may_switch(mailbox: &MailboxView) -> bool {
    mailbox.kind == Kind::Citizen && mailbox.decides && mailbox.open
}

/// The anti-forgery value of a session and the mailbox it acts for; the secret does not follow from it.
///
/// A form that was made while acting for another mailbox is not taken: a role may have ended meanwhile.
fn csrf(secret: &str, mailbox: &str) -> String {
    let labelled = [b"facteur portal form\0", secret.as_bytes(), b"\0", mailbox.as_bytes()].concat();
    BASE64URL_NOPAD.encode(&Sha256::of(&labelled).0)
}

/// Ends the session that the visitor's cookie still names, if it lives.
pub(crate) async fn end_earlier(hub: &Hub, visitor: &Visitor) -> Result<(), Failure> {
    let Some(secret) = visitor.session() else { return Ok(()) };
    match hub.citizen(secret).await {
        Ok(citizen) => citizen.log_out().await.map(drop).map_err(Failure::from),
        Err(Error::Token(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl FromRequestParts<Hub> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, hub).await?;
        Self::of(hub, &visitor).await.map_err(Failure::into_response)
    }
}

impl FromRequest<Hub> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = LoggedIn::from_request_parts(&mut parts, hub).await?;
        let fields = Fields::from_request(Request::from_parts(parts, body), hub).await?;
        session.sent(&fields).map_err(Failure::into_response)?;
        Ok(Self { session, fields })
    }
}
