//! What other document providers keep for a mailbox.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hub_core::Hub;
use hub_http::{Caller, StrictQuery};

use super::{At, links};
use crate::mailbox_api::client::Client;
use crate::mailbox_api::fault::Fault;
use crate::mailbox_api::{convert, wire};

pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(client): Caller<Client>,
    At(path): At<wire::MailboxPath>,
    StrictQuery(query): StrictQuery<wire::ListQuery>,
) -> Result<Response, Fault> {
    let (mailbox, size) = (&path.mailbox.0, convert::number(&query.page_size, "?pageSize")?);
    let page = client.0.kept_elsewhere(mailbox, size, query.after.as_deref()).await?;
    Ok(Json(convert::kept(page, mailbox, &query, links(&hub))).into_response())
}
