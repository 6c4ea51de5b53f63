//! The checklist of the FAPI 2.0 Security Profile, against the real hub, mostly as the attacker.
//!
//! `specs/authorization/requirements.toml` names for each requirement the tests that verify it, some here and some in
//! other groups; [`matrix`] prints how it stands.

mod answers;
mod authorize;
mod binding;
mod certified;
mod choices;
mod forms;
mod grants;
mod interaction;
mod lies;
mod life;
mod look_alikes;
mod matrix;
mod metadata;
mod mixing;
mod names;
mod randomness;
mod sessions;
mod tls;
mod tokens;

use serde_json::json;
use system_tests::world::answer::Answer;
use system_tests::world::provider::{EVERYTHING, Provider};

/// The parameters of a form, in their order.
type Form = Vec<(String, String)>;

/// A form from text.
fn form(parameters: &[(&str, &str)]) -> Form {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A request that this provider may push.
fn request(provider: &Provider<'_>) -> Form {
    let details = json!([provider.details(&EVERYTHING, "citizen")]).to_string();
    form(&[
        ("client_id", &provider.client_id),
        ("response_type", "code"),
        ("redirect_uri", &provider.machine.stage.landing.url),
        ("state", "af0ifjsldkj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("authorization_details", &details),
    ])
}

/// The form with this value, in place of the one it had.
fn with(form: &Form, name: &str, value: &str) -> Form {
    let mut form = without(form, name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

/// The form without a parameter.
fn without(form: &Form, name: &str) -> Form {
    form.iter().filter(|(known, _)| known != name).cloned().collect()
}

/// Posts a form with the provider's certificate.
async fn post(provider: &Provider<'_>, path: &str, form: &Form) -> Answer {
    provider.machine.send(provider.machine.request("POST", path).form(form)).await
}

/// RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The endpoints that take forms from machines.
const ENDPOINTS: [&str; 4] = ["/par", "/token", "/introspect", "/revoke"];
