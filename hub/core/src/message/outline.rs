//! What a message is, without its content: its files by name, its data for programs, whether it has a text.
//!
//! Reading it retrieves nothing: see [`super::marking`].

use super::reading::{Sight, head, open_header};
use super::{Addressee, BusinessDatum, Header, MessageHead, Part, PartRole, Payment};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;

/// A message without its content.
#[derive(Clone, Debug)]
pub(crate) struct Outlined {
    pub(crate) head: MessageHead,
    /// Whether its text is the main content; `None` if it has no text.
    pub(crate) body: Option<bool>,
    pub(crate) for_the_attention_of: Option<Addressee>,
    /// In the sender's order.
    pub(crate) attachments: Vec<Part>,
    pub(crate) business_data: Vec<BusinessDatum>,
    pub(crate) payment: Option<Payment>,
}

impl Outlined {
    /// What is left of a withdrawn message.
    fn stub(head: MessageHead) -> Self {
        Self {
            head,
            body: None,
            for_the_attention_of: None,
            attachments: Vec::new(),
            business_data: Vec::new(),
            payment: None,
        }
    }
}

/// The outlines of these messages, in their order; one that has just expired is not among them.
pub(crate) async fn outlined(
    parts: &Parts,
    tx: &mut Tx,
    heads: Vec<MessageHead>,
) -> Result<Vec<Outlined>, Error> {
    let mut outlines = Vec::with_capacity(heads.len());
    for head in heads {
        outlines.extend(one(parts, tx, head).await?);
    }
    Ok(outlines)
}

/// The outline of a message; `None` if there is none of that number, or it has expired.
pub(crate) async fn outline(
    parts: &Parts,
    sight: Sight,
    number: i64,
    now: Timestamp,
) -> Result<Option<Outlined>, Error> {
    let mut tx = parts.db.read().await?;
    let Some(head) = head(&mut tx, sight, number, now).await? else { return Ok(None) };
    let found = one(parts, &mut tx, head).await?;
    tx.commit().await?;
    Ok(found)
}

async fn one(parts: &Parts, tx: &mut Tx, head: MessageHead) -> Result<Option<Outlined>, Error> {
    if head.sequel.withdrawn.is_some() {
        return Ok(Some(Outlined::stub(head)));
    }
    let Some((clear, sealed)) = tx.headers_of(head.place).await? else { return Ok(None) };
    let rows = tx.parts_of(head.place).await?;
    if rows.is_empty() {
        // Expiry removed it between two statements.
        return Ok(None);
    }
    let publication = head.publication.0;
    let corrupt = |table| Error::Corrupt { table, id: publication.to_string() };
    let header: Header = serde_json::from_str(&clear).map_err(|_| corrupt("publication"))?;
    let sealed = sealed.map(|sealed| open_header(parts, head.place, &sealed)).transpose()?;
    let (mut body, mut attachments) = (None, Vec::new());
    for part in rows {
        match PartRole::named(&part.role) {
            Some(PartRole::Body) => body = Some(part.main),
            Some(PartRole::Attachment) => attachments.push(part),
            None => return Err(corrupt("part")),
        }
    }
    Ok(Some(Outlined {
        business_data: header.business_data(sealed.as_ref()),
        payment: header.payment,
        for_the_attention_of: sealed.and_then(|sealed| sealed.for_the_attention_of),
        head,
        body,
        attachments,
    }))
}
