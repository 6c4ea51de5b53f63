//! Reference data: public, and kept by clients for a day.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use hub_core::Hub;
use hub_core::access::catalogue::Catalogue;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_http::{Caller, NoQuery, StrictQuery};
use serde::Serialize;

use super::At;
use crate::message_registry::callers::Anybody;
use crate::message_registry::convert::{self, Links};
use crate::message_registry::fault::Fault;
use crate::message_registry::wire::{List, ReferenceQuery};

macro_rules! references {
    ($all:ident, $one:ident, $of:ident, $shown:ident, $what:literal, $id:ident) => {
        pub(super) async fn $all(
            State(hub): State<Hub>,
            Caller(caller): Caller<Anybody>,
            StrictQuery(query): StrictQuery<ReferenceQuery>,
        ) -> Result<Response, Fault> {
            let catalogue = caller.catalogue().await?;
            let links = Links::new(&hub.audiences().registry, &catalogue);
            let items = catalogue.$of.iter().map(|one| convert::$shown(one, &catalogue, &links)).collect();
            let (items, total_items) = convert::page_of(&query, items)?;
            Ok(kept(&List { items, total_items }))
        }

        pub(super) async fn $one(
            State(hub): State<Hub>,
            Caller(caller): Caller<Anybody>,
            At(id): At<String>,
            _: NoQuery,
        ) -> Result<Response, Fault> {
            let catalogue = caller.catalogue().await?;
            let links = Links::new(&hub.audiences().registry, &catalogue);
            let found = catalogue.$of.iter().find(|one| one.$id == id).ok_or(Error::NotFound($what))?;
            Ok(kept(&convert::$shown(found, &catalogue, &links)))
        }
    };
}

references!(types, one_type, types, message_type, "messageType", id);
references!(applications, application, applications, application, "senderApplication", code);
references!(organizations, organization, organizations, organization, "senderOrganization", number);

pub(super) async fn application_image(
    Caller(caller): Caller<Anybody>,
    At((application, id)): At<(String, String)>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let logo = |catalogue: &Catalogue| {
        let known = catalogue.applications.iter().find(|known| known.code == application);
        known.and_then(|known| convert::image(known.logo.as_ref(), &id))
    };
    image(&caller, logo).await
}

pub(super) async fn organization_image(
    Caller(caller): Caller<Anybody>,
    At((organization, id)): At<(String, String)>,
    _: NoQuery,
) -> Result<Response, Fault> {
    let logo = |catalogue: &Catalogue| {
        let known = catalogue.organizations.iter().find(|known| known.number == organization);
        known.and_then(|known| convert::image(known.logo.as_ref(), &id))
    };
    image(&caller, logo).await
}

async fn image(
    caller: &Anybody,
    named: impl FnOnce(&Catalogue) -> Option<Sha256>,
) -> Result<Response, Fault> {
    let digest = named(&caller.catalogue().await?).ok_or(Error::NotFound("image"))?;
    let (_, bytes) = caller.logo(digest).await?.ok_or(Error::NotFound("image"))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static(A_DAY)),
    ];
    Ok((headers, bytes).into_response())
}

fn kept(answer: &impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static(A_DAY))], Json(answer)).into_response()
}

const A_DAY: &str = "public, no-transform, proxy-revalidate, max-age=86400";
