//! A provider fetches files, whole or in part.

use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::BoxStream;

use super::{Granted, ProviderAccess};
use crate::access::shown::{Content, ShownAttachment};
use crate::access::tag::{Name, State};
use crate::blob::BlobError;
use crate::consent::Action;
use crate::error::{Conflict, Error};
use crate::journal::Disclosed;
use crate::message::{MessageHead, Part, content, reading};

/// A file that a provider may fetch. Nothing of it is disclosed before [`open`](Self::open).
pub struct File<'a> {
    access: &'a ProviderAccess,
    granted: Granted,
    head: MessageHead,
    part: Part,
    n: u16,
    /// What it is.
    pub attachment: ShownAttachment,
    /// The tag of its content, in quotes: it never changes.
    pub tag: String,
}

/// A content that is there and was not disclosed yet.
pub(super) struct Fetched<'a> {
    file: File<'a>,
    bytes: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl Fetched<'_> {
    /// Discloses it. The first answer makes the message retrieved.
    pub(super) async fn disclose(self) -> Result<Content, Error> {
        let File { access, granted, head, n, attachment, .. } = self.file;
        match access.disclose(&granted, &head, Disclosed::Content { number: head.number, part: n }).await {
            // Withdrawn since it was found.
            Err(Error::Conflict(Conflict::Withdrawn)) => Err(Error::NotFound("attachment")),
            Err(other) => Err(other),
            Ok(_) => Ok(Content { attachment, bytes: self.bytes }),
        }
    }
}

impl ProviderAccess {
    /// A file of a message.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn file(&self, mailbox: &str, message: &str, attachment: &str) -> Result<File<'_>, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let view = self.view(&granted);
        let number = view.number(message)?;
        let n = view.part(number, attachment)?;

        let db = &self.hub.parts().db;
        let found = reading::attachment(db, granted.sight(), (number, n), self.now).await?;
        let (head, part) = found.ok_or(Error::NotFound("attachment"))?;
        let attachment = view.attachment(number, part.clone())?;
        let tag = self.content_name(&granted, (number, n)).tag(None);
        Ok(File { access: self, granted, head, part, n, attachment, tag })
    }

    /// The content of a file. The first answer makes the message retrieved.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn content(&self, mailbox: &str, message: &str, attachment: &str) -> Result<Content, Error> {
        self.file(mailbox, message, attachment).await?.open(None).await
    }

    /// Content stays what it is, whatever happens to its mailbox: nothing that moves is in its name.
    fn content_name(&self, granted: &Granted, (number, n): (i64, u16)) -> Name<'_> {
        let name =
            self.name(granted, "content", [number.to_be_bytes().as_slice(), &n.to_be_bytes()].concat());
        let still = State { version: 0, consent_epoch: 0, reference_epoch: 0, ..name.state };
        Name { state: still, ..name }
    }
}

impl<'a> File<'a> {
    /// Discloses the content, or the bytes of a range within it. The first answer makes the message retrieved.
    ///
    /// # Errors
    /// [`Error::Internal`] if the content is damaged or gone; [`Error::NotFound`] if the message was withdrawn just now.
    pub async fn open(self, range: Option<Range<u64>>) -> Result<Content, Error> {
        self.fetch(range).await?.disclose().await
    }

    /// Fetches the content, or a range of it; nothing of it is disclosed yet.
    pub(super) async fn fetch(self, range: Option<Range<u64>>) -> Result<Fetched<'a>, Error> {
        let place = (self.granted.sight(), self.head.number);
        let bytes = content::bytes_of_file(self.access.hub.parts(), place, &self.part, range).await?;
        let bytes = bytes.ok_or(Error::NotFound("attachment"))?;
        Ok(Fetched { file: self, bytes })
    }

    /// Notes that the client had it already: nothing is disclosed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the journal cannot be written.
    pub fn leave(&self) -> Result<(), Error> {
        self.access.note(&self.granted, Disclosed::Nothing)
    }
}
