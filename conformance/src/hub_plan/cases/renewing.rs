//! Refresh tokens, introspection and revocation: whose they are, and what another client learns and can do.

use serde_json::{Value, json};

use super::{Told, case};
use crate::engine::Polarity::{Accept, Refuse};
use crate::engine::{Case, Record};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, refused, rule, shut_out, status};
use crate::hub_plan::request::{Ask, Heard, brief, with};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "A refresh token is its client's alone and is never rotated",
        what: "Renews as another client, with another certificate, without one, and rightly.",
        why: "A stolen refresh token would read a mailbox for months.",
        causes: &[
            "The client of the refresh token is not compared.",
            "Rotation is on by default in the library.",
        ],
        ..case("A43", "refreshing", Refuse, &["A43"], |trial, record| Box::pin(own_client(trial, record)))
    },
    Case {
        title: "A refresh token survives a new certificate, and tokens stay with theirs",
        what: "Renews with a renewed certificate of the same client, and uses old and new tokens over both.",
        why: "Certificates are renewed every year and consents must not end with them.",
        causes: &["The refresh token is bound to the certificate's thumbprint."],
        needs: &[Capability::Certificate],
        ..case("A44", "refreshing", Accept, &["A44"], |trial, record| {
            Box::pin(new_certificate(trial, record))
        })
    },
    Case {
        title: "Renewing may ask for less and never for more",
        what: "Renews for fewer actions, then for an action that was not granted, then for another mailbox.",
        why: "A refresh token must not become more than the citizen agreed to.",
        causes: &["authorization_details of a refresh are taken as they come."],
        ..case("A55", "refreshing", Refuse, &["A55"], |trial, record| Box::pin(narrowing(trial, record)))
    },
    Case {
        title: "Introspection says nothing of a token that is not the caller's",
        what: "Another provider introspects a living token; the owner introspects one that does not exist.",
        why: "Otherwise providers learn of each other's citizens.",
        causes: &["Any authenticated client may introspect any token."],
        ..case("A58", "introspection", Refuse, &["A58"], |trial, record| {
            Box::pin(introspection(trial, record))
        })
    },
    Case {
        title: "Another client's revocation has no effect, and an unknown token is no error",
        what: "Another provider revokes living tokens; the owner revokes one that does not exist.",
        why: "Otherwise one provider can cut another off.",
        causes: &["Tokens are revoked by whoever knows them."],
        ..case("A57-other", "revocation", Refuse, &["A57"], |trial, record| {
            Box::pin(foreign_revocation(trial, record))
        })
    },
    Case {
        title: "A revoked access token is over at once",
        what: "Revokes an access token and uses it.",
        why: "A provider that revokes a token has a reason to.",
        causes: &["Tokens are cached by the API."],
        ..case("A57-access", "revocation", Refuse, &["A57", "A60"], |trial, record| {
            Box::pin(revoked_access(trial, record))
        })
    },
];

async fn own_client(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, attacker) = (trial.first(), trial.attacker());
    let grant = trial.standing(record, Who::First).await?;
    let form = Trial::renewal(&first, &grant, &[]);
    let named = with(&form, "client_id", Some(&attacker.client_id));
    let heard = trial.token(&attacker, &named).await;
    refused(record, rule("foreignClient", "A43"), &heard, &["invalid_grant"])?;
    let heard = trial.token(&attacker, &form).await;
    shut_out(record, rule("foreignCertificate", "A43"), &heard)?;
    let heard = trial.nobody.send(Ask::form(&trial.said.token, &form)).await;
    shut_out(record, rule("noCertificate", "A43"), &heard)?;
    for _ in 0..2 {
        let heard = trial.token(&first, &form).await;
        status(record, rule("renewed", "A43"), &heard, &[200])?;
        let answer = answered(record, rule("answers", "A43"), heard)?;
        let same = answer.text("refresh_token").is_none_or(|token| token == grant.refresh);
        record.expect(
            rule("notRotated", "A43"),
            same,
            "no other refresh token",
            if same { "none" } else { "another" },
        )?;
    }
    Ok(())
}

async fn new_certificate(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let renewed =
        trial.renewed.clone().ok_or_else(|| record.blocked("the profile names no renewed certificate"))?;
    let grant = trial.standing(record, Who::First).await?;
    let heard = trial.renew(&renewed, &grant, &[]).await;
    status(record, rule("renewed", "A44"), &heard, &[200])?;
    let token = answered(record, rule("answers", "A44"), heard)?.text("access_token").unwrap_or_default();
    let shown = trial.introspected(&renewed, &token).await;
    let shown = answered(record, rule("introspects", "A44"), shown)?.json();
    let bound = shown.at("cnf").at("x5t#S256").as_str().unwrap_or_default();
    record.equal(rule("boundToNew", "A44"), renewed.thumbprint.as_str(), bound)?;
    if trial.profile.declares(Capability::MailboxApi) {
        let url = trial.api("/mailboxes");
        let cases = [
            (&renewed, &token, 200, "newWithNew"),
            (&first, &grant.access, 200, "oldWithOld"),
            (&renewed, &grant.access, 401, "oldWithNew"),
            (&first, &token, 401, "newWithOld"),
        ];
        for (who, token, expected, condition) in cases {
            let heard = trial.get(who, token, &url).await;
            status(record, rule(condition, "A44"), &heard, &[expected])?;
        }
    }
    Ok(())
}

/// A renewal for these actions, and perhaps another mailbox.
async fn renewed_for(
    trial: &Trial,
    grant: &crate::hub_plan::flow::Grant,
    actions: &[&str],
    mailbox: &str,
) -> Heard {
    let details = json!([{"type": "mailbox", "actions": actions, "mailboxId": mailbox}]).to_string();
    trial.renew(&trial.first(), grant, &[("authorization_details", &details)]).await
}

async fn narrowing(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let grant = trial.standing(record, Who::First).await?;
    let heard = renewed_for(trial, &grant, &["list"], &grant.mailbox).await;
    if heard.as_ref().is_ok_and(|answer| answer.status == 200) {
        let answer = answered(record, rule("answers", "A55"), heard)?;
        let said = answer.json().at("authorization_details").nth(0).at("actions").clone();
        record.expect(rule("narrowed", "A55"), said == json!(["list"]), "list alone", said)?;
        let token = answer.text("access_token").unwrap_or_default();
        let shown = trial.introspected(&first, &token).await;
        let shown = answered(record, rule("introspects", "A55"), shown)?.json();
        let actions = shown.at("authorization_details").nth(0).at("actions");
        record.expect(rule("reallyNarrowed", "A55"), *actions == json!(["list"]), "list alone", actions)?;
    } else {
        record.note(format!("asking for less is not offered: {}", brief(&heard)));
    }
    let codes = &["invalid_authorization_details", "invalid_scope", "invalid_request"];
    let heard = renewed_for(trial, &grant, &["list", "reply"], &grant.mailbox).await;
    refused(record, rule("neverWider", "A55"), &heard, codes)?;
    let heard = renewed_for(trial, &grant, &["list"], "mbx_00000000000000000000000000").await;
    refused(record, rule("neverElsewhere", "A55"), &heard, codes)?;
    let heard = trial.renew(&first, &grant, &[]).await;
    let whole =
        heard.as_ref().map(|answer| answer.json().at("authorization_details").nth(0).at("actions").clone());
    let stays = whole
        .as_ref()
        .is_ok_and(|actions| actions == grant.tokens.at("authorization_details").nth(0).at("actions"));
    record.expect(rule("grantStays", "A55"), stays, "the whole grant without narrowing", brief(&heard))
}

/// Exactly `{"active": false}`.
fn nothing_said(record: &mut Record, condition: &'static str, heard: &Heard) -> Told {
    let nothing =
        heard.as_ref().is_ok_and(|answer| answer.status == 200 && answer.json() == json!({"active": false}));
    let seen = heard.as_ref().map_or_else(ToString::to_string, |answer| {
        let members: Vec<String> =
            answer.json().as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        format!("{} with {}", answer.status, members.join(", "))
    });
    record.expect(rule(condition, "A58"), nothing, "200 with active false and nothing else", seen)
}

async fn introspection(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, attacker) = (trial.first(), trial.attacker());
    let grant = trial.standing(record, Who::First).await?;
    let own = trial.introspected(&first, &grant.access).await;
    if own.as_ref().is_ok_and(|answer| *answer.json().at("active") == Value::Bool(true)) {
        for token in [&grant.access, &grant.refresh] {
            nothing_said(record, "ofAnother", &trial.introspected(&attacker, token).await)?;
            nothing_said(record, "ofTheSecond", &trial.introspected(&trial.second(), token).await)?;
        }
        nothing_said(record, "unknown", &trial.introspected(&first, "fat_unknown").await)?;
        return Ok(());
    }
    Err(record.blocked(format!("a living token is not active: {}", brief(&own))))
}

async fn foreign_revocation(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, attacker) = (trial.first(), trial.attacker());
    let grant = trial.standing(record, Who::First).await?;
    for token in [&grant.access, &grant.refresh] {
        let heard = trial.revoke(&attacker, token).await;
        let calm = heard.as_ref().is_ok_and(|answer| matches!(answer.status, 200 | 400));
        record.expect(rule("answered", "A57"), calm, "200 or a refusal", brief(&heard))?;
    }
    let shown = trial.introspected(&first, &grant.access).await;
    let alive = shown.as_ref().is_ok_and(|answer| *answer.json().at("active") == Value::Bool(true));
    if !alive {
        // no other case stands on what somebody else ended
        trial.forget(Who::First);
    }
    record.expect(rule("accessLives", "A57"), alive, "the token is still active", brief(&shown))?;
    let heard = trial.renew(&first, &grant, &[]).await;
    status(record, rule("refreshLives", "A57"), &heard, &[200])?;
    let heard = trial.revoke(&first, "fat_unknown").await;
    status(record, rule("unknownIsNoError", "A57"), &heard, &[200])
}

async fn revoked_access(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let grant = trial.standing(record, Who::First).await?;
    let heard = trial.renew(&first, &grant, &[]).await;
    let token = heard.as_ref().ok().and_then(|answer| answer.text("access_token"));
    let token = token.ok_or_else(|| record.blocked(format!("not renewed: {}", brief(&heard))))?;
    let with_api = trial.profile.declares(Capability::MailboxApi);
    if with_api {
        let heard = trial.get(&first, &token, &trial.api("/mailboxes")).await;
        status(record, rule("opensBefore", "A57"), &heard, &[200])?;
    }
    let heard = trial.revoke(&first, &token).await;
    status(record, rule("revoked", "A57"), &heard, &[200])?;
    if with_api {
        let heard = trial.get(&first, &token, &trial.api("/mailboxes")).await;
        status(record, rule("closedAtOnce", "A60"), &heard, &[401])?;
    }
    let shown = trial.introspected(&first, &token).await;
    let over = shown.as_ref().is_ok_and(|answer| answer.json() == json!({"active": false}));
    record.expect(rule("inactive", "A57"), over, "active false", brief(&shown))?;
    trial.forget(Who::First);
    trial.fresh(record, Who::First).await.map(|_| ())
}
