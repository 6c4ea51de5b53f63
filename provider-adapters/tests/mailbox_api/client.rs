//! The mailbox API as a client sees it, past the gate of the mtls listener.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::{Extension, Router};
use http::{HeaderMap, Method, Request, StatusCode, header};
use hub_core::peer::Role;
use hub_http::{Limits, Trusted};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::common::{World, identity};
use crate::parties::Held;

/// The API as a client sees it, past the gate of the mtls listener.
pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) token: Option<String>,
}

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) fn new(world: &World, client_id: &str, token: Option<&str>) -> Self {
        Self::limited(world, client_id, token, 1_000)
    }

    pub(crate) fn limited(world: &World, client_id: &str, token: Option<&str>, per_second: u32) -> Self {
        let rate = NonZeroU32::new(per_second).unwrap();
        let adapters = provider_adapters::all();
        let router = adapters
            .iter()
            .fold(Router::new(), |router, adapter| router.nest(adapter.base(), adapter.routes()));
        let router = router
            .layer(Extension(Trusted(identity(Role::Provider, client_id).into())))
            .layer(Extension(Arc::new(Limits::new(rate, rate))))
            .with_state(world.hub.clone());
        Self { router, token: token.map(str::to_owned) }
    }

    pub(crate) fn of(world: &World, held: &Held) -> Self {
        Self::new(world, held.client, Some(&held.access))
    }

    pub(crate) async fn send(&self, method: Method, link: &str, body: Option<(&str, &str)>) -> Answer {
        let path = link.strip_prefix("https://api.test").unwrap_or(link);
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some((media_type, _)) = body {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        let body = Body::from(body.map_or(String::new(), |(_, text)| text.to_owned()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: to_bytes(response.into_body(), 30_000_000).await.unwrap() }
    }

    pub(crate) async fn get(&self, link: &str) -> Answer {
        self.send(Method::GET, link, None).await
    }

    pub(crate) async fn json(&self, link: &str) -> Value {
        let answer = self.get(link).await;
        assert_eq!(answer.status, StatusCode::OK, "{link}: {:?}", answer.body);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
        answer.json()
    }

    pub(crate) async fn mark(&self, link: &str, patch: &str) -> Answer {
        self.send(Method::PATCH, link, Some(("application/merge-patch+json", patch))).await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn expect_problem(&self, status: u16, kind: &str) -> Value {
        let problem = self.json();
        assert_eq!(self.status.as_u16(), status, "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert!(problem["type"].as_str().unwrap().ends_with(&format!(":{kind}")), "{problem}");
        problem
    }

    pub(crate) fn expect_issue(&self, kind: &str, place: &str, name: &str) {
        let problem = self.expect_problem(400, "badRequest");
        let issue = &problem["issues"][0];
        assert!(issue["type"].as_str().unwrap().ends_with(&format!("input-validation:{kind}")), "{problem}");
        assert_eq!((issue["in"].as_str(), issue["name"].as_str()), (Some(place), Some(name)), "{problem}");
    }
}
