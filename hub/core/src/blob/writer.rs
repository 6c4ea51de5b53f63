//! Storing content as it arrives: hashed, sealed, and written without ever being whole in memory.

use aws_lc_rs::digest;
use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use tokio::runtime::Handle;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::segment::{End, ObjectKey, SEALED, SEGMENT, Segments, inline_aad, wrapped_key_aad};
use super::{BlobError, Blobs, INLINE, Place, Stored, folder};
use crate::keys::Purpose;

/// Stores one content, piece by piece.
///
/// Nothing is there before [`BlobWriter::finish`]: a writer that is dropped removes what it wrote.
pub struct BlobWriter {
    blobs: Blobs,
    object: Uuid,
    size: u64,
    digest: digest::Context,
    /// The segment that is being filled; sealed only when it is known whether it is the last.
    segment: Vec<u8>,
    upload: Option<Upload>,
}

impl BlobWriter {
    pub(super) fn new(blobs: Blobs, object: Uuid) -> Self {
        let digest = digest::Context::new(&digest::SHA256);
        Self { blobs, object, size: 0, digest, segment: Vec::new(), upload: None }
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next bytes. After an error, or if the call was given up, the writer can only be aborted.
    pub async fn push(&mut self, mut bytes: Bytes) -> Result<(), BlobError> {
        self.digest.update(&bytes);
        self.size += bytes.len() as u64;

        while !bytes.is_empty() {
            if self.segment.len() == SEGMENT {
                self.seal_segment(End::More).await?;
            }
            let room = SEGMENT - self.segment.len();
            self.segment.extend_from_slice(&bytes.split_to(room.min(bytes.len())));
        }
        Ok(())
    }

    /// Ends the content; it is durable when this answers, and to be named by a row or discarded.
    ///
    /// If the call is given up on the way, what it stored is removed.
    pub async fn finish(mut self) -> Result<Stored, BlobError> {
        let small = self.size <= INLINE as u64;
        if !small {
            self.seal_segment(End::Last).await?;
        }
        let digest = self.digest.finish();
        let sha256 = digest.as_ref().try_into().map_err(|_| BlobError::Damaged(self.object))?;

        let place = match self.upload {
            Some(upload) => Place::Object { wrapped_key: upload.complete(&self.blobs, &sha256).await? },
            None => Place::Inline(self.blobs.seal_inline(self.object, &sha256, &self.segment)),
        };
        Ok(Stored { object: self.object, size: self.size, sha256, place })
    }

    /// Gives the content up and removes what was written of it.
    pub async fn abort(self) -> Result<(), BlobError> {
        match self.upload {
            Some(upload) => upload.abort().await,
            None => Ok(()),
        }
    }

    async fn seal_segment(&mut self, end: End) -> Result<(), BlobError> {
        let upload = match &mut self.upload {
            Some(upload) => upload,
            none => none.insert(Upload::start(&self.blobs, self.object).await?),
        };
        upload.segment(end, &self.segment).await?;
        self.segment.clear();
        Ok(())
    }
}

impl Blobs {
    fn seal_inline(&self, object: Uuid, sha256: &[u8; 32], plain: &[u8]) -> Vec<u8> {
        let aad = inline_aad(object, sha256);
        self.keys.current().seal(Purpose::Content, &aad, plain, &self.random)
    }
}

/// An object on its way into the store.
struct Upload {
    object: Uuid,
    key: ObjectKey,
    segments: Segments,
    /// Segments sealed so far.
    sealed: u64,
    /// Sealed bytes that are not with the store yet.
    part: Vec<u8>,
    parts: Parts,
}

impl Upload {
    async fn start(blobs: &Blobs, object: Uuid) -> Result<Self, BlobError> {
        let parts = Parts(Some(blobs.store.put_multipart(&folder::path(object)).await?));
        let key: ObjectKey = Zeroizing::new(blobs.random.bytes());
        let segments = Segments::new(object, &key);
        Ok(Self { object, key, segments, sealed: 0, part: Vec::with_capacity(PART), parts })
    }

    async fn segment(&mut self, end: End, plain: &[u8]) -> Result<(), BlobError> {
        self.segments.seal(self.sealed, end, plain, &mut self.part);
        self.sealed += 1;

        if end == End::Last || self.part.len() + SEALED > PART {
            let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART));
            self.parts.put(part).await?;
        }
        Ok(())
    }

    /// Makes the object durable and gives its key, wrapped.
    async fn complete(mut self, blobs: &Blobs, sha256: &[u8; 32]) -> Result<Vec<u8>, BlobError> {
        let aad = wrapped_key_aad(self.object, sha256);
        let wrapped = blobs.keys.current().seal(Purpose::Content, &aad, self.key.as_slice(), &blobs.random);

        let mut unnamed = blobs.unnamed();
        unnamed.hold(self.object);
        let complete = async move {
            self.parts.complete().await?;
            Ok::<_, BlobError>(unnamed)
        };
        // A task of its own: whoever waits for it may go away, and then the object that appears is removed
        // by the dropped `unnamed`.
        #[expect(clippy::disallowed_methods, reason = "ends by itself, with the file that it completes")]
        let complete = tokio::spawn(complete);

        complete.await.map_err(|_| BlobError::Interrupted)??.release();
        Ok(wrapped)
    }

    async fn abort(mut self) -> Result<(), BlobError> {
        self.parts.abort().await
    }
}

/// The store's side of an upload; aborted when it is dropped before it was completed.
struct Parts(Option<Box<dyn MultipartUpload>>);

impl Parts {
    async fn put(&mut self, part: Vec<u8>) -> Result<(), BlobError> {
        let upload = self.0.as_mut().ok_or(BlobError::Interrupted)?;
        Ok(upload.put_part(PutPayload::from(part)).await?)
    }

    async fn complete(&mut self) -> Result<(), BlobError> {
        let mut upload = self.0.take().ok_or(BlobError::Interrupted)?;
        upload.complete().await?;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), BlobError> {
        match self.0.as_mut() {
            Some(upload) => upload.abort().await?,
            None => return Ok(()),
        }
        self.0 = None;
        Ok(())
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let (Some(mut upload), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::debug!(%error, "unfinished object stays for the collector");
                }
            });
        }
    }
}

/// Bytes given to the store at a time: seven sealed segments. (S3 asks for 5 MiB at least.)
const PART: usize = 7 * SEALED;
