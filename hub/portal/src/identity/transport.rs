//! How `openidconnect` calls out: through the hub's one outbound client, which follows no redirect.

use std::future::Future;
use std::pin::Pin;

use openidconnect::{HttpRequest, HttpResponse};

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    /// It was not sent, or not answered.
    #[error("the call went wrong")]
    Call(#[from] reqwest::Error),
    /// More than anybody needs to say.
    #[error("the answer is larger than {LARGEST} bytes")]
    TooLarge,
}

type Answered = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// Calls through `client`.
pub(super) fn over(client: reqwest::Client) -> impl Fn(HttpRequest) -> Answered + Send + Sync {
    move |request| Box::pin(call(client.clone(), request))
}

async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let mut response = client.execute(reqwest::Request::try_from(request)?).await?;
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
