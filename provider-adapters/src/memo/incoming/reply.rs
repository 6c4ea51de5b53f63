//! A reply, read to its end: who says that they answer what, the text, and the files on their way into the store.

use hub_core::access::intake::{Intake, PartWriter};
use hub_core::error::Error;
use hub_core::message::BODY_LIMIT;

use super::base64::Decoder;
use super::{Event, Incoming};

/// What a reply says of itself before its content.
#[derive(Default)]
pub(in crate::memo) struct Head {
    /// Its own UUID, in lower case.
    pub(in crate::memo) uuid: String,
    pub(in crate::memo) sender: String,
    pub(in crate::memo) recipient: String,
    /// The message that it answers.
    pub(in crate::memo) answers: Option<String>,
    pub(in crate::memo) answers_uuid: String,
}

/// What a reply brings; it does not print itself: it is personal.
pub(in crate::memo) struct Written {
    pub(in crate::memo) text: String,
    pub(in crate::memo) files: Vec<SentFile>,
}

/// A file of a reply; its content is with the intake.
#[derive(Default)]
pub(in crate::memo) struct SentFile {
    /// Its name among the parts.
    pub(in crate::memo) part: String,
    pub(in crate::memo) file_name: String,
    pub(in crate::memo) media_type: String,
}

impl Incoming {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no reply in MeMo.
    pub(in crate::memo) async fn head(&mut self) -> Result<Head, Error> {
        let mut head = Head::default();
        loop {
            match self.next().await? {
                Event::Leaf { of, name, text } => match (of, name) {
                    ("MessageHeader", "messageUUID") => head.uuid = text.to_ascii_lowercase(),
                    ("Sender", "senderID") => head.sender = text,
                    ("Recipient", "recipientID") => head.recipient = text,
                    ("ReplyData", "messageID") => head.answers = Some(text),
                    ("ReplyData", "messageUUID") => head.answers_uuid = text,
                    _ => {}
                },
                Event::Closed("MessageHeader") => return Ok(head),
                _ => {}
            }
        }
    }

    /// Reads the rest; the contents of files go to `intake`.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::TooLarge`].
    pub(in crate::memo) async fn written(&mut self, intake: &mut Intake) -> Result<Written, Error> {
        let mut written = Written { text: String::new(), files: Vec::new() };
        let (mut file, mut main) = (SentFile::default(), true);
        loop {
            match self.next().await? {
                Event::Opened("AdditionalDocument") => main = false,
                Event::Opened("File") => file = SentFile::default(),
                Event::Leaf { name: "encodingFormat", text, .. } => file.media_type = text,
                Event::Leaf { name: "filename", text, .. } => file.file_name = text,
                Event::Opened("content") if main => written.text = self.main_text(&file).await?,
                Event::Opened("content") => {
                    file.part = format!("file-{}", written.files.len());
                    let part = intake.part(&file.part, Some(&file.media_type));
                    self.file(part).await?;
                    written.files.push(std::mem::take(&mut file));
                }
                Event::End => return Ok(written),
                _ => {}
            }
        }
    }

    /// The main document: a plain text.
    async fn main_text(&mut self, file: &SentFile) -> Result<String, Error> {
        let place = "MessageBody.MainDocument.File";
        if file.media_type != "text/plain" {
            let detail = "the main document of a reply is text/plain";
            return Err(Error::invalid("mediaTypeRefused", format!("{place}.encodingFormat"), detail));
        }
        let place = format!("{place}.content");
        let mut text = Vec::new();
        let mut decoder = Decoder::default();
        while let Some(bytes) = self.decoded(&mut decoder).await? {
            text.extend(bytes);
            if text.len() > BODY_LIMIT {
                return Err(Error::invalid(
                    "outOfRange",
                    place,
                    format!("1 to {BODY_LIMIT} bytes are expected"),
                ));
            }
        }
        String::from_utf8(text)
            .map_err(|_| Error::invalid("invalidInput", place, "text in UTF-8 is expected"))
    }

    async fn file(&mut self, mut part: PartWriter<'_>) -> Result<(), Error> {
        let mut decoder = Decoder::default();
        while let Some(bytes) = self.decoded(&mut decoder).await? {
            if !bytes.is_empty() {
                part.push(bytes.into()).await?;
            }
        }
        part.finish().await
    }

    /// The next bytes of a content; `None` at its end.
    async fn decoded(&mut self, decoder: &mut Decoder) -> Result<Option<Vec<u8>>, Error> {
        let place = self.place();
        let bytes = match self.next().await? {
            Event::Content(text) => decoder.push(&text),
            _ if decoder.is_whole() => return Ok(None),
            _ => None,
        };
        let wrong = || Error::invalid("schemaViolation", place, "base64 is expected");
        bytes.map(Some).ok_or_else(wrong)
    }
}
