//! Codes and the tokens that they become: once, by their own client, with their own address and verifier.
//!
//! A code that was refused to somebody else is redeemed rightly afterwards. A hub may use it up instead: then a whole new
//! flow must go well, so that a hub that refuses everything does not pass.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, bits, has_offset, refused, rule, shut_out, status, tails};
use crate::hub_plan::flow::{Asked, Back, Grant};
use crate::hub_plan::random;
use crate::hub_plan::request::{Ask, Heard, brief, with};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "A token answer says type and lifetime and is kept nowhere",
        what: "Redeems a code and looks at the answer.",
        why: "A token in a cache is a token for whoever reads the cache.",
        causes: &["Cache-Control is missing."],
        ..case("A45", "tokens", Observe, &["A45"], |trial, record| Box::pin(token_answer(trial, record)))
    },
    Case {
        title: "The token answer says what was granted",
        what: "Looks at authorization_details of a token answer, and at those that introspection shows.",
        why: "The citizen may have allowed less than was asked.",
        causes: &["The request is echoed instead of the grant."],
        ..case("A53", "tokens", Observe, &["A53", "A59"], |trial, record| Box::pin(as_granted(trial, record)))
    },
    Case {
        title: "Every access token is bound to the certificate that fetched it",
        what: "Introspects the token of a code, of a refresh token and of client credentials, and computes the thumbprint.",
        why: "A stolen token without its key must be worth nothing.",
        causes: &[
            "Tokens of client credentials are not bound.",
            "The thumbprint is of the authority, padded, or in hexadecimal.",
        ],
        ..case("A14", "tokens", Observe, &["A13", "A14", "A59"], |trial, record| {
            Box::pin(bound(trial, record))
        })
    },
    Case {
        title: "Tokens cannot be guessed",
        what: "Fetches twelve access tokens and looks at what differs.",
        why: "Whoever guesses a token and holds any certificate may try.",
        causes: &["Numbers, dates or short random parts."],
        ..case("A47", "tokens", Observe, &["A47"], |trial, record| Box::pin(unguessable(trial, record)))
    },
    Case {
        title: "A code is not redeemed without its certificate",
        what: "Redeems a right code without a certificate, and then rightly.",
        why: "A stolen code must be worth nothing.",
        causes: &["A proxy lets requests without a certificate through to the token endpoint."],
        ..case("A15", "tokens", Refuse, &["A15"], |trial, record| Box::pin(no_certificate(trial, record)))
    },
    Case {
        title: "A code is not redeemed by another client",
        what: "Another provider redeems a right code, under its own name and under the right one.",
        why: "A stolen code must be worth nothing.",
        causes: &["The client of the code is not compared."],
        ..case("A39-client", "tokens", Refuse, &["A39"], |trial, record| {
            Box::pin(other_client(trial, record))
        })
    },
    Case {
        title: "A code is not redeemed with another redirect_uri",
        what: "Redeems a right code with another redirect_uri, and then rightly.",
        why: "It shows that the code came back through another flow.",
        causes: &["redirect_uri is not compared at the token endpoint."],
        ..case("A39-redirect", "tokens", Refuse, &["A39"], |trial, record| {
            Box::pin(other_redirect(trial, record))
        })
    },
    Case {
        title: "A code is not redeemed with a wrong verifier",
        what: "Redeems a right code with another verifier, and then rightly.",
        why: "The verifier binds the code to the session that began the flow.",
        causes: &["The verifier is compared only if it is there."],
        ..case("A31-verifier", "tokens", Refuse, &["A31", "A39"], |trial, record| {
            Box::pin(wrong_verifier(trial, record))
        })
    },
    Case {
        title: "A code is not redeemed without a verifier",
        what: "Redeems a right code without code_verifier, and then rightly.",
        why: "The verifier binds the code to the session that began the flow.",
        causes: &["The verifier is compared only if it is there."],
        ..case("A31-missing", "tokens", Refuse, &["A31"], |trial, record| {
            Box::pin(no_verifier(trial, record))
        })
    },
    Case {
        title: "A code works once, and using it twice ends what it gave",
        what: "Redeems a right code twice and tries the tokens of the first time.",
        why: "Whoever comes second may be the owner: then the first was a thief.",
        causes: &["Codes are kept until they expire."],
        ..case("A36", "tokens", Refuse, &["A36", "A37"], |trial, record| Box::pin(once(trial, record)))
    },
    Case {
        title: "A code that is older than a minute is refused",
        what: "Waits 61 seconds before redeeming a right code.",
        why: "An old code in a history or a log must be worth nothing.",
        causes: &["Codes live for ten minutes, as RFC 6749 allows at most."],
        needs: &[Capability::Patience],
        ..case("A38", "tokens", Refuse, &["A38"], |trial, record| Box::pin(old(trial, record)))
    },
    Case {
        title: "A grant has a name if it was asked for, and the browser never learns it",
        what: "Asks with grant_management_action=create and without an action, and looks at both answers.",
        why: "The provider needs the name to merge, replace and end.",
        causes: &["grant_id is returned always or never."],
        needs: &[Capability::GrantManagement],
        ..case("GM2", "tokens", Observe, &["GM2"], |trial, record| Box::pin(grant_named(trial, record)))
    },
    Case {
        title: "An action and its grant are asked for together or refused",
        what: "Pushes an unknown action, merge without a grant, a grant without an action, and a grant that does not exist.",
        why: "A request that is half understood gives something that nobody asked for.",
        causes: &["Unknown actions are ignored."],
        needs: &[Capability::GrantManagement],
        ..case("GM1", "tokens", Refuse, &["GM1"], |trial, record| Box::pin(grant_requests(trial, record)))
    },
    Case {
        title: "Replacing a grant ends its earlier refresh token",
        what: "Creates a grant, replaces it, and uses the earlier tokens.",
        why: "What was replaced must not go on beside what replaced it.",
        causes: &["Refresh tokens hang on the client and not on the grant."],
        needs: &[Capability::GrantManagement],
        ..case("GM3", "tokens", Refuse, &["GM3"], |trial, record| Box::pin(replaced(trial, record)))
    },
];

/// A code of the first provider that waits to be redeemed.
async fn code(trial: &Trial, record: &mut Record) -> Result<(Asked, Back), Stop> {
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    let asked = trial.asked(record, &first, &wanted).await?;
    let back = trial.agreed(record, &asked).await?;
    Ok((asked, back))
}

/// Redeems a code rightly after something wrong was done with it; a hub that used it up must let a new flow go well.
async fn rightly(trial: &mut Trial, record: &mut Record, asked: &Asked, back: &Back) -> Result<Grant, Stop> {
    let first = trial.first();
    let heard = trial.token(&first, &Trial::redemption(&first, asked, back)).await;
    if heard.as_ref().is_ok_and(|answer| answer.status == 200) {
        record.note("the code was not used up by what was refused");
        return trial.granted(record, Who::First, &heard);
    }
    record.note("the code was used up by what was refused; a new flow follows");
    trial.fresh(record, Who::First).await
}

async fn token_answer(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (asked, back) = code(trial, record).await?;
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    status(record, rule("redeemed", "A45"), &heard, &[200])?;
    trial.granted(record, Who::First, &heard)?;
    let answer = answered(record, rule("answers", "A45"), heard)?;
    record.equal(rule("isJson", "A45"), "application/json", answer.media_type().as_str())?;
    let kind = answer.text("token_type").unwrap_or_default();
    record.expect(rule("isBearer", "A45"), kind.eq_ignore_ascii_case("bearer"), "Bearer", kind)?;
    let seconds = answer.json().at("expires_in").as_u64().unwrap_or_default();
    record.expect(rule("lifetime", "A45"), seconds > 0, "expires_in of a second or more", seconds)?;
    let cache = answer.header("cache-control").to_owned();
    record.expect(rule("notCached", "A45"), cache.contains("no-store"), "Cache-Control: no-store", cache)
}

async fn as_granted(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    let details = grant.tokens.at("authorization_details").nth(0).clone();
    record.equal(rule("type", "A53"), "mailbox", details.at("type").as_str().unwrap_or_default())?;
    let asked = trial.actions();
    let actions: Vec<&str> =
        details.at("actions").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let within = !actions.is_empty() && actions.iter().all(|action| asked.contains(action));
    record.expect(rule("noMore", "A53"), within, asked.join(", "), actions.join(", "))?;
    for (member, kind) in [("mailboxId", "mbx_"), ("consentId", "cns_")] {
        let id = details.at(member).as_str().unwrap_or_default();
        record.expect(rule("names", "A53"), id.starts_with(kind), format!("{member} {kind}…"), id)?;
    }
    let until = details.at("until").as_str().unwrap_or_default();
    record.expect(rule("until", "A53"), has_offset(until), "a date-time with an offset", until)?;
    let shown = trial.introspected(&trial.first(), &grant.access).await;
    let shown = answered(record, rule("introspects", "A59"), shown)?.json();
    let same = *shown.at("authorization_details") == json!([details]);
    record.expect(rule("sameDetails", "A59"), same, json!([details]), shown.at("authorization_details"))
}

async fn bound(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let grant = trial.standing(record, Who::First).await?;
    let renewed = trial.renew(&first, &grant, &[]).await;
    let renewed = answered(record, rule("renews", "A13"), renewed)?.text("access_token").unwrap_or_default();
    let mut tokens = vec![("of a code", grant.access), ("of a refresh token", renewed)];
    if trial.profile.declares(Capability::ChangeFeed) {
        tokens.push(("of client credentials", trial.own_token(record, &first, "feed").await?));
    }
    for (what, token) in tokens {
        let heard = trial.introspected(&first, &token).await;
        let shown = answered(record, rule("introspects", "A13"), heard)?.json();
        record.note(format!("a token {what}"));
        record.expect(rule("active", "A13"), shown.at("active") == true, "active", shown.at("active"))?;
        let thumbprint = shown.at("cnf").at("x5t#S256").as_str().unwrap_or_default();
        record.expect(
            rule("bindingShown", "A59"),
            !thumbprint.is_empty(),
            "cnf.x5t#S256",
            shown.at("cnf"),
        )?;
        record.equal(rule("thumbprint", "A14"), first.thumbprint.as_str(), thumbprint)?;
    }
    Ok(())
}

async fn unguessable(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let mut samples = Vec::new();
    for _ in 0..12 {
        let heard = trial.renew(&first, &grant, &[]).await;
        let token = heard.as_ref().ok().and_then(|answer| answer.text("access_token"));
        samples.push(token.ok_or_else(|| record.blocked(format!("not renewed: {}", brief(&heard))))?);
    }
    let held = bits(&tails(&samples));
    record.expect(
        rule("unguessable", "A47"),
        held >= 128.0,
        "128 bits or more",
        format!("{held:.0} bits at most"),
    )
}

async fn no_certificate(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (asked, back) = code(trial, record).await?;
    let form = Trial::redemption(&first, &asked, &back);
    let heard = trial.nobody.send(Ask::form(&trial.said.token, &form)).await;
    shut_out(record, rule("withoutCertificate", "A15"), &heard)?;
    let heard = trial.token(&first, &form).await;
    status(record, rule("notUsedUp", "A15"), &heard, &[200])?;
    trial.granted(record, Who::First, &heard).map(|_| ())
}

async fn other_client(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, attacker) = (trial.first(), trial.attacker());
    let (asked, back) = code(trial, record).await?;
    let form = Trial::redemption(&first, &asked, &back);
    let heard = trial.token(&attacker, &form).await;
    shut_out(record, rule("foreignCertificate", "A39"), &heard)?;
    let heard = trial.token(&attacker, &with(&form, "client_id", Some(&attacker.client_id))).await;
    refused(record, rule("foreignClient", "A39"), &heard, &["invalid_grant"])?;
    rightly(trial, record, &asked, &back).await.map(|_| ())
}

/// A code with one parameter of its redemption changed is invalid.
async fn changed(
    trial: &mut Trial,
    record: &mut Record,
    name: &str,
    value: Option<&str>,
    requirements: &[&'static str],
) -> Told {
    let first = trial.first();
    let (asked, back) = code(trial, record).await?;
    let form = with(&Trial::redemption(&first, &asked, &back), name, value);
    let heard = trial.token(&first, &form).await;
    let codes: &[&str] =
        if value.is_some() { &["invalid_grant"] } else { &["invalid_grant", "invalid_request"] };
    for requirement in requirements {
        refused(record, rule("changed", requirement), &heard, codes)?;
    }
    rightly(trial, record, &asked, &back).await.map(|_| ())
}

async fn other_redirect(trial: &mut Trial, record: &mut Record) -> Told {
    let other = format!("{}/more", trial.first().redirect_uri);
    changed(trial, record, "redirect_uri", Some(&other), &["A39"]).await
}

async fn wrong_verifier(trial: &mut Trial, record: &mut Record) -> Told {
    changed(trial, record, "code_verifier", Some(&random::secret()), &["A31", "A39"]).await
}

async fn no_verifier(trial: &mut Trial, record: &mut Record) -> Told {
    changed(trial, record, "code_verifier", None, &["A31"]).await
}

async fn once(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (asked, back) = code(trial, record).await?;
    let form = Trial::redemption(&first, &asked, &back);
    let heard = trial.token(&first, &form).await;
    let grant = trial.granted(record, Who::First, &heard)?;
    trial.forget(Who::First);
    let heard = trial.token(&first, &form).await;
    refused(record, rule("once", "A36"), &heard, &["invalid_grant"])?;
    let shown = trial.introspected(&first, &grant.access).await;
    let over = shown.as_ref().is_ok_and(|answer| answer.json().at("active") == false);
    record.should(rule("tokensEnd", "A37"), over, "the first token is over", brief(&shown));
    let heard = trial.renew(&first, &grant, &[]).await;
    let over = heard.as_ref().is_ok_and(|answer| answer.error() == "invalid_grant");
    record.should(rule("refreshEnds", "A37"), over, "400 invalid_grant", brief(&heard));
    trial.fresh(record, Who::First).await.map(|_| ())
}

async fn old(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (asked, back) = code(trial, record).await?;
    record.note("waits 61 seconds");
    tokio::time::sleep(Duration::from_secs(61)).await;
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    refused(record, rule("tooOld", "A38"), &heard, &["invalid_grant"])?;
    trial.fresh(record, Who::First).await.map(|_| ())
}

/// A flow with an action of grant management: the browser's way back, and the token answer.
async fn managed(
    trial: &mut Trial,
    record: &mut Record,
    more: &[(&str, &str)],
) -> Result<(Back, Grant), Stop> {
    let first = trial.first();
    let mut wanted = trial.wanted(&first, &trial.actions());
    wanted.form = more.iter().fold(wanted.form, |form, (name, value)| with(&form, name, Some(value)));
    let asked = trial.asked(record, &first, &wanted).await?;
    let back = trial.agreed(record, &asked).await?;
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    let grant = trial.granted(record, Who::First, &heard)?;
    Ok((back, grant))
}

async fn grant_named(trial: &mut Trial, record: &mut Record) -> Told {
    let (back, grant) = managed(trial, record, &[("grant_management_action", "create")]).await?;
    let id = grant.tokens.at("grant_id").as_str().unwrap_or_default();
    record.expect(rule("named", "GM2"), !id.is_empty(), "a grant_id", id)?;
    record.equal(rule("notInTheBrowser", "GM2"), 0, back.count("grant_id"))?;
    let (_, plain) = managed(trial, record, &[]).await?;
    let unnamed = plain.tokens.get("grant_id").is_none();
    record.expect(rule("notUnasked", "GM2"), unnamed, "no grant_id", plain.tokens.at("grant_id"))
}

async fn grant_requests(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let first = trial.first();
    let unknown = "grt_00000000000000000000000000";
    for (action, grant, codes) in [
        (Some("update"), None, &["invalid_request"][..]),
        (Some("merge"), None, &["invalid_request"]),
        (Some("create"), Some(unknown), &["invalid_request", "invalid_grant_id"]),
        (None, Some(unknown), &["invalid_request", "invalid_grant_id"]),
        (Some("replace"), Some(unknown), &["invalid_grant_id"]),
    ] {
        let form = trial.wanted(&first, &trial.actions()).form;
        let form = with(&with(&form, "grant_management_action", action), "grant_id", grant);
        let heard: Heard = trial.push(&first, &form).await;
        record.note(format!("action {action:?} with grant {grant:?}"));
        refused(record, rule("together", "GM1"), &heard, codes)?;
    }
    trial.control(record).await
}

async fn replaced(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (_, earlier) = managed(trial, record, &[("grant_management_action", "create")]).await?;
    let id = earlier.tokens.at("grant_id").as_str().unwrap_or_default().to_owned();
    let more = [("grant_management_action", "replace"), ("grant_id", id.as_str())];
    let (_, later) = managed(trial, record, &more).await?;
    record.equal(
        rule("sameGrant", "GM3"),
        id.as_str(),
        later.tokens.at("grant_id").as_str().unwrap_or_default(),
    )?;
    let heard = trial.renew(&first, &earlier, &[]).await;
    refused(record, rule("earlierRefreshOver", "GM3"), &heard, &["invalid_grant"])?;
    let heard = trial.renew(&first, &later, &[]).await;
    status(record, rule("laterStands", "GM3"), &heard, &[200])
}
