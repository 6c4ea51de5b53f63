//! Receiving a form: parts in any order, streamed into the store before the metadata is known, under an idempotency key.
//!
//! What a publication and a reply have in common: a claim on their key, objects that no row names yet, and everything that
//! was found wrong on the way.

use std::time::Duration;

use aws_lc_rs::digest;
use bytes::Bytes;

use crate::blob::{BlobWriter, Unnamed};
use crate::claim::{Claim, NewAnswer, forgotten_before};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::hub::{Hub, Parts};
use crate::id::PublicationId;
use crate::keys::Purpose;
use crate::message::media::Sniffer;
use crate::message::rules::Findings;
use crate::message::uploaded::{Uploaded, shown};
use crate::message::{ATTACHMENT_COUNT, ATTACHMENT_LIMIT, NewPart, PartRole};
use crate::posting::Held;

/// What the hub says of a part beside its content.
pub(in crate::access) struct Described<'a> {
    pub(in crate::access) role: PartRole,
    pub(in crate::access) main: bool,
    pub(in crate::access) file_name: Option<&'a str>,
    pub(in crate::access) media_type: &'a str,
}

/// The name under which a body stands among the parts; no part of a form can bear it.
pub(in crate::access) const BODY_PART: &str = "";

/// How long receiving and publishing may last.
pub const UPLOAD_TIME: Duration = Duration::from_secs(100);

/// A form that is coming in.
///
/// Dropped before its answer was kept, it removes what it stored and frees its idempotency key.
pub struct Intake {
    hub: Hub,
    key: Key,
    parts: Vec<Uploaded>,
    /// Objects in the store that no row names yet.
    unnamed: Unnamed,
    findings: Findings,
    begun: usize,
}

/// The idempotency key of a form.
enum Key {
    /// This request is the first, and holds it.
    Fresh(Claim),
    /// An earlier request was answered.
    Answered {
        /// The mark of its metadata and parts.
        mark: Vec<u8>,
        /// Its answer, as JSON.
        answer: String,
    },
    /// Whoever writes the rows holds it, or it was given back.
    Gone,
}

/// Takes the bytes of one part.
pub struct PartWriter<'a> {
    intake: &'a mut Intake,
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

impl Intake {
    /// Begins a form under an idempotency key of 1 to 64 printable ASCII characters, of whoever `owner` names.
    ///
    /// # Errors
    /// [`Conflict::StillRunning`] while the first request with this key runs.
    pub(in crate::access) async fn begin(hub: &Hub, owner: &str, key: &str) -> Result<Self, Error> {
        let printable = |byte: u8| (0x20..=0x7e).contains(&byte);
        if !(1..=64).contains(&key.len()) || !key.bytes().all(printable) {
            let detail = "1 to 64 printable characters";
            return Err(Error::invalid("invalidStructure", "Idempotency-Key", detail));
        }
        Ok(Self {
            hub: hub.clone(),
            key: claimed(hub, owner, key).await?,
            parts: Vec::new(),
            unnamed: hub.parts().blobs.unnamed(),
            findings: Findings::default(),
            begun: 0,
        })
    }

    /// What came in so far.
    pub(in crate::access) fn parts(&self) -> &[Uploaded] {
        &self.parts
    }

    /// What was found wrong on the way; it is found once.
    pub(in crate::access) fn take_findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    /// The digest of a part that came in.
    pub fn digest_of(&self, part: &str) -> Option<[u8; 32]> {
        self.parts.iter().find(|known| known.name == part).map(|known| known.sha256)
    }

    /// The answer to an earlier request under this key, whatever it asked; `None` if this is the first.
    pub(in crate::access) fn earlier(&self) -> Option<&str> {
        match &self.key {
            Key::Fresh(_) | Key::Gone => None,
            Key::Answered { answer, .. } => Some(answer),
        }
    }

    /// The answer to an earlier request under this key; `None` if this is the first.
    ///
    /// # Errors
    /// [`Conflict::IdempotencyKey`] if that request was another one.
    pub(in crate::access) fn answered(&self, fingerprint: &[u8]) -> Result<Option<&str>, Error> {
        match &self.key {
            Key::Fresh(_) | Key::Gone => Ok(None),
            Key::Answered { mark, answer } if is_mark_of(self.hub.parts(), mark, fingerprint) => {
                Ok(Some(answer))
            }
            Key::Answered { .. } => Err(Error::Conflict(Conflict::IdempotencyKey)),
        }
    }

    /// Keeps the answer under the key, in the transaction that makes it true.
    ///
    /// # Errors
    /// [`Conflict::StillRunning`] if a request at another node answered first.
    pub(in crate::access) async fn answer(
        &self,
        tx: &mut Tx,
        publication: PublicationId,
        fingerprint: &[u8],
        answer: String,
    ) -> Result<(), Error> {
        let Key::Fresh(claim) = &self.key else {
            return Err(Error::internal("an answered key publishes"));
        };
        let (parts, mark) = (self.hub.parts(), mark_of(self.hub.parts(), fingerprint));
        let new = NewAnswer { claim, mark, publication, answer };
        match tx.insert_answers([new], parts.clock.now()).await? {
            1 => Ok(()),
            _ => Err(Error::Conflict(Conflict::StillRunning)),
        }
    }

    /// Commits: the answer stands, and rows name all objects.
    pub(in crate::access) async fn commit(&mut self, tx: Tx) -> Result<(), Error> {
        // From here on only the database knows whether rows name them.
        std::mem::replace(&mut self.unnamed, self.hub.parts().blobs.unnamed()).release();
        self.parts.clear();
        tx.commit().await?;
        Ok(())
    }

    /// Hands everything that the form holds over to whoever writes its rows.
    pub(in crate::access) fn hand_over(&mut self, fingerprint: &[u8]) -> Result<Held, Error> {
        let Key::Fresh(claim) = std::mem::replace(&mut self.key, Key::Gone) else {
            return Err(Error::internal("an answered key publishes"));
        };
        let parts = self.hub.parts();
        let unnamed = std::mem::replace(&mut self.unnamed, parts.blobs.unnamed());
        let uploaded = std::mem::take(&mut self.parts);
        Ok(Held { claim, mark: mark_of(parts, fingerprint), unnamed, uploaded })
    }

    /// Takes back what was handed over, but for what rows name.
    pub(in crate::access) fn take_back(&mut self, held: Held) {
        self.key = Key::Fresh(held.claim);
        self.unnamed = held.unnamed;
        self.parts = held.uploaded;
    }

    /// Stores rows for parts that came in: for each its name, and what its row says besides the content.
    pub(in crate::access) fn rows<'a>(
        &self,
        described: impl Iterator<Item = (&'a str, Described<'a>)>,
    ) -> Result<Vec<NewPart>, Error> {
        let rows = (0..).zip(described).map(|(n, (name, of))| {
            let part = self.parts.iter().find(|part| part.name == name);
            let stored = part.and_then(|part| part.stored.clone());
            let stored = stored.ok_or_else(|| Error::internal("a checked part was not stored"))?;
            let Described { role, main, file_name, media_type } = of;
            let (file_name, media_type) = (file_name.map(str::to_owned), media_type.to_owned());
            Ok(NewPart { n, role, main, file_name, media_type, stored })
        });
        rows.collect()
    }

    /// What two requests with the same key must have in common: the metadata's one spelling, and each part.
    pub(in crate::access) fn fingerprint(&self, what: &[u8], canonical: &[u8]) -> Vec<u8> {
        let mut digests: Vec<(&str, [u8; 32])> =
            self.parts.iter().map(|part| (part.name.as_str(), part.sha256)).collect();
        digests.sort_unstable();
        let mut bytes = [what, b":", canonical].concat();
        for (name, digest) in digests {
            bytes.push(0);
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&digest);
        }
        bytes
    }

    /// Stores content that the hub itself writes, as the part `name`.
    pub(in crate::access) async fn store(&mut self, name: &str, content: Bytes) -> Result<(), Error> {
        let mut writer = self.part_of_hub(name);
        writer.push(content).await?;
        writer.finish().await
    }

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
        } else if matches!(self.key, Key::Answered { .. }) {
            Sink::Compared(digest::Context::new(&digest::SHA256))
        } else {
            Sink::Stored(Box::new(self.blob_writer()))
        };
        let declared = declared.map(|text| text.split(';').next().unwrap_or_default().trim().to_owned());
        PartWriter {
            intake: self,
            name: name.to_owned(),
            declared,
            size: 0,
            sniffer: Sniffer::default(),
            sink,
        }
    }

    /// Begins a part that the hub itself writes.
    fn part_of_hub(&mut self, name: &str) -> PartWriter<'_> {
        let sink = Sink::Stored(Box::new(self.blob_writer()));
        PartWriter {
            intake: self,
            name: name.to_owned(),
            declared: None,
            size: 0,
            sniffer: Sniffer::default(),
            sink,
        }
    }

    fn blob_writer(&self) -> BlobWriter {
        let parts = self.hub.parts();
        parts.blobs.writer(parts.random.id(parts.clock.now()))
    }

    /// Gives the form up: what it stored is removed and its idempotency key is free when this ends.
    pub async fn abandon(mut self) {
        self.remove_objects().await;
    }

    /// Removes what was stored and will not be named by a row.
    pub(in crate::access) async fn remove_objects(&mut self) {
        let blobs = &self.hub.parts().blobs;
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
                    self.intake.unnamed.hold(stored.object);
                }
                (stored.sha256, Some(stored))
            }
            Sink::Compared(digest) => {
                let digest = digest.finish();
                (digest.as_ref().try_into().map_err(Error::internal)?, None)
            }
            Sink::Ignored => return Ok(()),
        };
        self.intake.parts.push(Uploaded {
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

/// Claims a key, or finds what was answered under it.
async fn claimed(hub: &Hub, owner: &str, key: &str) -> Result<Key, Error> {
    let parts = hub.parts();
    let claim = hub.claims().take(owner, key);
    let known = parts.db.answered(owner, key).await?;
    let forgotten = forgotten_before(parts.clock.now());
    let (known, old) = match known {
        Some(known) if known.at > forgotten => (Some(known), false),
        old => (None, old.is_some()),
    };
    if let Some(known) = known {
        return Ok(Key::Answered { mark: known.digest, answer: known.answer });
    }
    let claim = claim.ok_or(Error::Conflict(Conflict::StillRunning))?;
    if old {
        let mut tx = parts.db.write().await?;
        tx.forget_key(&claim, forgotten).await?;
        tx.commit().await?;
    }
    Ok(Key::Fresh(claim))
}

/// The keyed mark of a fingerprint: a plain digest would let the recipient's number be guessed from it.
pub(in crate::access) fn mark_of(parts: &Parts, fingerprint: &[u8]) -> Vec<u8> {
    let (key_no, mark) = parts.keys.current().mac(Purpose::SsinIndex, fingerprint);
    [key_no.to_be_bytes().as_slice(), &mark].concat()
}

pub(in crate::access) fn is_mark_of(parts: &Parts, mark: &[u8], fingerprint: &[u8]) -> bool {
    let Some((key_no, mark)) = mark.split_first_chunk::<2>() else {
        return false;
    };
    parts.keys.current().verifies(Purpose::SsinIndex, u16::from_be_bytes(*key_no), fingerprint, mark)
}
