//! The pages for developers: English, without login, made from `specs/`.
//!
//! They are not the citizens' pages: they speak the words of OAuth and of the APIs. One of them runs a script, the viewer
//! of API documents; it has a policy of its own.

mod pages;
mod text;

use axum::Router;
use axum::routing::get;
use hub_core::Hub;

/// The pages for developers.
pub(crate) fn routes() -> Router<Hub> {
    Router::new()
        .route("/docs", get(pages::index))
        .route("/docs/problems", get(pages::problems))
        .route("/docs/{page}", get(pages::page))
        .route("/docs/{page}/v1", get(pages::viewer))
        .route("/problems/{name}", get(pages::problem))
}
