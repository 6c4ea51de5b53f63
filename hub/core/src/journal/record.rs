//! One record of the reading journal, 104 bytes: what was disclosed, and the chain.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::{ConsentId, MailboxId};

/// Something left the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When the request that asked for it was received.
    pub at: Timestamp,
    /// The mailbox it came from.
    pub mailbox: MailboxId,
    /// Who got it.
    pub reader: Reader,
    /// What it was.
    pub what: Disclosed,
}

/// Who got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A provider application, under a consent.
    Provider {
        /// The application.
        application: Uuid,
        /// The consent.
        consent: ConsentId,
    },
    /// An enterprise's own software, under the consent that stands for it.
    OwnSoftware {
        /// The application.
        application: Uuid,
        /// The consent.
        consent: ConsentId,
    },
    /// A person in the portal: the citizen, or who represents the enterprise.
    Person(MailboxId),
    /// An operator of the hub, named by the registration of their certificate.
    Operator(Uuid),
}

impl Reader {
    /// The word under which the role is kept: `provider`, `ownSoftware`, `citizen`, `operator`.
    pub const fn role(&self) -> &'static str {
        match self {
            Self::Provider { .. } => "provider",
            Self::OwnSoftware { .. } => "ownSoftware",
            Self::Person(_) => "citizen",
            Self::Operator(_) => "operator",
        }
    }

    /// Who, and under which consent.
    pub(super) const fn parts(&self) -> (Uuid, Option<ConsentId>) {
        match *self {
            Self::Provider { application, consent } | Self::OwnSoftware { application, consent } => {
                (application, Some(consent))
            }
            Self::Person(person) => (person.0, None),
            Self::Operator(operator) => (operator, None),
        }
    }
}

/// What was disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosed {
    /// Nothing: the reader asked, and there was no message. Counted by consent and hour.
    Nothing,
    /// The counts of the mailbox.
    Summary,
    /// A page of headers, up to that message.
    List {
        /// The newest message of the page; zero if the page that a person saw was empty.
        number: i64,
    },
    /// What is proven about messages: their senders and times, also of those that are gone.
    Proofs,
    /// How an enterprise's mailbox is divided, and who sees what of it.
    Rights,
    /// A message with its body.
    Message {
        /// The message.
        number: i64,
    },
    /// That something happened to messages, up to that one.
    Changes {
        /// The newest of them.
        number: i64,
    },
    /// The content of a part.
    Content {
        /// The message.
        number: i64,
        /// The part.
        part: u16,
    },
}

impl Disclosed {
    /// The word under which it is kept: `nothing`, `summary`, `changes`, `list`, `proofs`, `rights`, `message`, `content`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Summary => "summary",
            Self::Changes { .. } => "changes",
            Self::List { .. } => "list",
            Self::Proofs => "proofs",
            Self::Rights => "rights",
            Self::Message { .. } => "message",
            Self::Content { .. } => "content",
        }
    }

    /// The message it is about, and the part of it.
    pub const fn place(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Nothing | Self::Summary | Self::Proofs | Self::Rights => (None, None),
            Self::Changes { number } | Self::List { number } | Self::Message { number } => {
                (Some(number), None)
            }
            Self::Content { number, part } => (Some(number), Some(part as i64)),
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Summary => 1,
            Self::List { .. } => 2,
            Self::Message { .. } => 3,
            Self::Content { .. } => 4,
            Self::Nothing => 5,
            Self::Changes { .. } => 6,
            Self::Proofs => 7,
            Self::Rights => 8,
        }
    }
}

/// Bytes of a record without its chain.
pub(super) const BODY: usize = 72;

/// Bytes of a record.
pub(super) const RECORD: usize = BODY + 32;

impl Reading {
    /// The record's body: time, mailbox, reader, consent, message number, part, kind of reader, what.
    pub(super) fn encode(&self) -> [u8; BODY] {
        let (reader, consent) = self.reader.parts();
        let consent = consent.map_or(Uuid::nil(), |consent| consent.0);
        let role = match self.reader {
            Reader::Provider { .. } => 1,
            Reader::Person(_) => 2,
            Reader::Operator(_) => 3,
            Reader::OwnSoftware { .. } => 4,
        };
        let (number, part) = self.what.place();
        let part = part.and_then(|part| u16::try_from(part).ok()).unwrap_or(0);
        let mut body = [0; BODY];
        let fields: [&[u8]; 8] = [
            &self.at.0.to_be_bytes(),
            self.mailbox.0.as_bytes(),
            reader.as_bytes(),
            consent.as_bytes(),
            &number.unwrap_or(0).to_be_bytes(),
            &part.to_be_bytes(),
            &[role, self.what.code()],
            &[0; 4],
        ];
        for (to, from) in body.iter_mut().zip(fields.into_iter().flatten()) {
            *to = *from;
        }
        body
    }

    /// Reads a body back; `None` if it is not one.
    pub(super) fn decode(body: &[u8; BODY]) -> Option<Self> {
        let number = i64::from_be_bytes(field(body, 56)?);
        let part = u16::from_be_bytes(field(body, 64)?);
        let [role, what] = field(body, 66)?;
        let uuid = |from| field(body, from).map(Uuid::from_bytes);
        let reader = match role {
            1 => Reader::Provider { application: uuid(24)?, consent: ConsentId(uuid(40)?) },
            2 => Reader::Person(MailboxId(uuid(24)?)),
            3 => Reader::Operator(uuid(24)?),
            4 => Reader::OwnSoftware { application: uuid(24)?, consent: ConsentId(uuid(40)?) },
            _ => return None,
        };
        let what = match what {
            1 => Disclosed::Summary,
            2 => Disclosed::List { number },
            3 => Disclosed::Message { number },
            4 => Disclosed::Content { number, part },
            5 => Disclosed::Nothing,
            6 => Disclosed::Changes { number },
            7 => Disclosed::Proofs,
            8 => Disclosed::Rights,
            _ => return None,
        };
        Some(Self {
            at: Timestamp(i64::from_be_bytes(field(body, 0)?)),
            mailbox: MailboxId(uuid(8)?),
            reader,
            what,
        })
    }
}

fn field<const N: usize>(body: &[u8; BODY], from: usize) -> Option<[u8; N]> {
    body.get(from..from + N)?.try_into().ok()
}
