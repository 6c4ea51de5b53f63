//! The Message Registry of the e-Box, version 2.1, for software that was written for it: host and client certificate change,
//! nothing else. `specs/message-registry/v2/openapi.yaml` describes it in our words, decision 17 what was decided on the way.
//!
//! Who calls is known by the registration: a provider with a grant, an enterprise's own software, a sender application. A
//! call concerns one mailbox, which no path names: it is the token's.

mod callers;
mod convert;
mod fault;
mod routes;
mod wire;

use axum::Router;
use hub_core::Hub;
use hub_http::Refuse;

use crate::{Adapter, Api};

/// The Message Registry.
pub(crate) struct MessageRegistry;

impl Adapter for MessageRegistry {
    fn name(&self) -> &'static str {
        "message_registry"
    }

    fn base(&self) -> &'static str {
        "/messageRegistry/v2"
    }

    fn api(&self) -> Api {
        Api::Registry
    }

    fn routes(&self) -> Router<Hub> {
        routes::routes()
    }

    fn refusal(&self) -> Refuse {
        fault::refuse
    }
}
