//! The mailbox API as a protected resource: where a token may stand, and which tokens open what.

use http::header::AUTHORIZATION;
use serde_json::json;

use super::{Told, case};
use crate::engine::Polarity::{Accept, Observe, Refuse};
use crate::engine::{Case, Record};
use crate::hub_plan::conditions::{answered, denied, fault_of_problem, rule, shut_out, status};
use crate::hub_plan::random;
use crate::hub_plan::request::{Ask, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const API: &[Capability] = &[Capability::MailboxApi];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "The scheme of the Authorization header may be written in any case",
        what: "Sends a right token as Bearer, bearer and BEARER.",
        why: "Libraries write it differently, and all of them may.",
        causes: &["The header is compared with `Bearer ` letter by letter."],
        needs: API,
        ..case("R1", "resource", Accept, &["R1"], |trial, record| Box::pin(any_case(trial, record)))
    },
    Case {
        title: "A token in the query or in a form opens nothing",
        what: "Sends a right token as access_token of the query, alone and beside the header.",
        why: "Addresses stand in logs and histories.",
        causes: &["The framework reads RFC 6750 section 2.3 too."],
        needs: API,
        ..case("R2", "resource", Refuse, &["R2"], |trial, record| Box::pin(in_query(trial, record)))
    },
    Case {
        title: "A token that was changed, made up, or is another kind of secret opens nothing",
        what: "Sends a token with its last letter changed, a word, a refresh token, an empty one.",
        why: "A token is looked up as a whole.",
        causes: &["Only a part of the token is compared.", "Refresh tokens are accepted as access tokens."],
        needs: API,
        ..case("R3", "resource", Refuse, &["R3"], |trial, record| Box::pin(wrong_tokens(trial, record)))
    },
    Case {
        title: "A token for another API opens nothing here, and the other way round",
        what: "Uses a token of the Message Registry at the mailbox API and a token of the mailbox API at the Message Registry.",
        why: "A token that leaks from one API must not open the other.",
        causes: &["The audience of a token is not looked at."],
        needs: &[Capability::MailboxApi, Capability::MessageRegistry],
        ..case("R3-audience", "resource", Refuse, &["R3", "A56"], |trial, record| {
            Box::pin(other_audience(trial, record))
        })
    },
    Case {
        title: "An action that was not granted is 403",
        what: "Reads a message and an attachment, and sets a flag, with a token for the list alone.",
        why: "The citizen allowed less: the provider must learn so without a loop of refreshes.",
        causes: &[
            "Actions are checked for the mailbox and not for each call.",
            "401 is answered, and clients refresh for ever.",
        ],
        needs: API,
        ..case("R4", "resource", Refuse, &["R4"], |trial, record| Box::pin(not_granted(trial, record)))
    },
    Case {
        title: "A token opens nothing with another certificate",
        what: "Uses a right token with the certificates of two other providers, of an unknown authority, and without one.",
        why: "This is what binding tokens is for.",
        causes: &[
            "cnf is shown by introspection and not checked by the API.",
            "A proxy ends TLS and the API believes a header.",
        ],
        needs: API,
        ..case("R5", "resource", Refuse, &["R5"], |trial, record| Box::pin(other_certificate(trial, record)))
    },
    Case {
        title: "The client's identifier of an interaction comes back",
        what: "Sends a UUID as x-fapi-interaction-id, then none, then no UUID.",
        why: "Two help desks find the same request by it.",
        causes: &["The header is not read."],
        needs: API,
        ..case("R9", "resource", Observe, &["R9"], |trial, record| Box::pin(interaction(trial, record)))
    },
    Case {
        title: "Every answer is dated",
        what: "Looks for Date in an answer, a refusal and the metadata.",
        why: "Clients see by it that their own clock is wrong.",
        causes: &["The server leaves it out of refusals."],
        needs: API,
        ..case("R10", "resource", Observe, &["R10"], |trial, record| Box::pin(dated(trial, record)))
    },
    Case {
        title: "A token of the application itself opens no mailbox whose consent does not say so",
        what: "Reads a mailbox with a token of client credentials under a consent without the action `synchronise`.",
        why: "One token for all citizens reads only where citizens allowed it.",
        causes: &["Any token of the client opens whatever the client holds consents for."],
        needs: &[Capability::MailboxApi, Capability::ChangeFeed],
        ..case("T5", "resource", Refuse, &["T5"], |trial, record| Box::pin(own_token(trial, record)))
    },
];

async fn any_case(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let ask =
            Ask::get(&trial.api("/mailboxes")).header(AUTHORIZATION, &format!("{scheme} {}", grant.access));
        let heard = first.caller.send(ask).await;
        status(record, rule("anyCase", "R1"), &heard, &[200])?;
    }
    let ask = Ask::get(&trial.api("/mailboxes")).header(AUTHORIZATION, &format!("Token {}", grant.access));
    status(record, rule("otherScheme", "R1"), &first.caller.send(ask).await, &[401, 400])
}

async fn in_query(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    trial.opens(record, &grant).await?;
    let url = trial.api(&format!("/mailboxes?access_token={}", grant.access));
    denied(record, rule("inQuery", "R2"), &first.caller.send(Ask::get(&url)).await, &[400, 401])?;
    let list = format!(
        "{}?access_token={}",
        trial.api(&format!("/mailboxes/{}/messages", grant.mailbox)),
        grant.access
    );
    denied(record, rule("listInQuery", "R2"), &first.caller.send(Ask::get(&list)).await, &[400, 401])?;
    denied(record, rule("twice", "R2"), &trial.get(&first, &grant.access, &url).await, &[400, 401])?;
    trial.opens(record, &grant).await
}

async fn wrong_tokens(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    trial.opens(record, &grant).await?;
    let mut changed: String = grant.access.clone();
    let last = changed.pop();
    changed.push(if last == Some('A') { 'B' } else { 'A' });
    let others = [
        ("changed", changed),
        ("longer", format!("{}A", grant.access)),
        ("made up", format!("fat_{}", random::secret())),
        ("a word", "nonsense".to_owned()),
        ("a refresh token", grant.refresh.clone()),
    ];
    for (what, token) in others {
        record.note(format!("a token that is {what}"));
        trial.wire().hide("token", &token);
        let heard = trial.get(&first, &token, &trial.api("/mailboxes")).await;
        denied(record, rule("wrongToken", "R3"), &heard, &[401])?;
        let answer = answered(record, rule("answers", "R3"), heard)?;
        let fault = fault_of_problem(&answer);
        record.expect(
            rule("problem", "R3"),
            fault.is_none(),
            "a problem document",
            fault.unwrap_or_default(),
        )?;
        let challenge = answer.header("www-authenticate").to_ascii_lowercase();
        record.expect(
            rule("challenge", "R3"),
            challenge.starts_with("bearer"),
            "WWW-Authenticate: Bearer",
            challenge,
        )?;
    }
    let heard = first.caller.send(Ask::get(&trial.api("/mailboxes"))).await;
    denied(record, rule("noToken", "R3"), &heard, &[401])?;
    trial.opens(record, &grant).await
}

async fn other_audience(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let token = trial.registry_token(record, &grant).await?;
    let heard = trial.get(&first, &token, &trial.registry("/ebox/messages")).await;
    status(record, rule("opensItsOwn", "R3"), &heard, &[200])?;
    let heard = trial.get(&first, &token, &trial.api("/mailboxes")).await;
    denied(record, rule("registryAtMailbox", "A56"), &heard, &[401])?;
    let heard = trial.get(&first, &grant.access, &trial.registry("/ebox/messages")).await;
    denied(record, rule("mailboxAtRegistry", "A56"), &heard, &[401])?;
    trial.opens(record, &grant).await
}

async fn not_granted(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    let details = json!([{"type": "mailbox", "actions": ["list"], "mailboxId": grant.mailbox}]).to_string();
    let heard = trial.renew(&first, &grant, &[("authorization_details", &details)]).await;
    let narrow = heard
        .as_ref()
        .ok()
        .filter(|answer| answer.status == 200)
        .and_then(|answer| answer.text("access_token"));
    let narrow = match narrow {
        Some(token) => token,
        None => {
            // a hub that does not narrow at a refresh narrows by a consent of its own
            let wanted = trial.wanted(&first, &["list"]);
            let grant = trial.flow(record, Who::First, &wanted).await?;
            trial.forget(Who::First);
            grant.access
        }
    };
    let heard = trial.get(&first, &narrow, &trial.api(&found.list_path())).await;
    status(record, rule("listOpens", "R4"), &heard, &[200])?;
    for path in [found.message_path(), found.content_path()] {
        let heard = trial.get(&first, &narrow, &trial.api(&path)).await;
        denied(record, rule("notGranted", "R4"), &heard, &[403])?;
        let answer = answered(record, rule("answers", "R4"), heard)?;
        let fault = fault_of_problem(&answer);
        record.expect(
            rule("problem", "R4"),
            fault.is_none(),
            "a problem document",
            fault.unwrap_or_default(),
        )?;
    }
    let patch = Ask::new(http::Method::PATCH, &trial.api(&found.message_path()))
        .bearer(&narrow)
        .body("application/merge-patch+json", r#"{"read":true}"#);
    denied(record, rule("markNotGranted", "R4"), &first.caller.send(patch).await, &[403])?;
    let grant = trial.standing(record, Who::First).await?;
    let heard =
        trial.get(&first, &grant.access, &trial.api(&format!("/mailboxes/{}/messages", grant.mailbox))).await;
    status(record, rule("wholeGrantReads", "R4"), &heard, &[200])
}

async fn other_certificate(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    trial.opens(record, &grant).await?;
    let url = trial.api("/mailboxes");
    for thief in [trial.attacker(), trial.second()] {
        let heard = trial.get(&thief, &grant.access, &url).await;
        denied(record, rule("otherCertificate", "R5"), &heard, &[401])?;
    }
    for caller in [trial.stranger.clone(), trial.nobody.clone()] {
        let heard = caller.send(Ask::get(&url).bearer(&grant.access)).await;
        shut_out(record, rule("noCertificate", "R5"), &heard)?;
    }
    trial.opens(record, &grant).await
}

async fn interaction(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let id = random::uuid();
    let url = trial.api("/mailboxes");
    let name = "x-fapi-interaction-id";
    for (sent, condition) in [(Some(id.as_str()), "comesBack"), (None, "made"), (Some("no uuid"), "replaced")]
    {
        let ask = Ask::get(&url).bearer(&grant.access);
        let ask = sent.map_or(ask.clone(), |sent| ask.with(name, sent));
        let heard = first.caller.send(ask).await;
        let answer = answered(record, rule("answers", "R9"), heard)?;
        let seen = answer.header(name).to_owned();
        let right =
            if condition == "comesBack" { seen == id } else { is_uuid(&seen) || answer.status == 400 };
        record.should(
            rule(condition, "R9"),
            right,
            if condition == "comesBack" { "the same UUID" } else { "a UUID" },
            seen,
        );
    }
    status(record, rule("served", "R9"), &trial.get(&first, &grant.access, &url).await, &[200])
}

/// Says whether a text is a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

async fn dated(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    let asks = [
        first.caller.send(Ask::get(&trial.api("/mailboxes")).bearer(&grant.access)).await,
        first.caller.send(Ask::get(&trial.api("/mailboxes"))).await,
        trial.nobody.send(Ask::get(&trial.well_known())).await,
    ];
    for heard in asks {
        let dated = heard.as_ref().is_ok_and(|answer| answer.header("date").ends_with("GMT"));
        record.expect(rule("dated", "R10"), dated, "a Date", brief(&heard))?;
    }
    Ok(())
}

async fn own_token(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, grant) = (trial.first(), trial.standing(record, Who::First).await?);
    trial.opens(record, &grant).await?;
    let token = trial.own_token(record, &first, "feed").await?;
    let list = trial.api(&format!("/mailboxes/{}/messages", grant.mailbox));
    denied(record, rule("mailboxClosed", "T5"), &trial.get(&first, &token, &list).await, &[401, 403, 404])?;
    let heard = trial.get(&first, &grant.access, &list).await;
    status(record, rule("grantOpens", "T5"), &heard, &[200])
}
