//! Faults of codes and of what they become.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::json;

use super::{Fault, answers, asks, both};
use crate::mutants::hubs::memory::Memory;
use crate::mutants::hubs::message::{Answer, Papers, Request};

pub(super) const FAULTS: &[Fault] = &[
    answers("token-answers-may-be-kept", |request, answer, _| {
        if request.is_grant("authorization_code") {
            answer.remove("cache-control");
        }
    }),
    answers("tokens-are-of-no-known-type", |request, answer, _| {
        if request.is_grant("authorization_code") {
            answer.edit(|said| said["token_type"] = json!("mac"));
        }
    }),
    answers("says-more-than-was-granted", |request, answer, _| {
        if request.is_grant("authorization_code") && answer.is_ok() {
            answer.edit(|said| {
                if let Some(actions) = said["authorization_details"][0]["actions"].as_array_mut() {
                    actions.push(json!("reply"));
                }
            });
        }
    }),
    answers("introspection-shows-no-details", |request, answer, _| {
        if request.is("POST", "/introspect") {
            answer.edit(|said| drop(said.as_object_mut().unwrap().remove("authorization_details")));
        }
    }),
    answers("thumbprints-are-in-hexadecimal", |request, answer, _| {
        thumbprint(request, answer, |bytes| HEXLOWER.encode(bytes));
    }),
    answers("thumbprints-are-padded", |request, answer, _| {
        thumbprint(request, answer, |bytes| BASE64.encode(bytes));
    }),
    answers("own-tokens-are-not-bound", |request, answer, memory| {
        let token = request.field("token").unwrap_or_default();
        let own = memory.issued(&token).is_some_and(|issued| issued.kind.starts_with("client_credentials"));
        if request.is("POST", "/introspect") && own {
            answer.edit(|said| drop(said.as_object_mut().unwrap().remove("cnf")));
        }
    }),
    both("numbers-its-tokens", numbered_on_the_way_in, numbered_on_the_way_out),
    asks("redeems-without-certificate", |request, _| {
        if request.is_grant("authorization_code") && request.papers == Papers::Nobody {
            request.papers = Papers::First;
        }
        None
    }),
    asks("grants-own-tokens-without-certificate", |request, _| {
        if request.is("POST", "/token")
            && request.papers == Papers::Nobody
            && !request.is_grant("authorization_code")
            && !request.is_grant("refresh_token")
        {
            request.papers = Papers::First;
            request.set_form(&vec![
                ("grant_type".to_owned(), "client_credentials".to_owned()),
                ("client_id".to_owned(), "bank-app".to_owned()),
                ("scope".to_owned(), "feed".to_owned()),
            ]);
        }
        None
    }),
    asks("redeems-for-another-client", |request, _| {
        if request.is_grant("authorization_code") && request.papers == Papers::Attacker {
            request.papers = Papers::First;
            request.set_field("client_id", Some("bank-app"));
        }
        None
    }),
    asks("redeems-with-any-redirect-uri", |request, memory| {
        if request.is("POST", "/par") {
            memory.keep("home", request.field("redirect_uri").unwrap_or_default());
        }
        if request.is_grant("authorization_code") {
            request.set_field("redirect_uri", memory.kept("home").as_deref());
        }
        None
    }),
    asks("does-not-compare-verifiers", |request, _| {
        its_own_challenge(request);
        if request.is_grant("authorization_code") && request.field("code_verifier").is_some() {
            request.set_field("code_verifier", Some(VERIFIER));
        }
        None
    }),
    asks("redeems-without-a-verifier", |request, memory| {
        // the front compares for the hub, and only what is there
        if request.is("POST", "/par") {
            memory.keep("challenge", request.field("code_challenge").unwrap_or_default());
        }
        its_own_challenge(request);
        if request.is_grant("authorization_code") {
            let verifier = request.field("code_verifier");
            let wrong = verifier.is_some_and(|told| Some(challenge(&told)) != memory.kept("challenge"));
            request.set_field("code_verifier", Some(if wrong { "wrong" } else { VERIFIER }));
        }
        None
    }),
    both(
        "redeems-twice",
        |request, memory| {
            let code = request.field("code").filter(|_| request.is_grant("authorization_code"))?;
            memory.answers.get(&code).cloned()
        },
        |request, answer, memory| {
            if request.is_grant("authorization_code") && answer.is_ok() {
                memory.answers.insert(request.field("code").unwrap_or_default(), answer.clone());
            }
        },
    ),
    both(
        "using-a-code-twice-ends-nothing",
        |request, memory| {
            let code = request.field("code").filter(|_| request.is_grant("authorization_code"))?;
            memory.texts.contains_key(&code).then(|| Answer::json(400, &json!({"error": "invalid_grant"})))
        },
        |request, answer, memory| {
            if request.is_grant("authorization_code") && answer.is_ok() {
                memory.keep(request.field("code").unwrap_or_default(), "used");
            }
        },
    ),
    both("redeems-old-codes", redeemed_early, redeems_early),
    answers("names-grants-unasked", |request, answer, _| {
        if request.is_grant("authorization_code") && answer.is_ok() {
            answer.edit(|said| {
                let named = said.as_object_mut().unwrap();
                named.entry("grant_id").or_insert(json!("grt_00000000000000000000000000"));
            });
        }
    }),
    answers("names-no-grant", |request, answer, _| {
        if request.is_grant("authorization_code") && answer.is_ok() {
            answer.edit(|said| drop(said.as_object_mut().unwrap().remove("grant_id")));
        }
    }),
    both("replaced-grants-are-renewed", replaced, |request, answer, memory| {
        if request.is_grant("authorization_code") && answer.is_ok() {
            if memory.kept("action").as_deref() == Some("replace") {
                let kept = std::mem::take(&mut memory.answers).into_iter();
                memory.answers = kept.map(|(token, answer)| (format!("replaced {token}"), answer)).collect();
            }
            memory.answers.insert(answer.text("refresh_token"), answer.clone());
        }
    }),
];

/// The verifier of a front that takes PKCE out of the hub's hands.
const VERIFIER: &str = "a-verifier-of-the-front-that-knows-nobody-else-xyz";

/// The S256 challenge of a verifier (RFC 7636 4.2).
fn challenge(verifier: &str) -> String {
    conformance::digest::sha256_base64url(verifier.as_bytes())
}

fn its_own_challenge(request: &mut Request) {
    let told = request.form().into_iter().filter(|(name, _)| name == "code_challenge");
    let [(_, told)] = &told.collect::<Vec<_>>()[..] else { return };
    if request.is("POST", "/par") && told.len() == 43 {
        request.set_field("code_challenge", Some(&challenge(VERIFIER)));
    }
}

fn thumbprint(request: &Request, answer: &mut Answer, write: fn(&[u8]) -> String) {
    if request.is("POST", "/introspect") {
        answer.edit(|said| {
            if let Some(told) = said["cnf"]["x5t#S256"].as_str() {
                let bytes = BASE64URL_NOPAD.decode(told.as_bytes()).unwrap();
                said["cnf"]["x5t#S256"] = write(&bytes).into();
            }
        });
    }
}

fn numbered_on_the_way_out(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    if request.is("POST", "/token") && answer.is_ok() {
        let number = format!("fat_{:043}", memory.count("tokens"));
        memory.keep(&number, answer.text("access_token"));
        answer.edit(|said| said["access_token"] = number.into());
    }
}

fn numbered_on_the_way_in(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    // the scheme may be written in any case
    let told = request.header("authorization").split_once(' ');
    let real = told.and_then(|(scheme, number)| Some(format!("{scheme} {}", memory.kept(number)?)));
    if let Some(real) = real {
        request.set("authorization", &real);
    }
    let told = request.is("POST", "/introspect") || request.is("POST", "/revoke");
    let number = request.field("token").filter(|_| told)?;
    let real = memory.kept(&number)?;
    request.set_field("token", Some(&real));
    None
}

/// The front redeems each code itself at once.
fn redeems_early(request: &Request, answer: &mut Answer, memory: &mut Memory) {
    let Some(back) = answer.way_back() else { return };
    let Some((_, code)) = back.query_pairs().find(|(name, _)| name == "code") else { return };
    let mut home = back.clone();
    home.set_query(None);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "bank-app"),
        ("code", &code),
        ("redirect_uri", home.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let mut errand = request.token(Papers::First, &form);
    errand.set("host", &memory.kept("machines").unwrap_or_default());
    if memory.kept("client_id").as_deref() == Some("bank-app") {
        memory.errands.push((code.into_owned(), errand));
    }
}

/// The code is asked for when it is old: the answer is there already, for whoever asks rightly.
fn redeemed_early(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    if request.is("POST", "/par") {
        for name in ["client_id", "code_challenge", "redirect_uri"] {
            memory.keep(name, request.field(name).unwrap_or_default());
        }
        memory.keep("machines", request.header("host"));
    }
    its_own_challenge(request);
    let code = request.field("code").filter(|_| request.is_grant("authorization_code"))?;
    if !memory.answers.contains_key(&code) {
        request.set_field("code_verifier", Some(VERIFIER));
        return None;
    }
    let named = request.field("client_id").as_deref() == Some("bank-app");
    if request.papers == Papers::Nobody || (named && request.papers != Papers::First) {
        return Some(Answer::json(401, &json!({"error": "invalid_client"})));
    }
    let compared = request.field("code_verifier").map(|verifier| challenge(&verifier));
    let right = named
        && compared == memory.kept("code_challenge")
        && request.field("redirect_uri") == memory.kept("redirect_uri");
    let refused = || Answer::json(400, &json!({"error": "invalid_grant"}));
    Some(if right { memory.answers.remove(&code).unwrap_or_else(refused) } else { refused() })
}

/// The refresh token of a grant that was replaced is answered as before.
fn replaced(request: &mut Request, memory: &mut Memory) -> Option<Answer> {
    if request.is("POST", "/par") {
        let action = request.field("grant_management_action").unwrap_or_default();
        memory.keep("action", action);
    }
    let refresh = request.field("refresh_token").filter(|_| request.is_grant("refresh_token"))?;
    memory.answers.get(&format!("replaced {refresh}")).cloned()
}
