//! Logging out (OpenID Connect RP-Initiated Logout 1.0). There is no session to end, only a way back to show.

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use super::parameters::Parameters;
use super::{IdentityProvider, page};
use crate::demo::language::Language;

/// Whom an ID token was for.
#[derive(Clone, Deserialize)]
struct Hint {
    aud: String,
}

/// Sends the browser back to where the client registered, or says that nobody is logged in.
pub(super) async fn end(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let language = page::preferred(&headers);
    let Ok(parameters) = Parameters::of(pairs) else {
        return page::refused(language, "a parameter came twice");
    };
    let asked = parameters.of_name("ui_locales").and_then(|tags| Language::first_of(tags.split(' ')));
    match provider.way_back(&parameters) {
        Some(target) => Redirect::to(target.as_str()).into_response(),
        None => page::logged_out(asked.unwrap_or(language)),
    }
}

impl IdentityProvider {
    /// The registered URI that the request names, if it says for which client.
    fn way_back(&self, parameters: &Parameters) -> Option<Url> {
        let hint = parameters.of_name("id_token_hint").and_then(|token| self.0.key.read::<Hint>(token));
        let id = hint.map(|hint| hint.aud).or_else(|| parameters.owned("client_id"))?;
        let asked = parameters.of_name("post_logout_redirect_uri")?;
        let registered = &self.client(&id)?.post_logout_redirect_uris;
        let mut target = Url::parse(registered.iter().find(|uri| uri.as_str() == asked)?).ok()?;
        if let Some(state) = parameters.of_name("state") {
            target.query_pairs_mut().append_pair("state", state);
        }
        Some(target)
    }
}
