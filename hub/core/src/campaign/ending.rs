//! The end of a campaign, and what goes some time after it: its list, and the letter that it shared.

use std::time::Duration;

use uuid::Uuid;

use super::{Campaign, State};
use crate::audit::Act;
use crate::change::{NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{CampaignId, MailboxId, PublicationId};
use crate::message::{Place, expiry};

/// Who ends a campaign.
pub(crate) enum By<'a> {
    /// The hub itself.
    Hub,
    /// The sender application.
    Sender(&'a str),
}

/// Ends a campaign that this transaction has locked, and tells its sender.
pub(crate) async fn end(
    tx: &mut Tx,
    parts: &Parts,
    campaign: &Campaign,
    (state, by): (State, By<'_>),
) -> Result<(), Error> {
    let now = parts.clock.now();
    // A list that nobody gave it has no outcomes to read.
    let kept = if campaign.list_id.is_some() { now.plus(OUTCOMES_KEPT) } else { now };
    tx.end_campaign(campaign.id, state.name(), (now, kept)).await?;
    tx.queue_sender_change(&SenderChange {
        mailbox: None,
        organization: &campaign.organization,
        kind: NoticeKind::CampaignEnded,
        about: campaign.id.0,
        message_type: Some(&campaign.message_type),
        at: now,
    })
    .await?;
    let (action, object) = (acted(state), campaign.id.0.to_string());
    let (role, actor) = match by {
        By::Hub => ("hub", String::new()),
        By::Sender(application) => ("sender", application.to_owned()),
    };
    let act = Act { role, actor, action, object };
    tx.record(parts.random.id(now), None, now, act).await?;
    Ok(())
}

/// Removes lists and letters of campaigns that have been kept long enough, a batch of them; gives how much.
pub(super) async fn remove_some(parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let mut removed = 0;
    for (id,) in parts.db.campaigns_to_remove(now).await? {
        removed += remove(parts, id, now).await?;
    }
    Ok(removed)
}

async fn remove(parts: &Parts, id: CampaignId, now: Timestamp) -> Result<usize, Error> {
    let mut tx = parts.db.write().await?;
    let Some(campaign) = tx.lock_campaign(id).await? else { return Ok(0) };
    if campaign.state() == Some(State::Running) {
        return Ok(0);
    }
    if campaign.state() == Some(State::AwaitingRecipients) {
        end(&mut tx, parts, &campaign, (State::Cancelled, By::Hub)).await?;
    }
    let lines = match campaign.list_id {
        Some(list) => tx.delete_lines(list, super::list::REMOVED).await?,
        None => 0,
    };
    if lines == 0 {
        let place = Place::of(MailboxId(Uuid::nil()), Some(id.0), PublicationId(id.0));
        expiry::destroy(&mut tx, parts, place, now).await?;
        tx.note_campaign_removed(id).await?;
    }
    tx.commit().await?;
    Ok(usize::try_from(lines).unwrap_or(usize::MAX).max(1))
}

const fn acted(state: State) -> &'static str {
    match state {
        State::Cancelled => "cancelCampaign",
        _ => "completeCampaign",
    }
}

/// How long the outcomes of a campaign can be read at least.
const OUTCOMES_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
