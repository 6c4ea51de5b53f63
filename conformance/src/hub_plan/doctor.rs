//! The doctor for a hub: can the hub plan be played with this profile? Each finding says how to mend it.
//!
//! It judges nothing: a hub that answers wrongly where no run depends on it is none of its business.

use std::path::Path;

use jiff::fmt::rfc2822;
use serde_json::Value;
use url::Url;

use super::profile::{Citizen, HubProfile, Identity};
use super::request::{Answer, Ask, Heard, NoAnswer, brief};
use super::trial::{Provider, Said, Trial, Who, well_known};
use crate::doctor::Check;
use crate::doctor::files::{Purpose, certificate, pair};
use crate::doctor::network::server;
use crate::engine::{Wire, now};

/// Looks at everything that a run with this profile needs: files, servers, metadata, clock, registrations, ways back.
pub async fn examine(profile: &HubProfile, wire: &Wire) -> Vec<Check> {
    // There is one already if this is not the first look.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut checks = files(profile);
    checks.extend(servers(profile).await);
    match Trial::new(profile.clone(), Path::new(""), wire) {
        Ok(mut trial) => {
            checks.extend(answers(&mut trial).await);
            checks.extend(ways_back(profile).await);
        }
        Err(fault) => {
            checks.push(Check::wrong("files of the profile", fault.to_string(), "Mend what is said above."));
        }
    }
    checks
}

fn identities(profile: &HubProfile) -> [(&'static str, &Identity); 3] {
    [("first", &profile.first), ("second", &profile.second), ("attacker", &profile.attacker)]
}

fn files(profile: &HubProfile) -> Vec<Check> {
    let mut checks =
        vec![certificate("hub.ca, the authority of its servers", &profile.hub.ca, Purpose::Authority)];
    let mut papers = |what: &str, paper: &Path, key: &Path| {
        checks.push(certificate(&format!("certificate of {what}"), paper, Purpose::Client));
        checks.push(pair(&format!("certificate of {what} and its key"), paper, key));
    };
    for (what, identity) in identities(profile) {
        papers(what, &identity.certificate, &identity.key);
    }
    if let (Some(next), Some(key)) = (&profile.first.next_certificate, &profile.first.next_key) {
        papers("first, renewed", next, key);
    }
    if let Some(sender) = &profile.sender {
        papers("sender", &sender.certificate, &sender.key);
    }
    checks.push(differ(profile));
    checks.extend(program(profile));
    checks
}

/// Whoever takes what is not for it must be somebody else.
fn differ(profile: &HubProfile) -> Check {
    let what = "the three providers";
    let ids = identities(profile).map(|(_, identity)| identity.client_id.as_str());
    let [first, second, attacker] = ids;
    match first == second || second == attacker || first == attacker {
        true => Check::wrong(what, ids.join(", "), "Register three, each with a client_id of its own."),
        false => Check::fine(what, ids.join(", ")),
    }
}

fn program(profile: &HubProfile) -> Option<Check> {
    let Citizen::Command { command, .. } = &profile.citizen else { return None };
    let what = "the citizen's program";
    let program = command.first().map(String::as_str).unwrap_or_default();
    let is_path = program.contains('/');
    Some(match program {
        "" => Check::wrong(what, "its command is empty", "Name a program in citizen.command."),
        _ if is_path && !Path::new(program).is_file() => {
            Check::wrong(what, format!("{program} is not there"), "Correct citizen.command.")
        }
        _ => Check::fine(what, program),
    })
}

async fn servers(profile: &HubProfile) -> Vec<Check> {
    let hub = &profile.hub;
    let servers = [
        ("server of the issuer", Some(&hub.issuer)),
        ("server of the mailbox API", Some(&hub.mailbox_api)),
        ("server of the Message Registry", hub.message_registry.as_ref()),
        ("server of the sender API", hub.sender_api.as_ref()),
    ];
    let mut checks = Vec::new();
    for (what, address) in servers.into_iter().filter_map(|(what, address)| Some((what, address?))) {
        checks.push(match address.parse::<Url>() {
            Ok(url) => server(what, &url, Some(&hub.ca)).await,
            Err(error) => {
                Check::wrong(what, format!("{address}: {error}"), "Correct the address in the profile.")
            }
        });
    }
    checks
}

/// What the hub tells of itself, its clock, and whether it knows the providers.
async fn answers(trial: &mut Trial) -> Vec<Check> {
    let heard = trial.nobody.send(Ask::get(&trial.well_known())).await;
    let mut checks = vec![metadata(trial, &heard)];
    let Ok(answer) = &heard else { return checks };
    checks.push(clock(answer));
    let document = answer.json();
    if !document.is_object() {
        return checks;
    }
    trial.said = std::sync::Arc::new(Said::read(document));
    for (what, who) in [("first", Who::First), ("second", Who::Second), ("attacker", Who::Attacker)] {
        checks.push(registered(trial, what, &trial.provider(who)).await);
    }
    if let Some(renewed) = trial.renewed.clone() {
        checks.push(registered(trial, "first, renewed", &renewed).await);
    }
    checks
}

fn metadata(trial: &Trial, heard: &Heard) -> Check {
    let (what, issuer) = ("metadata of the hub", &trial.profile.hub.issuer);
    let at = well_known(issuer, "oauth-authorization-server");
    let answer = match heard {
        Ok(answer) if answer.status == 200 => answer,
        other => {
            let told = format!("{at}: {}", brief(other));
            return Check::wrong(
                what,
                told,
                "Correct hub.issuer, or route this address to the hub (RFC 8414 3.1).",
            );
        }
    };
    let said = answer.json();
    let member = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if member("issuer") != *issuer {
        let told = format!("issuer is `{}` and not `{issuer}`", member("issuer"));
        return Check::wrong(what, told, "hub.issuer must be the issuer of the metadata, letter by letter.");
    }
    let needed = ["authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint"];
    match needed.into_iter().find(|name| member(name).is_empty()) {
        Some(name) => {
            Check::wrong(what, format!("{name} is missing"), "Without it no flow can begin (FAPI 2.0 5.3.2).")
        }
        None => Check::fine(what, at),
    }
}

fn clock(answer: &Answer) -> Check {
    let what = "clock of the hub";
    let date = rfc2822::DateTimeParser::new().parse_timestamp(answer.header("date")).ok();
    match date.map(|date| date.duration_since(now()).as_secs().unsigned_abs()) {
        Some(away) if away > 30 => Check::wrong(
            what,
            format!("it is {away} seconds away from this machine's"),
            "Set both clocks: tokens and certificates are judged by time.",
        ),
        Some(_) => Check::fine(what, "as this machine's"),
        None => Check::look(what, "its answers have no Date", "Compare the clocks by hand."),
    }
}

/// Pushes a right request, as every case does.
async fn registered(trial: &Trial, what: &str, who: &Provider) -> Check {
    let what = format!("registration of {what}, {}", who.client_id);
    let wanted = trial.wanted(who, &trial.actions());
    let heard = trial.push(who, &wanted.form).await;
    let mend = match &heard {
        Ok(answer) if answer.status == 201 => return Check::fine(what, "a right request is taken"),
        Ok(answer) if answer.error() == "invalid_client" => {
            "Register this certificate for this client_id: thumbprint, name and authority must fit."
        }
        Ok(answer) if answer.error() == "invalid_authorization_details" => {
            "hub.mailbox_api must be the resource identifier of the hub, letter by letter."
        }
        Ok(answer) if answer.status == 400 => "Register redirect_uri for this client_id, letter by letter.",
        Err(NoAnswer::Dropped(_)) => {
            "The hub ends the connection: does it know the authority of this certificate?"
        }
        _ => "Look at the hub's log: it takes no right request.",
    };
    Check::wrong(what, brief(&heard), mend)
}

/// Where browsers come back to. The address is all that a run needs; nobody must answer there.
async fn ways_back(profile: &HubProfile) -> Vec<Check> {
    let mut checks = Vec::new();
    for (what, identity) in identities(profile) {
        let (what, address) = (format!("redirect URI of {what}"), &identity.redirect_uri);
        let Ok(url) = address.parse::<Url>() else {
            checks.push(Check::wrong(what, format!("{address} is no address"), "Correct redirect_uri."));
            continue;
        };
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
        checks.push(match super::caller::tcp(host, port).await {
            Ok(_) => Check::fine(what, format!("{address} is reachable")),
            Err(_) => Check::look(
                what,
                format!("nobody answers at {host}:{port}"),
                "A run needs the address alone: copy it from the browser's error page, or have the program stop there.",
            ),
        });
    }
    checks
}
