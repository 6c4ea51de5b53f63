//! A publication as its sender wrote it, read again to be sent to further recipients.

use super::reading::{open_body, open_header};
use super::{Body, Header, Part, PartRole, Place, SealedHeader, is_expired};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Parts;

/// A publication with everything that its sender gave.
pub(crate) struct Original {
    pub(crate) message_type: String,
    pub(crate) header: Header,
    pub(crate) sealed: Option<SealedHeader>,
    pub(crate) body: Option<Body>,
    /// In the sender's order.
    pub(crate) attachments: Vec<Part>,
    pub(crate) expires_at: Timestamp,
}

/// The publication at a place; `None` if it has expired.
pub(crate) async fn original(parts: &Parts, place: Place, now: Timestamp) -> Result<Option<Original>, Error> {
    let mut tx = parts.db.read().await?;
    let row = tx.publication_at(place).await?;
    let rows = tx.parts_of(place).await?;
    tx.commit().await?;

    let Some(row) = row.filter(|row| !is_expired(row.expires_at, now) && !rows.is_empty()) else {
        return Ok(None);
    };
    let corrupt = |table| Error::Corrupt { table, id: place.publication.0.to_string() };
    let sealed = row.sealed_header.map(|sealed| open_header(parts, place, &sealed)).transpose()?;
    let (mut body, mut attachments) = (None, Vec::new());
    for part in rows {
        match PartRole::named(&part.role) {
            Some(PartRole::Body) => body = Some(open_body(parts, place, &part).await?),
            Some(PartRole::Attachment) => attachments.push(part),
            None => return Err(corrupt("part")),
        }
    }
    Ok(Some(Original {
        header: serde_json::from_str(&row.header).map_err(|_| corrupt("publication"))?,
        message_type: row.message_type,
        expires_at: row.expires_at,
        sealed,
        body,
        attachments,
    }))
}
