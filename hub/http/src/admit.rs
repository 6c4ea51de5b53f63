//! The gate of the mtls listener: who holds no trusted certificate is told why, on every route (TRUST T1).
//!
//! Every request is counted here, before anything is read for it: by its certificate if that is trusted, else by
//! the network it comes from. The limit of the client itself is counted when it is known, see [`crate::Caller`]. The
//! certificate is judged again when the answer is there.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use hub_core::clock::Clock;
use hub_core::error::Error;
use hub_core::peer::{PeerIdentity, Refusal};

use crate::limits::{Limits, Source};
use crate::network::Network;
use crate::peer::{PeerCertificates, TrustHandle, Verdict};
use crate::problem::Problem;
use crate::watch::Watch;

/// What the gate needs to know; one for all machine routes.
#[derive(Clone)]
pub struct Machines {
    /// Whom the hub trusts.
    pub trust: TrustHandle,
    /// Where "now" comes from.
    pub clock: Clock,
    /// How much each certificate, network and client may ask.
    pub limits: Arc<Limits>,
    /// Who does not wait, and which certificates connect.
    pub watch: Arc<Watch>,
}

/// The trusted certificate of this connection.
#[derive(Clone, Debug)]
pub struct Trusted(pub Arc<PeerIdentity>);

/// How a face says no at the gate, in its own error body: to a certificate, or to too many requests.
pub type Refuse = fn(Error) -> Response;

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

/// How faces with problem documents say no.
pub fn public(error: Error) -> Response {
    Problem::from(error).into_response()
}

async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let presented = request.extensions().get::<PeerCertificates>().cloned();
    let verdict = gate.verdict(presented.as_ref());
    let (watch, clock) = (&gate.machines.watch, &gate.machines.clock);
    let watched = verdict.as_ref().ok().cloned();
    if let (Some(identity), Some(connection)) = (&watched, &presented) {
        watch.begins(identity, connection, clock.now());
    }
    let response = gated(&gate, (presented, verdict), request, next).await;
    if let Some(identity) = &watched {
        watch.answered(identity, &response, clock.now());
    }
    response
}

async fn gated(
    gate: &Gate,
    (presented, verdict): (Option<PeerCertificates>, Result<Arc<PeerIdentity>, Refusal>),
    mut request: Request,
    next: Next,
) -> Response {
    let source = match &verdict {
        Ok(identity) => Source::Certificate(identity.thumbprint),
        Err(_) => Source::Network(Network::of_peer(request.extensions())),
    };
    if let Err(error) = gate.machines.limits.count_request(&source) {
        return (gate.refuse)(error);
    }
    match verdict {
        Ok(identity) => {
            request.extensions_mut().insert(Trusted(identity));
            request.extensions_mut().insert(Arc::clone(&gate.machines.limits));
        }
        Err(refusal) => return (gate.refuse)(Error::Certificate(refusal)),
    }
    let response = next.run(request).await;
    // Some answers are waited for: none goes out to a certificate that was revoked meanwhile (TRUST T6).
    match gate.verdict(presented.as_ref()) {
        Ok(_) => response,
        Err(refusal) => (gate.refuse)(Error::Certificate(refusal)),
    }
}

impl Gate {
    /// What the certificate is worth at this moment.
    fn verdict(&self, presented: Option<&PeerCertificates>) -> Result<Arc<PeerIdentity>, Refusal> {
        let Some(presented) = presented else { return Err(Refusal::Absent) };
        match presented.verdict(&self.machines.trust, self.machines.clock.now()) {
            Verdict::Trusted(identity) => Ok(identity),
            Verdict::Absent => Err(Refusal::Absent),
            Verdict::Refused(refusal) => Err(refusal),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Trusted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::Certificate(Refusal::Absent).into())
    }
}
