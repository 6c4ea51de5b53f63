//! A reply on its way in: XML from outside, read piece by piece by a grammar that knows replies and nothing else.
//!
//! `markup` finds tags and texts in the bytes, `grammar` says what may stand where, `reply` makes a reply of it. What no
//! reply holds is refused where it begins: document types, entities, processing instructions, comments, other elements and
//! attributes, depth, length. Nothing is ever fetched because a document names it, and what is held in memory does not grow
//! with what is sent.

mod base64;
mod grammar;
mod markup;
mod reply;

use axum::body::Body;
use hub_core::error::Error;

use grammar::{Element, MESSAGE, Text};
use markup::{Markup, Token};

pub(super) use reply::{Head, SentFile, Written};

/// A document that is coming in.
pub(super) struct Incoming {
    markup: Markup,
    /// The elements that are open, the innermost last.
    open: Vec<Open>,
    begun: bool,
}

/// An element that is open.
struct Open {
    element: &'static Element,
    /// The name of its tag, with its prefix.
    tag: String,
    /// Which of its children comes next, and how many of those came.
    at: usize,
    came: usize,
    text: String,
}

/// What happens in a document.
#[derive(Debug)]
enum Event {
    /// An element began.
    Opened(&'static str),
    /// An element with a short text, in its parent.
    Leaf { of: &'static str, name: &'static str, text: String },
    /// A piece of a content.
    Content(String),
    /// An element ended.
    Closed(&'static str),
    /// The document ended.
    End,
}

impl Incoming {
    /// The document in `body`.
    pub(super) fn new(body: Body) -> Self {
        Self { markup: Markup::new(body.into_data_stream()), open: Vec::new(), begun: false }
    }

    /// Reads on for a while without looking at anything, so that a client that is still sending hears the answer.
    pub(super) async fn discard(&mut self) {
        self.markup.discard().await;
    }

    async fn next(&mut self) -> Result<Event, Error> {
        loop {
            let event = match self.markup.next().await? {
                Token::Open { name, tag, version } => self.opened(&name, tag, version.as_deref())?,
                Token::Text(text) => self.text(text)?,
                Token::Close(tag) => self.closed(&tag)?,
                Token::End => return self.ended(),
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    fn opened(&mut self, name: &str, tag: String, version: Option<&str>) -> Result<Option<Event>, Error> {
        let element = match self.open.last_mut() {
            Some(parent) => match parent.expects(name) {
                Ok(element) => element,
                Err((kind, why)) => return Err(Error::invalid(kind, self.place(), why)),
            },
            None if self.begun || name != MESSAGE.name => {
                return Err(Error::invalid("schemaViolation", "", "one element Message is expected"));
            }
            None => &MESSAGE,
        };
        match (self.begun, version) {
            (false, Some("1.2")) | (true, None) => {}
            (false, _) => return Err(Error::invalid("invalidInput", "memoVersion", "1.2 is expected")),
            (true, Some(_)) => {
                return Err(Error::invalid("unknownInput", self.place(), "an attribute is unknown"));
            }
        }
        self.begun = true;
        self.open.push(Open { element, tag, at: 0, came: 0, text: String::new() });
        Ok(match element.text {
            Text::Short(_) => None,
            Text::None | Text::Content => Some(Event::Opened(element.name)),
        })
    }

    fn text(&mut self, text: String) -> Result<Option<Event>, Error> {
        let blank = text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let open = self.open.last_mut();
        match open.as_ref().map(|open| open.element.text) {
            Some(Text::Content) => return Ok(Some(Event::Content(text))),
            Some(Text::None) | None if blank => return Ok(None),
            Some(Text::None) | None => {
                return Err(Error::invalid("schemaViolation", self.place(), "a text where none is expected"));
            }
            Some(Text::Short(_)) => {}
        }
        let Some(open) = open else { return Ok(None) };
        open.text.push_str(&text);
        if open.text.chars().count() > open.element.longest() {
            let detail = format!("at most {} characters are expected", open.element.longest());
            return Err(Error::invalid("outOfRange", self.place(), detail));
        }
        Ok(None)
    }

    fn closed(&mut self, tag: &str) -> Result<Option<Event>, Error> {
        let place = self.place();
        let open = self.open.pop().filter(|open| open.tag == tag);
        let open =
            open.ok_or_else(|| Error::invalid("schemaViolation", &place, "an end without its beginning"))?;
        if let Some(missing) = open.missing() {
            return Err(Error::invalid("requiredInput", format!("{place}.{missing}"), "it is required"));
        }
        let Open { element, text, .. } = open;
        if let Text::Short(_) = element.text {
            element.check(&text).map_err(|why| Error::invalid("schemaViolation", &place, why))?;
            let of = self.open.last().map_or("", |parent| parent.element.name);
            return Ok(Some(Event::Leaf { of, name: element.name, text }));
        }
        Ok(Some(Event::Closed(element.name)))
    }

    fn ended(&self) -> Result<Event, Error> {
        if self.begun && self.open.is_empty() {
            return Ok(Event::End);
        }
        Err(Error::invalid("schemaViolation", self.place(), "the document ends before its end"))
    }

    /// Where the reader is: the names of the open elements but the first.
    fn place(&self) -> String {
        let names: Vec<&str> = self.open.iter().skip(1).map(|open| open.element.name).collect();
        names.join(".")
    }
}

impl Open {
    /// The child of that name, if it may stand here.
    fn expects(&mut self, name: &str) -> Result<&'static Element, (&'static str, String)> {
        let children = self.element.children;
        let Some(at) = children.iter().position(|child| child.element.name == name) else {
            return Err(("unknownInput", "an element that no reply has".to_owned()));
        };
        let child = children.get(at).ok_or(("unknownInput", String::new()))?;
        if at < self.at {
            return Err(("schemaViolation", format!("{name} stands in the wrong place, or twice")));
        }
        if at > self.at {
            if let Some(missing) = self.missing_before(at) {
                return Err(("requiredInput", format!("{missing} is required before {name}")));
            }
            (self.at, self.came) = (at, 0);
        }
        self.came += 1;
        if self.came > child.most {
            return Err(("schemaViolation", format!("{name} stands more than {} times", child.most)));
        }
        Ok(child.element)
    }

    /// A child that had to come.
    fn missing(&self) -> Option<&'static str> {
        self.missing_before(self.element.children.len())
    }

    fn missing_before(&self, end: usize) -> Option<&'static str> {
        let children = self.element.children.iter().enumerate().take(end).skip(self.at);
        let mut missing =
            children.filter(|(at, child)| child.least > if *at == self.at { self.came } else { 0 });
        missing.next().map(|(_, child)| child.element.name)
    }
}

#[cfg(test)]
mod tests;
