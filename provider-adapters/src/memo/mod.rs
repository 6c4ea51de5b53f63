//! MeMo, the message format of Danish Digital Post, version 1.2: a mailbox's messages as XML, for Nordic-style software.
//!
//! `specs/memo/v1` holds the document and the schemas of what is said and taken, decision 18 what was decided on the way. A
//! message goes out piece by piece, its files straight from the store; what comes in is read piece by piece and refused
//! at the first thing that no reply holds.

mod callers;
mod convert;
mod fault;
mod frame;
mod incoming;
mod outgoing;
mod routes;
mod wire;

use axum::Router;
use hub_core::Hub;
use hub_http::Refuse;

use crate::{Adapter, Api};

/// MeMo over the hub.
pub(crate) struct Memo;

impl Adapter for Memo {
    fn name(&self) -> &'static str {
        "memo"
    }

    fn base(&self) -> &'static str {
        "/memo/v1"
    }

    fn api(&self) -> Api {
        Api::Memo
    }

    fn routes(&self) -> Router<Hub> {
        routes::routes()
    }

    fn refusal(&self) -> Refuse {
        fault::refuse
    }
}
