//! What is around a run: the app's process, the journal by which a run is resumed, and the lines a person sees.

mod journal;
mod process;
mod terminal;

pub use journal::{Journal, Kept, Start};
pub use process::{Process, ProcessFault};
pub use terminal::Terminal;

use crate::digest::sha256_hex;
use crate::profile::Profile;
use crate::report::{Software, Target};

/// What is judged, with its fingerprint.
pub fn target(profile: &Profile, certificate: String, software: Option<Software>) -> Target {
    let app = &profile.app;
    let named = software.as_ref().map(|software| [software.name.as_str(), software.version.as_str()]);
    let facts = serde_json::json!([app.name, app.client_id, app.redirect_uri.as_str(), certificate, named]);
    Target {
        name: app.name.clone(),
        client_id: app.client_id.clone(),
        redirect_uri: app.redirect_uri.to_string(),
        certificate,
        software,
        fingerprint: sha256_hex(facts.to_string().as_bytes()),
    }
}
