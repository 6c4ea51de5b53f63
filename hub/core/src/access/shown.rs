//! Messages as an outside party is shown them: with that party's ids and no others (TRUST T8).

use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::blob::BlobError;
use crate::error::Error;
use crate::id::{MailboxId, PublicationId, Sha256};
use crate::message::{
    Addressee, Body, BusinessDatum, FullMessage, Headline, MessageHead, Part, Payment, Sequel, Withdrawal,
};
use crate::outside::{OutsideIds, OutsideParty};
use crate::partition::{GENERAL, GENERAL_ID};

/// What came after a message was published, with the ids of the party.
#[derive(Clone, Debug, Default)]
pub struct ShownSequel {
    /// When and why its sender withdrew it: then its content is gone, and its subject is the name of its type.
    pub withdrawn: Option<Withdrawal>,
    /// The message that it corrects: `msg_…`.
    pub replaces: Option<String>,
    /// The message that corrects it: `msg_…`.
    pub replaced_by: Option<String>,
}

/// A message in a list.
#[derive(Clone, Debug)]
pub struct ListedMessage {
    /// The message, as the party knows it: `msg_…`.
    pub id: String,
    /// What the list says of it.
    pub headline: Headline,
    /// What came after.
    pub sequel: ShownSequel,
    /// The partition, as the party knows it: `prt_…`; `None` in the general one.
    pub partition: Option<String>,
}

/// A message with its text and the list of its files.
#[derive(Clone, Debug)]
pub struct ShownMessage {
    /// The message, as the party knows it: `msg_…`.
    pub id: String,
    /// What the list says of it.
    pub headline: Headline,
    /// What came after.
    pub sequel: ShownSequel,
    /// The partition, as the party knows it: `prt_…`; `None` in the general one.
    pub partition: Option<String>,
    /// Whom inside an enterprise it is meant for.
    pub for_the_attention_of: Option<Attention>,
    /// The text.
    pub body: Option<Body>,
    /// The files, in the sender's order.
    pub attachments: Vec<ShownAttachment>,
    /// What the sender says for programs, in the sender's order.
    pub business_data: Vec<BusinessDatum>,
    /// What is to be paid.
    pub payment: Option<Payment>,
}

/// A person inside an enterprise.
#[derive(Clone, Debug)]
pub struct Attention {
    /// The person's name.
    pub name: Option<String>,
    /// The person's number: never for a provider.
    pub number: Option<String>,
    /// The person, as a provider knows them: `psn_…`.
    pub person: Option<String>,
}

impl From<Addressee> for Attention {
    fn from(person: Addressee) -> Self {
        Self { name: person.name, number: person.ssin, person: None }
    }
}

/// A file of a message, without its content.
#[derive(Clone, Debug)]
pub struct ShownAttachment {
    /// The file, as the party knows it: `att_…`.
    pub id: String,
    /// Its name.
    pub file_name: String,
    /// Its media type, without parameters.
    pub media_type: String,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: Sha256,
    /// Whether it is the main content.
    pub main: bool,
}

/// The content of a file, on its way out.
pub struct Content {
    /// What it is a content of.
    pub attachment: ShownAttachment,
    /// The bytes, verified piece by piece; it ends with an error if the object is damaged or goes away.
    pub bytes: BoxStream<'static, Result<Bytes, BlobError>>,
}

/// Through whose eyes a mailbox is shown.
pub(crate) struct View<'a> {
    pub(crate) outside: &'a OutsideIds,
    pub(crate) party: &'a OutsideParty,
    pub(crate) mailbox: MailboxId,
}

impl View<'_> {
    /// A message in a list.
    pub(crate) fn listed(&self, head: MessageHead) -> ListedMessage {
        let (sequel, partition) = (self.sequel(head.sequel), self.partition_of(head.partition));
        ListedMessage { id: self.message_id(head.number), headline: head.headline, sequel, partition }
    }

    /// A whole message.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if a part's row breaks an invariant.
    pub(crate) fn whole(&self, message: FullMessage) -> Result<ShownMessage, Error> {
        let number = message.head.number;
        let attachments = message.attachments.into_iter().map(|part| self.attachment(number, part));
        Ok(ShownMessage {
            id: self.message_id(number),
            sequel: self.sequel(message.head.sequel),
            partition: self.partition_of(message.head.partition),
            attachments: attachments.collect::<Result<_, _>>()?,
            headline: message.head.headline,
            for_the_attention_of: message.for_the_attention_of.map(Attention::from),
            body: message.body,
            business_data: message.business_data,
            payment: message.payment,
        })
    }

    /// A file of a message.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the part's row breaks an invariant.
    pub(crate) fn attachment(&self, number: i64, part: Part) -> Result<ShownAttachment, Error> {
        let corrupt = || Error::Corrupt { table: "part", id: part.object.to_string() };
        let n = u16::try_from(part.n).map_err(|_| corrupt())?;
        Ok(ShownAttachment {
            id: self.outside.seal_attachment(self.party, self.mailbox.0, number, n),
            size: u64::try_from(part.size).map_err(|_| corrupt())?,
            file_name: part.file_name.unwrap_or_default(),
            media_type: part.media_type,
            sha256: part.sha256,
            main: part.main,
        })
    }

    /// The number behind an id; what was not made for this party and mailbox is refused without a query.
    pub(crate) fn number(&self, id: &str) -> Result<i64, Error> {
        self.outside.open_message(self.party, self.mailbox.0, id).ok_or(Error::NotFound("message"))
    }

    /// The part behind an id of a file of message `number`; any other is refused without a query.
    pub(crate) fn part(&self, number: i64, id: &str) -> Result<u16, Error> {
        let found = self.outside.open_attachment(self.party, self.mailbox.0, id);
        found.filter(|(of, _)| *of == number).map(|(_, n)| n).ok_or(Error::NotFound("attachment"))
    }

    /// A file of a reply: its id proves the reply that it belongs to.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the part's row breaks an invariant.
    pub(crate) fn reply_attachment(
        &self,
        reply: PublicationId,
        part: Part,
    ) -> Result<ShownAttachment, Error> {
        View { mailbox: MailboxId(reply.0), ..*self }.attachment(0, part)
    }

    /// The part behind an id of a file of a reply; any other is refused without a query.
    pub(crate) fn reply_part(&self, reply: PublicationId, id: &str) -> Result<u16, Error> {
        View { mailbox: MailboxId(reply.0), ..*self }.part(0, id)
    }

    fn sequel(&self, sequel: Sequel) -> ShownSequel {
        ShownSequel {
            withdrawn: sequel.withdrawn,
            replaces: sequel.replaces.map(|number| self.message_id(number)),
            replaced_by: sequel.replaced_by.map(|number| self.message_id(number)),
        }
    }

    /// The partition of that number; `None` for the general one.
    pub(crate) fn partition_of(&self, number: i64) -> Option<String> {
        let sealed = || self.outside.seal_partition(self.party, self.mailbox.0, number);
        (number != GENERAL).then(sealed)
    }

    /// The number of the partition behind an id; `None` if it was not made for this party and mailbox.
    pub(crate) fn partition(&self, id: &str) -> Option<i64> {
        match id {
            GENERAL_ID => Some(GENERAL),
            id => self.outside.open_partition(self.party, self.mailbox.0, id),
        }
    }

    fn message_id(&self, number: i64) -> String {
        self.outside.seal_message(self.party, self.mailbox.0, number)
    }
}
