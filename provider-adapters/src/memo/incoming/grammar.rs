//! What a reply may hold: the elements of `specs/memo/v1/reply.xsd`, in their order.

/// An element.
pub(super) struct Element {
    /// Its name in the namespace of MeMo.
    pub(super) name: &'static str,
    /// What stands in it, in this order.
    pub(super) children: &'static [Child],
    /// Whether a text stands in it.
    pub(super) text: Text,
}

/// An element in another, and how often.
pub(super) struct Child {
    pub(super) element: &'static Element,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// What text an element holds.
#[derive(Clone, Copy)]
pub(super) enum Text {
    /// None.
    None,
    /// A short one.
    Short(Kind),
    /// Base64 of any length.
    Content,
}

/// What a short text is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Up to 256 characters.
    Plain,
    /// `DIGITALPOST`.
    MessageType,
    /// A UUID of version 4.
    Uuid,
    /// Two letters.
    Language,
    /// An instant in UTC, whose value is not looked at.
    Instant,
    /// `true` or `false`, whose value is not looked at.
    Truth,
}

impl Element {
    /// The most characters of its text.
    pub(super) const fn longest(&self) -> usize {
        match self.text {
            Text::Short(Kind::Plain) => 256,
            Text::Short(_) => 64,
            Text::None | Text::Content => 0,
        }
    }

    /// Says what is wrong with its text.
    pub(super) fn check(&self, text: &str) -> Result<(), &'static str> {
        let Text::Short(kind) = self.text else { return Ok(()) };
        let right = match kind {
            Kind::Plain => true,
            Kind::MessageType => text == "DIGITALPOST",
            Kind::Uuid => is_uuid(text),
            Kind::Language => text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Kind::Instant => is_instant(text),
            Kind::Truth => matches!(text, "true" | "false" | "1" | "0"),
        };
        if right { Ok(()) } else { Err("not of the expected form") }
    }
}

fn is_uuid(text: &str) -> bool {
    let shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => matches!(byte.to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'),
        _ => byte.is_ascii_hexdigit(),
    });
    text.len() == 36 && shaped
}

fn is_instant(text: &str) -> bool {
    let shaped = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'T' | b'Z' | b'.');
    text.ends_with('Z') && text.bytes().all(shaped) && hub_core::clock::Timestamp::parse(text).is_some()
}

const fn leaf(name: &'static str, kind: Kind) -> Element {
    Element { name, children: &[], text: Text::Short(kind) }
}

const fn of(name: &'static str, children: &'static [Child]) -> Element {
    Element { name, children, text: Text::None }
}

const fn one(element: &'static Element) -> Child {
    Child { element, least: 1, most: 1 }
}

const fn perhaps(element: &'static Element) -> Child {
    Child { element, least: 0, most: 1 }
}

/// The whole.
pub(super) static MESSAGE: Element = of("Message", &[one(&HEADER), one(&BODY)]);

static HEADER: Element = of(
    "MessageHeader",
    &[
        one(&MESSAGE_TYPE),
        one(&MESSAGE_UUID),
        perhaps(&MESSAGE_ID),
        one(&LABEL),
        perhaps(&REPLY),
        one(&SENDER),
        one(&RECIPIENT),
        one(&REPLY_DATA),
    ],
);
static SENDER: Element =
    of("Sender", &[one(&SENDER_ID), one(&ID_TYPE), perhaps(&ID_TYPE_LABEL), one(&LABEL)]);
static RECIPIENT: Element =
    of("Recipient", &[one(&RECIPIENT_ID), one(&ID_TYPE), perhaps(&ID_TYPE_LABEL), perhaps(&LABEL)]);
static REPLY_DATA: Element = of("ReplyData", &[perhaps(&MESSAGE_ID), one(&MESSAGE_UUID)]);

static BODY: Element =
    of("MessageBody", &[one(&CREATED), one(&MAIN), Child { element: &ADDITIONAL, least: 0, most: 10 }]);
static MAIN: Element = of("MainDocument", &[perhaps(&MAIN_ID), perhaps(&LABEL), one(&FILE)]);
static ADDITIONAL: Element =
    of("AdditionalDocument", &[perhaps(&ADDITIONAL_ID), perhaps(&LABEL), one(&FILE)]);
static FILE: Element = of("File", &[one(&FORMAT), one(&FILE_NAME), one(&LANGUAGE), one(&CONTENT)]);

static MESSAGE_TYPE: Element = leaf("messageType", Kind::MessageType);
static MESSAGE_UUID: Element = leaf("messageUUID", Kind::Uuid);
static MESSAGE_ID: Element = leaf("messageID", Kind::Plain);
static LABEL: Element = leaf("label", Kind::Plain);
static REPLY: Element = leaf("reply", Kind::Truth);
static SENDER_ID: Element = leaf("senderID", Kind::Plain);
static RECIPIENT_ID: Element = leaf("recipientID", Kind::Plain);
static ID_TYPE: Element = leaf("idType", Kind::Plain);
static ID_TYPE_LABEL: Element = leaf("idTypeLabel", Kind::Plain);
static CREATED: Element = leaf("createdDateTime", Kind::Instant);
static MAIN_ID: Element = leaf("mainDocumentID", Kind::Plain);
static ADDITIONAL_ID: Element = leaf("additionalDocumentID", Kind::Plain);
static FORMAT: Element = leaf("encodingFormat", Kind::Plain);
static FILE_NAME: Element = leaf("filename", Kind::Plain);
static LANGUAGE: Element = leaf("language", Kind::Language);
static CONTENT: Element = Element { name: "content", children: &[], text: Text::Content };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_have_their_forms() {
        let uuid = leaf("u", Kind::Uuid);
        assert!(uuid.check("1f0c4a55-9d43-4b8f-8f4b-6d2a9f1c3c3e").is_ok());
        for wrong in ["", "1f0c4a55-9d43-1b8f-8f4b-6d2a9f1c3c3e", "1f0c4a559d434b8f8f4b6d2a9f1c3c3e"] {
            assert!(uuid.check(wrong).is_err(), "{wrong}");
        }
        let instant = leaf("i", Kind::Instant);
        assert!(instant.check("2026-11-22T10:00:00Z").is_ok());
        for wrong in ["2026-11-22T10:00:00+01:00", "2026-11-22", "2026-13-22T10:00:00Z", ""] {
            assert!(instant.check(wrong).is_err(), "{wrong}");
        }
        assert!(leaf("l", Kind::Language).check("nl").is_ok());
        assert!(leaf("l", Kind::Language).check("nld").is_err());
        assert!(leaf("m", Kind::MessageType).check("NEMSMS").is_err());
    }
}
