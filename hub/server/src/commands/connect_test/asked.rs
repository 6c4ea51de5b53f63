//! The hub's own word: its verdict on the certificate, the registration, and the client that it belongs to.

use std::net::SocketAddr;
use std::time::Duration;

use hub_core::peer::Refusal;
use reqwest::{Certificate, Client, Identity, Response, redirect};
use serde_json::Value;

use super::own::Own;
use super::report::{Report, halves};
use super::{Hub, Options, Role};

/// Asks the hub with the certificate, then for a token if there is a client id.
pub(super) async fn asked(
    hub: &Hub,
    address: SocketAddr,
    (options, own): (&Options, Option<&Own>),
    report: &mut Report,
) {
    let own = own.filter(|own| own.key.is_some());
    if own.is_none() && options.certificate.is_some() {
        report.left_out("verdict", "the hub judges only a certificate whose key was proven: give --key");
        return;
    }
    let client = match client(hub, address, (options, own)) {
        Ok(client) => client,
        Err(error) => {
            return report.failed(
                "verdict",
                format!("{error:#}"),
                "give certificate, key and authority as PEM",
            );
        }
    };
    let url = format!("{}{}", hub.origin, options.role.path());
    let sent = client.get(url).send().await;
    let Some(response) = answered("verdict", sent, report) else { return };
    if !verdict(response, options.role, report).await {
        return;
    }
    match &options.client_id {
        Some(client_id) if options.role != Role::Operator => token(&client, hub, client_id, report).await,
        _ => report.left_out("token", "no client id was given"),
    }
}

/// Whether the certificate is trusted and registered in its role.
async fn verdict(response: Response, role: Role, report: &mut Report) -> bool {
    let status = response.status().as_u16();
    if status == 200 {
        let role = format!("{role:?}").to_lowercase();
        report.well("verdict", format!("the certificate is trusted, and registered as that of a {role}"));
        return true;
    }
    let problem: Value = response.json().await.unwrap_or_default();
    match reason(text(&problem, "reason")) {
        Some(reason) => report.refused("verdict", reason.code(), halves(reason.explanation())),
        None => report.failed("verdict", unexpected(status, &problem), ELSEWHERE),
    }
    false
}

/// Whether the certificate belongs to the client, and the client may have a token now.
async fn token(client: &Client, hub: &Hub, client_id: &str, report: &mut Report) {
    let form = [("grant_type", "client_credentials"), ("client_id", client_id)];
    let sent = client.post(format!("{}/token", hub.origin)).form(&form).send().await;
    let Some(response) = answered("token", sent, report) else { return };
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap_or_default();
    if status == 200 {
        return report.well("token", format!("{client_id} gets tokens, bound to this certificate"));
    }
    let described = text(&body, "error_description");
    let code = described.split(':').next().unwrap_or_default();
    match (text(&body, "error"), reason(code)) {
        ("invalid_client", Some(reason)) => {
            report.refused("token", reason.code(), halves(reason.explanation()));
        }
        ("unauthorized_client", _) => {
            let mend = "ask the operator of the hub in which state your registration is: applied, suspended, removed?";
            report.failed("token", format!("{client_id} gets no token now: {described}"), mend);
        }
        _ => report.failed("token", unexpected(status, &body), ELSEWHERE),
    }
}

fn answered(step: &str, sent: reqwest::Result<Response>, report: &mut Report) -> Option<Response> {
    match sent {
        Ok(response) => Some(response),
        Err(error) => {
            let mut said = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(next) = cause {
                said = format!("{said}: {next}");
                cause = next.source();
            }
            let mend =
                "the hub cut the connection: it does not accept the proof of your key, or is busy; try again";
            report.failed(step, said, mend);
            None
        }
    }
}

fn reason(code: &str) -> Option<Refusal> {
    Refusal::ALL.into_iter().find(|reason| reason.code() == code)
}

fn unexpected(status: u16, body: &Value) -> String {
    let said = ["detail", "title", "error_description", "error"].map(|name| text(body, name));
    let said = said.into_iter().find(|said| !said.is_empty());
    format!("the answer is {status} {}", said.unwrap_or("without a reason"))
}

/// A member as text; empty if it is none.
fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a developer's tool is outside the hub and does not use its outbound client"
)]
fn client(
    hub: &Hub,
    address: SocketAddr,
    (options, own): (&Options, Option<&Own>),
) -> anyhow::Result<Client> {
    let mut builder = Client::builder()
        .https_only(true)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .resolve(&hub.host, address)
        .timeout(Duration::from_secs(30));
    if let Some(file) = &options.authority {
        builder = builder.tls_certs_only(Certificate::from_pem_bundle(&std::fs::read(file)?)?);
    }
    if let (Some(_), Some(certificate), Some(key)) = (own, &options.certificate, &options.key) {
        let pem = [std::fs::read(key)?, b"\n".to_vec(), std::fs::read(certificate)?].concat();
        builder = builder.identity(Identity::from_pem(&pem)?);
    }
    Ok(builder.build()?)
}

const ELSEWHERE: &str = "check that this is the listener of machines (for operators: of operations) of a hub";
