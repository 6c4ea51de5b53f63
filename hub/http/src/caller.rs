//! Certificate and token become an access.

use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use hub_core::access::MachineProof;
use hub_core::error::Error;
use hub_core::{Audiences, Hub};

use crate::admit::Trusted;
use crate::limits::Limits;
use crate::problem::Problem;

/// An access that a machine obtains with its certificate and a bearer token.
pub trait MachineAccess: Sized + Send {
    /// The audience that the token must name.
    fn audience(audiences: &Audiences) -> &str;

    /// Turns the proof into the access.
    fn admit(hub: &Hub, proof: &MachineProof<'_>) -> impl Future<Output = Result<Self, Error>> + Send;

    /// The client whose requests are counted.
    fn client_id(&self) -> &str;
}

/// The caller's access; a request that proves none ends here with its problem.
pub struct Caller<A>(pub A);

/// A refusal with the challenge that RFC 6750 3 and RFC 9728 5.1 ask for.
pub struct Refused {
    problem: Problem,
    metadata: String,
}

impl<A: MachineAccess> FromRequestParts<Hub> for Caller<A> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Refused> {
        let audience = A::audience(hub.audiences());
        admitted(parts, hub, audience)
            .await
            .map(Self)
            .map_err(|error| Refused { problem: error.into(), metadata: metadata_of(audience) })
    }
}

async fn admitted<A: MachineAccess>(parts: &mut Parts, hub: &Hub, audience: &str) -> Result<A, Error> {
    let Some(Trusted(identity)) = parts.extensions.get::<Trusted>() else {
        return Err(Error::Certificate(hub_core::peer::Refusal::Absent));
    };
    let proof = MachineProof { identity, token: bearer(&parts.headers), audience };
    let access = A::admit(hub, &proof).await?;
    match parts.extensions.get::<Arc<Limits>>() {
        Some(limits) => limits.count(access.client_id())?,
        None => return Err(Error::internal("a machine route stands outside the gate")),
    }
    Ok(access)
}

/// The bearer token of the `Authorization` header; the scheme's case does not matter (RFC 9110 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where the RFC 9728 document of an audience stands: the well-known path is put between host and path.
fn metadata_of(audience: &str) -> String {
    let after_scheme = audience.find("://").map_or(0, |at| at + 3);
    let host_end = audience
        .get(after_scheme..)
        .and_then(|rest| rest.find('/'))
        .map_or(audience.len(), |at| after_scheme + at);
    let (origin, path) = audience.split_at_checked(host_end).unwrap_or((audience, ""));
    format!("{origin}/.well-known/oauth-protected-resource{path}")
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let challenge = self.problem.challenge().map(|code| match code {
            "" => format!("Bearer resource_metadata=\"{}\"", self.metadata),
            code => format!("Bearer error=\"{code}\", resource_metadata=\"{}\"", self.metadata),
        });
        let mut response = self.problem.into_response();
        if let Some(value) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_stands_between_host_and_path() {
        assert_eq!(
            metadata_of("https://api.example.org:8444/mailbox/v1"),
            "https://api.example.org:8444/.well-known/oauth-protected-resource/mailbox/v1"
        );
    }

    #[test]
    fn the_scheme_is_read_without_its_case() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("BEARER fat_x"));
        assert_eq!(bearer(&headers), Some("fat_x"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic fat_x"));
        assert_eq!(bearer(&headers), None);
    }
}
