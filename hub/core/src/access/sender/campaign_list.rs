//! The list of a campaign's recipients as it comes in: whole or not at all.
//!
//! The same list once more is answered as the first one was. A dry run asks about people, so that its list is taken from the
//! organization's day (TRUST T20).

use aws_lc_rs::digest;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::reach::count_against;
use super::{CampaignStatus, SenderAccess};
use crate::access::intake::{is_mark_of, mark_of};
use crate::audit::Act;
use crate::campaign::list::{Incoming, forsake};
use crate::campaign::{Campaign, RECIPIENTS, State};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::Hub;
use crate::message::draft::Recipient;
use crate::message::rules::{Findings, check_recipient};

/// A list on its way in; dropped before its campaign has it, it is removed.
pub struct CampaignList {
    access: SenderAccess,
    campaign: Campaign,
    digest: digest::Context,
    findings: Findings,
    wrong: usize,
    lines: usize,
    today: jiff::civil::Date,
    sink: Sink,
}

/// Where the lines go.
enum Sink {
    /// Into the database.
    Stored(Box<Stored>),
    /// Nowhere: the campaign has its list, with which this one is compared.
    Compared,
}

/// A list in the database that no campaign names.
struct Stored {
    hub: Hub,
    list: Option<Incoming>,
}

impl SenderAccess {
    /// Begins to receive the list of a campaign.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such campaign, also if it is somebody else's; [`Error::Conflict`] if it was cancelled
    /// before it had a list.
    pub async fn begin_list(&self, campaign: &str) -> Result<CampaignList, Error> {
        let campaign = self.own_campaign(campaign).await?;
        let parts = self.hub.parts();
        let sink = match (campaign.state(), &campaign.list_mark) {
            (Some(State::AwaitingRecipients), _) => {
                let list = Some(Incoming::begin(parts, campaign.id).await?);
                Sink::Stored(Box::new(Stored { hub: self.hub.clone(), list }))
            }
            (_, Some(_)) => Sink::Compared,
            (_, None) => return Err(Error::Conflict(Conflict::AlreadyOver)),
        };
        Ok(CampaignList {
            access: self.clone(),
            campaign,
            digest: digest::Context::new(&digest::SHA256),
            findings: Findings::default(),
            wrong: 0,
            lines: 0,
            today: parts.clock.now().civil().to_zoned(jiff::tz::TimeZone::UTC).date(),
            sink,
        })
    }

    /// Refuses a list, and records that.
    async fn refuse_list(&self) -> Result<CampaignStatus, Error> {
        self.refused("startCampaign").await?;
        let detail = "the type of this campaign is not registered for this application any more";
        Err(Error::invalid("trioNotRegistered", "campaignId", detail))
    }

    /// Takes a dry run from the organization's day, and records that so many were asked about.
    async fn count_dry_run(
        &self,
        tx: &mut Tx,
        campaign: &Campaign,
        (asked, budget): (i64, i64),
        now: Timestamp,
    ) -> Result<(), Error> {
        let counted = usize::try_from(asked).unwrap_or(usize::MAX);
        count_against(tx, &campaign.organization, (counted, budget), now).await?;
        let object = format!("{}:{asked}", campaign.organization);
        let act = Act { role: "sender", actor: self.client_id.clone(), action: "askRecipients", object };
        tx.record(self.hub.parts().random.id(now), None, now, act).await?;
        Ok(())
    }
}

impl CampaignList {
    /// Takes the bytes as they come: by them the same list is known.
    pub fn read(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// Takes the recipient on the next line. A number that is none is an outcome of its own; a line that is no recipient makes the
    /// list a wrong one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no use in reading on.
    pub async fn push(&mut self, recipient: &Recipient) -> Result<(), Error> {
        if recipient.ssin.is_some() == recipient.enterprise_number.is_some() {
            return self.refuse("exactlyOneOfExpected", "ssin or enterpriseNumber is expected");
        }
        self.lines += 1;
        if self.lines > RECIPIENTS {
            self.findings.note(
                "outOfRange",
                "recipients",
                format!("at most {RECIPIENTS} lines are expected"),
            );
            return std::mem::take(&mut self.findings).into_result();
        }
        let number = check_recipient(recipient, "recipient", self.today, &mut Findings::default());
        match &mut self.sink {
            Sink::Stored(stored) if self.wrong == 0 => stored.push(number).await,
            _ => Ok(()),
        }
    }

    /// Notes that the next line is no recipient.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no use in reading on.
    pub fn refuse(&mut self, kind: &'static str, detail: &str) -> Result<(), Error> {
        self.lines += 1;
        self.wrong += 1;
        self.findings.note(kind, format!("line {}", self.lines), detail);
        if self.wrong < MOST_WRONG { Ok(()) } else { std::mem::take(&mut self.findings).into_result() }
    }

    /// Gives the list to its campaign, which runs from then on; `budget` is what the organization may ask in a day.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the lines that are wrong, or if there are none; [`Error::Limited`] for a dry run beyond the budget;
    /// [`Error::Conflict`] if the campaign has another list, or was cancelled.
    pub async fn accept(mut self, budget: i64) -> Result<CampaignStatus, Error> {
        if self.lines == 0 {
            self.findings.note("requiredInput", "recipients", "at least one line is expected");
        }
        std::mem::take(&mut self.findings).into_result()?;
        let digest = std::mem::replace(&mut self.digest, digest::Context::new(&digest::SHA256)).finish();
        let fingerprint = [b"campaign list:".as_slice(), digest.as_ref()].concat();
        let access = self.access.clone();
        let parts = access.hub.parts();
        let Sink::Stored(stored) = &mut self.sink else { return self.compared(&self.campaign, &fingerprint) };
        let (list, lines, invalid) = stored.flushed().await?;
        let mut tx = parts.db.write().await?;

        let campaign = tx.lock_campaign(self.campaign.id).await?.ok_or(Error::NotFound("campaign"))?;
        let now = parts.clock.now();
        if campaign.state() != Some(State::AwaitingRecipients) {
            drop(tx);
            return self.compared(&campaign, &fingerprint);
        }
        if !tx.adopt_list(list, now).await? {
            return Err(Error::Unavailable { retry_after: 1 });
        }
        if !is_registered(&mut tx, &campaign, now).await? {
            drop(tx);
            return access.refuse_list().await;
        }
        if campaign.dry_run {
            access.count_dry_run(&mut tx, &campaign, (lines - invalid, budget), now).await?;
        }
        tx.start_campaign(campaign.id, (list, mark_of(parts, &fingerprint)), (lines, invalid), now).await?;
        let (actor, object) = (access.client_id.clone(), campaign.id.0.to_string());
        let act = Act { role: "sender", actor, action: "startCampaign", object };
        tx.record(parts.random.id(now), None, now, act).await?;

        tx.commit().await?;
        self.adopted();
        let campaign = parts.db.campaign(self.campaign.id).await?.ok_or(Error::NotFound("campaign"))?;
        access.status_of_campaign(&campaign)
    }

    /// The answer to the list that the campaign has.
    fn compared(&self, campaign: &Campaign, fingerprint: &[u8]) -> Result<CampaignStatus, Error> {
        match &campaign.list_mark {
            Some(mark) if is_mark_of(self.access.hub.parts(), mark, fingerprint) => {
                self.access.status_of_campaign(campaign)
            }
            Some(_) => Err(Error::Conflict(Conflict::OtherList)),
            None => Err(Error::Conflict(Conflict::AlreadyOver)),
        }
    }

    fn adopted(&mut self) {
        if let Sink::Stored(stored) = &mut self.sink {
            stored.list = None;
        }
    }
}

impl Stored {
    async fn push(&mut self, number: Option<crate::mailbox::Number>) -> Result<(), Error> {
        match &mut self.list {
            Some(list) => list.push(self.hub.parts(), number).await,
            None => Err(Error::internal("a list that was given away takes another line")),
        }
    }

    /// The list with all of its lines in the database, how many they are, and how many of them name nobody.
    async fn flushed(&mut self) -> Result<(Uuid, i64, i64), Error> {
        let list = self.list.as_mut().ok_or_else(|| Error::internal("a list is given away twice"))?;
        list.flush(self.hub.parts()).await?;
        Ok((list.id, list.lines, list.invalid))
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        let (Some(list), Ok(runtime)) = (self.list.take(), Handle::try_current()) else { return };
        let (hub, id): (Hub, Uuid) = (self.hub.clone(), list.id);
        runtime.spawn(async move {
            if let Err(error) = forsake(hub.parts(), id).await {
                tracing::warn!(%error, "a list that nobody wants is removed when its time is over");
            }
        });
    }
}

/// Whether the trio of a campaign is still registered (TRUST T20).
async fn is_registered(tx: &mut Tx, campaign: &Campaign, now: Timestamp) -> Result<bool, Error> {
    let (organization, message_type) = (campaign.organization.as_str(), campaign.message_type.as_str());
    Ok(tx.trio(organization, &campaign.application, message_type, now).await?.is_some())
}

/// Lines that are told to be wrong.
const MOST_WRONG: usize = 100;
