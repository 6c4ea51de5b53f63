//! What operators did: everybody sees their own acts, who keeps the security sees all.

use uuid::Uuid;

use super::OperatorAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::operator::{ActRow, Duty};
use crate::outside::OutsideParty;

/// One act.
#[derive(Clone, Debug)]
pub struct ActView {
    /// When.
    pub at: Timestamp,
    /// The person, or `apply` and the like for whoever held the data itself.
    pub person: String,
    /// A verb: `suspendProvider`, `propose`, `approve`, `refused`, ….
    pub action: String,
    /// The internal id of what it was done to, with the address of a stream that was put or opened; or what was refused.
    pub object: String,
}

/// A page of acts, newest first.
#[derive(Clone, Debug)]
pub struct ActPage {
    /// The acts.
    pub items: Vec<ActView>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl OperatorAccess {
    /// A page of this operator's own acts.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor of another list.
    pub async fn own_acts(&self, after: Option<&str>) -> Result<ActPage, Error> {
        self.acts(Some(&self.operator.person), after).await
    }

    /// A page of every operator's acts.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`] for a cursor of another list.
    pub async fn acts_of_all(&self, after: Option<&str>) -> Result<ActPage, Error> {
        self.recorded(self.must(Duty::Oversee)).await?;
        self.acts(None, after).await
    }

    async fn acts(&self, person: Option<&str>, after: Option<&str>) -> Result<ActPage, Error> {
        let kind = person.unwrap_or("every operator");
        let place = match after {
            None => (Timestamp(i64::MAX), Uuid::max()),
            Some(cursor) => self
                .opened(kind, cursor)
                .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this list"))?,
        };
        let mut rows = self.hub.parts().db.acts(person, place, PAGE + 1).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|found| found > PAGE);
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|last| self.sealed(kind, last));
        let items = rows.into_iter().map(ActView::from).collect();
        Ok(ActPage { items, next })
    }

    fn sealed(&self, kind: &str, last: &ActRow) -> String {
        let plain = [last.at.0.to_be_bytes().as_slice(), last.id.as_bytes()].concat();
        self.hub.cursors().seal(&format!("acts of {kind}"), &OutsideParty::Operators, &plain)
    }

    fn opened(&self, kind: &str, cursor: &str) -> Option<(Timestamp, Uuid)> {
        let plain = self.hub.cursors().open(&format!("acts of {kind}"), &OutsideParty::Operators, cursor)?;
        let (at, id) = plain.split_first_chunk::<8>()?;
        Some((Timestamp(i64::from_be_bytes(*at)), Uuid::from_slice(id).ok()?))
    }
}

impl From<ActRow> for ActView {
    fn from(row: ActRow) -> Self {
        Self { at: row.at, person: row.actor, action: row.action, object: row.object }
    }
}

/// Acts of a page.
const PAGE: i64 = 50;
