//! Messages that other document providers keep, and what they tell of them: events that they post.
//!
//! Of such a message the hub keeps who keeps it, from whom it is, its subject and its dates, never content; it is shown as
//! *kept elsewhere* until it expires there. Events are about enterprises. Of an enterprise without a mailbox here, or
//! whose mailbox takes no mail, nothing is kept but a keyed hash by which a repetition is known; whoever posts is answered alike.

mod post;
mod sql;

use crate::clock::Timestamp;
use crate::db::{Db, record};
use crate::document_provider::day_of;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::MailboxId;
use crate::message::SUBJECT_LENGTH;
use crate::message::reading::Sight;
use crate::number::EnterpriseNumber;
use crate::text::Texts;

pub(crate) use post::{Posting, post};
use sql::KeptSight;

/// What happened, as the e-Box's events name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// A message arrived.
    NewDocument,
    /// It lies unread.
    NewDocumentReminder,
    /// It was read.
    ReadDocument,
    /// It is removed soon, unread.
    DocumentExpirationAlert,
}

impl EventType {
    /// Its name there.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewDocument => "newDocument",
            Self::NewDocumentReminder => "newDocumentReminder",
            Self::ReadDocument => "readDocument",
            Self::DocumentExpirationAlert => "documentExpirationAlert",
        }
    }
}

/// An event that a document provider posts.
#[derive(Clone)]
pub struct PostedEvent {
    /// What happened.
    pub kind: EventType,
    /// Whose message it is.
    pub enterprise: EnterpriseNumber,
    /// The message's id there.
    pub message_id: String,
    /// When it was received there.
    pub received_at: Timestamp,
    /// When it is removed there.
    pub expires_at: Timestamp,
    /// Whether it is registered mail.
    pub registered: bool,
    /// Its type there.
    pub message_type: Option<String>,
    /// The organization that sent it.
    pub organization: Option<EnterpriseNumber>,
    /// The application that sent it.
    pub application: Option<String>,
    /// Its subject.
    pub subject: Texts,
}

impl PostedEvent {
    /// What is wrong with it, named under `place`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first thing that is.
    pub(crate) fn check(&self, place: &str, now: Timestamp) -> Result<(), Error> {
        let wrong = |member: &str, detail: String| {
            Err(Error::invalid("outOfRange", format!("{place}.{member}"), detail))
        };
        let named = [
            ("messageId", Some(&self.message_id)),
            ("messageTypeId", self.message_type.as_ref()),
            ("senderApplicationId", self.application.as_ref()),
        ];
        for (member, text) in named {
            if text.is_some_and(|text| !is_name(text)) {
                return wrong(member, format!("1 to {NAME_LENGTH} characters"));
            }
        }
        let fits =
            |text: &String| text.chars().count() <= SUBJECT_LENGTH && !text.chars().any(char::is_control);
        if !self.subject.values().all(fits) {
            return wrong("subject", format!("at most {SUBJECT_LENGTH} characters"));
        }
        if self.received_at > now.plus(AHEAD) {
            return wrong("receiptDate", "it is still to come".to_owned());
        }
        if self.expires_at <= self.received_at {
            return wrong("expirationDate", "it lies before the receipt".to_owned());
        }
        if self.expires_at > now.plus(LONGEST) {
            return wrong("expirationDate", "it lies more than ten years ahead".to_owned());
        }
        Ok(())
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= NAME_LENGTH && !text.chars().any(char::is_control)
}

record! {
    /// A message that is kept elsewhere, as its row tells.
    #[derive(Clone)]
    pub(crate) struct KeptRow {
        pub(crate) number: i64,
        pub(crate) provider: String,
        pub(crate) provider_name: String,
        pub(crate) message_id: String,
        pub(crate) organization: Option<String>,
        pub(crate) organization_name: Option<String>,
        pub(crate) application: Option<String>,
        pub(crate) message_type: Option<String>,
        pub(crate) subject: String,
        pub(crate) registered: bool,
        pub(crate) received_at: Timestamp,
        pub(crate) expires_at: Timestamp,
        pub(crate) read_at: Option<Timestamp>,
    }
}

/// A message that is kept elsewhere, as somebody is shown it.
#[derive(Clone)]
pub struct KeptElsewhere {
    /// The message, as the party knows it: `kel_…`.
    pub id: String,
    /// Its id there, for the enterprise's own software and its people alone: it is the same for everybody (TRUST T8).
    pub message_id: Option<String>,
    /// The document provider's id.
    pub provider: String,
    /// The document provider's name.
    pub provider_name: Texts,
    /// The number of the organization that sent it, as its keeper told.
    pub organization: Option<String>,
    /// Its name, if its keeper sends for it through this hub: of anybody else's word there is only the number.
    pub organization_name: Texts,
    /// The application that sent it.
    pub application: Option<String>,
    /// Its type there.
    pub message_type: Option<String>,
    /// Its subject; none if none was told.
    pub subject: Texts,
    /// Whether it is registered mail.
    pub registered: bool,
    /// When it was received there.
    pub received_at: Timestamp,
    /// When it is removed there.
    pub expires_at: Timestamp,
    /// Since when it is read there, as was told.
    pub read_at: Option<Timestamp>,
}

impl KeptRow {
    /// As somebody is shown it who knows it by `id`; `knows_place` is whether they are shown its id there.
    pub(crate) fn shown(self, id: String, message_id: Option<String>) -> Result<KeptElsewhere, Error> {
        let texts = |text: &str, table: &'static str| {
            serde_json::from_str(text).map_err(|_| Error::Corrupt { table, id: self.provider.clone() })
        };
        Ok(KeptElsewhere {
            id,
            message_id,
            provider_name: texts(&self.provider_name, "document_provider")?,
            organization_name: match &self.organization_name {
                Some(name) => texts(name, "sender_organization")?,
                None => Texts::new(),
            },
            subject: texts(&self.subject, "kept_elsewhere")?,
            provider: self.provider,
            organization: self.organization,
            application: self.application,
            message_type: self.message_type,
            registered: self.registered,
            received_at: self.received_at,
            expires_at: self.expires_at,
            read_at: self.read_at,
        })
    }
}

/// At most `size` messages that are kept elsewhere, below a number or the newest ones, and whether there are more.
pub(crate) async fn page(
    db: &Db,
    sight: Sight,
    (below, size): (Option<i64>, usize),
    now: Timestamp,
) -> Result<(Vec<KeptRow>, bool), Error> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let mut rows = db.kept_below(seen(sight, now), below.unwrap_or(i64::MAX), limit).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((rows, more))
}

/// The message of that number that is kept elsewhere, as far as somebody sees it.
pub(crate) async fn one(
    db: &Db,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<KeptRow>, Error> {
    Ok(db.kept(seen(sight, now), number).await?)
}

/// What somebody sees at this moment.
fn seen(sight: Sight, now: Timestamp) -> KeptSight {
    let Sight { mailbox, consent, partitions } = sight;
    KeptSight { mailbox, consent, partitions: partitions.bits(), now, day: day_of(now).to_string() }
}

/// Forgets some messages that expired where they are kept, and events that count no longer; gives how many.
pub(crate) async fn expire(parts: &Parts, now: Timestamp) -> Result<usize, Error> {
    let due = parts.db.mailboxes_with_expired_kept(now, MAILBOXES).await?;
    let mut removed = 0;
    for mailbox in
        due.into_iter().map(|(mailbox,)| mailbox).collect::<std::collections::BTreeSet<MailboxId>>()
    {
        let mut tx = parts.db.write().await?;
        tx.lock_mailbox(mailbox).await?;
        let gone = tx.drop_expired_kept(mailbox, now).await?;
        if gone > 0 {
            tx.move_mailbox(mailbox, 0, 0).await?;
        }
        tx.commit().await?;
        removed += usize::try_from(gone).unwrap_or(usize::MAX);
    }
    if parts.db.any_posted_until(now).await? {
        let mut tx = parts.db.write().await?;
        let gone = tx.drop_posted_until(now, MAILBOXES).await?;
        tx.commit().await?;
        removed += usize::try_from(gone).unwrap_or(usize::MAX);
    }
    Ok(removed)
}

/// Characters of an id that a document provider gives.
pub const NAME_LENGTH: usize = 255;
/// Events in one posting.
pub const EVENTS: usize = 100;
/// Events that a document provider may post in a day.
pub const DAILY_EVENTS: i64 = 1_000_000;
/// Messages of one document provider that are shown in one mailbox: older ones give way.
pub(crate) const SHOWN: i64 = 1_000;
/// Events of one document provider that are taken for one mailbox in a day; of more it is not told that they lead nowhere.
pub(crate) const DAILY_SHOWN: i64 = 500;
/// A clock there may be ahead of ours.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
/// Nothing is kept for longer than ten years.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(3_653 * 24 * 3600);
/// Expired rows looked at in one round.
const MAILBOXES: i64 = 500;
