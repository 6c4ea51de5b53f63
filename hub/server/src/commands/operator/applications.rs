//! `facteur operator applications …`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::print::Out;

/// What to do with applications.
#[derive(Debug, Subcommand)]
pub(super) enum Applications {
    /// Shows an application.
    Show {
        /// The client id.
        client_id: String,
    },
    /// Registers an application, which then is in pilot, or replaces what is known of it.
    Register {
        /// The client id: 3 to 63 lower-case letters, digits and hyphens.
        client_id: String,
        /// A TOML file: provider, brand, [purpose] and [retention] by language, redirect_uris, logo (a file beside it).
        file: PathBuf,
    },
}

/// An application as an operator writes it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    provider: String,
    brand: String,
    purpose: BTreeMap<String, String>,
    retention: BTreeMap<String, String>,
    redirect_uris: Vec<String>,
    logo: Option<PathBuf>,
}

pub(super) async fn run(client: &Client, out: &Out, what: Applications) -> anyhow::Result<()> {
    match what {
        Applications::Show { client_id } => {
            out.application(&client.get(&format!("/v1/applications/{client_id}")).await?);
        }
        Applications::Register { client_id, file } => {
            let reply = client.put(&format!("/v1/applications/{client_id}"), &body(&file)?).await?;
            out.reply(&reply, Out::application);
        }
    }
    Ok(())
}

fn body(file: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let form: Form = toml::from_str(&text).with_context(|| file.display().to_string())?;
    let logo =
        form.logo.map(|logo| image(&file.parent().unwrap_or(Path::new(".")).join(logo))).transpose()?;
    let mut body = json!({
        "providerId": form.provider,
        "brand": form.brand,
        "purpose": form.purpose,
        "retention": form.retention,
        "redirectUris": form.redirect_uris,
    });
    if let (Some(members), Some(logo)) = (body.as_object_mut(), logo) {
        members.insert("logo".to_owned(), logo.into());
    }
    Ok(body)
}

/// A picture in base64.
fn image(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    Ok(BASE64.encode(&bytes))
}
