//! Evidence as sheets for people, given out by the faces that serve machines.
//!
//! The words are the portal's. The server hands what sets them to the other faces, which may not import it.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use hub_core::Hub;
use hub_core::access::evidence::Receipt;
use hub_core::error::Error;
use hub_core::evidence::Document;

use crate::disposition;

/// What sets sheets; cheap to clone.
#[derive(Clone)]
pub struct Sheets(Arc<SetSheet>);

/// Finds the words of a sheet for a piece of evidence, in the language that an `Accept-Language` prefers.
type SetSheet = dyn Fn(&Receipt, Option<&str>) -> Result<Sheet, Error> + Send + Sync;

/// A sheet about to be set around a document.
pub struct Sheet {
    /// The BCP 47 tag of its words.
    pub language: &'static str,
    /// Gives the PDF around a document.
    pub set: SetAround,
}

/// What sets a sheet around a document.
pub type SetAround = Box<dyn Fn(&Document) -> Vec<u8>>;

impl Sheets {
    /// Sheets that are set like this.
    pub fn new(set: impl Fn(&Receipt, Option<&str>) -> Result<Sheet, Error> + Send + Sync + 'static) -> Self {
        Self(Arc::new(set))
    }

    /// A piece of evidence as a sealed PDF, in the language that the request prefers.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be set or signed.
    pub fn answer(&self, hub: &Hub, receipt: &Receipt, headers: &HeaderMap) -> Result<Response, Error> {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let sheet = (self.0)(receipt, accepted)?;
        let pdf = receipt.pdf(hub, &sheet.set)?;
        let name = disposition::attachment(&format!("{}.pdf", receipt.file_name()));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (header::CONTENT_LANGUAGE, HeaderValue::from_static(sheet.language)),
            (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(Error::internal)?),
            (header::VARY, HeaderValue::from_static("Accept-Language")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok((headers, pdf).into_response())
    }
}
