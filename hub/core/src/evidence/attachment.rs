//! Evidence inside a PDF: an attached file of one line of JSON, and the bytes around it.
//!
//! Reads no PDF: it looks for the one embedded file that our own writer leaves uncompressed, and refuses anything
//! that has none or several.

use aws_lc_rs::digest;

use super::Flaw;
use crate::id::Sha256;

/// A PDF taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Carrier<'a> {
    /// The attached document.
    pub document: &'a [u8],
    before: &'a [u8],
    after: &'a [u8],
}

impl<'a> Carrier<'a> {
    /// Whether bytes are a PDF at all.
    pub fn is_pdf(bytes: &[u8]) -> bool {
        bytes.starts_with(b"%PDF-")
    }

    /// Finds the attached document.
    pub fn open(pdf: &'a [u8]) -> Result<Self, Flaw> {
        let mut marks = places(pdf, MARK).filter(|at| !is_letter(pdf.get(at + MARK.len())));
        let (Some(mark), None) = (marks.next(), marks.next()) else {
            return Err(Flaw::Attachment);
        };
        let start = after(pdf, mark, b"stream\n")?;
        let length = places(pdf.get(start..).unwrap_or_default(), b"\nendstream").next();
        let end = start + length.ok_or(Flaw::Attachment)?;
        let (before, rest) = pdf.split_at_checked(start).ok_or(Flaw::Attachment)?;
        let (document, after) = rest.split_at_checked(end - start).ok_or(Flaw::Attachment)?;
        Ok(Self { document, before, after })
    }

    /// SHA-256 of the file without the document.
    pub fn around(&self) -> Sha256 {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.before);
        context.update(self.after);
        let mut value = [0; 32];
        value.copy_from_slice(context.finish().as_ref());
        Sha256(value)
    }

    /// The same file with another document of the same length in its place.
    ///
    /// # Errors
    /// [`Flaw::Attachment`] if its length is another: the file's table of places would be wrong.
    pub fn with(&self, document: &[u8]) -> Result<Vec<u8>, Flaw> {
        if document.len() != self.document.len() {
            return Err(Flaw::Attachment);
        }
        Ok([self.before, document, self.after].concat())
    }
}

/// Where `wanted` stands.
fn places<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
}

/// The place behind the first `wanted` from `from` on.
fn after(bytes: &[u8], from: usize, wanted: &[u8]) -> Result<usize, Flaw> {
    let found = places(bytes.get(from..).unwrap_or_default(), wanted).next();
    found.map(|at| from + at + wanted.len()).ok_or(Flaw::Attachment)
}

fn is_letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}

/// The type of an embedded file stream (ISO 32000-2 7.11.4); `/EmbeddedFiles` is something else.
const MARK: &[u8] = b"/EmbeddedFile";

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] =
        b"%PDF-1.7\n<< /EmbeddedFiles 3 >>\n<< /Length 2 /Type /EmbeddedFile >>\nstream\n{}\nendstream\n%%EOF";

    #[test]
    fn the_document_is_found_and_everything_else_is_hashed() {
        let carrier = Carrier::open(PDF).unwrap();
        assert_eq!(carrier.document, b"{}");
        let exchanged = carrier.with(b"[]").unwrap();
        assert_eq!(Carrier::open(&exchanged).unwrap().around(), carrier.around());
        assert!(carrier.with(b"{ }").is_err());

        let mut other = PDF.to_vec();
        let last = other.len() - 1;
        other[last] ^= 1;
        assert_ne!(Carrier::open(&other).unwrap().around(), carrier.around());
    }

    #[test]
    fn none_or_two_attachments_are_refused() {
        assert!(Carrier::open(b"%PDF-1.7\n%%EOF").is_err());
        assert!(Carrier::open(&[PDF, PDF].concat()).is_err());
        let cut = &PDF[..PDF.len() - 20];
        assert!(Carrier::open(cut).is_err());
    }
}
