//! The e-Box's event service, version 1.1.1: what happened to messages, by growing numbers; document providers post theirs.
//! `specs/events/v1/openapi.yaml` describes it in our words, decision 20 what was decided on the way.

mod callers;
mod convert;
mod fault;
mod routes;
mod wire;

use axum::Router;
use hub_core::Hub;
use hub_http::Refuse;

use crate::{Adapter, Api};

/// The event service.
pub(crate) struct Events;

impl Adapter for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn base(&self) -> &'static str {
        "/events/v1"
    }

    fn api(&self) -> Api {
        Api::Events
    }

    fn routes(&self) -> Router<Hub> {
        routes::routes()
    }

    fn refusal(&self) -> Refuse {
        fault::refuse
    }
}
