//! Sheets as PDF: A4 pages with letterhead, addressee, subject, paragraphs and page numbers, and one attached file.
//!
//! Receipts of the portal and letters of the demo are set with it. The same [`Sheet`] gives the same bytes every time. Text is set in the two faces of Helvetica that
//! readers bring themselves, so nothing is embedded; language and title are in the document for screen
//! readers.

mod helvetica;

use pdf_writer::types::{ArtifactSubtype, ArtifactType, AssociationKind};
use pdf_writer::{Content, Date, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use self::helvetica::{Face, encode};

/// What stands on a sheet.
pub struct Sheet<'a> {
    /// BCP 47 tag of the text.
    pub language: &'a str,
    /// The public body, first line of the letterhead.
    pub letterhead: &'a str,
    /// A line under it.
    pub slogan: &'a str,
    /// Name and address of whom it is for.
    pub addressee: &'a [String],
    /// Label and value pairs: date, reference.
    pub particulars: &'a [(String, String)],
    /// What it is about; also the document's title.
    pub subject: &'a str,
    /// Salutation, paragraphs, closing.
    pub paragraphs: &'a [String],
    /// A line at the foot of every page.
    pub foot: &'a str,
    /// Year, month and day of the letter.
    pub date: (u16, u8, u8),
    /// A file that travels with it, uncompressed.
    pub attached: Option<Attached<'a>>,
}

/// A file inside the PDF, marked as what the sheet was made from (ISO 32000-2 14.13).
pub struct Attached<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Sets a sheet and gives the bytes of its PDF file.
pub fn render(sheet: &Sheet<'_>) -> Vec<u8> {
    let pages = Setter::set(sheet);
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let attached = page_id(pages.len());
    describe(&mut pdf, sheet, attached);

    let ids: Vec<Ref> = (0..pages.len()).map(page_id).collect();
    pdf.pages(PAGES).count(i32::try_from(ids.len()).unwrap_or(i32::MAX)).kids(ids.iter().copied());
    let count = pages.len();
    for (number, (id, mut content)) in ids.into_iter().zip(pages).enumerate() {
        footer(&mut content, sheet.foot, number + 1, count);
        let stream = Ref::new(id.get() + 1);
        let mut page = pdf.page(id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(PAGES).contents(stream);
        page.resources().fonts().pair(name(Face::Regular), REGULAR).pair(name(Face::Bold), BOLD);
        page.finish();
        pdf.stream(stream, &content.finish());
    }
    if let Some(file) = &sheet.attached {
        attach(&mut pdf, file, attached);
    }
    pdf.finish()
}

/// Writes a file and what is said about it; its content is the next object.
fn attach(pdf: &mut Pdf, file: &Attached<'_>, id: Ref) {
    let content = Ref::new(id.get() + 1);
    let mut specification = pdf.file_spec(id);
    specification.path(Str(file.name.as_bytes())).unic_file(TextStr(file.name));
    specification.embedded_file_with_unicode(content).association_kind(AssociationKind::Source);
    specification.finish();
    let mut stream = pdf.embedded_file(content, file.bytes);
    stream.subtype(Name(file.media_type.as_bytes()));
    stream.finish();
}

/// Writes catalogue, title, language and fonts; `attached` is where an attached file is described.
fn describe(pdf: &mut Pdf, sheet: &Sheet<'_>, attached: Ref) {
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr(sheet.language));
    catalog.viewer_preferences().display_doc_title(true);
    if let Some(file) = &sheet.attached {
        catalog.names().embedded_files().names().insert(Str(file.name.as_bytes()), attached);
        catalog.insert(Name(b"AF")).array().item(attached);
    }
    catalog.finish();

    let (year, month, day) = sheet.date;
    pdf.document_info(INFORMATION)
        .title(TextStr(sheet.subject))
        .author(TextStr(sheet.letterhead))
        .creation_date(Date::new(year).month(month).day(day));

    for (id, base) in [(REGULAR, Name(b"Helvetica")), (BOLD, Name(b"Helvetica-Bold"))] {
        pdf.type1_font(id).base_font(base).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
}

/// Writes foot line and page number, marked as no part of the text.
fn footer(content: &mut Content, foot: &str, number: usize, count: usize) {
    let mut mark = content.begin_marked_content_with_properties(Name(b"Artifact"));
    mark.properties().artifact().kind(ArtifactType::Pagination).subtype(ArtifactSubtype::Footer);
    mark.finish();
    content.set_fill_gray(0.35);
    write(content, Face::Regular, 8.0, (MARGIN, 36.0), &encode(foot));
    let page = encode(&format!("{number} / {count}"));
    let right = WIDTH - MARGIN - Face::Regular.width(&page, 8.0);
    write(content, Face::Regular, 8.0, (right, 36.0), &page);
    content.end_marked_content();
}

/// Writes one encoded line with its left end on the base line at `at`.
fn write(content: &mut Content, face: Face, size: f32, at: (f32, f32), line: &[u8]) {
    content.begin_text();
    content.set_font(name(face), size).next_line(at.0, at.1).show(Str(line));
    content.end_text();
}

/// Sets lines from top to bottom, over as many pages as they need.
struct Setter {
    pages: Vec<Content>,
    page: Content,
    y: f32,
}

impl Setter {
    /// Sets the whole sheet.
    fn set(sheet: &Sheet<'_>) -> Vec<Content> {
        let mut setter = Self { pages: Vec::new(), page: Content::new(), y: HEIGHT - MARGIN };
        setter.letterhead(sheet);

        setter.y = HEIGHT - 150.0;
        for line in sheet.addressee {
            setter.lines(line, Face::Regular, TEXT, ADDRESSEE);
        }
        setter.y = (HEIGHT - 250.0).min(setter.y - 24.0);
        for (label, value) in sheet.particulars {
            setter.lines(&format!("{label}: {value}"), Face::Regular, 9.0, MARGIN);
        }

        setter.y -= 16.0;
        setter.lines(sheet.subject, Face::Bold, 12.5, MARGIN);
        for paragraph in sheet.paragraphs {
            setter.y -= 8.0;
            setter.lines(paragraph, Face::Regular, TEXT, MARGIN);
        }
        setter.pages.push(setter.page);
        setter.pages
    }

    /// Sets the name of the body with a rule under it.
    fn letterhead(&mut self, sheet: &Sheet<'_>) {
        let (red, green, blue) = INK;
        self.page.set_fill_rgb(red, green, blue);
        self.page.rect(MARGIN, HEIGHT - 92.0, WIDTH - 2.0 * MARGIN, 1.5).fill_nonzero();
        write(&mut self.page, Face::Bold, 16.0, (MARGIN, HEIGHT - 68.0), &encode(sheet.letterhead));
        write(&mut self.page, Face::Regular, 9.0, (MARGIN, HEIGHT - 84.0), &encode(sheet.slogan));
        self.page.set_fill_gray(0.0);
    }

    /// Sets a paragraph that begins at `left`, turning the page where it is full.
    fn lines(&mut self, text: &str, face: Face, size: f32, left: f32) {
        for line in face.lines(text, size, WIDTH - MARGIN - left) {
            self.y -= size * LEADING;
            if self.y < BOTTOM {
                self.pages.push(std::mem::replace(&mut self.page, Content::new()));
                self.y = HEIGHT - MARGIN - size;
            }
            write(&mut self.page, face, size, (left, self.y), &line);
        }
    }
}

/// The object of page `index`; its content is the next object.
fn page_id(index: usize) -> Ref {
    Ref::new(i32::try_from(index).unwrap_or(i32::MAX / 4).saturating_mul(2).saturating_add(FIRST_PAGE))
}

/// The name of a face in the resources of a page.
fn name(face: Face) -> Name<'static> {
    match face {
        Face::Regular => Name(b"F1"),
        Face::Bold => Name(b"F2"),
    }
}

/// A4 in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Two centimetres.
const MARGIN: f32 = 56.69;
/// Where the address window of an envelope begins.
const ADDRESSEE: f32 = 320.0;
/// Below this a page is full.
const BOTTOM: f32 = 64.0;
/// Size of running text, and the distance of lines as a multiple of their size.
const TEXT: f32 = 10.5;
const LEADING: f32 = 1.42;
/// The colour of letterheads.
const INK: (f32, f32, f32) = (0.07, 0.26, 0.45);

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFORMATION: Ref = Ref::new(3);
const REGULAR: Ref = Ref::new(4);
const BOLD: Ref = Ref::new(5);
const FIRST_PAGE: i32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet<'a>(paragraphs: &'a [String], addressee: &'a [String]) -> Sheet<'a> {
        Sheet {
            language: "fr",
            letterhead: "Demo Administration fiscale",
            slogan: "Démo",
            addressee,
            particulars: &[],
            subject: "Remboursement de 1 234,56 €",
            paragraphs,
            foot: "Lettre de démonstration",
            date: (2026, 11, 21),
            attached: None,
        }
    }

    /// The number that follows the last `word` of the file.
    fn number_after(bytes: &[u8], word: &str) -> usize {
        let text = String::from_utf8_lossy(bytes);
        let (_, rest) = text.rsplit_once(word).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
        bytes.windows(wanted.len()).position(|window| window == wanted)
    }

    #[test]
    fn the_cross_reference_table_points_at_every_object() {
        let bytes = render(&sheet(&["Bonjour".to_owned()], &["Test Citizen Élise".to_owned()]));

        assert!(bytes.starts_with(b"%PDF-1.7\n") && bytes.ends_with(b"%%EOF"));
        let table = number_after(&bytes, "startxref");
        assert!(bytes[table..].starts_with(b"xref\n"));
        let size = number_after(&bytes, "/Size");
        let rows = bytes[table..].split(|byte| *byte == b'\n').skip(3).take(size - 1);
        for (row, id) in rows.zip(1..) {
            let row = String::from_utf8_lossy(row);
            let offset: usize = row.split(' ').next().unwrap().parse().unwrap();
            assert!(bytes[offset..].starts_with(format!("{id} 0 obj").as_bytes()), "object {id}");
        }
    }

    #[test]
    fn an_attached_file_stands_in_the_pdf_byte_for_byte() {
        let paragraphs = ["Bonjour".to_owned()];
        let file = Attached { name: "a.json", media_type: "application/json", bytes: b"{\"a\":1}" };
        let bytes = render(&Sheet { attached: Some(file), ..sheet(&paragraphs, &[]) });

        assert!(find(&bytes, b"stream\n{\"a\":1}\nendstream").is_some());
        for mark in
            [b"/EmbeddedFiles".as_slice(), b"/AFRelationship /Source", b"/application#2Fjson", b"(a.json)"]
        {
            assert!(find(&bytes, mark).is_some(), "{}", String::from_utf8_lossy(mark));
        }
        assert!(find(&render(&sheet(&paragraphs, &[])), b"/EmbeddedFile").is_none());
    }

    #[test]
    fn accents_are_written_in_the_encoding_of_the_font() {
        let bytes = render(&sheet(&["préfère €".to_owned()], &[]));
        assert!(find(&bytes, b"/WinAnsiEncoding").is_some());
        assert!(find(&bytes, b"/Lang (fr)").is_some());
        let encoded = [0x70, 0x72, 0xe9, 0x66, 0xe8, 0x72, 0x65, 0x20, 0x80];
        let hexadecimal: String = encoded.iter().map(|byte| format!("{byte:02X}")).collect();
        let there = find(&bytes, &encoded).or_else(|| find(&bytes, hexadecimal.as_bytes()));
        assert!(there.is_some());
    }

    #[test]
    fn a_long_letter_takes_more_pages_and_the_same_letter_the_same_bytes() {
        let long = vec!["Un paragraphe qui se répète. ".repeat(30); 9];
        let bytes = render(&sheet(&long, &[]));
        assert!(number_after(&bytes, "/Count") >= 2);
        assert_eq!(bytes, render(&sheet(&long, &[])));
    }
}
