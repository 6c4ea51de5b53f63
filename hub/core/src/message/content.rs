//! The bytes of what a publication brings: texts and files, whole or in part.

use std::ops::Range;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};

use super::Part;
use super::reading::{Sight, shown_head};
use crate::blob::{self, BlobError, Stored};
use crate::error::Error;
use crate::hub::Parts;

/// The bytes of a part, or of a range within it. The first piece was fetched and verified when this returns, so that content which is
/// damaged or gone is noticed before anything is said to be disclosed.
pub(crate) async fn bytes(
    parts: &Parts,
    part: &Part,
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, Error> {
    let mut pieces = parts.blobs.read(&part.stored()?, range)?;
    match pieces.next().await {
        Some(Ok(first)) => Ok(stream::once(async { Ok(first) }).chain(pieces).boxed()),
        Some(Err(error)) => Err(error.into()),
        None => Ok(stream::empty().boxed()),
    }
}

/// [`bytes`] of a file of a message; `None` if that was withdrawn, or is over, since the file was found.
pub(crate) async fn bytes_of_file(
    parts: &Parts,
    (sight, number): (Sight, i64),
    part: &Part,
    range: Option<Range<u64>>,
) -> Result<Option<BoxStream<'static, Result<Bytes, BlobError>>>, Error> {
    let failed = match bytes(parts, part, range).await {
        Ok(stream) => return Ok(Some(stream)),
        Err(failed) => failed,
    };
    let head = shown_head(&parts.db, sight, number, parts.clock.now()).await?;
    if head.is_some_and(|head| head.sequel.withdrawn.is_none()) { Err(failed) } else { Ok(None) }
}

impl Part {
    /// What the object store needs to read it.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the row has neither content nor a wrapped key.
    pub(crate) fn stored(&self) -> Result<Stored, Error> {
        let corrupt = || Error::Corrupt { table: "part", id: self.object.to_string() };
        let place = match (&self.sealed, &self.wrapped_key) {
            (Some(sealed), None) => blob::Place::Inline(sealed.clone()),
            (None, Some(wrapped_key)) => blob::Place::Object { wrapped_key: wrapped_key.clone() },
            _ => return Err(corrupt()),
        };
        let size = u64::try_from(self.size).map_err(|_| corrupt())?;
        Ok(Stored { object: self.object, size, sha256: self.sha256.0, place })
    }
}
