//! The letter of a campaign, which comes first and is kept once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::publish::Upload;
use super::{CampaignStatus, SenderAccess};
use crate::access::intake::{BODY_PART, Intake};
use crate::audit::Act;
use crate::campaign::{NewCampaign, UNFINISHED};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::shared::{Common, SharedLetter};
use crate::id::{CampaignId, MailboxId, PublicationId};
use crate::message::draft::Draft;
use crate::message::{NewMessage, NewPart, Place, listed_subject, rules};
use crate::number::EnterpriseNumber;
use crate::posting::{flags_of, headers, stated};
use crate::sender::MessageType;

/// Whether a campaign sends anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// It sends its letter.
    Real,
    /// It only finds out who would be reached.
    Dry,
}

/// The answer to a new campaign.
#[derive(Clone, Debug)]
pub struct NewCampaignAnswer {
    /// The campaign as it is now.
    pub campaign: CampaignStatus,
    /// It was begun by an earlier request with the same key and content.
    pub replayed: bool,
}

/// The answer that is kept under the idempotency key.
#[derive(Serialize, Deserialize)]
struct Kept {
    campaign: Uuid,
}

/// The letter of a campaign that is coming in.
pub struct CampaignUpload(Upload);

impl SenderAccess {
    /// Begins a campaign under an idempotency key of 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    /// [`crate::error::Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin_campaign(&self, key: &str) -> Result<CampaignUpload, Error> {
        self.begin(key).await.map(CampaignUpload)
    }
}

impl CampaignUpload {
    /// Where its parts go.
    pub fn intake(&mut self) -> &mut Intake {
        self.0.intake()
    }

    /// Gives it up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(self) {
        self.0.abandon().await;
    }

    /// Keeps the letter, which awaits its recipients for a day; the draft's own recipient is not looked at.
    ///
    /// After an error nothing of it remains and the idempotency key is free.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`Error::Limited`] beyond [`UNFINISHED`]; [`Error::Conflict`] if the
    /// key was used for something else.
    pub async fn create(mut self, draft: &Draft, trial: Trial) -> Result<NewCampaignAnswer, Error> {
        let canonical = draft.canonical().map_err(Error::internal)?;
        let what: &[u8] = if trial == Trial::Dry { b"campaign, dry" } else { b"campaign" };
        let fingerprint = self.0.intake.fingerprint(what, &canonical);
        if let Some(answer) = self.0.intake.answered(&fingerprint)? {
            let kept: Kept = serde_json::from_str(answer).map_err(Error::internal)?;
            let id = CampaignId(kept.campaign);
            let campaign =
                self.0.access.hub.parts().db.campaign(id).await?.ok_or(Error::NotFound("campaign"))?;
            let campaign = self.0.access.status_of_campaign(&campaign)?;
            return Ok(NewCampaignAnswer { campaign, replayed: true });
        }
        match self.create_first(draft, trial, &fingerprint).await {
            Ok(campaign) => Ok(NewCampaignAnswer { campaign, replayed: false }),
            Err(error) => {
                self.0.abandon().await;
                Err(error)
            }
        }
    }

    async fn create_first(
        &mut self,
        draft: &Draft,
        trial: Trial,
        fingerprint: &[u8],
    ) -> Result<CampaignStatus, Error> {
        let (numbers, message_type, _) = self.0.check(draft, rules::check_letter).await?;
        let (Some(organization), Some(message_type)) = (numbers.organization, message_type) else {
            return Err(Error::internal("a checked campaign lacks its organization or its type"));
        };
        if let Some(body) = &draft.body {
            let text = serde_json::to_vec(&body.text).map_err(Error::internal)?;
            self.0.intake.store(BODY_PART, text.into()).await?;
        }
        let hub = self.0.access.hub.clone();
        let parts = hub.parts();
        let now = parts.clock.now();
        let id = CampaignId(parts.random.id(now));
        let mut tx = parts.db.write().await?;

        if tx.unfinished_campaigns(&self.0.access.client_id).await? >= UNFINISHED {
            let limit = u64::try_from(UNFINISHED).unwrap_or_default();
            return Err(Error::Limited { limit, retry_after: 60 });
        }
        self.insert(&mut tx, (id, draft, trial), (organization, &message_type), now).await?;
        let kept = serde_json::to_string(&Kept { campaign: id.0 }).map_err(Error::internal)?;
        self.0.intake.answer(&mut tx, PublicationId(id.0), fingerprint, kept).await?;

        self.0.intake.commit(tx).await?;
        let campaign = parts.db.campaign(id).await?.ok_or(Error::NotFound("campaign"))?;
        self.0.access.status_of_campaign(&campaign)
    }

    async fn insert(
        &self,
        tx: &mut Tx,
        (id, draft, trial): (CampaignId, &Draft, Trial),
        (organization, message_type): (EnterpriseNumber, &MessageType),
        now: Timestamp,
    ) -> Result<(), Error> {
        let access = &self.0.access;
        let parts = access.hub.parts();
        let kept_until = now.plus(LIST_WITHIN);
        let place = Place::of(MailboxId(id.0), Some(id.0), PublicationId(id.0));
        let (header, sealed_header) = headers(parts, draft, place)?;
        let subject = listed_subject(&draft.subject).map_err(Error::internal)?;
        let contents = self.0.new_parts(draft)?;
        let stated = stated_in_common(access, draft, (organization, message_type), &contents)?;
        tx.insert_campaign(NewCampaign {
            id,
            application: access.client_id(),
            organization: organization.as_str(),
            message_type: &message_type.id,
            dry_run: trial == Trial::Dry,
            flags: flags_of(draft).0,
            subject: subject.clone(),
            stated,
            at: now,
            kept_until,
        })
        .await?;
        tx.insert_publications(&[NewMessage {
            place,
            number: 0,
            organization: organization.as_str(),
            application: access.client_id(),
            message_type: &message_type.id,
            at: now,
            expires_at: kept_until,
            flags: flags_of(draft),
            subject,
            header,
            sealed_header,
            partition: 0,
        }])
        .await?;
        tx.insert_parts(contents.iter().map(|part| (place, part))).await?;
        let (actor, object) = (access.client_id().to_owned(), id.0.to_string());
        let act = Act { role: "sender", actor, action: "createCampaign", object };
        tx.record(parts.random.id(now), None, now, act).await?;
        Ok(())
    }
}

/// What evidence about each letter has in common, as JSON.
fn stated_in_common(
    access: &SenderAccess,
    draft: &Draft,
    (organization, message_type): (EnterpriseNumber, &MessageType),
    contents: &[NewPart],
) -> Result<String, Error> {
    let letter = SharedLetter {
        organization: organization.as_str(),
        message_type: &message_type.id,
        subject: &draft.subject,
        contents: contents.iter().map(stated).collect(),
        registered_mail: draft.registered_mail,
    };
    serde_json::to_string(&Common::of(access.hub.parts(), &letter)?).map_err(Error::internal)
}

/// How long a letter waits for its list.
const LIST_WITHIN: Duration = Duration::from_secs(24 * 3_600);
