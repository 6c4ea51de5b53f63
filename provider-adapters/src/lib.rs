//! Protocols that providers speak, one folder each, all over the same [`ProviderAccess`].
//!
//! To add one: a folder, one line in [`all`], its documents in `specs`, as `README.md` beside this crate says step by step. An
//! adapter holds no state and never sees a table. Which of them are mounted is configuration; the gate, limits, audit and consent are
//! the shared path's, which an adapter cannot leave.
//!
//! [`ProviderAccess`]: hub_core::access::provider::ProviderAccess

mod events;
mod federation;
mod mailbox_api;
mod memo;
mod message_registry;
mod metadata;
mod status;

use axum::Router;
use hub_core::Hub;
use hub_http::{Machines, Refuse, admit};

pub use metadata::{Api, Issuers, metadata_routes, resource_metadata};

/// A protocol that providers speak to the hub.
pub trait Adapter: Send + Sync {
    /// Configuration key and metric label.
    fn name(&self) -> &'static str;

    /// Path under which its routes are mounted: `/mailbox/v1`.
    fn base(&self) -> &'static str;

    /// The API that its tokens are for: its audience and its metadata.
    fn api(&self) -> Api;

    /// The routes providers call, on the mtls listener.
    fn routes(&self) -> Router<Hub>;

    /// How it says no at the gate, in its own error body: to a certificate, or to too many requests.
    fn refusal(&self) -> Refuse;
}

/// How many recipients a sender organization may ask about in a day; an extension of the routes.
#[derive(Clone, Copy, Debug)]
pub struct DailyBudget(pub i64);

/// Every protocol there is.
pub fn all() -> Vec<Box<dyn Adapter>> {
    vec![
        Box::new(mailbox_api::MailboxApi),
        Box::new(message_registry::MessageRegistry),
        Box::new(federation::Federation),
        Box::new(events::Events),
        Box::new(memo::Memo),
    ]
}

/// The protocol of that name.
pub fn named(name: &str) -> Option<Box<dyn Adapter>> {
    all().into_iter().find(|adapter| adapter.name() == name)
}

/// Adds a protocol to the routes of the mtls listener, behind the gate that judges certificates.
pub fn mount(router: Router<Hub>, adapter: &dyn Adapter, machines: &Machines) -> Router<Hub> {
    router.nest(adapter.base(), admit(adapter.routes(), machines, adapter.refusal()))
}
