//! A sender application's campaigns: how far one is, what became of each recipient, and stopping it.

use uuid::Uuid;

use super::SenderAccess;
use crate::campaign::ending::{By, end};
use crate::campaign::{Campaign, Outcome, State};
use crate::clock::Timestamp;
use crate::error::{Conflict, Error};
use crate::id::{CampaignId, PublicationId};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};

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

impl SenderAccess {
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

fn organization(campaign: &Campaign) -> Result<EnterpriseNumber, Error> {
    let corrupt = |_| Error::Corrupt { table: "campaign", id: campaign.id.0.to_string() };
    EnterpriseNumber::parse(&campaign.organization).map_err(corrupt)
}

/// Outcomes on a page unless the sender asks otherwise, and at most.
const OUTCOMES: usize = 100;
const OUTCOMES_LIMIT: usize = 500;
