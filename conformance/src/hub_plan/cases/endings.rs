//! Endings: what a provider ends itself, and how long it takes until nothing is served any more.
//!
//! The rule is that the very next request is refused. How long it took is told in a note of every case.

use http::Method;
use serde_json::{Value, json};

use super::{Told, case};
use crate::engine::Polarity::Refuse;
use crate::engine::{Case, Record, Stop, Stopwatch};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, denied, refused, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{Found, items, text};
use crate::hub_plan::request::{Ask, brief, with};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const CONSENTS: &[Capability] = &[Capability::MailboxApi, Capability::Consents];
const GRANTS: &[Capability] = &[Capability::MailboxApi, Capability::GrantManagement];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "A provider is shown its own consents and finds nobody else's",
        what: "Lists consents as two providers, and asks for each other's.",
        why: "Whose mail a provider reads is nobody else's business.",
        causes: &["The consent is looked up by its id alone."],
        needs: CONSENTS,
        ..case("S2", "endings", Refuse, &["S2"], |trial, record| Box::pin(own_consents(trial, record)))
    },
    Case {
        title: "Another provider cannot end a consent",
        what: "The attacker ends the first provider's consent, which goes on.",
        why: "Otherwise one provider can cut another off.",
        causes: &["The consent is looked up by its id alone."],
        needs: CONSENTS,
        ..case("S2-end", "endings", Refuse, &["S2"], |trial, record| Box::pin(foreign_end(trial, record)))
    },
    Case {
        title: "A new consent takes the place of the earlier one",
        what: "Has the citizen agree twice and uses the tokens of the first time.",
        why: "What was agreed last holds; two consents beside each other could be more than either.",
        causes: &["Each agreement makes one more consent."],
        needs: &[Capability::MailboxApi],
        ..case("T9", "endings", Refuse, &["T9"], |trial, record| Box::pin(superseded(trial, record)))
    },
    Case {
        title: "After a consent was ended nothing is served any more",
        what: "Ends a consent at the hub and asks for list, message and attachment at once; refreshes; ends it again.",
        why: "Who takes a consent back must be able to rely on it at that moment.",
        causes: &["Answers or consents are cached.", "Tokens live on until they expire."],
        needs: CONSENTS,
        ..case("S1", "endings", Refuse, &["S1", "T6"], |trial, record| Box::pin(ended(trial, record)))
    },
    Case {
        title: "After its refresh token was revoked nothing is served any more",
        what: "Revokes the refresh token and asks for list, message and attachment at once.",
        why: "A provider that was broken into revokes what was stolen.",
        causes: &["Only the refresh token ends, its access tokens go on."],
        needs: &[Capability::MailboxApi],
        ..case("A57-refresh", "endings", Refuse, &["A57", "T6"], |trial, record| {
            Box::pin(revoked(trial, record))
        })
    },
    Case {
        title: "A grant is shown to its client and ended by it, and then nothing is served any more",
        what: "Asks for a grant as its client and as another, ends it, and asks for list, message and attachment at once.",
        why: "This is how a provider takes leave of a customer.",
        causes: &["Grants are found by whoever knows their name.", "Access tokens outlive the grant."],
        needs: GRANTS,
        ..case("GM4", "endings", Refuse, &["GM4", "T6"], |trial, record| Box::pin(grant_ended(trial, record)))
    },
];

/// List, message and attachment are refused by the very next request; says how long it took.
async fn closed(
    trial: &mut Trial,
    record: &mut Record,
    (grant, found): (&Grant, &Found),
    ended: Stopwatch,
) -> Told {
    // whatever comes of it, no other case stands on what was ended here
    trial.forget(Who::First);
    let (trial, first) = (&*trial, trial.first());
    let paths = [
        ("list", found.list_path()),
        ("message", found.message_path()),
        ("attachment", found.content_path()),
    ];
    let asks = paths.iter().map(|(_, path)| async {
        let heard = trial.get(&first, &grant.access, &trial.api(path)).await;
        (heard, ended.micros())
    });
    let at_once = futures_util::future::join_all(asks).await;
    for ((what, path), (heard, micros)) in paths.iter().zip(at_once) {
        if is_served(&heard) {
            let micros = until_refused(trial, grant, path, ended).await;
            record.note(format!("{what}: served after the end; refused after {micros}"));
        } else {
            record.note(format!("{what}: time to effect {:.1} ms", micros as f64 / 1_000.0));
        }
        denied(record, rule("closedAtOnce", "T6"), &heard, &[401, 403])?;
    }
    Ok(())
}

fn is_served(heard: &crate::hub_plan::request::Heard) -> bool {
    heard.as_ref().is_ok_and(|answer| answer.status < 400)
}

/// Asks until it is refused, for the report.
async fn until_refused(trial: &Trial, grant: &Grant, path: &str, ended: Stopwatch) -> String {
    while ended.elapsed().as_secs() < trial.profile.limits.effect_seconds {
        let heard = trial.get(&trial.first(), &grant.access, &trial.api(path)).await;
        if !is_served(&heard) {
            return format!("{:.1} ms", ended.micros() as f64 / 1_000.0);
        }
    }
    format!("more than {} seconds", trial.profile.limits.effect_seconds)
}

/// Everything is served before it is ended: the case is blocked if not.
async fn open(trial: &Trial, record: &Record, (grant, found): (&Grant, &Found)) -> Result<(), Stop> {
    for path in [found.list_path(), found.message_path(), found.content_path()] {
        let heard = trial.get(&trial.first(), &grant.access, &trial.api(&path)).await;
        if !is_served(&heard) {
            return Err(record.blocked(format!("not served before the end: {}", brief(&heard))));
        }
    }
    Ok(())
}

/// The refresh token is worth nothing, and a new consent opens everything again.
async fn over(trial: &mut Trial, record: &mut Record, grant: &Grant, requirement: &'static str) -> Told {
    let heard = trial.renew(&trial.first(), grant, &[]).await;
    refused(record, rule("refreshOver", requirement), &heard, &["invalid_grant"])?;
    let again = trial.fresh(record, Who::First).await?;
    trial.opens(record, &again).await
}

async fn own_consents(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, second) = (trial.first(), trial.second());
    let (grant, theirs) =
        (trial.standing(record, Who::First).await?, trial.standing(record, Who::Second).await?);
    let token = trial.own_token(record, &first, "consents").await?;
    let their_token = trial.own_token(record, &second, "consents").await?;
    let url = trial.api("/consents?pageSize=100");
    for (who, token, own, foreign) in
        [(&first, &token, &grant, &theirs), (&second, &their_token, &theirs, &grant)]
    {
        let heard = trial.get(who, token, &url).await;
        status(record, rule("listed", "S2"), &heard, &[200])?;
        let listed = answered(record, rule("answers", "S2"), heard)?.json();
        let ids: Vec<String> = items(&listed).iter().map(|item| text(item, "consentId")).collect();
        let (has_own, has_foreign) = (ids.contains(&own.consent), ids.contains(&foreign.consent));
        record.expect(
            rule("ownOnly", "S2"),
            has_own && !has_foreign,
            "its own and no other",
            ids.join(", "),
        )?;
        let heard = trial.get(who, token, &trial.api(&format!("/consents/{}", own.consent))).await;
        status(record, rule("own", "S2"), &heard, &[200])?;
        let heard = trial.get(who, token, &trial.api(&format!("/consents/{}", foreign.consent))).await;
        denied(record, rule("foreign", "S2"), &heard, &[400, 404])?;
    }
    let heard = trial.get(&first, &grant.access, &url).await;
    denied(record, rule("consentsToken", "S2"), &heard, &[403])
}

async fn foreign_end(trial: &mut Trial, record: &mut Record) -> Told {
    let grant = trial.standing(record, Who::First).await?;
    trial.opens(record, &grant).await?;
    let attacker = trial.attacker();
    let token = trial.own_token(record, &attacker, "consents").await?;
    let url = trial.api(&format!("/consents/{}", grant.consent));
    let heard = attacker.caller.send(Ask::new(Method::DELETE, &url).bearer(&token)).await;
    denied(record, rule("notFound", "S2"), &heard, &[400, 404])?;
    let heard = trial.get(&trial.first(), &grant.access, &trial.api("/mailboxes")).await;
    status(record, rule("goesOn", "S2"), &heard, &[200])
}

async fn superseded(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let earlier = trial.fresh(record, Who::First).await?;
    trial.opens(record, &earlier).await?;
    let later = trial.fresh(record, Who::First).await?;
    let heard = trial.get(&first, &earlier.access, &trial.api("/mailboxes")).await;
    denied(record, rule("earlierOver", "T9"), &heard, &[401])?;
    let heard = trial.renew(&first, &earlier, &[]).await;
    refused(record, rule("earlierRefreshOver", "T9"), &heard, &["invalid_grant"])?;
    trial.opens(record, &later).await
}

async fn ended(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    open(trial, record, (&grant, &found)).await?;
    let token = trial.own_token(record, &first, "consents").await?;
    let url = trial.api(&format!("/consents/{}", grant.consent));
    let end = || Ask::new(Method::DELETE, &url).bearer(&token);
    let heard = first.caller.send(end()).await;
    let watch = Stopwatch::start();
    status(record, rule("ended", "S1"), &heard, &[204])?;
    closed(trial, record, (&grant, &found), watch).await?;
    let heard = first.caller.send(end()).await;
    status(record, rule("endedAgain", "S1"), &heard, &[204, 404])?;
    let heard = trial.get(&first, &token, &url).await;
    status(record, rule("shownNoMore", "S1"), &heard, &[404])?;
    over(trial, record, &grant, "S1").await
}

async fn revoked(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let (grant, found) = trial.found(record, Who::First).await?;
    open(trial, record, (&grant, &found)).await?;
    let heard = trial.revoke(&first, &grant.refresh).await;
    let watch = Stopwatch::start();
    status(record, rule("revoked", "A57"), &heard, &[200])?;
    closed(trial, record, (&grant, &found), watch).await?;
    over(trial, record, &grant, "A57").await
}

async fn grant_ended(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, attacker) = (trial.first(), trial.attacker());
    let mut wanted = trial.wanted(&first, &trial.actions());
    wanted.form = with(&wanted.form, "grant_management_action", Some("create"));
    let grant = trial.flow(record, Who::First, &wanted).await?;
    let letters = trial.letters(record).await?;
    let found = trial.found_with(record, Who::First, &grant, letters.as_deref()).await?;
    open(trial, record, (&grant, &found)).await?;
    let id = grant.tokens.at("grant_id").as_str().unwrap_or_default().to_owned();
    let at = |id: &str| format!("{}/{id}", trial.said.grants);
    let query = trial.own_token(record, &first, "grant_management_query").await?;
    let theirs = trial.own_token(record, &attacker, "grant_management_query grant_management_revoke").await?;
    let shown = trial.get(&first, &query, &at(&id)).await;
    status(record, rule("shown", "GM4"), &shown, &[200])?;
    let shown = answered(record, rule("answers", "GM4"), shown)?.json();
    let consent = shown.at("authorization_details").nth(0).at("consentId");
    record.expect(rule("details", "GM4"), *consent == json!(grant.consent), &grant.consent, consent)?;
    status(
        record,
        rule("unknown", "GM4"),
        &trial.get(&first, &query, &at("grt_00000000000000000000000000")).await,
        &[404],
    )?;
    status(record, rule("ofAnother", "GM4"), &trial.get(&attacker, &theirs, &at(&id)).await, &[403, 404])?;
    let steal = Ask::new(Method::DELETE, &at(&id)).bearer(&theirs);
    status(record, rule("endedByAnother", "GM4"), &attacker.caller.send(steal).await, &[403, 404])?;
    status(record, rule("noToken", "GM4"), &first.caller.send(Ask::get(&at(&id))).await, &[401])?;
    let narrow = Ask::new(Method::DELETE, &at(&id)).bearer(&query);
    status(record, rule("otherScope", "GM4"), &first.caller.send(narrow).await, &[403])?;
    let revoke = trial.own_token(record, &first, "grant_management_revoke").await?;
    let heard = first.caller.send(Ask::new(Method::DELETE, &at(&id)).bearer(&revoke)).await;
    let watch = Stopwatch::start();
    status(record, rule("ended", "GM4"), &heard, &[204])?;
    closed(trial, record, (&grant, &found), watch).await?;
    record.expect(rule("wasNamed", "GM4"), !id.is_empty(), "a grant_id", Value::from(id.as_str()))?;
    over(trial, record, &grant, "GM4").await
}
