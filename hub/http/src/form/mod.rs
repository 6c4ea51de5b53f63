//! Receiving a form while it streams in: attachments go to the hub piece by piece, metadata is read at the end.

mod headers;
mod metered;

use axum::body::Body;
use bytes::Bytes;
use hub_core::access::intake::Intake;
use hub_core::error::Error;
use hub_core::message::{ATTACHMENT_COUNT, ATTACHMENT_LIMIT, METADATA_LIMIT};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde::de::DeserializeOwned;

use crate::strict::json_issues;
use metered::{Metered, Taken};

pub use headers::{boundary, idempotency_key};

/// A form on its way in.
pub struct Form {
    /// The name of the part with the metadata.
    what: &'static str,
    multipart: Multipart<'static>,
    taken: Taken,
    metadata: Option<Vec<u8>>,
    /// Whether the metadata may come as a plain text.
    plain: bool,
    heads: Vec<PartHead>,
}

/// What a part says of itself.
#[derive(Clone, Debug)]
pub struct PartHead {
    /// Its name.
    pub name: String,
    /// The name of its file.
    pub file_name: Option<String>,
    /// Its media type, without parameters.
    pub media_type: Option<String>,
}

impl Form {
    /// The form in `body`, whose parts are separated by `boundary`, with its metadata in the part `what`.
    pub fn new(body: Body, boundary: &str, what: &'static str) -> Self {
        let taken = Taken::default();
        let stream = Metered::new(body.into_data_stream(), taken.clone());
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(FORM_LIMIT));
        Self {
            what,
            multipart: Multipart::with_constraints(stream, boundary, limits),
            taken,
            metadata: None,
            plain: false,
            heads: Vec::new(),
        }
    }

    /// The same form, whose metadata may be declared a plain text, as a field of a form is.
    #[must_use]
    pub fn or_plain(self) -> Self {
        Self { plain: true, ..self }
    }

    /// Receives all of it and gives the metadata; the attachments are with `intake`.
    ///
    /// After an error it reads on for a while, so that a client that is still sending hears the answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no form, or metadata of another shape; [`Error::TooLarge`].
    pub async fn receive<T: DeserializeOwned>(self, intake: &mut Intake) -> Result<T, Error> {
        self.receive_with_heads(intake).await.map(|(metadata, _)| metadata)
    }

    /// Receives all of it and gives the metadata, and what the other parts say of themselves.
    ///
    /// # Errors
    /// As for [`receive`](Self::receive).
    pub async fn receive_with_heads<T: DeserializeOwned>(
        mut self,
        intake: &mut Intake,
    ) -> Result<(T, Vec<PartHead>), Error> {
        let received = self.parts(intake).await;
        if let Err(error) = received {
            self.drain().await;
            return Err(error);
        }
        let Some(metadata) = self.metadata else {
            return Err(Error::invalid("missingPart", self.what, "the form has no part with the metadata"));
        };
        let metadata = json_issues(&metadata).map_err(|issue| Error::Invalid(vec![issue]))?;
        Ok((metadata, self.heads))
    }

    /// Reads on for a while without looking at anything, so that a client that is still sending hears the answer.
    pub async fn discard(mut self) {
        self.drain().await;
    }

    async fn parts(&mut self, intake: &mut Intake) -> Result<(), Error> {
        while let Some(field) = self.multipart.next_field().await.map_err(|error| malformed(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == self.what {
                self.metadata(field).await?;
            } else {
                self.attachment(&name, field, intake).await?;
            }
        }
        Ok(())
    }

    async fn metadata(&mut self, mut field: Field<'static>) -> Result<(), Error> {
        if self.metadata.is_some() {
            return Err(Error::invalid("duplicatePart", self.what, "the form has two parts of this name"));
        }
        let fits = |kind: &str| kind == "application/json" || (self.plain && kind == "text/plain");
        if field.content_type().is_some_and(|kind| !fits(kind.essence_str())) {
            return Err(Error::invalid("schemaViolation", self.what, "application/json is expected"));
        }
        let mut metadata = Vec::new();
        while let Some(chunk) = self.chunk(&mut field).await? {
            if metadata.len() + chunk.len() > METADATA_LIMIT {
                return Err(Error::TooLarge { limit: METADATA_LIMIT as u64 });
            }
            metadata.extend_from_slice(&chunk);
        }
        self.metadata = Some(metadata);
        Ok(())
    }

    async fn attachment(
        &mut self,
        name: &str,
        mut field: Field<'static>,
        intake: &mut Intake,
    ) -> Result<(), Error> {
        let declared = field.content_type().map(|kind| kind.essence_str().to_owned());
        self.heads.push(PartHead {
            name: name.to_owned(),
            file_name: field.file_name().map(str::to_owned),
            media_type: declared.clone(),
        });
        let mut part = intake.part(name, declared.as_deref());
        while let Some(chunk) = self.chunk(&mut field).await? {
            part.push(chunk).await?;
        }
        part.finish().await
    }

    async fn chunk(&self, field: &mut Field<'static>) -> Result<Option<Bytes>, Error> {
        let chunk = field.chunk().await.map_err(|error| malformed(&error))?;
        self.taken.add(chunk.as_ref().map_or(0, Bytes::len));
        Ok(chunk)
    }

    async fn drain(&mut self) {
        let mut left = PATIENCE;
        while let Ok(Some(mut field)) = self.multipart.next_field().await {
            while let Ok(Some(chunk)) = self.chunk(&mut field).await {
                left = left.saturating_sub(chunk.len());
                if left == 0 {
                    return;
                }
            }
        }
    }
}

fn malformed(error: &multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { limit } => Error::TooLarge { limit: *limit },
        _ => Error::invalid("schemaViolation", "", "the body is not a complete multipart form"),
    }
}

/// The largest form: every attachment at its largest, the metadata, and room for what stands between them.
const FORM_LIMIT: u64 = ATTACHMENT_COUNT as u64 * ATTACHMENT_LIMIT + METADATA_LIMIT as u64 + 64 * 1024;
/// How much is read on after an error.
const PATIENCE: usize = 32 * 1024 * 1024;
