//! The lines of a list of recipients: JSON (one object a line) or CSV (a header line, then one recipient a line).
//!
//! Read while they arrive; what is kept is one line at most. A byte order mark before the first line is passed over.

use hub_core::access::sender::CampaignList;
use hub_core::error::Error;
use hub_core::message::draft;
use hub_http::json_issues;

use crate::wire;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `application/x-ndjson`.
    Json,
    /// `text/csv`.
    Csv,
}

/// Takes a list apart.
pub(crate) struct Lines {
    format: Format,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
    /// The line is longer than a line may be; what comes of it is passed over.
    overlong: bool,
    first: bool,
    /// Of a CSV: what its columns are.
    columns: Vec<Column>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Ssin,
    EnterpriseNumber,
}

/// Why a line is no recipient.
type Wrong = (&'static str, String);

impl Format {
    /// The format of a media type.
    pub(crate) fn of(media_type: &str) -> Option<Self> {
        match media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/x-ndjson" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

impl Lines {
    /// A list that begins now.
    pub(crate) fn of(format: Format) -> Self {
        Self { format, begun: Vec::new(), overlong: false, first: true, columns: Vec::new() }
    }

    /// Takes the next bytes, and gives the lines that end in them to the list.
    ///
    /// # Errors
    /// Those of the list.
    pub(crate) async fn push(&mut self, bytes: &[u8], list: &mut CampaignList) -> Result<(), Error> {
        list.read(bytes);
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            self.overlong |= self.begun.len() + piece.len() > LINE_LIMIT;
            if !self.overlong {
                self.begun.extend_from_slice(piece);
            }
            if pieces.peek().is_some() {
                self.line(list).await?;
            }
        }
        Ok(())
    }

    /// Gives the last line to the list, if it has no end of line.
    ///
    /// # Errors
    /// Those of the list.
    pub(crate) async fn finish(&mut self, list: &mut CampaignList) -> Result<(), Error> {
        if self.begun.is_empty() && !self.overlong { Ok(()) } else { self.line(list).await }
    }

    async fn line(&mut self, list: &mut CampaignList) -> Result<(), Error> {
        let line = std::mem::take(&mut self.begun);
        let first = std::mem::replace(&mut self.first, false);
        if std::mem::take(&mut self.overlong) {
            return list.refuse("outOfRange", &format!("a line has at most {LINE_LIMIT} bytes"));
        }
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        let line = if first { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        if first && self.format == Format::Csv {
            return self.head(line).map_err(|detail| Error::invalid("schemaViolation", "line 1", detail));
        }
        let read = match self.format {
            Format::Json => object(line),
            Format::Csv => row(line, &self.columns),
        };
        match read {
            Ok(recipient) => list.push(&recipient).await,
            Err((kind, detail)) => list.refuse(kind, &detail),
        }
    }

    /// Reads the names of the columns.
    fn head(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let names = std::str::from_utf8(line).map_err(|_| HEAD)?;
        for name in names.split(',') {
            let column = match unquoted(name) {
                "ssin" => Column::Ssin,
                "enterpriseNumber" => Column::EnterpriseNumber,
                _ => return Err(HEAD),
            };
            if self.columns.contains(&column) {
                return Err(HEAD);
            }
            self.columns.push(column);
        }
        Ok(())
    }
}

/// A recipient as a JSON object.
fn object(line: &[u8]) -> Result<draft::Recipient, Wrong> {
    json_issues::<wire::Recipient>(line).map(Into::into).map_err(|issue| {
        let place = if issue.name.is_empty() { String::new() } else { format!("{}: ", issue.name) };
        (issue.kind, format!("{place}{}", issue.detail))
    })
}

/// A recipient as fields of a row; an empty field is none.
fn row(line: &[u8], columns: &[Column]) -> Result<draft::Recipient, Wrong> {
    let wrong = |detail: &str| ("schemaViolation", detail.to_owned());
    let text = std::str::from_utf8(line).map_err(|_| wrong("not UTF-8"))?;
    let fields: Vec<&str> = text.split(',').map(unquoted).collect();
    if fields.len() != columns.len() {
        return Err(wrong("as many fields as the first line names are expected"));
    }
    let field = |wanted| {
        let found = columns.iter().zip(&fields).find(|(column, _)| **column == wanted);
        found.map(|(_, field)| (*field).to_owned()).filter(|field| !field.is_empty())
    };
    Ok(draft::Recipient { ssin: field(Column::Ssin), enterprise_number: field(Column::EnterpriseNumber) })
}

fn unquoted(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|field| field.strip_suffix('"')).unwrap_or(field)
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const HEAD: &str = "a first line that names the columns is expected: ssin, enterpriseNumber, or both";
/// Bytes of a line.
const LINE_LIMIT: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_fields_that_the_first_line_names() {
        let mut lines = Lines::of(Format::Csv);
        lines.head(b"\"enterpriseNumber\", ssin").unwrap();
        let read = |line: &[u8]| {
            row(line, &lines.columns)
                .map(|found| (found.ssin, found.enterprise_number))
                .map_err(|(kind, _)| kind)
        };
        assert_eq!(read(b",\"04051712368\""), Ok((Some("04051712368".into()), None)));
        assert_eq!(read(b"0712345630,"), Ok((None, Some("0712345630".into()))));
        assert_eq!(read(b"0712345630"), Err("schemaViolation"));
        assert_eq!(read(b"\xff,"), Err("schemaViolation"));
        for head in [b"ssin,ssin".as_slice(), b"", b"name,ssin", b"04051712368"] {
            Lines::of(Format::Csv).head(head).unwrap_err();
        }
    }

    #[test]
    fn a_line_of_json_is_a_recipient_and_nothing_else() {
        let kind = |line: &str| object(line.as_bytes()).map(drop).map_err(|(kind, _)| kind);
        assert_eq!(kind(r#"{"ssin":"04051712368"}"#), Ok(()));
        assert_eq!(kind(r#"{"ssin":"04051712368","name":"A"}"#), Err("unknownInput"));
        for wrong in ["", "[]", "{", r#"{"ssin":4051712368}"#, r#"{"ssin":"0"} {}"#] {
            assert_eq!(kind(wrong), Err("schemaViolation"), "{wrong}");
        }
    }

    #[test]
    fn two_media_types_are_lists() {
        assert_eq!(Format::of("text/CSV; charset=utf-8"), Some(Format::Csv));
        assert_eq!(Format::of("application/x-ndjson"), Some(Format::Json));
        assert_eq!(Format::of("application/json"), None);
    }
}
