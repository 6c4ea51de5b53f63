//! The gate of the mtls listener: who holds no trusted certificate is told why, on every route (TRUST T1).

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use hub_core::clock::Clock;
use hub_core::error::Error;
use hub_core::peer::{PeerIdentity, Refusal};

use crate::limits::Limits;
use crate::peer::{PeerCertificates, TrustHandle, Verdict};
use crate::problem::Problem;

/// What the gate needs to know; one for all machine routes.
#[derive(Clone)]
pub struct Machines {
    /// Whom the hub trusts.
    pub trust: TrustHandle,
    /// Where "now" comes from.
    pub clock: Clock,
    /// How much each client may ask.
    pub limits: Arc<Limits>,
}

/// The trusted certificate of this connection.
#[derive(Clone, Debug)]
pub struct Trusted(pub PeerIdentity);

/// How a face refuses a certificate, in its own error body.
type Refuse = fn(Refusal) -> Response;

#[derive(Clone)]
struct Gate {
    machines: Machines,
    refuse: Refuse,
}

/// Puts the gate before every route of `router`, also before those that do not exist.
///
/// Behind it, [`Trusted`] and the [`Limits`] are at hand.
pub fn admit<S>(router: Router<S>, machines: &Machines, refuse: Refuse) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(middleware::from_fn_with_state(Gate { machines: machines.clone(), refuse }, gate))
}

/// How faces with problem documents refuse a certificate.
pub fn public(refusal: Refusal) -> Response {
    Problem::from(Error::Certificate(refusal)).into_response()
}

async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let now = gate.machines.clock.now();
    let verdict = match request.extensions().get::<PeerCertificates>() {
        Some(presented) => presented.verdict(&gate.machines.trust, now),
        None => Verdict::Absent,
    };
    match verdict {
        Verdict::Trusted(identity) => {
            request.extensions_mut().insert(Trusted(identity.clone()));
            request.extensions_mut().insert(Arc::clone(&gate.machines.limits));
            next.run(request).await
        }
        Verdict::Absent => (gate.refuse)(Refusal::Absent),
        Verdict::Refused(refusal) => (gate.refuse)(refusal),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Trusted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::Certificate(Refusal::Absent).into())
    }
}
