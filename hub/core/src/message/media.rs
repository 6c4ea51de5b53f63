//! Media types: does a file's content agree with the type that its sender declares?
//!
//! A file is looked at while it streams by: its first bytes, whether all of it is text, and the names that tell
//! the kinds of older office files apart. Types that carry no mark of their own are text: valid UTF-8 without
//! control characters, and not something else that is written in plain characters.

/// Looks at content as it passes.
#[derive(Debug, Default)]
pub struct Sniffer {
    head: Vec<u8>,
    text: TextCheck,
    /// The end of what was seen, so that a name that lies over two pieces is found.
    tail: Vec<u8>,
    office: [bool; OFFICE.len()],
}

/// What a file's bytes say about it.
#[derive(Debug)]
pub struct Sniffed {
    head: Vec<u8>,
    text: bool,
    office: [bool; OFFICE.len()],
}

impl Sniffer {
    /// Looks at the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.text.push(piece);
        if self.head.starts_with(OLE) {
            self.look_for_office(piece);
        }
    }

    /// All pieces have passed.
    pub fn finish(self) -> Sniffed {
        let text = self.text.is_text();
        Sniffed { head: self.head, text, office: self.office }
    }

    fn look_for_office(&mut self, piece: &[u8]) {
        let seen = [self.tail.as_slice(), piece].concat();
        for (found, (_, name)) in self.office.iter_mut().zip(OFFICE) {
            *found = *found || contains(&seen, &utf16(name));
        }
        self.tail = seen.get(seen.len().saturating_sub(OVERLAP)..).unwrap_or_default().to_vec();
    }
}

impl Sniffed {
    /// Whether the content is of the declared type.
    pub fn agrees(&self, declared: &str) -> bool {
        if let Some(folder) = OOXML.iter().find_map(|(kind, folder)| (*kind == declared).then_some(*folder)) {
            return zip_names(&self.head).any(|name| name.starts_with(folder));
        }
        if declared.starts_with(ODF) {
            return self.is_open_document(declared);
        }
        if let Some(at) = OFFICE.iter().position(|(kind, _)| *kind == declared) {
            return self.office.get(at).copied().unwrap_or(false);
        }
        match declared {
            "application/pdf" => self.head.starts_with(b"%PDF-"),
            text if text.starts_with("text/") => self.text && self.agrees_as_text(text),
            other => self.known() == Some(other),
        }
    }

    fn known(&self) -> Option<&'static str> {
        infer::get(&self.head).map(|kind| kind.mime_type())
    }

    /// Other formats that are written in plain characters are not "text".
    fn agrees_as_text(&self, declared: &str) -> bool {
        match self.known() {
            Some("text/html") => declared == "text/html",
            Some("text/xml") => declared == "text/xml" || declared == "text/html",
            Some("application/pdf" | "application/postscript" | "application/rtf" | "text/x-shellscript") => {
                false
            }
            // Marks of a few letters, such as BM, stand at the start of ordinary words too.
            Some(_) | None => true,
        }
    }

    /// An `OpenDocument` file begins with an entry "mimetype" that holds its type (OpenDocument 1.2, part 3, 3.3).
    fn is_open_document(&self, declared: &str) -> bool {
        let begins_with_type = zip_names(&self.head).next() == Some(b"mimetype");
        let content = self.head.get(38..).unwrap_or_default();
        begins_with_type
            && content.strip_prefix(declared.as_bytes()).is_some_and(|rest| rest.starts_with(b"PK"))
    }
}

/// Whether bytes are UTF-8 without control characters other than tabs and line ends.
#[derive(Debug, Default)]
struct TextCheck {
    /// The beginning of a character that the last piece did not end.
    begun: Vec<u8>,
    broken: bool,
}

impl TextCheck {
    fn push(&mut self, piece: &[u8]) {
        if self.broken {
            return;
        }
        self.broken = piece.iter().any(|byte| matches!(byte, 0..=8 | 11 | 14..=31 | 127));
        self.begun.extend_from_slice(piece);
        match std::str::from_utf8(&self.begun) {
            Ok(_) => self.begun.clear(),
            Err(error) if error.error_len().is_none() => {
                self.begun.drain(..error.valid_up_to());
            }
            Err(_) => self.broken = true,
        }
        if self.broken {
            self.begun = Vec::new();
        }
    }

    fn is_text(&self) -> bool {
        !self.broken && self.begun.is_empty()
    }
}

/// Names of the entries of a ZIP file that begin within `head`.
fn zip_names(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = if head.starts_with(ZIP) { head } else { &[] };
    std::iter::from_fn(move || {
        let at = rest.windows(ZIP.len()).position(|window| window == ZIP)?;
        let entry = rest.get(at..)?;
        rest = entry.get(ZIP.len()..)?;
        let length = usize::from(u16::from_le_bytes([*entry.get(26)?, *entry.get(27)?]));
        entry.get(30..30 + length)
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn utf16(name: &str) -> Vec<u8> {
    name.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// How much of the beginning is kept.
const HEAD: usize = 64 * 1024;
/// Longer than any name that is looked for.
const OVERLAP: usize = 64;
/// How a ZIP entry begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// How older office files begin.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// How the names of `OpenDocument` types begin.
const ODF: &str = "application/vnd.oasis.opendocument.";
/// Older office files and the stream that each of them contains.
const OFFICE: [(&str, &str); 3] = [
    ("application/msword", "WordDocument"),
    ("application/vnd.ms-excel", "Workbook"),
    ("application/vnd.ms-powerpoint", "PowerPoint Document"),
];
/// Newer office files and the folder that each of them contains.
const OOXML: [(&str, &[u8]); 3] = [
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"word/"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"xl/"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", b"ppt/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(content: &[u8]) -> Sniffed {
        let mut sniffer = Sniffer::default();
        for piece in content.chunks(7) {
            sniffer.push(piece);
        }
        sniffer.finish()
    }

    fn zip_entry(name: &str, content: &[u8]) -> Vec<u8> {
        let mut entry = ZIP.to_vec();
        entry.extend_from_slice(&[0; 22]);
        entry.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        entry.extend_from_slice(&[0; 2]);
        entry.extend_from_slice(name.as_bytes());
        entry.extend_from_slice(content);
        entry
    }

    #[test]
    fn a_pdf_begins_as_one() {
        assert!(sniffed(b"%PDF-1.7\n...").agrees("application/pdf"));
        assert!(!sniffed(b"<html> %PDF-1.7").agrees("application/pdf"));
        assert!(!sniffed(b"PK\x03\x04").agrees("application/pdf"));
    }

    #[test]
    fn text_is_utf8_without_control_characters_and_nothing_else_in_disguise() {
        assert!(sniffed("naam;bedrag\r\nÉva;12,50 €\n".as_bytes()).agrees("text/csv"));
        assert!(sniffed(b"BMW, and MZ").agrees("text/plain"));
        for wrong in [
            &b"a\0b"[..],
            b"\xff\xfea",
            b"caf\xe9",
            b"cut \xe2\x82",
            b"\x1b[31m",
            b"%PDF-1.7 text",
            b"#!/bin/sh",
        ] {
            assert!(!sniffed(wrong).agrees("text/plain"), "{wrong:?}");
        }
        assert!(!sniffed(b"<html><script>").agrees("text/plain"));
        assert!(sniffed(b"<html><body>").agrees("text/html"));
        assert!(sniffed(b"<?xml version='1.0'?><a/>").agrees("text/xml"));
    }

    #[test]
    fn office_files_are_told_apart_by_what_they_contain() {
        let document =
            [zip_entry("[Content_Types].xml", b"x"), zip_entry("word/document.xml", b"y")].concat();
        assert!(sniffed(&document).agrees(OOXML[0].0));
        assert!(!sniffed(&document).agrees(OOXML[1].0));

        let workbook = [OLE, &[0; 500], &utf16("Workbook")].concat();
        assert!(sniffed(&workbook).agrees("application/vnd.ms-excel"));
        assert!(!sniffed(&workbook).agrees("application/msword"));
        assert!(!sniffed(b"WordDocument").agrees("application/msword"));
    }

    #[test]
    fn an_open_document_names_its_own_type() {
        let sheet = "application/vnd.oasis.opendocument.spreadsheet";
        let file = [zip_entry("mimetype", sheet.as_bytes()), zip_entry("content.xml", b"")].concat();
        assert!(sniffed(&file).agrees(sheet));
        assert!(!sniffed(&file).agrees("application/vnd.oasis.opendocument.text"));
    }

    #[test]
    fn an_archive_is_an_archive_and_no_program() {
        assert!(sniffed(&zip_entry("a.txt", b"a")).agrees("application/zip"));
        assert!(!sniffed(b"MZ\x90\0\x03").agrees("application/zip"));
        assert!(!sniffed(b"").agrees("application/pdf"));
    }

    #[test]
    fn bytes_cut_anywhere_are_never_a_panic() {
        let document =
            [zip_entry("[Content_Types].xml", b"x"), zip_entry("mimetype", b"y"), OLE.to_vec()].concat();
        for end in 0..document.len() {
            let cut = sniffed(&document[..end]);
            for declared in ["application/pdf", "application/zip", "text/plain", OOXML[0].0, OFFICE[0].0] {
                let _ = cut.agrees(declared);
            }
        }
    }
}
