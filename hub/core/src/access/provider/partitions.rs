//! A provider, or own software, sees an enterprise's partitions: those that its consent shows.

use super::{Granted, ProviderAccess};
use crate::consent::Action;
use crate::error::Error;
use crate::journal::Disclosed;
use crate::message::question::Question;
use crate::partition::{GENERAL, GENERAL_ID};

/// A partition of a mailbox.
#[derive(Clone, Debug)]
pub struct ShownPartition {
    /// The partition, as the provider knows it: `prt_…`, or `general`.
    pub id: String,
    /// What the enterprise calls it; the general one has no name.
    pub name: Option<String>,
}

impl ProviderAccess {
    /// The partitions of a mailbox that the consent shows: the general one first, the others by name. A citizen's mailbox has
    /// the general one alone. A token that arranges partitions is told of them too.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn partitions(&self, mailbox: &str) -> Result<Vec<ShownPartition>, Error> {
        let granted = match self.telling {
            Some(_) => self.arranges(mailbox).await?,
            None => self.permitted(mailbox, Action::List).await?,
        };
        let named = self.hub.parts().db.partitions_of(granted.mailbox).await?;
        let view = self.view(&granted);
        let general = ShownPartition { id: GENERAL_ID.to_owned(), name: None };
        let mut shown: Vec<_> =
            Some(general).into_iter().filter(|_| granted.partitions.has(GENERAL)).collect();
        for partition in named.into_iter().filter(|partition| granted.partitions.has(partition.number)) {
            let id = view.partition_of(partition.number);
            shown.extend(id.map(|id| ShownPartition { id, name: Some(partition.name) }));
        }

        self.note(&granted, Disclosed::Summary)?;
        Ok(shown)
    }

    /// The question within a partition. What is no partition of this mailbox, or none that the consent shows, holds nothing:
    /// nobody learns which of the two it is.
    pub(super) fn within(&self, granted: &Granted, question: &Question, partition: Option<&str>) -> Question {
        let view = self.view(granted);
        let number = partition.map(|id| view.partition(id).unwrap_or(NOWHERE));
        Question { partition: number, ..question.clone() }
    }
}

/// The number of no partition.
const NOWHERE: i64 = -1;
