//! Tags and texts in bytes that stream in, a little at a time.
//!
//! quick-xml reads each tag once all of it is here; a tag is at most 4 KiB long. Texts are given out as they come. Only what
//! a plain document needs is read: UTF-8, the declaration, elements, texts with character references and the five
//! entities that XML itself has.

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;
use hub_core::error::Error;
use hub_core::message::{ATTACHMENT_COUNT, ATTACHMENT_LIMIT};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};
use quick_xml::{Reader, XmlVersion};

use crate::memo::frame::is_foreign;
use crate::memo::wire::MEMO;

/// A document's bytes, and where the reader is in them.
pub(super) struct Markup {
    source: BodyDataStream,
    buffer: Vec<u8>,
    /// Where in the buffer the reader is.
    at: usize,
    /// Bytes that came in.
    came: u64,
    begun: bool,
    ended: bool,
    namespaces: NamespaceResolver,
    /// An element without content: its end follows its beginning.
    closing: Option<String>,
}

/// What stands in a document.
#[derive(Debug)]
pub(super) enum Token {
    /// The beginning of an element of MeMo.
    Open {
        /// Its name.
        name: String,
        /// Its tag, with the prefix.
        tag: String,
        /// The value of `memoVersion`, if it has one.
        version: Option<String>,
    },
    /// The end of the element with that tag.
    Close(String),
    /// A piece of a text.
    Text(String),
    /// Nothing any more.
    End,
}

impl Markup {
    pub(super) fn new(source: BodyDataStream) -> Self {
        let mut namespaces = NamespaceResolver::default();
        namespaces.set_max_namespace_bindings(ATTRIBUTES);
        Self {
            source,
            buffer: Vec::new(),
            at: 0,
            came: 0,
            begun: false,
            ended: false,
            namespaces,
            closing: None,
        }
    }

    /// The next token.
    pub(super) async fn next(&mut self) -> Result<Token, Error> {
        if let Some(tag) = self.closing.take() {
            self.namespaces.pop();
            return Ok(Token::Close(tag));
        }
        if !self.begun {
            self.begin().await?;
        }
        loop {
            match self.rest().first().copied() {
                None if self.fill().await? => {}
                None => return Ok(Token::End),
                Some(b'<') => {
                    if let Some(token) = self.tag().await? {
                        return Ok(token);
                    }
                }
                Some(_) => return self.text().await,
            }
        }
    }

    /// Reads on for a while without looking at anything.
    pub(super) async fn discard(&mut self) {
        let mut left = PATIENCE;
        while let (1.., Some(Ok(frame))) = (left, self.source.next().await) {
            left = left.saturating_sub(frame.len());
        }
    }

    /// Passes over a byte order mark.
    async fn begin(&mut self) -> Result<(), Error> {
        while self.rest().len() < MARK.len() && self.fill().await? {}
        if self.rest().starts_with(MARK) {
            self.at += MARK.len();
        }
        if self.rest().first().is_some_and(|first| *first != b'<') {
            return Err(refused("an XML document in UTF-8 is expected"));
        }
        Ok(())
    }

    /// A tag; `None` for the declaration.
    async fn tag(&mut self) -> Result<Option<Token>, Error> {
        loop {
            match self.rest().get(1) {
                Some(b'!') => {
                    return Err(refused("document types, comments and CDATA sections are not taken"));
                }
                Some(b'?') if self.begun => return Err(refused("processing instructions are not taken")),
                _ => {}
            }
            let closed = self.rest().iter().take(TAG).any(|byte| *byte == b'>');
            if let Some((length, read)) = if closed { self.whole_tag()? } else { None } {
                self.at += length;
                self.begun = true;
                return match read {
                    Read::Declared => Ok(None),
                    Read::Token(token) => Ok(Some(token)),
                };
            }
            if self.rest().len() >= TAG {
                return Err(refused("a tag is longer than any of a reply"));
            }
            if !self.fill().await? {
                return Err(refused("the document ends before its end"));
            }
        }
    }

    /// The tag that begins here and its length; `None` if its end is not here yet.
    fn whole_tag(&mut self) -> Result<Option<(usize, Read)>, Error> {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let (text, odd) = text_of(rest.get(..TAG).unwrap_or(rest));
        let mut reader = Reader::from_str(text);
        // the end of a tag is compared with its beginning elsewhere: each is read by itself
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        let event = match reader.read_event() {
            Ok(Event::Eof) | Err(quick_xml::Error::Syntax(_)) if odd => return Err(not_text()),
            Ok(Event::Eof) | Err(quick_xml::Error::Syntax(_)) => return Ok(None),
            Err(_) => return Err(refused("not well-formed")),
            Ok(event) => event,
        };
        let length = usize::try_from(reader.buffer_position()).map_err(Error::internal)?;
        let read = match event {
            Event::Start(start) => Read::Token(opened(&mut self.namespaces, &start)?),
            Event::Empty(start) => {
                let token = opened(&mut self.namespaces, &start)?;
                self.closing = Some(start.name().into_inner().to_owned());
                Read::Token(token)
            }
            Event::End(end) => {
                self.namespaces.pop();
                Read::Token(Token::Close(end.name().into_inner().to_owned()))
            }
            Event::Decl(declaration) => {
                declared(&declaration)?;
                Read::Declared
            }
            _ => return Err(refused("not well-formed")),
        };
        Ok(Some((length, read)))
    }

    /// What is here of a text, without what is not whole yet: a character, a reference.
    async fn text(&mut self) -> Result<Token, Error> {
        loop {
            let (text, odd) = text_of(self.rest());
            let end = text.find('<');
            let text = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            if odd && end.is_none() {
                return Err(not_text());
            }
            let whole = match text.rfind('&') {
                Some(begun) if end.is_none() && !text.get(begun..).unwrap_or_default().contains(';') => begun,
                _ => text.len(),
            };
            let waiting = text.len() - whole;
            if whole > 0 {
                let text = plain(text.get(..whole).unwrap_or_default())?;
                self.at += whole;
                return Ok(Token::Text(text));
            }
            if waiting > REFERENCE {
                return Err(refused("a reference is not one"));
            }
            if !self.fill().await? {
                return Err(not_text());
            }
        }
    }

    /// Bytes in memory.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.buffer.len()
    }

    /// As if all but so many bytes of the largest document had come.
    #[cfg(test)]
    pub(super) fn all_but(&mut self, bytes: u64) {
        self.came = DOCUMENT - bytes;
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Takes the next bytes; `false` if there are none.
    async fn fill(&mut self) -> Result<bool, Error> {
        self.buffer.drain(..self.at);
        self.at = 0;
        while !self.ended {
            match self.source.next().await {
                Some(Ok(frame)) if frame.is_empty() => {}
                Some(Ok(frame)) => {
                    self.came += frame.len() as u64;
                    if self.came > DOCUMENT {
                        return Err(Error::TooLarge { limit: DOCUMENT });
                    }
                    self.buffer.extend_from_slice(&frame);
                    return Ok(true);
                }
                Some(Err(_)) => return Err(refused("the body ended too early")),
                None => self.ended = true,
            }
        }
        Ok(false)
    }
}

/// What a tag is.
enum Read {
    /// The declaration.
    Declared,
    Token(Token),
}

/// An element's beginning: of MeMo's namespace, with no attribute but its version and where its schema is said to be.
fn opened(namespaces: &mut NamespaceResolver, start: &BytesStart<'_>) -> Result<Token, Error> {
    let mut version = None;
    let mut others = Vec::new();
    for (n, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|_| refused("an attribute stands twice, or is none"))?;
        if n >= ATTRIBUTES || attribute.value.contains(['&', '<']) {
            return Err(refused("attributes that no reply has"));
        }
        match attribute.key.into_inner() {
            "memoVersion" => version = Some(attribute.value.into_owned()),
            _ if attribute.key.as_namespace_binding().is_some() => {}
            _ => others.push(attribute.key),
        }
    }
    namespaces.push(start).map_err(|_| refused("namespaces that cannot be declared"))?;
    for key in others {
        let (space, name) = namespaces.resolve_attribute(key);
        if !(is(&space, INSTANCE) && name.into_inner() == "schemaLocation") {
            return Err(Error::invalid("unknownInput", "", "an attribute is unknown"));
        }
    }
    let (space, name) = namespaces.resolve_element(start.name());
    if !is(&space, MEMO) {
        return Err(Error::invalid("unknownInput", "", "an element of another namespace than MeMo's"));
    }
    let (name, tag) = (name.into_inner().to_owned(), start.name().into_inner().to_owned());
    Ok(Token::Open { name, tag, version })
}

fn is(space: &ResolveResult<'_>, wanted: &str) -> bool {
    matches!(space, ResolveResult::Bound(Namespace(name)) if *name == wanted)
}

/// The declaration: XML 1.0, in UTF-8.
fn declared(declaration: &BytesDecl<'_>) -> Result<(), Error> {
    let utf8 = match declaration.encoding() {
        None => true,
        Some(name) => name.is_ok_and(|name| name.eq_ignore_ascii_case("utf-8")),
    };
    let is_1_0 = matches!(declaration.xml_version(), Ok(XmlVersion::Implicit1_0 | XmlVersion::Explicit1_0));
    if utf8 && is_1_0 { Ok(()) } else { Err(refused("XML 1.0 in UTF-8 is expected")) }
}

/// The text that bytes begin with, and whether bytes follow that are none and never will be.
fn text_of(bytes: &[u8]) -> (&str, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let text = bytes.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(text).unwrap_or_default(), error.error_len().is_some())
        }
    }
}

/// A text with its references resolved, of characters that XML has.
fn plain(text: &str) -> Result<String, Error> {
    // XML 1.0 (fifth edition) 2.4
    if text.contains("]]>") {
        return Err(refused("the end of a section that never began"));
    }
    let text =
        unescape(text).map_err(|_| refused("a reference to something that XML itself does not have"))?;
    if text.contains(is_foreign) {
        Err(refused("a character that XML does not have"))
    } else {
        Ok(text.into_owned())
    }
}

fn not_text() -> Error {
    refused("the document is not UTF-8 to its end")
}

fn refused(why: &str) -> Error {
    Error::invalid("schemaViolation", "", why)
}

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Bytes of a tag.
const TAG: usize = 4 * 1024;
/// Attributes of a tag, and namespaces of a document.
const ATTRIBUTES: usize = 16;
/// Bytes of a reference to a character.
const REFERENCE: usize = 16;
/// The largest document: every file at its largest in base64 with line ends, and room for the rest.
const DOCUMENT: u64 =
    ATTACHMENT_COUNT as u64 * (ATTACHMENT_LIMIT / 3 * 4 + ATTACHMENT_LIMIT / 16) + 1024 * 1024;
/// How much is read on after an error.
const PATIENCE: usize = 32 * 1024 * 1024;
