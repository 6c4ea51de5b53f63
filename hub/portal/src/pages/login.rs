//! Logging in: to the identity service and back.

use axum::extract::State;
use hub_core::Hub;
use hub_core::access::citizen::LoginReturned;
use hub_core::error::Error;
use hub_http::TraceId;

use crate::explain::address;
use crate::failure::{Answer, Failure};
use crate::form::{Fields, Parameters};
use crate::session::end_earlier;
use crate::view::{LoginFault, LoginProblem, LoginStart};
use crate::visitor::Visitor;
use crate::{back, cookies, reply};

/// Begins a login; from a page that needs one, says first why.
pub(crate) async fn start(State(hub): State<Hub>, visitor: Visitor, Parameters(query): Parameters) -> Answer {
    let wanted = query.one("back").map(back::local);
    if let Some(wanted) = wanted.filter(|_| query.one("begin").is_none()) {
        let login = address("/login", wanted, true);
        return visitor.show(&LoginStart { frame: visitor.frame(), login });
    }
    visitor.begins_login()?;
    let browser = visitor.browser_or_new(&hub);
    begin(&hub, &visitor, (&browser, None), wanted.unwrap_or("/")).await
}

/// Sends the browser to the identity service; with a request, for deciding that one. The visitor's login is counted.
pub(crate) async fn begin(
    hub: &Hub,
    visitor: &Visitor,
    (browser, request): (&str, Option<&str>),
    return_to: &str,
) -> Answer {
    let identity = visitor.portal.identity();
    let response = match identity.metadata().await {
        Ok(_) => {
            let start = hub.begin_login(browser, request, return_to).await?;
            let address = identity.login(&start, visitor.language, request.is_some()).await;
            reply::see_other(address.map_err(|error| Failure::internal(&error))?.as_str())?
        }
        Err(error) => {
            tracing::warn!(error = %hub_core::error::Causes(&error), "nobody can log in now");
            problem(visitor, LoginFault::Unavailable, return_to)?
        }
    };
    reply::with(response, &cookies::passing(cookies::BROWSER, browser))
}

/// Comes back from the identity service: a new session, and on to the page that was wanted.
pub(crate) async fn returned(
    State(hub): State<Hub>,
    visitor: Visitor,
    Parameters(query): Parameters,
) -> Answer {
    let visitor = visitor.at("/");
    visitor.returns_from_login()?;
    let Some(state) = query.one("state") else { return problem(&visitor, LoginFault::Expired, "/") };
    let login = match hub.take_login(state, visitor.browser().unwrap_or_default()).await {
        Ok(login) => login,
        // An identity app opened the browser that it knows, which is not the one that asked.
        Err(Error::Forbidden(_)) => return problem(&visitor, LoginFault::Elsewhere, "/"),
        Err(Error::Token(_)) => return problem(&visitor, LoginFault::Expired, "/"),
        Err(error) => return Err(error.into()),
    };
    let return_to = back::local(&login.return_to).to_owned();
    let visitor = visitor.at(return_to.clone());
    let secret = match log_in(&hub, &visitor, &query, &login).await {
        Ok(secret) => secret,
        Err(Refused::Told(fault)) => return problem(&visitor, fault, &return_to),
        Err(Refused::Failed(error)) => return Err(error.into()),
    };
    end_earlier(&hub, &visitor).await?;
    reply::with(reply::see_other(&return_to)?, &cookies::passing(cookies::SESSION, &secret))
}

/// Why there is no session.
enum Refused {
    Told(LoginFault),
    Failed(Error),
}

async fn log_in(
    hub: &Hub,
    visitor: &Visitor,
    query: &Fields,
    login: &LoginReturned,
) -> Result<String, Refused> {
    let identity = visitor.portal.identity();
    // RFC 9207 2.4
    if query.one("iss").is_some_and(|issuer| !identity.is(issuer)) {
        return Err(Refused::Told(LoginFault::Unavailable));
    }
    let Some(code) = query.one("code") else { return Err(Refused::Told(refusal(query))) };
    let person = identity.redeem(code, login, hub.now()).await.map_err(Refused::Told)?;
    match hub.open_session(login, &person).await {
        Ok(secret) => Ok(secret.expose().to_owned()),
        Err(Error::Invalid(issues)) if issues.iter().any(|issue| issue.name == "ssin") => {
            Err(Refused::Told(LoginFault::Identity))
        }
        Err(Error::Invalid(_)) => Err(Refused::Told(LoginFault::Expired)),
        Err(Error::Forbidden(_)) => Err(Refused::Told(LoginFault::Acting)),
        Err(error) => Err(Refused::Failed(error)),
    }
}

/// What the identity service says instead of a code (OpenID Connect Core 3.1.2.6).
fn refusal(query: &Fields) -> LoginFault {
    match query.one("error") {
        Some("access_denied" | "login_required" | "interaction_required") => LoginFault::Cancelled,
        error => {
            let known = ["invalid_request", "unauthorized_client", "server_error", "temporarily_unavailable"];
            let error = error.filter(|error| known.contains(error)).unwrap_or("another");
            tracing::warn!(error, "the identity service refused a login");
            LoginFault::Unavailable
        }
    }
}

fn problem(visitor: &Visitor, fault: LoginFault, return_to: &str) -> Answer {
    let retry = if return_to.starts_with("/authorize") {
        return_to.to_owned()
    } else {
        address("/login", return_to, true)
    };
    let trace = TraceId::current().as_str().to_owned();
    let page = LoginProblem { frame: visitor.frame(), fault, retry, trace };
    visitor.show_as(status(fault), &page, None)
}

fn status(fault: LoginFault) -> http::StatusCode {
    match fault {
        LoginFault::Assurance | LoginFault::Identity | LoginFault::Acting => http::StatusCode::FORBIDDEN,
        LoginFault::Cancelled | LoginFault::Elsewhere | LoginFault::Expired => http::StatusCode::BAD_REQUEST,
        LoginFault::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
    }
}
