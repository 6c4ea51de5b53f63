//! How the bucket's library reaches the service: by the client that it is given, and never overwriting.

use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, header};
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService};

/// Gives out the one client.
#[derive(Debug)]
pub(super) struct Wires(pub(super) HttpClient);

impl HttpConnector for Wires {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(self.0.clone())
    }
}

/// Ends uploads in parts under the condition that nothing stands there yet: object_store 0.14 has no way to ask for it.
// The header need not be signed: SigV4 asks that of `host` and `x-amz-*` only.
#[derive(Debug)]
pub(super) struct Careful(pub(super) HttpClient);

impl HttpService for Careful {
    fn call<'s, 'f>(&'s self, mut request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
    where
        's: 'f,
        Self: 'f,
    {
        if completes(&request) {
            request.headers_mut().insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        Box::pin(self.0.execute(request))
    }
}

/// Whether it is `CompleteMultipartUpload`.
fn completes(request: &HttpRequest) -> bool {
    let named = |query: &str| query.split('&').any(|pair| pair.starts_with("uploadId="));
    request.method() == Method::POST && request.uri().query().is_some_and(named)
}
