//! A sender application's campaigns: the letter of one, how far it is, what became of each recipient, and stopping it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SenderAccess;
use super::deliver::{flags_of, headers, stated};
use super::publish::Upload;
use crate::access::intake::{BODY_PART, Intake, Named};
use crate::audit::Act;
use crate::campaign::ending::{By, end};
use crate::campaign::{Campaign, NewCampaign, Outcome, State, UNFINISHED};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::evidence::shared::{Common, SharedLetter};
use crate::id::{CampaignId, MailboxId, PublicationId};
use crate::message::draft::Draft;
use crate::message::{NewMessage, NewPart, Place, listed_subject, rules};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::sender::MessageType;

/// A campaign as its sender sees it.
#[derive(Clone, Debug)]
pub struct CampaignStatus {
    /// The campaign: `cmp_…`.
    pub id: String,
    /// How far it is.
    pub state: State,
    /// Whether it only finds out who would be reached.
    pub dry_run: bool,
    /// When its letter was taken.
    pub created_at: Timestamp,
    /// When its list was.
    pub accepted_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// What became of its recipients, once it has them.
    pub counts: Option<Counts>,
}

/// How many lines of a list have which outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All lines.
    pub recipients: i64,
    /// Delivered; of a dry run, reachable.
    pub reached: i64,
    /// Not delivered; of a dry run, not reachable.
    pub not_reached: i64,
    /// Naming a mailbox that an earlier line names.
    pub duplicates: i64,
    /// Naming nobody.
    pub invalid: i64,
    /// Without an outcome.
    pub waiting: i64,
}

/// What became of one line of a list.
#[derive(Clone, Debug)]
pub struct CampaignOutcome {
    /// The line, from 1.
    pub line: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// The message that was delivered, or was not: `msg_…`.
    pub message_id: Option<String>,
}

/// Outcomes in the order of the list.
#[derive(Clone, Debug)]
pub struct CampaignOutcomes {
    /// The outcomes.
    pub items: Vec<CampaignOutcome>,
    /// How many there are at most.
    pub size: usize,
    /// After which line there are more.
    pub next: Option<i64>,
}

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
    /// [`Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin_campaign(&self, key: &str) -> Result<CampaignUpload, Error> {
        self.begin(key).await.map(CampaignUpload)
    }

    /// A campaign of this application, for an organization that it still speaks for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's.
    pub async fn campaign(&self, id: &str) -> Result<CampaignStatus, Error> {
        self.status_of_campaign(&self.own_campaign(id).await?)
    }

    /// What became of the recipients after a line of the list, in its order; those of a campaign that was stopped may wait for
    /// good.
    ///
    /// # Errors
    /// As for [`campaign`](Self::campaign); [`Error::Invalid`] for a size out of range.
    pub async fn campaign_outcomes(
        &self,
        id: &str,
        after: i64,
        size: Option<usize>,
    ) -> Result<CampaignOutcomes, Error> {
        let size = size.unwrap_or(OUTCOMES);
        if !(1..=OUTCOMES_LIMIT).contains(&size) {
            let detail = format!("pageSize is at least 1 and at most {OUTCOMES_LIMIT}");
            return Err(Error::invalid("outOfRange", "?pageSize", detail));
        }
        let campaign = self.own_campaign(id).await?;
        let Some(list) = campaign.list_id else {
            return Ok(CampaignOutcomes { items: Vec::new(), size, next: None });
        };
        let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
        let mut lines = self.hub.parts().db.campaign_lines(list, after, limit).await?;
        let more = lines.len() > size;
        lines.truncate(size);
        let next = lines.last().filter(|_| more).map(|line| line.line);
        let organization = organization(&campaign)?;
        let corrupt = || Error::Corrupt { table: "campaign_recipient", id: list.to_string() };
        let items = lines.into_iter().map(|line| {
            let message_id = line.publication_id.map(|id| self.outside_id(organization, PublicationId(id)));
            Ok(CampaignOutcome { line: line.line, outcome: line.outcome().ok_or_else(corrupt)?, message_id })
        });
        Ok(CampaignOutcomes { items: items.collect::<Result<_, Error>>()?, size, next })
    }

    /// Stops a campaign: what is delivered stays, and nothing more is. Stopping it again gives the same answer.
    ///
    /// # Errors
    /// As for [`campaign`](Self::campaign); [`Error::Conflict`] if it is completed.
    pub async fn cancel_campaign(&self, id: &str) -> Result<CampaignStatus, Error> {
        let campaign = self.own_campaign(id).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let locked = tx.lock_campaign(campaign.id).await?.ok_or(Error::NotFound("campaign"))?;
        match locked.state() {
            Some(State::AwaitingRecipients | State::Running) => {
                end(&mut tx, parts, &locked, (State::Cancelled, By::Sender(&self.client_id))).await?;
            }
            Some(State::Cancelled) => return self.status_of_campaign(&locked),
            _ => return Err(Error::Conflict(Conflict::AlreadyOver)),
        }
        tx.commit().await?;
        self.hub.bell().ring();
        self.campaign(id).await
    }

    /// The campaign that one of its organizations knows by that id.
    pub(super) async fn own_campaign(&self, id: &str) -> Result<Campaign, Error> {
        let parts = self.hub.parts();
        for (organization,) in parts.db.organizations_of(&self.client_id, parts.clock.now()).await? {
            let Ok(number) = EnterpriseNumber::parse(&organization) else { continue };
            let party = OutsideParty::SenderOrganization(number);
            let Some(block) = self.hub.outside().open(&party, OutsideKind::Campaign, id) else { continue };
            let id = CampaignId(Uuid::from_bytes(block));
            if let Some(campaign) = parts.db.campaign_of(&self.client_id, &organization, id).await? {
                return Ok(campaign);
            }
        }
        Err(Error::NotFound("campaign"))
    }

    /// A campaign as its sender sees it.
    pub(super) fn status_of_campaign(&self, campaign: &Campaign) -> Result<CampaignStatus, Error> {
        let party = OutsideParty::SenderOrganization(organization(campaign)?);
        let corrupt = || Error::Corrupt { table: "campaign", id: campaign.id.0.to_string() };
        let settled = campaign.reached + campaign.not_reached + campaign.duplicates + campaign.invalid;
        let counts = Counts {
            recipients: campaign.recipients,
            reached: campaign.reached,
            not_reached: campaign.not_reached,
            duplicates: campaign.duplicates,
            invalid: campaign.invalid,
            waiting: campaign.recipients - settled,
        };
        Ok(CampaignStatus {
            id: self.hub.outside().seal(&party, OutsideKind::Campaign, campaign.id.0.into_bytes()),
            state: campaign.state().ok_or_else(corrupt)?,
            dry_run: campaign.dry_run,
            created_at: campaign.created_at,
            accepted_at: campaign.accepted_at,
            ended_at: campaign.ended_at,
            counts: campaign.accepted_at.map(|_| counts),
        })
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
        self.0.intake.answer(&mut tx, PublicationId(id.0), fingerprint, &kept).await?;

        self.0.intake.commit(tx, Named::All).await?;
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
        tx.insert_publication(&NewMessage {
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
        })
        .await?;
        for part in &contents {
            tx.insert_part(place, part).await?;
        }
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
    contents: &[NewPart<'_>],
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

fn organization(campaign: &Campaign) -> Result<EnterpriseNumber, Error> {
    let corrupt = |_| Error::Corrupt { table: "campaign", id: campaign.id.0.to_string() };
    EnterpriseNumber::parse(&campaign.organization).map_err(corrupt)
}

/// Outcomes on a page unless the sender asks otherwise, and at most.
const OUTCOMES: usize = 100;
const OUTCOMES_LIMIT: usize = 500;
/// How long a letter waits for its list.
const LIST_WITHIN: Duration = Duration::from_secs(24 * 3_600);
