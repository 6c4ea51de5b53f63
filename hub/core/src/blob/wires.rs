//! How the bucket's library reaches the service: by the client that it is given, and never overwriting.

use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, StatusCode, header};
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

/// Knows services better than the library does. Ends uploads in parts under the condition that nothing stands there yet: object_store 0.14 has no way to ask for it.
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
        Box::pin(async move { Ok(as_part(self.0.execute(request).await?)) })
    }
}

/// Some services answer 200 with a part of an object: what tells is `Content-Range`, and the library goes by the status.
fn as_part(mut answer: HttpResponse) -> HttpResponse {
    if answer.status() == StatusCode::OK && answer.headers().contains_key(header::CONTENT_RANGE) {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    answer
}

/// Whether it is `CompleteMultipartUpload`.
fn completes(request: &HttpRequest) -> bool {
    let named = |query: &str| query.split('&').any(|pair| pair.starts_with("uploadId="));
    request.method() == Method::POST && request.uri().query().is_some_and(named)
}

#[cfg(test)]
mod tests {
    use object_store::client::HttpRequestBody;

    use super::*;

    /// Answers with the condition that it was asked under.
    #[derive(Debug)]
    struct Echo;

    impl HttpService for Echo {
        fn call<'s, 'f>(&'s self, request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
        where
            's: 'f,
            Self: 'f,
        {
            let condition = request.headers().get(header::IF_NONE_MATCH);
            let condition = condition.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            Box::pin(async move { Ok(HttpResponse::new(condition.into())) })
        }
    }

    async fn condition(method: Method, query: &str) -> String {
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.method_mut() = method;
        *request.uri_mut() = format!("https://s3.example.org/letters/content/0a/x{query}").parse().unwrap();
        let answer = HttpClient::new(Careful(HttpClient::new(Echo))).execute(request).await.unwrap();
        String::from_utf8(answer.into_body().bytes().await.unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_part_is_a_part_whatever_its_status() {
        let mut answer = HttpResponse::new(String::new().into());
        assert_eq!(as_part(answer).status(), 200);
        answer = HttpResponse::new(String::new().into());
        answer.headers_mut().insert(header::CONTENT_RANGE, HeaderValue::from_static("bytes 1-2/10"));
        assert_eq!(as_part(answer).status(), 206);
    }

    #[tokio::test]
    async fn an_upload_in_parts_ends_only_where_nothing_stands() {
        assert_eq!(condition(Method::POST, "?uploadId=A%2Bb").await, "*");
        for (method, query) in [
            (Method::POST, "?uploads="),
            (Method::PUT, "?partNumber=1&uploadId=A"),
            (Method::DELETE, "?uploadId=A"),
            (Method::GET, ""),
        ] {
            assert_eq!(condition(method.clone(), query).await, "", "{method} {query}");
        }
    }
}
