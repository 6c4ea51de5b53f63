//! Where objects are: in a local folder, or in a bucket that all nodes share. What differs between the two stands here.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode};
use uuid::Uuid;

use super::BlobError;
use super::bucket::Bucket;
use super::folder::Folder;
use super::segment::SEALED;
use crate::clock::Timestamp;

/// The store; clones share it.
#[derive(Clone, Debug)]
pub(super) enum Store {
    Folder(Arc<Folder>),
    Bucket(Arc<Bucket>),
}

impl Store {
    /// What puts and gets.
    pub(super) fn objects(&self) -> &dyn ObjectStore {
        match self {
            Self::Folder(folder) => &folder.files,
            Self::Bucket(bucket) => bucket.objects(),
        }
    }

    /// Some bytes of an object.
    pub(super) async fn get_range(&self, object: Uuid, range: Range<u64>) -> object_store::Result<Bytes> {
        let path = self.path(object);
        match self {
            Self::Folder(folder) => folder.get_range(&path, range).await,
            Self::Bucket(bucket) => bucket.objects().get_range(&path, range).await,
        }
    }

    /// Below which all objects are.
    pub(super) fn root(&self) -> Option<&Path> {
        match self {
            Self::Folder(_) => None,
            Self::Bucket(bucket) => Some(bucket.prefix()),
        }
    }

    /// Where an object is. The last byte of an id is random, so that folders fill evenly.
    pub(super) fn path(&self, object: Uuid) -> Path {
        let (folder, name) = (format!("{:02x}", object.as_u128() & 0xff), object.simple().to_string());
        self.root().cloned().unwrap_or_default().join(folder).join(name)
    }

    /// The most bytes that are given to it at a time, whole sealed segments.
    pub(super) fn part(&self) -> usize {
        match self {
            Self::Folder(_) => 7 * SEALED,
            // of an upload in parts only the last one may have less than 5 MiB
            Self::Bucket(_) => 80 * SEALED,
        }
    }

    /// How an object is put that comes in one piece.
    pub(super) fn mode(&self) -> PutMode {
        match self {
            // the file is linked into place under an id that was never used
            Self::Folder(_) => PutMode::Overwrite,
            Self::Bucket(_) => PutMode::Create,
        }
    }

    /// Removes the beginnings of objects that a crash left before `before`, and says how many.
    pub(super) async fn remove_unfinished(&self, before: Timestamp) -> Result<usize, BlobError> {
        match self {
            Self::Folder(folder) => folder.remove_unfinished(before).await,
            Self::Bucket(bucket) => bucket.remove_unfinished(before).await,
        }
    }
}

/// Whether the store says that there is no such object; that there is no such bucket is something else.
pub(super) fn is_missing(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { source, .. } if !source.to_string().contains("NoSuchBucket"))
}

/// Whether the store says that another object stands there already.
pub(super) fn is_taken(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. })
}
