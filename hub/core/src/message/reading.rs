//! Reading: the list of a mailbox, newest first, and one message with its content.
//!
//! An expired message is refused by its time, whether or not expiry has removed it yet. Nothing here asks who
//! reads, nor leaves a record: the accesses do, before they answer.

use super::reading_sql::HeadRow;
use super::{
    Addressee, BusinessDatum, Flags, Header, Part, PartRole, Payment, Place, SealedHeader, Sequel,
    sealed_header_aad,
};
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ConsentId, MailboxId, PublicationId};
use crate::keys::Purpose;
use crate::partition::PartitionSet;
use crate::text::Texts;

/// What the list of a mailbox shows of a message.
#[derive(Clone, Debug)]
pub struct Headline {
    /// The subject by language.
    pub subject: Texts,
    /// The sender organization's number.
    pub organization: String,
    /// The sender organization's name.
    pub organization_name: Texts,
    /// The sender application's client id.
    pub application: String,
    /// The message type's id.
    pub message_type: String,
    /// The message type's name.
    pub message_type_name: Texts,
    /// When it was made available.
    pub at: Timestamp,
    /// When it is removed.
    pub expires_at: Timestamp,
    /// Registered mail, attachments, replies.
    pub flags: Flags,
    /// The display flag.
    pub read: bool,
    /// Whether the recipient put it into the archive.
    pub archived: bool,
}

/// A text of a message.
#[derive(Clone, Debug)]
pub struct Body {
    /// CommonMark by language.
    pub text: Texts,
    /// Whether it is the main content.
    pub main: bool,
}

/// A message in its mailbox, with what was marked on it.
#[derive(Clone, Debug)]
pub(crate) struct MessageHead {
    pub(crate) number: i64,
    /// The number of its partition; 0 is the general one.
    pub(crate) partition: i64,
    /// By which its sender and all evidence name it.
    pub(crate) publication: PublicationId,
    /// Where its content lies.
    pub(crate) place: Place,
    /// When a machine first fetched content.
    pub(crate) retrieved_at: Option<Timestamp>,
    /// When a person first opened it.
    pub(crate) opened_at: Option<Timestamp>,
    /// Whether it was withdrawn, and what corrects what.
    pub(crate) sequel: Sequel,
    pub(crate) headline: Headline,
}

/// A message with all of its words, and its files without their content.
#[derive(Clone, Debug)]
pub(crate) struct FullMessage {
    pub(crate) head: MessageHead,
    pub(crate) for_the_attention_of: Option<Addressee>,
    pub(crate) body: Option<Body>,
    /// In the sender's order.
    pub(crate) attachments: Vec<Part>,
    pub(crate) business_data: Vec<BusinessDatum>,
    pub(crate) payment: Option<Payment>,
}

impl FullMessage {
    /// What is left of a withdrawn message, whatever a campaign still shares of its publication.
    fn stub(head: MessageHead) -> Self {
        let nothing = (Vec::new(), Vec::new());
        Self {
            head,
            for_the_attention_of: None,
            body: None,
            attachments: nothing.0,
            business_data: nothing.1,
            payment: None,
        }
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The number below which the next page begins; `None` on the last one.
    pub(crate) next: Option<i64>,
    /// When the first of what decided about the page expires.
    pub(crate) fresh_until: Option<Timestamp>,
}

/// The messages of a mailbox that somebody sees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// The mailbox.
    pub(crate) mailbox: MailboxId,
    /// The consent whose left-out senders do not exist; `None` for the citizen, who sees all.
    pub(crate) consent: Option<ConsentId>,
    /// The partitions whose messages exist for whoever sees; all others do not.
    pub(crate) partitions: PartitionSet,
}

impl Sight {
    /// All of a mailbox.
    pub(crate) const fn whole(mailbox: MailboxId) -> Self {
        Self { mailbox, consent: None, partitions: PartitionSet::ALL }
    }

    /// These partitions of a mailbox.
    pub(crate) const fn of(mailbox: MailboxId, partitions: PartitionSet) -> Self {
        Self { mailbox, consent: None, partitions }
    }
}

/// At most `size` messages of a mailbox below a number, or the newest ones.
pub(crate) async fn page(
    db: &Db,
    sight: Sight,
    below: Option<i64>,
    size: usize,
    now: Timestamp,
) -> Result<Page<MessageHead>, Error> {
    // One more than asked for says whether there is a next page.
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let rows = db.heads_below(sight, below.unwrap_or(i64::MAX), now, limit).await?;
    let more = rows.len() > size;
    let fresh_until = rows.iter().map(HeadRow::expires_at).min();
    let next = size.checked_sub(1).and_then(|last| rows.get(last)).filter(|_| more).map(HeadRow::number);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows.into_iter().take(size) {
        if let Some(row) = with_shared_subject(db, row).await? {
            items.push(row.into_head(sight.mailbox)?);
        }
    }
    Ok(Page { items, next, fresh_until })
}

/// A message without its content; `None` if there is none of that number, or it has expired.
pub(crate) async fn head(
    tx: &mut Tx,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<MessageHead>, Error> {
    let row = tx.head_row(sight, number, now).await?;
    let row = match row.as_ref().and_then(HeadRow::shared_subject) {
        Some(place) => row.zip(tx.headers_of(place).await?).map(HeadRow::sharing),
        None => row,
    };
    row.map(|row| row.into_head(sight.mailbox)).transpose()
}

/// The same, outside a transaction.
pub(super) async fn shown_head(
    db: &Db,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<MessageHead>, Error> {
    let row = match db.head_row(sight, number, now).await? {
        Some(row) => with_shared_subject(db, row).await?,
        None => None,
    };
    row.map(|row| row.into_head(sight.mailbox)).transpose()
}

/// The row with the subject that its campaign keeps for it, in a second statement: no statement asks for two homes. `None` if
/// the campaign is over meanwhile.
async fn with_shared_subject(db: &Db, row: HeadRow) -> Result<Option<HeadRow>, Error> {
    let Some(place) = row.shared_subject() else { return Ok(Some(row)) };
    Ok(db.headers_of(place).await?.map(|headers| HeadRow::sharing((row, headers))))
}

/// A message with its body, opened; `None` if there is none of that number, or it has expired.
///
/// What is left of a withdrawn one is shown, also if it is withdrawn while its content is being read.
pub(crate) async fn message(
    parts: &Parts,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<FullMessage>, Error> {
    let read = whole(parts, sight, number, now).await;
    if matches!(read, Ok(Some(_))) {
        return read;
    }
    // Expiry or a withdrawal may have come between two statements, or between a row and its object.
    match shown_head(&parts.db, sight, number, now).await? {
        None => Ok(None),
        Some(head) if head.sequel.withdrawn.is_some() => Ok(Some(FullMessage::stub(head))),
        Some(_) => read,
    }
}

async fn whole(
    parts: &Parts,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<FullMessage>, Error> {
    let Some(head) = shown_head(&parts.db, sight, number, now).await? else {
        return Ok(None);
    };
    if head.sequel.withdrawn.is_some() {
        return Ok(Some(FullMessage::stub(head)));
    }
    let Some((clear, sealed)) = parts.db.headers_of(head.place).await? else {
        return Ok(None);
    };
    let rows = parts.db.parts_of(head.place).await?;

    if rows.is_empty() {
        return Ok(None);
    }
    let header: Header = serde_json::from_str(&clear).map_err(|_| corrupt("publication", head.place))?;
    let sealed = sealed.map(|sealed| open_header(parts, head.place, &sealed)).transpose()?;
    let (mut body, mut attachments) = (None, Vec::new());
    for part in rows {
        match PartRole::named(&part.role) {
            Some(PartRole::Body) => body = Some(open_body(parts, head.place, &part).await?),
            Some(PartRole::Attachment) => attachments.push(part),
            None => return Err(corrupt("part", head.place)),
        }
    }
    Ok(Some(FullMessage {
        business_data: header.business_data(sealed.as_ref()),
        payment: header.payment,
        for_the_attention_of: sealed.and_then(|sealed| sealed.for_the_attention_of),
        head,
        body,
        attachments,
    }))
}

/// A file of a message and the message; `None` if there is none there, or it has expired.
pub(crate) async fn attachment(
    db: &Db,
    sight: Sight,
    (number, n): (i64, u16),
    now: Timestamp,
) -> Result<Option<(MessageHead, Part)>, Error> {
    let Some(head) = shown_head(db, sight, number, now).await? else {
        return Ok(None);
    };
    let part = db.part_of(head.place, i64::from(n)).await?;
    let part = part.filter(|_| head.sequel.withdrawn.is_none());
    Ok(part.filter(|part| PartRole::named(&part.role) == Some(PartRole::Attachment)).map(|part| (head, part)))
}

/// Opens the text of a message.
pub(crate) async fn open_body(parts: &Parts, place: Place, part: &Part) -> Result<Body, Error> {
    let bytes = parts.blobs.read_all(&part.stored()?).await?;
    let text = serde_json::from_slice(&bytes).map_err(|_| corrupt("part", place))?;
    Ok(Body { text, main: part.main })
}

/// Opens the sealed half of a header.
pub(super) fn open_header(parts: &Parts, place: Place, sealed: &[u8]) -> Result<SealedHeader, Error> {
    let aad = sealed_header_aad(place.home, place.publication);
    let plain = parts.keys.current().open(Purpose::SealedColumns, &aad, sealed).map_err(Error::internal)?;
    serde_json::from_slice(&plain).map_err(|_| corrupt("publication", place))
}

fn corrupt(table: &'static str, place: Place) -> Error {
    Error::Corrupt { table, id: place.publication.0.to_string() }
}

/// Messages on a page unless the reader asks otherwise.
pub const PAGE_SIZE: usize = 25;
/// The most messages on a page.
pub const PAGE_SIZE_LIMIT: usize = 100;
