//! A provider's app sends a citizen here with a pushed request (RFC 9126 4).
//!
//! Only `client_id` and `request_uri` count. Who asks stands in the register, never in the request. A wrong link is
//! answered with a page and never with a redirect.

use axum::extract::State;
use data_encoding::HEXLOWER;
use hub_core::Hub;
use hub_core::access::citizen::{RequestAccess, RequestView};
use hub_core::error::Error;
use hub_core::provider::Application;
use hub_core::request::Stage;
use url::{Url, form_urlencoded};

use super::{deciding, login};
use crate::failure::{Answer, Failure};
use crate::form::{Fields, Parameters};
use crate::portal::Portal;
use crate::session::LoggedIn;
use crate::view::{Fault, Landing, Outcome, OutcomeKind};
use crate::visitor::Visitor;
use crate::{reply, texts};

/// What a link of an app names.
pub(crate) struct Link {
    pub(crate) client_id: String,
    pub(crate) request_uri: String,
}

impl Link {
    /// Reads a query or a form.
    pub(crate) fn of(fields: &Fields) -> Result<Self, Failure> {
        let one = |name| fields.one(name).map(str::to_owned).ok_or(Fault::Request);
        Ok(Self { client_id: one("client_id")?, request_uri: one("request_uri")? })
    }

    /// The page of this request.
    pub(crate) fn address(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields()).finish();
        format!("/authorize?{query}")
    }

    /// The hidden fields that name the request.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        vec![
            ("client_id".to_owned(), self.client_id.clone()),
            ("request_uri".to_owned(), self.request_uri.clone()),
        ]
    }

    /// The request, as this browser finds it.
    pub(crate) async fn request(&self, hub: &Hub, browser: Option<&str>) -> Result<RequestAccess, Failure> {
        match hub.request(&self.client_id, &self.request_uri, browser).await {
            Err(Error::NotFound(_)) => Err(Fault::Request.into()),
            other => Ok(other?),
        }
    }
}

/// Shows who asks and what for, the question, or how it ended.
pub(crate) async fn open(State(hub): State<Hub>, visitor: Visitor, Parameters(query): Parameters) -> Answer {
    let link = Link::of(&query)?;
    let request = link.request(&hub, visitor.browser()).await?;
    let view = request.view()?;
    let visitor = visitor.asked_for(view.ui_locales).at(link.address());
    if let Some(kind) = over(&request, view.stage) {
        return outcome(&visitor, &request, kind);
    }
    match LoggedIn::find(&hub, &visitor).await? {
        Some(session) if session.citizen.may_decide(&request) => {
            let stays_off = query.one("digital") == Some("off");
            deciding::ask(&session, (&link, &request), stays_off).await
        }
        _ => landing(&visitor, &link, &view).await,
    }
}

/// Why nothing can be decided in this browser any more.
fn over(request: &RequestAccess, stage: Stage) -> Option<OutcomeKind> {
    match stage {
        Stage::Open | Stage::Bound => None,
        Stage::Elsewhere => Some(OutcomeKind::OtherBrowser),
        Stage::Agreed => Some(OutcomeKind::Agreed),
        Stage::Refused => Some(OutcomeKind::Refused),
        Stage::Rejected if request.expected_another() => Some(OutcomeKind::OtherPerson),
        Stage::Rejected => Some(OutcomeKind::OtherGrant),
        Stage::Lapsed => Some(OutcomeKind::Expired),
    }
}

/// Binds the request to this browser and logs in for it.
pub(crate) async fn log_in(State(hub): State<Hub>, visitor: Visitor, fields: Fields) -> Answer {
    visitor.begins_login()?;
    let link = Link::of(&fields)?;
    let browser = visitor.browser_or_new(&hub);
    let request = link.request(&hub, Some(&browser)).await?;
    let view = request.view()?;
    let visitor = visitor.asked_for(view.ui_locales).at(link.address());
    if over(&request, view.stage).is_some() {
        return reply::see_other(&link.address());
    }
    match request.bind(&browser).await {
        Ok(()) => {}
        // Another browser was faster, or time ran out.
        Err(Error::NotFound(_)) => return reply::see_other(&link.address()),
        Err(error) => return Err(error.into()),
    }
    login::begin(&hub, &visitor, (&browser, Some(&link.request_uri)), &link.address()).await
}

async fn landing(visitor: &Visitor, link: &Link, view: &RequestView<'_>) -> Answer {
    visitor.portal.identity().learn().await;
    let application = view.application;
    visitor.show(&Landing {
        frame: visitor.frame(),
        brand: application.brand.clone(),
        legal_name: application.legal_name.clone(),
        logo: logo(&visitor.portal, application),
        purpose: texts::words(&application.purpose, visitor.language),
        action: "/authorize".to_owned(),
        fields: link.fields(),
    })
}

/// How a request ended, or why it cannot go on; the way back to the app never carries a code.
pub(crate) fn outcome(visitor: &Visitor, request: &RequestAccess, kind: OutcomeKind) -> Answer {
    let brand = request.view()?.application.brand.clone();
    let back = match kind {
        OutcomeKind::Refused
        | OutcomeKind::NoMailbox
        | OutcomeKind::NotActive
        | OutcomeKind::OtherPerson
        | OutcomeKind::OtherGrant
        | OutcomeKind::NotOpen => {
            let query = request.refusal_redirect(visitor.portal.issuer());
            redirect(request.redirect_uri(), &query).ok().map(String::from)
        }
        OutcomeKind::Agreed | OutcomeKind::Expired | OutcomeKind::OtherBrowser => {
            home_of(request.redirect_uri())
        }
    };
    visitor.show(&Outcome { frame: visitor.frame(), kind, brand, back })
}

/// The redirect URI with the parameters of the answer, after those it already has (RFC 6749 3.1.2).
pub(crate) fn redirect(redirect_uri: &str, query: &[(&'static str, String)]) -> Result<Url, Failure> {
    let mut address = Url::parse(redirect_uri).map_err(|error| Failure::internal(&error))?;
    address.query_pairs_mut().extend_pairs(query);
    Ok(address)
}

/// The address of a provider's logo on the content origin.
pub(crate) fn logo(portal: &Portal, application: &Application) -> Option<String> {
    application.logo.map(|sha256| portal.content(&["logos", &HEXLOWER.encode(&sha256.0)]))
}

/// The start page of the app's site.
fn home_of(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    url.join("/").ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_added_to_what_the_redirect_uri_already_says() {
        let query = [("code", "fac_x&y".to_owned()), ("iss", "https://hub.example".to_owned())];

        let address = redirect("https://bank.example/callback?tenant=1", &query).unwrap();

        assert_eq!(
            address.as_str(),
            "https://bank.example/callback?tenant=1&code=fac_x%26y&iss=https%3A%2F%2Fhub.example"
        );
    }
}
