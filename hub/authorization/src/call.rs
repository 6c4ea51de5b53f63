//! A request of an authenticated client: its form, and what the client may do.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use http::{HeaderMap, StatusCode, header};
use hub_core::Hub;
use hub_core::access::client::ClientAccess;
use hub_core::error::Error;
use hub_core::peer::{PeerIdentity, Refusal};
use hub_http::{Limits, Trusted};

use crate::fault::Fault;
use crate::form::Form;

/// The most bytes of a form.
pub(crate) const LARGEST: usize = 64 * 1024;

/// A request whose certificate belongs to the client it names, within that client's limit.
pub(crate) struct Call {
    pub(crate) client: ClientAccess,
    pub(crate) form: Form,
}

impl FromRequest<Hub> for Call {
    type Rejection = Fault;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Fault> {
        let (identity, limits, form) = read(request, hub).await?;
        if form.has_any(&["client_secret", "client_assertion", "client_assertion_type"]) {
            return Err(two_ways());
        }

        let client = hub.client(&identity, form.required("client_id")?).await?;
        limits.count(client.client_id())?;
        Ok(Self { client, form })
    }
}

/// The certificate behind a request, its limits, and its form.
pub(crate) async fn read(
    request: Request,
    hub: &Hub,
) -> Result<(Arc<PeerIdentity>, Arc<Limits>, Form), Fault> {
    let (identity, limits) = behind_the_gate(&request)?;
    if request.uri().query().is_some() {
        return Err(Fault::invalid_request("parameters stand in the body, not in the URL"));
    }
    let other_scheme = request.headers().contains_key(header::AUTHORIZATION);
    if !is_form(request.headers()) {
        return Err(Fault::invalid_request("the body is application/x-www-form-urlencoded"));
    }
    let body = Bytes::from_request(request, hub).await.map_err(unread)?;
    let form = Form::parse(&body)?;
    if other_scheme { Err(two_ways()) } else { Ok((identity, limits, form)) }
}

/// RFC 6749 2.3: one method of authentication a request.
fn two_ways() -> Fault {
    Fault::invalid_request("a client authenticates with its certificate and nothing else")
}

fn behind_the_gate(request: &Request) -> Result<(Arc<PeerIdentity>, Arc<Limits>), Fault> {
    let Some(Trusted(identity)) = request.extensions().get::<Trusted>() else {
        return Err(Refusal::Absent.into());
    };
    let Some(limits) = request.extensions().get::<Arc<Limits>>() else {
        return Err(Error::internal("a machine route stands outside the gate").into());
    };
    Ok((identity.clone(), Arc::clone(limits)))
}

fn is_form(headers: &HeaderMap) -> bool {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the rejection over")]
fn unread(rejection: BytesRejection) -> Fault {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::TooLarge { limit: LARGEST as u64 }.into();
    }
    Fault::invalid_request("the body ended too early")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_form_is_known_by_its_media_type() {
        let is_form_with = |value| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            is_form(&headers)
        };
        assert!(is_form_with("application/x-www-form-urlencoded"));
        assert!(is_form_with("Application/X-WWW-Form-Urlencoded; charset=UTF-8"));
        assert!(!is_form_with("application/json"));
        assert!(!is_form_with("multipart/form-data; boundary=x"));
        assert!(!is_form(&HeaderMap::new()));
    }
}
