//! An XML document as pieces: what is known stands written, content stands as a place that is filled while it goes out.

use std::io;

use bytes::Bytes;
use hub_core::error::Error;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{SeError, Writer};
use serde::Serialize;

/// A document that is being written.
pub(super) struct Frame {
    writer: Writer<Vec<u8>>,
    pieces: Vec<Piece>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// XML as it goes out.
    Xml(Bytes),
    /// Bytes that go out in base64.
    Text(Bytes),
    /// A file that goes out in base64, fetched when its turn comes.
    File {
        /// `att_…`
        id: String,
        /// Its bytes.
        size: u64,
    },
}

impl Frame {
    /// The declaration, and nothing yet.
    pub(super) fn new() -> Result<Self, Error> {
        let mut writer = Writer::new(Vec::new());
        written(writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))))?;
        Ok(Self { writer, pieces: Vec::new() })
    }

    /// A start tag.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<(), Error> {
        let tag = BytesStart::new(name).with_attributes(attributes.iter().copied());
        written(self.writer.write_event(Event::Start(tag)))
    }

    /// An end tag.
    pub(super) fn close(&mut self, name: &str) -> Result<(), Error> {
        written(self.writer.write_event(Event::End(BytesEnd::new(name))))
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.open(name, &[])?;
        written(self.writer.write_event(Event::Text(BytesText::new(text))))?;
        self.close(name)
    }

    /// An element of this name with the members of a value.
    pub(super) fn value(&mut self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        self.writer.write_serializable(name, value).map_err(|error: SeError| Error::internal(error))
    }

    /// The element `content`, filled with this.
    pub(super) fn content(&mut self, piece: Piece) -> Result<(), Error> {
        self.open("content", &[])?;
        self.cut();
        self.pieces.push(piece);
        self.close("content")
    }

    /// The pieces in their order.
    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.cut();
        self.pieces
    }

    /// A document without places.
    pub(super) fn whole(self) -> Bytes {
        clean(self.writer.into_inner())
    }

    fn cut(&mut self) {
        self.pieces.push(Piece::Xml(clean(std::mem::take(self.writer.get_mut()))));
    }
}

impl Piece {
    /// Bytes that go out for it.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Xml(bytes) => bytes.len() as u64,
            Self::Text(bytes) => in_base64(bytes.len() as u64),
            Self::File { size, .. } => in_base64(*size),
        }
    }
}

fn in_base64(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

/// XML without what may stand in text and not in XML.
fn clean(xml: Vec<u8>) -> Bytes {
    match String::from_utf8(xml) {
        Ok(text) if text.contains(is_foreign) => text.replace(is_foreign, "\u{fffd}").into(),
        Ok(text) => text.into(),
        Err(error) => error.into_bytes().into(),
    }
}

fn written(result: io::Result<()>) -> Result<(), Error> {
    result.map_err(Error::internal)
}

/// Whether XML has no such character: XML 1.0 (fifth edition) 2.2.
pub(super) fn is_foreign(letter: char) -> bool {
    let control = matches!(letter, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}');
    control || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_a_place_and_text_is_escaped() {
        let mut frame = Frame::new().unwrap();
        frame.open("a", &[("n", "<\">")]).unwrap();
        frame.text("label", "x & <y> \u{ffff}").unwrap();
        frame.content(Piece::File { id: "att_1".into(), size: 4 }).unwrap();
        frame.close("a").unwrap();

        let pieces = frame.finish();
        let [Piece::Xml(before), file, Piece::Xml(after)] = pieces.as_slice() else { panic!("{pieces:?}") };
        let before = std::str::from_utf8(before).unwrap();
        assert!(
            before.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a n=\"&lt;&quot;&gt;\">"),
            "{before}"
        );
        assert!(before.ends_with("<label>x &amp; &lt;y&gt; \u{fffd}</label><content>"), "{before}");
        assert_eq!((file.length(), after.as_ref()), (8, b"</content></a>".as_slice()));
    }
}
