//! How `openidconnect` calls out: through the hub's one outbound client, wherever the service's metadata points.

use std::future::Future;
use std::pin::Pin;

use hub_http::Outbound;
use hub_http::outbound::CallError;
use openidconnect::{HttpRequest, HttpResponse};

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    /// It was not made, not sent, or not answered.
    #[error("no answer from the identity service")]
    Call(#[from] CallError),
    /// Not a request, or half an answer.
    #[error("the call went wrong")]
    Broken(#[from] reqwest::Error),
    /// More than anybody needs to say.
    #[error("the answer is larger than {LARGEST} bytes")]
    TooLarge,
}

type Answered = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// Calls through `outbound`.
pub(super) fn over(outbound: Outbound) -> impl Fn(HttpRequest) -> Answered + Send + Sync {
    move |request| Box::pin(call(outbound.clone(), request))
}

async fn call(outbound: Outbound, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let mut response = outbound.execute(reqwest::Request::try_from(request)?).await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(TransportError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

const LARGEST: usize = 512 * 1024;
