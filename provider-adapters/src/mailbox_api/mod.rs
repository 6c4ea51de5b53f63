//! The mailbox API: REST by the Belgif conventions, as `specs/mailbox/v1/openapi.yaml` describes it.
//!
//! `wire` holds what travels, `convert` turns the hub's answers into it, `routes` joins the two.

mod arranging;
mod changes;
mod client;
mod conditions;
mod convert;
mod events;
mod fault;
mod partitions;
mod routes;
mod wire;

use axum::Router;
use hub_core::Hub;
use hub_http::Refuse;

use crate::{Adapter, Api};

/// The mailbox API.
pub(crate) struct MailboxApi;

impl Adapter for MailboxApi {
    fn name(&self) -> &'static str {
        "mailbox_api"
    }

    fn base(&self) -> &'static str {
        "/mailbox/v1"
    }

    fn api(&self) -> Api {
        Api::Mailbox
    }

    fn routes(&self) -> Router<Hub> {
        routes::routes()
    }

    fn refusal(&self) -> Refuse {
        hub_http::public
    }
}
