//! Content: bodies and attachments, sealed, small ones in the database and large ones in the object store.
//!
//! What is stored is durable before [`BlobWriter::finish`] answers, so that the row which names it can be
//! committed after. An object has no owner and no reference count: whoever forgets its key ends it. Memory
//! stays bounded, whatever the size.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::client::HttpClient;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::keys::{KeyError, Keys};
use crate::random::Random;

mod bucket;
mod folder;
mod held;
mod reader;
mod segment;
mod store;
#[cfg(test)]
mod tests;
mod unfinished;
mod unnamed;
mod wires;
mod writer;

use bucket::Bucket;
use folder::Folder;
use store::{Store, is_missing};

pub use bucket::{BucketSettings, Trial};
pub use unnamed::Unnamed;
pub use writer::BlobWriter;

/// Content up to this size is kept sealed in the row that names it (DATA rule 11).
pub const INLINE: usize = 8 * 1024;

/// Content that was stored; everything a row must keep to read it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The content's own id, to which all its seals are bound.
    pub object: Uuid,
    /// Bytes of plain text.
    pub size: u64,
    /// SHA-256 of the plain text.
    pub sha256: [u8; 32],
    /// Where it is.
    pub place: Place,
}

/// Where content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Here, sealed with the keyring's content key.
    Inline(Vec<u8>),
    /// In the object store, sealed with a key of its own.
    Object {
        /// That key, sealed with the keyring's content key.
        wrapped_key: Vec<u8>,
    },
}

/// An object in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its id.
    pub id: Uuid,
    /// When it was written.
    pub at: Timestamp,
}

/// Why content cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The object is not there any more.
    #[error("object {0} is gone")]
    Gone(Uuid),
    /// The object was changed, cut, reordered, or belongs to something else.
    #[error("object {0} does not verify")]
    Damaged(Uuid),
    /// The range asked for does not lie within the content.
    #[error("range is not within {size} bytes")]
    Range {
        /// Bytes of plain text.
        size: u64,
    },
    /// The content's key cannot be opened.
    #[error("key of object {object}")]
    Key {
        /// The content's id.
        object: Uuid,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
    /// The object store refuses.
    #[error("object store")]
    Store(#[from] object_store::Error),
    /// The folder of the object store cannot be used.
    #[error("object folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the file system says.
        #[source]
        source: std::io::Error,
    },
    /// The bucket holds the objects of another hub.
    #[error("the bucket holds the objects of another hub")]
    Foreign,
    /// The object store answers something that it should not.
    #[error("the object store's answer is {0}")]
    Answer(&'static str),
    /// The hub is shutting down.
    #[error("storing was interrupted")]
    Interrupted,
}

impl BlobError {
    /// Whether it is none of the content's fault, so that it may go another time.
    fn passes(&self) -> bool {
        match self {
            Self::Store(_) | Self::Folder { .. } | Self::Foreign | Self::Answer(_) | Self::Interrupted => {
                true
            }
            // another node has a newer key already
            Self::Key { source, .. } => matches!(source, KeyError::Unknown(_)),
            Self::Gone(_) | Self::Damaged(_) | Self::Range { .. } => false,
        }
    }
}

impl From<BlobError> for Error {
    /// What will pass is told apart from content that is damaged.
    fn from(error: BlobError) -> Self {
        if error.passes() {
            tracing::error!(error = %crate::error::Causes(&error), "the object store cannot answer now");
            return Self::Unavailable { retry_after: 5 };
        }
        Self::internal(error)
    }
}

/// The store of all content; clones share it.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Store,
    keys: Keys,
    random: Random,
}

impl Blobs {
    /// Opens the store in a local folder, which is made if it is missing.
    pub fn open(folder: &Path, keys: Keys, random: Random) -> Result<Self, BlobError> {
        Ok(Self { store: Store::Folder(Arc::new(Folder::open(folder)?)), keys, random })
    }

    /// Opens the store in a bucket, which is reached by this client; asks nobody yet.
    pub fn in_bucket(
        settings: &BucketSettings,
        http: HttpClient,
        keys: Keys,
        random: Random,
    ) -> Result<Self, BlobError> {
        Ok(Self { store: Store::Bucket(Arc::new(Bucket::open(settings, http)?)), keys, random })
    }

    /// Whether the store is elsewhere, so that it can be away while this node is well.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.store, Store::Bucket(_))
    }

    /// Makes sure that the store answers and holds the objects of `owner` and of nobody else. An empty one becomes theirs.
    ///
    /// # Errors
    /// [`BlobError::Foreign`] if it holds another hub's. A local folder is not asked.
    pub async fn claim(&self, owner: &str) -> Result<(), BlobError> {
        match &self.store {
            Store::Folder(_) => Ok(()),
            Store::Bucket(bucket) => bucket.claim(owner).await,
        }
    }

    /// Whose objects a bucket holds; `None` if it is nobody's, or the store is a folder.
    pub async fn owner(&self) -> Result<Option<Bytes>, BlobError> {
        match &self.store {
            Store::Folder(_) => Ok(None),
            Store::Bucket(bucket) => bucket.owner().await,
        }
    }

    /// Puts a small object that nobody names into a bucket, reads and deletes it; `None` if the store is a folder.
    pub async fn try_out(&self, object: Uuid) -> Result<Option<Trial>, BlobError> {
        match &self.store {
            Store::Folder(_) => Ok(None),
            Store::Bucket(bucket) => bucket.try_out(&self.store.path(object), object).await.map(Some),
        }
    }

    /// Begins to store content under a fresh id, which must never have been used before.
    pub fn writer(&self, object: Uuid) -> BlobWriter {
        BlobWriter::new(self.clone(), object)
    }

    /// Reads content, or a range of its bytes; every piece was verified before it is given.
    ///
    /// The stream ends with an error if the object is damaged or goes away meanwhile.
    pub fn read(
        &self,
        stored: &Stored,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        reader::read(self, stored, range.unwrap_or(0..stored.size))
    }

    /// Reads all of some small content at once.
    pub async fn read_all(&self, stored: &Stored) -> Result<Bytes, BlobError> {
        let pieces: Vec<Bytes> = self.read(stored, None)?.try_collect().await?;
        Ok(match <[Bytes; 1]>::try_from(pieces) {
            Ok([only]) => only,
            Err(pieces) => pieces.concat().into(),
        })
    }

    /// Removes stored content that no row is going to name.
    pub async fn discard(&self, stored: &Stored) -> Result<(), BlobError> {
        match stored.place {
            Place::Inline(_) => Ok(()),
            Place::Object { .. } => self.delete(stored.object).await,
        }
    }

    /// Deletes an object; one that is gone already is no error.
    pub async fn delete(&self, object: Uuid) -> Result<(), BlobError> {
        match self.store.objects().delete(&self.store.path(object)).await {
            Err(error) if !is_missing(&error) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Holds objects that no row names yet; those that it still holds when it is dropped are deleted.
    pub fn unnamed(&self) -> Unnamed {
        Unnamed::new(self.clone())
    }

    /// Every object in the store, for the collector of those that a crash left without a row.
    pub fn objects(&self) -> BoxStream<'static, Result<Object, BlobError>> {
        let found = self.store.objects().list(self.store.root());
        let objects = found.map_err(BlobError::Store).try_filter_map(|found| async move {
            let at = Timestamp(found.last_modified.timestamp_micros());
            let id = found.location.filename().and_then(|name| Uuid::try_parse(name).ok());
            Ok(id.map(|id| Object { id, at }))
        });
        objects.boxed()
    }

    /// Removes the beginnings of objects that a crash left before `before`, and says how many.
    ///
    /// They have no name yet, so that [`Blobs::objects`] does not show them.
    pub async fn remove_unfinished(&self, before: Timestamp) -> Result<usize, BlobError> {
        self.store.remove_unfinished(before).await
    }
}
