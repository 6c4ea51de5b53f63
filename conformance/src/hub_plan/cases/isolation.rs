//! Two providers of one citizen: what is one thing to the hub has two names outside, and neither finds the other's.

use serde_json::Value;

use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::at::At;
use crate::hub_plan::conditions::{answered, denied, rule, status};
use crate::hub_plan::flow::Grant;
use crate::hub_plan::letters::{Found, items, text};
use crate::hub_plan::request::{Heard, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

const API: &[Capability] = &[Capability::MailboxApi];

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Two providers know one mailbox and one letter by different names",
        what: "Reads the same letter through two providers to which the same citizen agreed, and compares all names.",
        why: "Two providers must not find out that they serve the same person.",
        causes: &["Internal ids are shown.", "Names are encrypted with one key for all."],
        needs: API,
        ..case("T8", "isolation", Observe, &["T8"], |trial, record| Box::pin(pairwise(trial, record)))
    },
    Case {
        title: "Names stay the same for their provider",
        what: "Reads the same letter under the same and under a new consent.",
        why: "A provider that meets a letter again must not show it twice.",
        causes: &["Names are made anew for each token."],
        needs: API,
        ..case("T8-stable", "isolation", Observe, &["T8"], |trial, record| Box::pin(stable(trial, record)))
    },
    Case {
        title: "Names of one provider lead nowhere for another",
        what: "The second provider asks, with its own right token, by names that the first one was given.",
        why: "A name that leaks must be worth nothing.",
        causes: &["Names are decrypted without looking whose they are."],
        needs: API,
        ..case("T8-others", "isolation", Refuse, &["T8", "R4"], |trial, record| {
            Box::pin(others(trial, record))
        })
    },
    Case {
        title: "What is another's is answered like what does not exist",
        what: "Compares the refusal of a name of the first provider with that of a name that nobody has.",
        why: "A difference tells who has a mailbox.",
        causes: &["403 for what exists, 404 for what does not."],
        needs: API,
        ..case("T8-oracle", "isolation", Refuse, &["R4"], |trial, record| Box::pin(no_oracle(trial, record)))
    },
    Case {
        title: "A cursor of one provider is refused to another",
        what: "The second provider goes on in its own list with a cursor of the first.",
        why: "A cursor holds a place in somebody's list.",
        causes: &["Cursors are sealed and not bound to the provider."],
        needs: API,
        ..case("T8-cursor", "isolation", Refuse, &["T8", "B6"], |trial, record| {
            Box::pin(foreign_cursor(trial, record))
        })
    },
];

/// The same letter through both providers; the case is blocked if it cannot be told which one is the same.
async fn both(trial: &mut Trial, record: &mut Record) -> Result<[(Grant, Found); 2], Stop> {
    let first = trial.found(record, Who::First).await?;
    let second = trial.found(record, Who::Second).await?;
    let same = |member: &str| first.1.message.at(member) == second.1.message.at(member);
    if same("subject") && same("receivedAt") {
        return Ok([first, second]);
    }
    Err(record.blocked("the two providers see different letters: does the same citizen agree to both?"))
}

async fn pairwise(trial: &mut Trial, record: &mut Record) -> Told {
    let [(first, one), (second, other)] = both(trial, record).await?;
    for (what, left, right) in [
        ("mailbox", &one.mailbox, &other.mailbox),
        ("message", &one.message_id, &other.message_id),
        ("attachment", &one.attachment_id, &other.attachment_id),
        ("consent", &first.consent, &second.consent),
    ] {
        let differs = left != right && !left.is_empty();
        record.expect(
            rule("differs", "T8"),
            differs,
            format!("two names of the {what}"),
            format!("{left} and {right}"),
        )?;
    }
    let shown = other.message.to_string();
    let leaks =
        [&one.mailbox, &one.message_id, &one.attachment_id].iter().any(|name| shown.contains(name.as_str()));
    record.expect(rule("noLeak", "T8"), !leaks, "no name of the first in what the second is shown", leaks)
}

async fn stable(trial: &mut Trial, record: &mut Record) -> Told {
    let (before, one) = trial.found(record, Who::First).await?;
    trial.fresh(record, Who::First).await?;
    let (after, again) = trial.found(record, Who::First).await?;
    record.equal(rule("mailbox", "T8"), before.mailbox.as_str(), after.mailbox.as_str())?;
    record.equal(rule("message", "T8"), one.message_id.as_str(), again.message_id.as_str())?;
    record.equal(rule("attachment", "T8"), one.attachment_id.as_str(), again.attachment_id.as_str())
}

async fn others(trial: &mut Trial, record: &mut Record) -> Told {
    let [(_, one), (token, other)] = both(trial, record).await?;
    let second = trial.second();
    let mixed = Found { message_id: one.message_id.clone(), ..other.clone() };
    let file = Found { attachment_id: one.attachment_id.clone(), ..other.clone() };
    for path in [one.list_path(), one.message_path(), one.content_path()] {
        let heard = trial.get(&second, &token.access, &trial.api(&path)).await;
        for requirement in ["T8", "R4"] {
            denied(record, rule("foreignMailbox", requirement), &heard, &[400, 404])?;
        }
    }
    for path in [mixed.message_path(), mixed.content_path(), file.content_path()] {
        let heard = trial.get(&second, &token.access, &trial.api(&path)).await;
        denied(record, rule("notFound", "T8"), &heard, &[400, 404])?;
    }
    let heard = trial.get(&second, &token.access, &trial.api(&other.message_path())).await;
    status(record, rule("itsOwnIsFound", "T8"), &heard, &[200])
}

/// Status, headers and kind of a refusal: all that may differ between two of them is the trace.
fn kind(heard: &Heard) -> String {
    let Ok(answer) = heard else { return brief(heard) };
    let headers = ["www-authenticate", "cache-control", "content-type", "location", "allow", "retry-after"];
    let headers = headers.map(|name| answer.header(name).to_owned()).join(" | ");
    let mut said = answer.json();
    if let Some(members) = said.as_object_mut() {
        members.retain(|name, _| !matches!(name.as_str(), "instance" | "traceId"));
    }
    format!("{} {headers} {said}", answer.status)
}

async fn no_oracle(trial: &mut Trial, record: &mut Record) -> Told {
    let [(_, one), (token, other)] = both(trial, record).await?;
    let second = trial.second();
    let nobody = "00000000000000000000000000";
    let pairs = [
        (one.list_path(), format!("/mailboxes/mbx_{nobody}/messages")),
        (format!("{}/{}", other.list_path(), one.message_id), format!("{}/msg_{nobody}", other.list_path())),
    ];
    for (foreign, unknown) in pairs {
        let foreign = trial.get(&second, &token.access, &trial.api(&foreign)).await;
        let unknown = trial.get(&second, &token.access, &trial.api(&unknown)).await;
        for heard in [&foreign, &unknown] {
            denied(record, rule("refused", "R4"), heard, &[400, 404])?;
        }
        let (foreign, unknown) = (kind(&foreign), kind(&unknown));
        record.equal(rule("sameRefusal", "R4"), unknown.as_str(), foreign.as_str())?;
    }
    let heard = trial.get(&second, &token.access, &trial.api(&other.message_path())).await;
    status(record, rule("itsOwnIsFound", "R4"), &heard, &[200])
}

async fn foreign_cursor(trial: &mut Trial, record: &mut Record) -> Told {
    trial.letters(record).await?;
    let (first, second) = (trial.first(), trial.second());
    let (grant, theirs) =
        (trial.standing(record, Who::First).await?, trial.standing(record, Who::Second).await?);
    let list = |mailbox: &str| trial.api(&format!("/mailboxes/{mailbox}/messages?pageSize=1"));
    let cursor = |list: &Value| -> Option<String> {
        let (_, rest) = list.at("next").as_str()?.split_once("after=")?;
        Some(rest.split('&').next()?.to_owned())
    };
    let own = trial.get(&second, &theirs.access, &list(&theirs.mailbox)).await;
    let own = answered(record, rule("answers", "T8"), own)?.json();
    let foreign = trial.get(&first, &grant.access, &list(&grant.mailbox)).await;
    let foreign = answered(record, rule("answers", "T8"), foreign)?.json();
    let (Some(own_cursor), Some(cursor)) = (cursor(&own), cursor(&foreign)) else {
        return Err(record.blocked("the mailbox holds fewer than two messages"));
    };
    let at = |cursor: &str| format!("{}&after={cursor}", list(&theirs.mailbox));
    let heard = trial.get(&second, &theirs.access, &at(&cursor)).await;
    for requirement in ["T8", "B6"] {
        denied(record, rule("foreignCursor", requirement), &heard, &[400, 404, 410])?;
    }
    let heard = trial.get(&second, &theirs.access, &at(&own_cursor)).await;
    status(record, rule("ownCursor", "T8"), &heard, &[200])?;
    let count = heard.as_ref().map(|answer| items(&answer.json()).len()).unwrap_or_default();
    record.expect(rule("ownPage", "T8"), count == 1, "one message", text(&own, "self"))
}
