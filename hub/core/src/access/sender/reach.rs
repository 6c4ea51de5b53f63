//! Who can be reached digitally.

use super::SenderAccess;
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::mailbox::{self, Kind, Mailbox, Number};
use crate::message::draft::Recipient;
use crate::message::rules::{Findings, check_recipient, check_trio};

/// Recipients that an organization may ask about in a day, unless configured otherwise.
pub const DAILY_BUDGET: i64 = 100_000;

/// A question about recipients.
#[derive(Clone, Debug)]
pub struct ReachQuery {
    /// The sender organization's number.
    pub sender_organization: String,
    /// The message type's id.
    pub message_type: String,
    /// The recipients, at most 500.
    pub recipients: Vec<Recipient>,
}

impl SenderAccess {
    /// Says for each recipient, in order, whether a message published now would be delivered.
    ///
    /// For a citizen "unknown" and "not active" are one answer. Each recipient asked counts against `budget`,
    /// the organization's recipients of a day (UTC), also if it is asked twice.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`Error::Limited`] until the next day beyond the budget.
    pub async fn reachable(&self, query: &ReachQuery, budget: i64) -> Result<Vec<bool>, Error> {
        let now = self.hub.now();
        let numbers = self.check_query(query, now).await?;
        self.spend(&query.sender_organization, numbers.len(), budget, now).await?;

        let mut tx = self.hub.parts().db.read().await?;
        let mut answers = Vec::with_capacity(numbers.len());
        for number in &numbers {
            answers.push(self.is_reachable(&mut tx, number).await?);
        }
        Ok(answers)
    }

    async fn check_query(&self, query: &ReachQuery, now: Timestamp) -> Result<Vec<Number>, Error> {
        let mut findings = Findings::default();
        if query.recipients.is_empty() || query.recipients.len() > RECIPIENTS {
            findings.note("outOfRange", "recipients", format!("1 to {RECIPIENTS} recipients are expected"));
        }
        let today = now.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let asked = query.recipients.iter().enumerate().take(RECIPIENTS);
        let numbers = asked
            .filter_map(|(n, recipient)| {
                check_recipient(recipient, &format!("recipients[{n}]"), today, &mut findings)
            })
            .collect();
        let organization = check_trio(&query.sender_organization, &query.message_type, &mut findings);

        if let Some(organization) = organization.filter(|_| !query.message_type.contains('\0')) {
            let mut tx = self.hub.parts().db.read().await?;
            if tx.trio(organization.as_str(), &self.client_id, &query.message_type, now).await?.is_none() {
                drop(tx);
                self.refused("recipients").await?;
                let detail = "this organization and type are not registered for this application";
                findings.note("trioNotRegistered", "messageType", detail);
            }
        }
        findings.into_result()?;
        Ok(numbers)
    }

    /// Counts the recipients asked, and records that they were asked.
    pub(super) async fn spend(
        &self,
        organization: &str,
        asked: usize,
        budget: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        count_against(&mut tx, organization, (asked, budget), now).await?;
        let object = format!("{organization}:{asked}");
        let act = Act { role: "sender", actor: self.client_id.clone(), action: "askRecipients", object };
        tx.record(parts.random.id(now), None, now, act).await?;

        tx.commit().await?;
        Ok(())
    }

    async fn is_reachable(&self, tx: &mut Tx, number: &Number) -> Result<bool, Error> {
        let mailbox = mailbox::find(tx, self.hub.parts(), number).await?;
        // An enterprise's mailbox opens with its first publication.
        Ok(mailbox.as_ref().map_or(number.kind() == Kind::Enterprise, Mailbox::accepts_mail))
    }
}

/// Counts what somebody does whose days have a budget.
///
/// # Errors
/// [`Error::Limited`] until the next day beyond the budget.
pub(super) async fn count_against(
    tx: &mut Tx,
    whose: &str,
    (asked, budget): (usize, i64),
    now: Timestamp,
) -> Result<(), Error> {
    let asked = i64::try_from(asked).unwrap_or(i64::MAX);
    let day = now.seconds().div_euclid(DAY);
    if asked <= budget && tx.spend_reach(whose, day, asked, budget).await? {
        return Ok(());
    }
    let seconds = u64::try_from(DAY - now.seconds().rem_euclid(DAY)).unwrap_or(1);
    let limit = u64::try_from(budget).unwrap_or_default();
    Err(Error::Limited { limit, retry_after: seconds.max(1) })
}

/// Recipients of one question.
pub const RECIPIENTS: usize = 500;
/// Seconds of a day.
const DAY: i64 = 86_400;
