//! Storing content as it arrives: hashed, sealed, and written without ever being whole in memory.

use aws_lc_rs::digest;
use bytes::Bytes;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use tokio::runtime::Handle;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::segment::{End, ObjectKey, SEALED, SEGMENT, Segments, inline_aad, wrapped_key_aad};
use super::store::{Store, is_taken};
use super::{BlobError, Blobs, INLINE, Place, Stored};
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
            none => none.insert(Upload::new(&self.blobs, self.object)),
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
    fn new(blobs: &Blobs, object: Uuid) -> Self {
        let (store, path) = (blobs.store.clone(), blobs.store.path(object));
        let key: ObjectKey = Zeroizing::new(blobs.random.bytes());
        let segments = Segments::new(object, &key);
        let parts = Parts { store, path, begun: None };
        Self { object, key, segments, sealed: 0, part: Vec::new(), parts }
    }

    /// Seals the next segment; what is full goes to the store first.
    async fn segment(&mut self, end: End, plain: &[u8]) -> Result<(), BlobError> {
        let most = self.parts.store.part();
        if self.part.len() + SEALED > most {
            self.parts.put(std::mem::take(&mut self.part)).await?;
        }
        if self.part.len() == self.part.capacity() {
            // to the size of a part and no further
            let more = self.part.len().clamp(SEALED, most - self.part.len());
            self.part.reserve_exact(more);
        }
        self.segments.seal(self.sealed, end, plain, &mut self.part);
        self.sealed += 1;
        Ok(())
    }

    /// Makes the object durable and gives its key, wrapped.
    async fn complete(self, blobs: &Blobs, sha256: &[u8; 32]) -> Result<Vec<u8>, BlobError> {
        let aad = wrapped_key_aad(self.object, sha256);
        let wrapped = blobs.keys.current().seal(Purpose::Content, &aad, self.key.as_slice(), &blobs.random);

        let mut unnamed = blobs.unnamed();
        unnamed.hold(self.object);
        let complete = async move {
            match self.parts.complete(self.part).await {
                Ok(()) => Ok(unnamed),
                Err(BlobError::Store(error)) if is_taken(&error) => {
                    // what stands there may be named: nobody but the collector may remove it
                    unnamed.release();
                    Err(BlobError::Store(error))
                }
                Err(other) => Err(other),
            }
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

/// The store's side of an upload; what was begun is aborted when it is dropped before it was completed.
struct Parts {
    store: Store,
    path: Path,
    /// Nothing while all that there is fits into one part.
    begun: Option<Box<dyn MultipartUpload>>,
}

impl Parts {
    async fn put(&mut self, part: Vec<u8>) -> Result<(), BlobError> {
        let upload = match &mut self.begun {
            Some(upload) => upload,
            none => none.insert(self.store.objects().put_multipart(&self.path).await?),
        };
        Ok(upload.put_part(PutPayload::from(part)).await?)
    }

    /// Puts the last part, or all there is, and has the object appear.
    async fn complete(mut self, last: Vec<u8>) -> Result<(), BlobError> {
        if self.begun.is_none() {
            let (objects, mode) = (self.store.objects(), self.store.mode());
            objects.put_opts(&self.path, PutPayload::from(last), mode.into()).await?;
            return Ok(());
        }
        self.put(last).await?;
        if let Some(upload) = &mut self.begun {
            upload.complete().await?;
        }
        self.begun = None;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), BlobError> {
        if let Some(upload) = &mut self.begun {
            upload.abort().await?;
        }
        self.begun = None;
        Ok(())
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let (Some(mut upload), Ok(runtime)) = (self.begun.take(), Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::debug!(%error, "unfinished object stays for the collector");
                }
            });
        }
    }
}
