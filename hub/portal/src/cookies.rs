//! The three cookies of the portal, all `__Host-`, Secure, HttpOnly and SameSite=Lax (TRUST T12).

use axum_extra::extract::cookie::{Cookie, SameSite};

/// The secret of a session.
pub(crate) const SESSION: &str = "__Host-session";
/// The language that the visitor chose.
pub(crate) const LANGUAGE: &str = "__Host-lang";
/// The secret of this browser, to which logins and authorization requests are bound.
pub(crate) const BROWSER: &str = "__Host-browser";

/// A cookie that ends with the browser.
pub(crate) fn passing(name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build((name, value.to_owned()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

/// A cookie that stays.
pub(crate) fn lasting(name: &'static str, value: &str) -> Cookie<'static> {
    let mut cookie = passing(name, value);
    cookie.make_permanent();
    cookie
}

/// The end of a cookie.
pub(crate) fn ended(name: &'static str) -> Cookie<'static> {
    let mut cookie = passing(name, "");
    cookie.make_removal();
    cookie
}
