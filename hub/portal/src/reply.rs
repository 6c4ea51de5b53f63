//! Answers that are not pages: redirects, and the headers every answer has.

use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::Cookie;
use http::header::{
    CACHE_CONTROL, LOCATION, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::failure::{Answer, Failure};

/// Sends the browser on with a GET (303), also after a form.
pub(crate) fn see_other(address: &str) -> Answer {
    let location = HeaderValue::try_from(address).map_err(|error| Failure::internal(&error))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// The answer with a cookie.
pub(crate) fn with(mut response: Response, cookie: &Cookie<'_>) -> Answer {
    let value = HeaderValue::try_from(cookie.to_string()).map_err(|error| Failure::internal(&error))?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(response)
}

/// Adds the headers that every answer has, unless it says otherwise itself.
pub(crate) fn guard(headers: &mut HeaderMap) {
    let fixed = [
        (CACHE_CONTROL, "no-store"),
        (STRICT_TRANSPORT_SECURITY, crate::headers::TWO_YEARS),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
