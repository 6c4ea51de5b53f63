//! Around every route: who the visitor is, before; and a page for what went wrong, after.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hub_http::TraceId;
use url::form_urlencoded;

use crate::cookies;
use crate::failure::{Answer, Failure};
use crate::portal::Portal;
use crate::reply;
use crate::view::{Fault, ProblemPage};
use crate::visitor::Visitor;

/// Introduces the visitor and explains failures to them.
pub(crate) async fn explain(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::of(portal, &request);
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    request.extensions_mut().insert(visitor.clone());

    let mut response = if asks || is_own(request.headers(), visitor.portal.issuer()) {
        next.run(request).await
    } else {
        Failure::from(Fault::Form).into_response()
    };

    let failed = response.status().is_client_error() || response.status().is_server_error();
    let untold = failed && !response.headers().contains_key(CONTENT_TYPE);
    let status = response.status();
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(failure) =
        failure.or_else(|| (untold || is_plain(&response)).then(|| Failure::of_status(status)))
        && let Ok(told) = tell(&visitor, &failure, asks)
    {
        response = keeping_allow(told, &response);
    }
    reply::guard(response.headers_mut());
    response
}

/// Whether a form comes from a page of ours, as far as its `Origin` says: scheme, host and port are ours. Where it
/// says nothing, the value that a session's forms carry decides.
fn is_own(headers: &HeaderMap, issuer: &str) -> bool {
    headers.get(ORIGIN).is_none_or(|origin| origin.as_bytes() == issuer.as_bytes())
}

fn tell(visitor: &Visitor, failure: &Failure, asks: bool) -> Answer {
    match failure {
        Failure::Stranger if asks => reply::see_other(&address("/login", &visitor.here, false)),
        Failure::Stranger => problem(visitor, Fault::Session, StatusCode::UNAUTHORIZED, "/login"),
        Failure::SessionOver => {
            let back = if asks { visitor.here.as_str() } else { "/" };
            let login = address("/login", back, true);
            let response = problem(visitor, Fault::Session, StatusCode::UNAUTHORIZED, &login)?;
            reply::with(response, &cookies::ended(cookies::SESSION))
        }
        Failure::Told { fault, status, retry_after } => {
            let mut response = problem(visitor, *fault, *status, "/login")?;
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Ok(response)
        }
    }
}

fn problem(visitor: &Visitor, fault: Fault, status: StatusCode, login: &str) -> Answer {
    let trace = TraceId::current().as_str().to_owned();
    let page = ProblemPage { frame: visitor.frame(), fault, login: login.to_owned(), trace };
    visitor.show_as(status, &page, None)
}

/// The address of the login that comes back to `back`; `begins` leaves out the page that explains it.
pub(crate) fn address(path: &str, back: &str, begins: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("back", back);
    if begins {
        query.append_pair("begin", "yes");
    }
    format!("{path}?{}", query.finish())
}

/// Whether a library answered with a line of its own.
fn is_plain(response: &Response) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let failed = response.status().is_client_error() || response.status().is_server_error();
    failed && media_type.is_some_and(|media_type| media_type.starts_with("text/plain"))
}

fn keeping_allow(mut told: Response, first: &Response) -> Response {
    if let Some(methods) = first.headers().get(http::header::ALLOW) {
        told.headers_mut().insert(http::header::ALLOW, methods.clone());
    }
    told
}
