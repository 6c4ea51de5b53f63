//! What became of a publication, as dates.

use uuid::Uuid;

use super::SenderAccess;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::PublicationId;
use crate::message::{Sent, is_expired};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The message, as the sender organization knows it.
    pub message_id: String,
    /// Its fate so far.
    pub fate: Fate,
}

/// The fate of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The citizen was not active.
    NotDelivered {
        /// When that was found.
        at: Timestamp,
    },
    /// It came into the mailbox.
    Available {
        /// When.
        at: Timestamp,
        /// When a machine first fetched content.
        retrieved_at: Option<Timestamp>,
        /// When a person first opened it.
        opened_at: Option<Timestamp>,
        /// Whether a provider reported that; the hub saw it itself otherwise.
        opened_reported: bool,
        /// When it is to be removed.
        expires_at: Option<Timestamp>,
        /// When it expired, if it has.
        expired_at: Option<Timestamp>,
        /// When it was withdrawn, if it was; then it does not expire.
        withdrawn_at: Option<Timestamp>,
    },
}

impl SenderAccess {
    /// What became of a publication of this application, for an organization that it still speaks for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, also if it is somebody else's.
    pub async fn status(&self, message_id: &str) -> Result<Status, Error> {
        let (_, sent) = self.sent(message_id).await?;
        Ok(Status { message_id: message_id.to_owned(), fate: sent.fate(self.hub.now()) })
    }

    /// A publication of this application, for an organization that it still speaks for.
    pub(in crate::access) async fn sent(&self, message_id: &str) -> Result<(PublicationId, Sent), Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        for (organization,) in parts.db.organizations_of(&self.client_id, now).await? {
            let Some(publication) = self.publication_behind(&organization, message_id) else {
                continue;
            };
            if let Some(sent) = parts.db.sent(&self.client_id, &organization, publication).await? {
                return Ok((publication, sent));
            }
        }
        Err(Error::NotFound("message"))
    }

    /// The publication that this organization knows by that id; under a foreign key it is no id of ours.
    pub(super) fn publication_behind(&self, organization: &str, message_id: &str) -> Option<PublicationId> {
        let party = OutsideParty::SenderOrganization(EnterpriseNumber::parse(organization).ok()?);
        let id = Uuid::from_bytes(self.hub.outside().open(&party, OutsideKind::Message, message_id)?);
        (id.get_version_num() == 7).then_some(PublicationId(id))
    }
}

impl Fate {
    /// Until when the message stands in its mailbox; `None` if it does not.
    pub(super) fn stands_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Available { expires_at, expired_at: None, withdrawn_at: None, .. } => {
                expires_at.filter(|until| *until > now)
            }
            _ => None,
        }
    }
}

impl Sent {
    pub(super) fn fate(&self, now: Timestamp) -> Fate {
        match self.not_delivered_at {
            Some(at) => Fate::NotDelivered { at },
            None => Fate::Available {
                at: self.at,
                retrieved_at: self.retrieved_at,
                opened_at: self.opened_at,
                opened_reported: self.opened_reported == Some(true),
                expires_at: self.expires_at,
                expired_at: self
                    .expires_at
                    .filter(|until| self.withdrawn_at.is_none() && is_expired(*until, now)),
                withdrawn_at: self.withdrawn_at,
            },
        }
    }
}
