//! A document on its way out: its pieces one after the other, a file in base64 as it is read from the store.
//!
//! Never more than a few segments of one file are in memory. The first file is fetched before anything is answered, so that
//! what is damaged, gone or not to be disclosed is refused with a status. Before each further one the caller is judged
//! again; what goes wrong from then on ends the connection before the document ends.

use std::vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use hub_core::access::provider::ProviderAccess;
use hub_core::access::shown::Content;
use hub_core::blob::BlobError;
use hub_core::error::{Causes, Error};

use super::frame::Piece;

/// A document that goes out.
pub(super) struct Outgoing {
    access: ProviderAccess,
    /// The mailbox and the message, as the caller knows them.
    of: (String, String),
    pieces: vec::IntoIter<Piece>,
    /// The first file, disclosed before the answer began.
    first: Option<Content>,
    file: Option<Encoding>,
}

/// A file that is being read and encoded.
struct Encoding {
    bytes: BoxStream<'static, Result<Bytes, BlobError>>,
    encoder: Encoder,
}

/// Base64 over pieces of any length.
#[derive(Default)]
struct Encoder {
    /// One or two bytes that do not fill a group of three.
    rest: Vec<u8>,
}

impl Outgoing {
    /// A document of which the first file was fetched already.
    pub(super) fn new(
        access: ProviderAccess,
        of: (String, String),
        (pieces, first): (Vec<Piece>, Option<Content>),
    ) -> Self {
        Self { access, of, pieces: pieces.into_iter(), first, file: None }
    }

    /// What goes out.
    pub(super) fn stream(self) -> impl Stream<Item = Result<Bytes, Error>> {
        stream::try_unfold(self, async |mut document| match document.next().await {
            Ok(next) => Ok(next.map(|bytes| (bytes, document))),
            Err(error) => {
                tracing::warn!(error = %Causes(&error), "a document ends before its end");
                Err(error)
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(file) = &mut self.file {
                match file.next().await? {
                    Some(bytes) => return Ok(Some(bytes)),
                    None => self.file = None,
                }
            }
            match self.pieces.next() {
                None => return Ok(None),
                Some(Piece::Xml(bytes)) => return Ok(Some(bytes)),
                Some(Piece::Text(bytes)) => return Ok(Some(STANDARD.encode(bytes).into())),
                Some(Piece::File { id, .. }) => self.file = Some(Encoding::of(self.fetch(&id).await?)),
            }
        }
    }

    async fn fetch(&mut self, id: &str) -> Result<Content, Error> {
        if let Some(first) = self.first.take_if(|first| first.attachment.id == id) {
            return Ok(first);
        }
        self.access = self.access.again().await?;
        self.access.content(&self.of.0, &self.of.1, id).await
    }
}

impl Encoding {
    fn of(content: Content) -> Self {
        Self { bytes: content.bytes, encoder: Encoder::default() }
    }

    /// The next text; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(bytes) = self.bytes.next().await {
            let text = self.encoder.push(&bytes?);
            if !text.is_empty() {
                return Ok(Some(text.into()));
            }
        }
        let text = self.encoder.finish();
        Ok(if text.is_empty() { None } else { Some(text.into()) })
    }
}

impl Encoder {
    fn push(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let tail = self.rest.split_off(self.rest.len() - self.rest.len() % 3);
        STANDARD.encode(std::mem::replace(&mut self.rest, tail))
    }

    fn finish(&mut self) -> String {
        STANDARD.encode(std::mem::take(&mut self.rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_does_not_depend_on_where_the_pieces_end() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        for size in [1, 2, 3, 64, 999, 1_000] {
            let mut encoder = Encoder::default();
            let mut text: String = bytes.chunks(size).map(|chunk| encoder.push(chunk)).collect();
            text.push_str(&encoder.finish());
            assert_eq!(text, STANDARD.encode(&bytes), "{size}");
        }
    }
}
