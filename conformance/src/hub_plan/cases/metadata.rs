//! What the hub says of itself.

use http::header::ORIGIN;
use serde_json::Value;

use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, origin, rule, status};
use crate::hub_plan::request::{Answer, Ask, Heard, brief};
use crate::hub_plan::trial::{Trial, well_known};
use crate::profile::Capability;

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "The metadata stands at its well-known address",
        what: "Fetches the metadata of the issuer.",
        why: "Clients find everything there and nowhere else.",
        causes: &["The well-known address is not routed to the hub."],
        ..case("A6", "metadata", Observe, &["A6"], |trial, record| Box::pin(stands(trial, record)))
    },
    Case {
        title: "The metadata names exactly the issuer it was fetched from",
        what: "Compares the issuer with the one that the profile names, character by character.",
        why: "A client that takes another issuer can be led to another server.",
        causes: &["A slash at the end.", "The hub's public address is configured wrongly."],
        ..case("A7", "metadata", Observe, &["A7"], |trial, record| Box::pin(issuer(trial, record)))
    },
    Case {
        title: "The metadata says what FAPI 2.0 needs",
        what: "Looks at each member that a FAPI client relies on.",
        why: "Clients decide by these members what they do and what they check.",
        causes: &[
            "Members that a library adds by itself.",
            "A feature is on and not told, or told and not on.",
        ],
        ..case("A8", "metadata", Observe, &["A8"], |trial, record| Box::pin(members(trial, record)))
    },
    Case {
        title: "Members whose defaults would be wrong are there, and no list is empty",
        what: "Looks for grant types and methods of authentication, and for empty lists.",
        why: "What is left out means client_secret_basic and the implicit grant.",
        causes: &["Defaults were thought to be empty."],
        ..case("A9", "metadata", Observe, &["A9"], |trial, record| Box::pin(defaults(trial, record)))
    },
    Case {
        title: "The metadata holds members of standards only",
        what: "Compares all members with the registered ones.",
        why: "What no standard defines is read by nobody, or by each in another way.",
        causes: &["A library adds members of its own."],
        ..case("A10", "metadata", Observe, &["A10"], |trial, record| Box::pin(registered(trial, record)))
    },
    Case {
        title: "Endpoints that need a certificate have an alias, and browsers are asked for none",
        what: "Looks at mtls_endpoint_aliases, and opens the page for browsers without a certificate.",
        why: "A browser that is asked for a certificate frightens people away.",
        causes: &["One listener serves browsers and machines."],
        ..case("A18", "metadata", Observe, &["A18"], |trial, record| Box::pin(aliases(trial, record)))
    },
    Case {
        title: "The type `mailbox` of authorization details is listed",
        what: "Looks at authorization_details_types_supported.",
        why: "A client learns from it what can be asked for.",
        causes: &["The member is missing."],
        ..case("A54", "metadata", Observe, &["A54"], |trial, record| Box::pin(details_type(trial, record)))
    },
    Case {
        title: "What can be done with grants is listed",
        what: "Looks at the endpoint and the actions of grant management.",
        why: "A client that may not merge must know it beforehand.",
        causes: &["The members are missing."],
        needs: &[Capability::GrantManagement],
        ..case("GM5", "metadata", Observe, &["GM5"], |trial, record| Box::pin(grant_members(trial, record)))
    },
    Case {
        title: "The mailbox API describes itself",
        what: "Fetches the description of the protected resource.",
        why: "It binds an API to its authorization server: a client learns where tokens for it come from.",
        causes: &["The resource is written differently from the address that providers use."],
        needs: &[Capability::MailboxApi],
        ..case("R7", "metadata", Observe, &["R7"], |trial, record| Box::pin(resource(trial, record)))
    },
    Case {
        title: "A 401 leads to that description",
        what: "Asks without a token and follows resource_metadata of WWW-Authenticate.",
        why: "Whoever is refused learns there what to bring.",
        causes: &["The challenge is missing or names another address."],
        needs: &[Capability::MailboxApi],
        ..case("R8", "metadata", Observe, &["R8"], |trial, record| Box::pin(challenge(trial, record)))
    },
    Case {
        title: "Pages for browsers insist on TLS",
        what: "Opens the address of a pushed request and looks for Strict-Transport-Security.",
        why: "Otherwise the first step of a citizen can be led to a server without TLS.",
        causes: &["The header is set by a proxy for some paths only."],
        ..case("A4", "metadata", Observe, &["A4"], |trial, record| Box::pin(hsts(trial, record)))
    },
    Case {
        title: "The authorization endpoint is read by no other origin",
        what: "Opens it with an Origin header, and with the question that browsers ask beforehand.",
        why: "A script on another site must not read what a citizen is shown.",
        causes: &["Cross-origin access is allowed for the whole server."],
        ..case("A5", "metadata", Refuse, &["A5"], |trial, record| Box::pin(cors(trial, record)))
    },
];

async fn stands(trial: &mut Trial, record: &mut Record) -> Told {
    let heard = trial.nobody.send(Ask::get(&trial.well_known())).await;
    status(record, rule("found", "A6"), &heard, &[200])?;
    let answer = answered(record, rule("answers", "A6"), heard)?;
    record.equal(rule("isJson", "A6"), "application/json", answer.media_type().as_str())?;
    record.expect(rule("isObject", "A6"), answer.json().is_object(), "a JSON object", "none")
}

async fn issuer(trial: &mut Trial, record: &mut Record) -> Told {
    let said = trial.said.document.get("issuer").and_then(Value::as_str).unwrap_or_default().to_owned();
    record.equal(rule("sameIssuer", "A7"), trial.profile.hub.issuer.as_str(), &said)?;
    let plain = said.starts_with("https://") && !said.contains(['?', '#']);
    record.expect(rule("plainHttps", "A7"), plain, "https without query and fragment", said)
}

async fn members(trial: &mut Trial, record: &mut Record) -> Told {
    let said = trial.said.clone();
    for member in [
        "require_pushed_authorization_requests",
        "tls_client_certificate_bound_access_tokens",
        "authorization_response_iss_parameter_supported",
    ] {
        let value = said.document.get(member).cloned().unwrap_or_default();
        record.expect(rule("isTrue", "A8"), value == true, format!("{member}: true"), value)?;
    }
    for (member, allowed) in [
        ("response_types_supported", &["code"][..]),
        ("code_challenge_methods_supported", &["S256"]),
        ("token_endpoint_auth_methods_supported", &["tls_client_auth", "self_signed_tls_client_auth"]),
    ] {
        let list = said.list(member);
        let right = !list.is_empty() && list.iter().all(|value| allowed.contains(&value.as_str()));
        let expected = format!("{member}: {}", allowed.join(" or "));
        record.expect(rule("onlyThese", "A8"), right, expected, list.join(", "))?;
    }
    for (name, url) in [("pushed_authorization_request_endpoint", &said.par), ("token_endpoint", &said.token)]
    {
        record.expect(
            rule("endpoint", "A8"),
            url.starts_with("https://"),
            format!("{name} with https"),
            url,
        )?;
    }
    Ok(())
}

async fn defaults(trial: &mut Trial, record: &mut Record) -> Told {
    let said = trial.said.clone();
    for member in [
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_methods_supported",
    ] {
        let there = !said.list(member).is_empty();
        record.expect(rule("isThere", "A9"), there, format!("{member} is there"), there)?;
    }
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let members = said.document.as_object().cloned().unwrap_or_default();
    let found: Vec<String> =
        members.into_iter().filter(|(_, value)| empty(value)).map(|(name, _)| name).collect();
    record.expect(rule("noEmptyList", "A9"), found.is_empty(), "no empty list", found.join(", "))
}

async fn registered(trial: &mut Trial, record: &mut Record) -> Told {
    let members = trial.said.document.as_object().cloned().unwrap_or_default();
    let others: Vec<String> = members
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !REGISTERED.contains(&name.as_str()))
        .collect();
    record.should(
        rule("registered", "A10"),
        others.is_empty(),
        "members of standards only",
        others.join(", "),
    );
    Ok(())
}

async fn aliases(trial: &mut Trial, record: &mut Record) -> Told {
    let said = trial.said.clone();
    let (machines, browsers) = (origin(&said.token), origin(&trial.profile.hub.issuer));
    if machines != browsers {
        let aliases = said.document.get("mtls_endpoint_aliases").cloned().unwrap_or_default();
        for member in [
            "pushed_authorization_request_endpoint",
            "token_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
        ] {
            let there = aliases.get(member).is_some_and(Value::is_string);
            record.should(rule("hasAlias", "A18"), there, format!("an alias of {member}"), there);
        }
    }
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    let asked = trial.asked(record, &first, &wanted).await?;
    let heard = trial.nobody.send(Ask::get(&asked.url)).await;
    let opens = heard.as_ref().is_ok_and(|answer| answer.status < 400);
    record.expect(rule("opensForBrowsers", "A18"), opens, "a page without a certificate", brief(&heard))
}

async fn details_type(trial: &mut Trial, record: &mut Record) -> Told {
    let types = trial.said.list("authorization_details_types_supported");
    let listed = types.iter().any(|name| name == "mailbox");
    record.expect(rule("listed", "A54"), listed, "mailbox", types.join(", "))
}

async fn grant_members(trial: &mut Trial, record: &mut Record) -> Told {
    let said = trial.said.clone();
    let actions = said.list("grant_management_actions_supported");
    for action in ["query", "revoke", "create"] {
        let listed = actions.iter().any(|known| known == action);
        record.expect(rule("action", "GM5"), listed, action, actions.join(", "))?;
    }
    record.expect(
        rule("endpoint", "GM5"),
        said.grants.starts_with("https://"),
        "an https endpoint",
        &said.grants,
    )
}

async fn resource(trial: &mut Trial, record: &mut Record) -> Told {
    let (resource, issuer) = (trial.profile.hub.mailbox_api.clone(), trial.profile.hub.issuer.clone());
    let heard = trial.nobody.send(Ask::get(&well_known(&resource, "oauth-protected-resource"))).await;
    status(record, rule("found", "R7"), &heard, &[200])?;
    let said = answered(record, rule("answers", "R7"), heard)?.json();
    let holds = |member: &str, value: &str| {
        said.get(member).and_then(Value::as_array).is_some_and(|items| items.iter().any(|item| item == value))
    };
    record.equal(
        rule("sameResource", "R7"),
        resource.as_str(),
        said.at("resource").as_str().unwrap_or_default(),
    )?;
    record.expect(
        rule("issuer", "R7"),
        holds("authorization_servers", &issuer),
        issuer,
        said.at("authorization_servers"),
    )?;
    let header_only = *said.at("bearer_methods_supported") == serde_json::json!(["header"]);
    record.expect(rule("headerOnly", "R7"), header_only, "header", said.at("bearer_methods_supported"))?;
    let bound = said.at("tls_client_certificate_bound_access_tokens");
    record.expect(rule("bound", "R7"), *bound == true, true, bound)?;
    let types = said.at("authorization_details_types_supported");
    record.expect(
        rule("detailsType", "R7"),
        holds("authorization_details_types_supported", "mailbox"),
        "mailbox",
        types,
    )
}

async fn challenge(trial: &mut Trial, record: &mut Record) -> Told {
    let heard = trial.first().caller.send(Ask::get(&trial.api("/mailboxes"))).await;
    status(record, rule("refused", "R8"), &heard, &[401])?;
    let answer = answered(record, rule("answers", "R8"), heard)?;
    let challenge = answer.header("www-authenticate").to_owned();
    let address = challenge.split_once("resource_metadata=\"").and_then(|(_, rest)| rest.split('"').next());
    let expected = well_known(&trial.profile.hub.mailbox_api, "oauth-protected-resource");
    let right = challenge.to_ascii_lowercase().starts_with("bearer") && address == Some(expected.as_str());
    record.should(
        rule("leadsToDescription", "R8"),
        right,
        format!("Bearer … resource_metadata=\"{expected}\""),
        challenge,
    );
    Ok(())
}

async fn hsts(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    let asked = trial.asked(record, &first, &wanted).await?;
    let answer = opened(record, trial.nobody.send(Ask::get(&asked.url)).await)?;
    let said = answer.header("strict-transport-security").to_owned();
    let seconds =
        said.split_once("max-age=").and_then(|(_, rest)| rest.split(';').next()?.trim().parse::<u64>().ok());
    record.expect(
        rule("insists", "A4"),
        seconds.is_some_and(|age| age > 0),
        "Strict-Transport-Security with a max-age",
        said,
    )
}

/// The page of a right request; the case is blocked if there is none.
fn opened(record: &Record, heard: Heard) -> Result<Answer, Stop> {
    match heard {
        Ok(answer) if answer.status < 400 => Ok(answer),
        other => Err(record.blocked(format!("a right request does not open: {}", brief(&other)))),
    }
}

async fn cors(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    let asked = trial.asked(record, &first, &wanted).await?;
    opened(record, trial.nobody.send(Ask::get(&asked.url)).await)?;
    for method in [http::Method::GET, http::Method::OPTIONS] {
        let ask = Ask::new(method, &asked.url)
            .header(ORIGIN, "https://elsewhere.example")
            .with("access-control-request-method", "GET");
        let answer = answered(record, rule("answers", "A5"), trial.nobody.send(ask).await)?;
        let said = answer.header("access-control-allow-origin").to_owned();
        record.expect(
            rule("noOtherOrigin", "A5"),
            said.is_empty(),
            "no Access-Control-Allow-Origin",
            said,
        )?;
    }
    trial.control(record).await
}

/// Members of the registry "OAuth Authorization Server Metadata", and of Grant Management draft 02.
const REGISTERED: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "service_documentation",
    "ui_locales_supported",
    "op_policy_uri",
    "op_tos_uri",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "signed_metadata",
    "device_authorization_endpoint",
    "tls_client_certificate_bound_access_tokens",
    "mtls_endpoint_aliases",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "require_signed_request_object",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
    "introspection_signing_alg_values_supported",
    "authorization_details_types_supported",
    "dpop_signing_alg_values_supported",
    "protected_resources",
    "subject_types_supported",
    "acr_values_supported",
    "claims_supported",
    "claims_locales_supported",
    "claims_parameter_supported",
    "display_values_supported",
    "grant_management_endpoint",
    "grant_management_actions_supported",
    "grant_management_action_required",
];
