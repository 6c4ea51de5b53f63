//! Reading content back: whole segments are fetched and verified, the range is cut from them.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::segment::{End, ObjectKey, SEALED, SEGMENT, Segments, inline_aad, wrapped_key_aad};
use super::segment::{count, sealed_size};
use super::store::{Store, is_missing};
use super::{BlobError, Blobs, Place, Stored};
use crate::keys::Purpose;

/// The bytes of `range`; nothing is fetched before the stream is asked.
pub(super) fn read(
    blobs: &Blobs,
    stored: &Stored,
    range: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
    if range.start > range.end || range.end > stored.size {
        return Err(BlobError::Range { size: stored.size });
    }
    match &stored.place {
        Place::Inline(sealed) => {
            let plain = cut(&inline(blobs, stored, sealed)?, range.start, range.end);
            let pieces = if plain.is_empty() { None } else { Some(Ok(plain)) };
            Ok(stream::iter(pieces).boxed())
        }
        Place::Object { wrapped_key } => {
            let key = object_key(blobs, stored, wrapped_key)?;
            let reading = Reading {
                store: blobs.store.clone(),
                object: stored.object,
                segments: Segments::new(stored.object, &key),
                size: stored.size,
                rest: range,
            };
            let batches = stream::try_unfold(reading, Reading::batch);
            Ok(batches.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten().boxed())
        }
    }
}

/// All of some content that is sealed where it stands.
fn inline(blobs: &Blobs, stored: &Stored, sealed: &[u8]) -> Result<Bytes, BlobError> {
    let aad = inline_aad(stored.object, &stored.sha256);
    let plain = open(blobs, stored.object, &aad, sealed)?;
    if plain.len() as u64 != stored.size {
        return Err(BlobError::Damaged(stored.object));
    }
    Ok(Bytes::from(plain))
}

fn object_key(blobs: &Blobs, stored: &Stored, wrapped: &[u8]) -> Result<ObjectKey, BlobError> {
    let aad = wrapped_key_aad(stored.object, &stored.sha256);
    let key = Zeroizing::new(open(blobs, stored.object, &aad, wrapped)?);
    let key = key.as_slice().try_into().map_err(|_| BlobError::Damaged(stored.object))?;
    Ok(Zeroizing::new(key))
}

fn open(blobs: &Blobs, object: Uuid, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let opened = blobs.keys.current().open(Purpose::Content, aad, sealed);
    opened.map_err(|source| BlobError::Key { object, source })
}

/// An object that is being read.
struct Reading {
    store: Store,
    object: Uuid,
    segments: Segments,
    size: u64,
    /// What is still to be given.
    rest: Range<u64>,
}

impl Reading {
    /// Fetches and verifies the next segments, and cuts what was asked for from them.
    async fn batch(mut self) -> Result<Option<(Vec<Bytes>, Self)>, BlobError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let first = self.rest.start / SEGMENT as u64;
        let end = self.rest.end.div_ceil(SEGMENT as u64).min(first + BATCH);

        let mut sealed = self.fetch(first, end).await?;
        let mut pieces = Vec::with_capacity(BATCH as usize);
        for number in first..end {
            let segment = sealed.split_to(SEALED.min(sealed.len()));
            pieces.push(self.piece(number, segment)?);
        }
        self.rest.start = self.rest.end.min(end * SEGMENT as u64);
        Ok(Some((pieces, self)))
    }

    /// The sealed segments from `first` to before `end`.
    async fn fetch(&self, first: u64, end: u64) -> Result<BytesMut, BlobError> {
        let range = first * SEALED as u64..(end * SEALED as u64).min(sealed_size(self.size));
        let wanted = range.end - range.start;

        let sealed = match self.store.get_range(self.object, range).await {
            Ok(sealed) if sealed.len() as u64 == wanted => sealed,
            Err(error) if is_missing(&error) => return Err(BlobError::Gone(self.object)),
            Ok(_) => return Err(BlobError::Damaged(self.object)),
            Err(_) if self.is_cut().await? => return Err(BlobError::Damaged(self.object)),
            Err(other) => return Err(other.into()),
        };
        Ok(sealed.try_into_mut().unwrap_or_else(|shared| BytesMut::from(shared.as_ref())))
    }

    /// Says whether the object is shorter than its content.
    async fn is_cut(&self) -> Result<bool, BlobError> {
        let about = self.store.objects().head(&self.store.path(self.object)).await?;
        Ok(about.size < sealed_size(self.size))
    }

    /// The part of segment `number` that was asked for, after the whole segment verified.
    fn piece(&self, number: u64, mut segment: BytesMut) -> Result<Bytes, BlobError> {
        let end = if number + 1 == count(self.size) { End::Last } else { End::More };
        let length = self.segments.open(number, end, &mut segment);
        segment.truncate(length.ok_or(BlobError::Damaged(self.object))?);

        let start = number * SEGMENT as u64;
        let plain = segment.freeze();
        Ok(cut(&plain, self.rest.start.saturating_sub(start), self.rest.end.saturating_sub(start)))
    }
}

/// The bytes from `start` to before `end`, or to the end of `bytes` if that comes first.
fn cut(bytes: &Bytes, start: u64, end: u64) -> Bytes {
    let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    let (start, end) = (within(start), within(end));
    bytes.slice(start.min(end)..end)
}

/// Segments fetched at a time.
const BATCH: u64 = 4;
