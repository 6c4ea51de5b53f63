//! Receiving a publication: parts in any order, streamed into the store before the metadata is known.

use std::time::Duration;

use aws_lc_rs::digest;
use bytes::Bytes;

use super::SenderAccess;
use super::claim::Held;
use crate::blob::{BlobWriter, Unnamed};
use crate::error::Error;
use crate::message::media::Sniffer;
use crate::message::rules::Findings;
use crate::message::uploaded::{Uploaded, shown};
use crate::message::{ATTACHMENT_COUNT, ATTACHMENT_LIMIT};

/// How long receiving and publishing may last; the claim on the idempotency key holds longer.
pub const UPLOAD_TIME: Duration = Duration::from_secs(100);

/// A publication that is coming in.
///
/// Dropped before it was published, it removes what it stored and frees its idempotency key.
pub struct Upload {
    pub(super) access: SenderAccess,
    pub(super) held: Held,
    pub(super) parts: Vec<Uploaded>,
    /// Objects in the store that no row names yet.
    pub(super) unnamed: Unnamed,
    pub(super) findings: Findings,
    begun: usize,
}

/// Takes the bytes of one part.
pub struct PartWriter<'a> {
    upload: &'a mut Upload,
    name: String,
    declared: Option<String>,
    size: u64,
    sniffer: Sniffer,
    sink: Sink,
}

/// Where the bytes go.
enum Sink {
    /// Into the store.
    Stored(Box<BlobWriter>),
    /// Nowhere; they are compared with those of an earlier request.
    Compared(digest::Context),
    /// Nowhere; the part is refused, and reading on lets everything that is wrong be told at once.
    Ignored,
}

impl SenderAccess {
    /// Begins a publication under an idempotency key of 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    /// [`crate::error::Conflict::StillRunning`] while the first request with this key runs.
    pub async fn begin(&self, key: &str) -> Result<Upload, Error> {
        let printable = |byte: u8| (0x20..=0x7e).contains(&byte);
        if !(1..=64).contains(&key.len()) || !key.bytes().all(printable) {
            return Err(Error::invalid(
                "invalidStructure",
                "Idempotency-Key",
                "1 to 64 printable characters",
            ));
        }
        Ok(Upload {
            access: self.clone(),
            held: Held::of(&self.hub, &self.client_id, key).await?,
            parts: Vec::new(),
            unnamed: self.hub.parts().blobs.unnamed(),
            findings: Findings::default(),
            begun: 0,
        })
    }
}

impl Upload {
    /// Begins the part `name`; `declared` is the media type that the part itself declares, if it does.
    pub fn part(&mut self, name: &str, declared: Option<&str>) -> PartWriter<'_> {
        self.begun += 1;
        let sink = if self.begun > ATTACHMENT_COUNT {
            if self.begun == ATTACHMENT_COUNT + 1 {
                self.findings.note(
                    "outOfRange",
                    "attachments",
                    format!("at most {ATTACHMENT_COUNT} attachments"),
                );
            }
            Sink::Ignored
        } else if self.parts.iter().any(|part| part.name == name) {
            self.findings.note("duplicatePart", shown(name), "the form has two parts of this name");
            Sink::Ignored
        } else if matches!(self.held, Held::Answered { .. }) {
            Sink::Compared(digest::Context::new(&digest::SHA256))
        } else {
            Sink::Stored(Box::new(self.blob_writer()))
        };
        let declared = declared.map(|text| text.split(';').next().unwrap_or_default().trim().to_owned());
        PartWriter {
            upload: self,
            name: name.to_owned(),
            declared,
            size: 0,
            sniffer: Sniffer::default(),
            sink,
        }
    }

    /// Begins a part that the hub itself writes.
    pub(super) fn part_of_hub(&mut self, name: &str) -> PartWriter<'_> {
        let sink = Sink::Stored(Box::new(self.blob_writer()));
        PartWriter {
            upload: self,
            name: name.to_owned(),
            declared: None,
            size: 0,
            sniffer: Sniffer::default(),
            sink,
        }
    }

    fn blob_writer(&self) -> BlobWriter {
        let parts = self.access.hub.parts();
        parts.blobs.writer(parts.random.id(parts.clock.now()))
    }

    /// Gives the publication up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(mut self) {
        self.remove_objects().await;
        if let Held::Fresh(claim) = &mut self.held {
            claim.give_back().await;
        }
    }

    /// Removes what was stored and will not be named by a row.
    pub(super) async fn remove_objects(&mut self) {
        let blobs = &self.access.hub.parts().blobs;
        let mut removed = true;
        for stored in self.parts.iter_mut().filter_map(|part| part.stored.take()) {
            if let Err(error) = blobs.discard(&stored).await {
                tracing::warn!(object = %stored.object, %error, "an object is removed later");
                removed = false;
            }
        }
        if removed {
            std::mem::replace(&mut self.unnamed, blobs.unnamed()).release();
        }
    }
}

impl PartWriter<'_> {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when the part is larger than an attachment may be.
    pub async fn push(&mut self, bytes: Bytes) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if self.size > ATTACHMENT_LIMIT {
            return Err(Error::TooLarge { limit: ATTACHMENT_LIMIT });
        }
        if !matches!(self.sink, Sink::Ignored) {
            self.sniffer.push(&bytes);
        }
        match &mut self.sink {
            Sink::Stored(writer) => writer.push(bytes).await.map_err(Error::from),
            Sink::Compared(digest) => {
                digest.update(&bytes);
                Ok(())
            }
            Sink::Ignored => Ok(()),
        }
    }

    /// Ends the part; its content is durable when this answers.
    pub async fn finish(self) -> Result<(), Error> {
        let (sha256, stored) = match self.sink {
            Sink::Stored(writer) => {
                let stored = writer.finish().await?;
                if matches!(stored.place, crate::blob::Place::Object { .. }) {
                    self.upload.unnamed.hold(stored.object);
                }
                (stored.sha256, Some(stored))
            }
            Sink::Compared(digest) => {
                let digest = digest.finish();
                (digest.as_ref().try_into().map_err(Error::internal)?, None)
            }
            Sink::Ignored => return Ok(()),
        };
        self.upload.parts.push(Uploaded {
            name: self.name,
            declared: self.declared,
            size: self.size,
            sha256,
            sniffed: self.sniffer.finish(),
            stored,
        });
        Ok(())
    }
}
