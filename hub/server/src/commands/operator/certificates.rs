//! `facteur operator certificates …`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::{Args, Subcommand, ValueEnum};
use data_encoding::HEXLOWER;
use hub_http::peer::Described;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::client::Client;
use super::print::Out;

/// What to do with certificates.
#[derive(Debug, Subcommand)]
pub(super) enum Certificates {
    /// Lists the certificates of an application, those that ended too.
    List {
        /// The client id.
        client_id: String,
    },
    /// Proposes to register a certificate (two operators); old and new overlap until the old one is ended.
    Register(Register),
    /// Ends a certificate at once, on open connections too.
    End {
        /// The registration, from `list`.
        registration: String,
    },
}

/// Which certificate, and how it is to be recognised.
#[derive(Debug, Args)]
pub(super) struct Register {
    /// The client id.
    client_id: String,
    /// The certificate, PEM; never its key.
    file: PathBuf,
    /// The anchor's name in the hub's trust file of providers.
    #[arg(long)]
    anchor: String,
    /// By which of its names it is registered; it must have one such name.
    #[arg(long, value_enum, default_value = "uri")]
    by: By,
    /// Accepts every certificate of that name, not this one alone.
    #[arg(long)]
    any: bool,
    /// From when it is accepted, RFC 3339; at once unless said.
    #[arg(long)]
    from: Option<String>,
    /// Until when it is accepted, RFC 3339; as long as the certificate itself unless said.
    #[arg(long)]
    until: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// The URI among its subject alternative names.
    Uri,
    /// The DNS name among its subject alternative names.
    Dns,
    /// Its whole subject.
    Subject,
}

pub(super) async fn run(client: &Client, out: &Out, what: Certificates) -> anyhow::Result<()> {
    match what {
        Certificates::List { client_id } => {
            out.certificates(&client.get(&path(&client_id)).await?);
        }
        Certificates::Register(register) => {
            let reply = client.post(&path(&register.client_id), &body(&register)?).await?;
            out.reply(&reply, Out::certificates);
        }
        Certificates::End { registration } => {
            client.delete(&format!("/v1/certificates/{registration}")).await?;
            out.done("ended: its next request is refused");
        }
    }
    Ok(())
}

fn path(client_id: &str) -> String {
    format!("/v1/applications/{client_id}/certificates")
}

fn body(register: &Register) -> anyhow::Result<Value> {
    let described = described(&register.file)?;
    ensure!(
        described.is_for_clients,
        "the certificate is not meant for TLS clients (extended key usage clientAuth)"
    );
    let (kind, names) = match register.by {
        By::Uri => ("sanUri", described.san_uris),
        By::Dns => ("sanDns", described.san_dns),
        By::Subject => ("subject", vec![described.subject]),
    };
    let [name] = <[String; 1]>::try_from(names).map_err(|names| {
        anyhow::anyhow!("the certificate has {} names of this kind; choose another --by", names.len())
    })?;
    let pin = (!register.any).then(|| HEXLOWER.encode(&described.thumbprint.0));
    let more =
        [("thumbprint", pin), ("validFrom", register.from.clone()), ("validUntil", register.until.clone())];
    let mut body = json!({ "anchor": register.anchor, "nameKind": kind, "name": name });
    if let Some(members) = body.as_object_mut() {
        let given = more.into_iter().filter_map(|(member, value)| Some((member.to_owned(), value?.into())));
        members.extend(given);
    }
    Ok(body)
}

fn described(file: &Path) -> anyhow::Result<Described> {
    let pem = std::fs::read(file).with_context(|| file.display().to_string())?;
    let der = CertificateDer::from_pem_slice(&pem);
    let der = der.with_context(|| format!("{} holds no certificate in PEM", file.display()))?;
    Described::read(&der).with_context(|| format!("the certificate in {} cannot be read", file.display()))
}
