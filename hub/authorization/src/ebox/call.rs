//! A request of a client that shows a certificate and signs an assertion.

use axum::extract::{FromRequest, Request};
use http::StatusCode;
use hub_core::Hub;
use hub_core::access::client::AssertedAccess;
use hub_core::error::Error;
use hub_core::peer::Role;

use super::Address;
use crate::call::read;
use crate::fault::Fault;
use crate::form::Form;

/// A request whose assertion is believed, within its client's limit.
pub(super) struct Asserted {
    pub(super) client: AssertedAccess,
    pub(super) role: Role,
    pub(super) form: Form,
}

impl FromRequest<Hub> for Asserted {
    type Rejection = Fault;

    /// The certificate names the client; what the form and the assertion say of it must agree.
    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Fault> {
        let address = request.extensions().get::<Address>().cloned();
        let Address(address) = address.ok_or_else(|| Error::internal("a route without its address"))?;
        let (identity, limits, form) = read(request, hub).await?;
        if form.has_any(&["client_secret"]) {
            return Err(Fault::invalid_request("a client authenticates with its assertion and nothing else"));
        }

        let client = match form.value("client_id") {
            Some(client_id) => hub.client(&identity, client_id).await?,
            None => hub.client_of(&identity).await?,
        };
        limits.count(client.client_id())?;
        let role = client.role();
        let client = client.asserts(assertion(&form)?, &address).await?;
        Ok(Self { client, role, form })
    }
}

/// The assertion of a form (RFC 7521 4.2).
fn assertion(form: &Form) -> Result<&str, Fault> {
    let refused = |description| Err(Fault::new(StatusCode::UNAUTHORIZED, "invalid_client", description));
    if form.value("client_assertion_type") != Some(JWT_BEARER) {
        return refused("client_assertion_type is urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    }
    match form.value("client_assertion") {
        Some(assertion) => Ok(assertion),
        None => refused("client_assertion is required"),
    }
}

/// RFC 7523 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_has_its_type() {
        let code = |body: &str| {
            let form = Form::parse(body.as_bytes()).unwrap();
            assertion(&form).map(drop).map_err(|fault| fault.code)
        };
        let of_type = format!("client_assertion_type={JWT_BEARER}");
        assert!(code(&format!("{of_type}&client_assertion=a.b.c")).is_ok());
        for body in [
            of_type.clone(),
            "client_assertion=a.b.c".into(),
            "client_assertion=a.b.c&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:saml2-bearer".into(),
        ] {
            assert_eq!(code(&body), Err("invalid_client"), "{body}");
        }
    }
}
