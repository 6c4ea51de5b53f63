//! The end of a campaign, and what goes some time after it: its list, and the letter that it shared.

use std::time::Duration;

use super::list::REMOVED;
use super::{Campaign, State};
use crate::audit::Act;
use crate::change::{NoticeKind, SenderChange};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{MailboxId, PublicationId};
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
    tx.end_campaign(campaign.id, state.name(), now).await?;
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

/// Looks at campaigns at their end: forgets whom waiting lines were for, and removes lists and letters that were kept long
/// enough, a batch of them; gives how much was done.
pub(super) async fn remove_some(parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let mut done = 0;
    for (id,) in parts.db.campaigns_to_look_at(now).await? {
        let mut tx = parts.db.write().await?;
        tx.plan_anew().await?;
        // It may have been given its list since it was found.
        let locked = tx.lock_campaign(id).await?.filter(|it| it.state() != Some(State::Running));
        let Some(campaign) = locked else { continue };
        done += look(&mut tx, parts, &campaign, now).await?;
        tx.commit().await?;
    }
    Ok(done)
}

async fn look(tx: &mut Tx, parts: &Parts, campaign: &Campaign, now: Timestamp) -> Result<usize, Error> {
    let (Some(ended), Some(list)) = (campaign.ended_at, campaign.list_id) else {
        if campaign.state() == Some(State::AwaitingRecipients) {
            end(tx, parts, campaign, (State::Cancelled, By::Hub)).await?;
        }
        return remove_letter(tx, parts, campaign, now).await;
    };
    let forgotten = tx.forget_waiting(list, (campaign.spot, campaign.line), REMOVED).await?;
    if forgotten > 0 {
        return Ok(usize::try_from(forgotten).unwrap_or(usize::MAX));
    }
    let shared = tx.shared_until(campaign.id).await?.map_or(ended, |(until,)| until);
    let kept = shared.max(ended.plus(OUTCOMES_KEPT));
    if kept > now {
        tx.keep_campaign(campaign.id, kept).await?;
        return Ok(1);
    }
    match tx.delete_lines(list, REMOVED).await? {
        0 => remove_letter(tx, parts, campaign, now).await,
        lines => Ok(usize::try_from(lines).unwrap_or(usize::MAX)),
    }
}

async fn remove_letter(
    tx: &mut Tx,
    parts: &Parts,
    campaign: &Campaign,
    now: Timestamp,
) -> Result<usize, Error> {
    let id = campaign.id;
    let place = Place::of(MailboxId(id.0), Some(id.0), PublicationId(id.0));
    expiry::destroy(tx, parts, place, now).await?;
    tx.note_campaign_removed(id).await?;
    Ok(1)
}

const fn acted(state: State) -> &'static str {
    match state {
        State::Cancelled => "cancelCampaign",
        _ => "completeCampaign",
    }
}

/// How long the outcomes of a campaign can be read at least.
const OUTCOMES_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
