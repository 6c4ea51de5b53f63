//! An enterprise's partitions in the portal: seeing them, and moving messages between them.

mod managing;
mod rights;

use super::{CitizenAccess, Shelf};
use crate::access::shown::View;
use crate::error::Error;
use crate::id::MailboxId;
use crate::message::marking::{self, Marker};
use crate::partition::{GENERAL, GENERAL_ID, Partition};

pub use crate::access::arranging::{HolderView, RoutingRule};
pub use rights::Routing;

/// A partition, as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    /// The partition, as this person knows it: `prt_…`, or `general`.
    pub id: String,
    /// What the enterprise calls it; the general one has no name.
    pub name: Option<String>,
}

impl CitizenAccess {
    /// The partitions of the mailbox acted for that the person sees, the general one first; no more than that for citizens.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other mailbox.
    pub async fn partitions(&self, mailbox: &str) -> Result<Vec<PartitionView>, Error> {
        let mailbox = self.acted_for(mailbox)?;
        let seen = self.session.partitions;
        let general = PartitionView { id: GENERAL_ID.to_owned(), name: None };
        let mut views: Vec<_> = Some(general).into_iter().filter(|_| seen.has(GENERAL)).collect();
        let named = self.hub.parts().db.partitions_of(mailbox).await?;
        views
            .extend(named.into_iter().filter(|one| seen.has(one.number)).map(|one| self.named(mailbox, one)));
        Ok(views)
    }

    /// Puts a message of the mailbox acted for into another of its partitions: by whoever decides there.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there; [`Error::Forbidden`] for who only reads; [`Error::Invalid`] for a partition that is not, or that the person does not
    /// see.
    pub async fn move_message(&self, mailbox: &str, message: &str, partition: &str) -> Result<(), Error> {
        let mailbox = self.acted_for(mailbox)?;
        self.must_decide()?;
        let parts = self.hub.parts();
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        let place = (self.sight(mailbox), view.number(message)?);

        let mut tx = parts.db.write().await?;
        let marker = Marker { role: "citizen", actor: self.session.person.0.to_string() };
        let to = (view.partition(partition), &marker);
        let moved = marking::relocate(&mut tx, parts, place, to, parts.clock.now()).await?;
        moved.ok_or(Error::NotFound("message"))?;

        tx.commit().await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// The number of a partition, as a list is asked for it; what is none holds nothing.
    pub(super) fn wanted(&self, mailbox: MailboxId, partition: Option<&str>) -> Option<i64> {
        let party = self.party();
        let view = View { outside: self.hub.outside(), party: &party, mailbox };
        partition.map(|id| view.partition(id).unwrap_or(NOWHERE))
    }

    fn named(&self, mailbox: MailboxId, partition: Partition) -> PartitionView {
        let id = self.hub.outside().seal_partition(&self.party(), mailbox.0, partition.number);
        PartitionView { id, name: Some(partition.name) }
    }
}

/// The number of no partition.
const NOWHERE: i64 = -1;

/// Which messages of the mailbox a list shows.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Where they are kept.
    pub shelf: Shelf,
    /// Only those of this partition: `prt_…`, or `general`.
    pub partition: Option<&'a str>,
}
