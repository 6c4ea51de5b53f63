//! Pages for citizens: login, activation, mailbox, permissions and the consent screen.
//!
//! Pages are plain data in and HTML out ([`view`]), in four languages ([`i18n`]), without script and with one
//! stylesheet ([`assets`]). What a page may load and where its forms may lead stands in [`headers`]. Requests come
//! in through [`routes`]: every one has a visitor, most have a session, and what goes wrong becomes a page in
//! the visitor's language. Who the visitor is, the identity service says. The pages for developers stand beside them, in
//! `docs`.

pub mod assets;
pub mod back;
pub mod body;
mod content;
mod cookies;
mod docs;
mod explain;
mod failure;
mod form;
pub mod headers;
pub mod i18n;
mod identity;
mod pages;
pub mod pdf;
mod portal;
mod receipt;
mod reply;
mod routes;
mod session;
mod texts;
pub mod view;
mod visitor;

pub use portal::{IdentitySettings, Portal, PortalError, PortalSettings};
pub use routes::{content_routes, routes};
