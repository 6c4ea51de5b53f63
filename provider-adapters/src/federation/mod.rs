//! The e-Box's Federation service, version 1.3: which document providers there are, and which recipients are reached.
//! `specs/federation/v1/openapi.yaml` describes it in our words, decision 20 what was decided on the way.

mod callers;
mod convert;
mod fault;
mod routes;
mod wire;

use axum::Router;
use hub_core::Hub;
use hub_http::Refuse;

use crate::{Adapter, Api};

/// The Federation service.
pub(crate) struct Federation;

impl Adapter for Federation {
    fn name(&self) -> &'static str {
        "federation"
    }

    fn base(&self) -> &'static str {
        "/federation/v1"
    }

    fn api(&self) -> Api {
        Api::Federation
    }

    fn routes(&self) -> Router<Hub> {
        routes::routes()
    }

    fn refusal(&self) -> Refuse {
        fault::refuse
    }
}
