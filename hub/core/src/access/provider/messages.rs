//! A provider reads messages, marks them, and reports that a person opened one.

use bytes::Bytes;

use super::written::Finished;
use super::{Granted, ProviderAccess};
use crate::access::shown::{ListedMessage, ShownMessage};
use crate::access::tag::Name;
use crate::answer::Answer;
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::error::{Conflict, Error};
use crate::journal::Disclosed;
use crate::message::{Marks, MessageHead, marking, reading};

/// A message that was read and is not disclosed yet.
pub(super) struct Read {
    granted: Granted,
    head: MessageHead,
    has_content: bool,
    pub(super) value: ShownMessage,
}

/// A message that was disclosed, and what its answer depends on.
struct Told<'a> {
    value: ShownMessage,
    name: Option<Name<'a>>,
    disclosed: Disclosed,
    until: Timestamp,
}

impl ProviderAccess {
    /// A message with its body and the list of its files. The first answer with a body makes it retrieved. To a provider no
    /// person's number leaves.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn message(&self, mailbox: &str, message: &str) -> Result<ShownMessage, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let number = self.view(&granted).number(message)?;
        Ok(self.tell_message(&granted, number).await?.value)
    }

    /// The same as a face writes it, unless one of `tags` is that of the message as it is now: then nothing is disclosed. What
    /// `write` makes of a message is kept, and given again while nothing has changed.
    ///
    /// # Errors
    /// As for [`message`](Self::message), and those of `write`.
    pub async fn written_message<'t>(
        &self,
        (mailbox, message): (&str, &str),
        (face, tags): (&'static str, &[&'t str]),
        write: impl FnOnce(ShownMessage) -> Result<Bytes, Error>,
    ) -> Result<Answer<'t>, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let number = self.view(&granted).number(message)?;
        let name = self.message_name(&granted, number);
        if let Some(answer) = self.answered_before(&granted, name.as_ref(), (face, tags))? {
            return Ok(answer);
        }
        let Told { value, name, disclosed, until } = self.tell_message(&granted, number).await?;
        let bytes = write(value)?;
        Ok(self.finish(face, Finished { name, bytes, disclosed, fresh_until: Some(until) }))
    }

    async fn tell_message(&self, granted: &Granted, number: i64) -> Result<Told<'_>, Error> {
        match self.disclose_message(self.read_numbered(granted, number).await?).await {
            // Withdrawn since its content was read, which is not shown: what is there now is.
            Err(Error::Conflict(Conflict::Withdrawn)) => {
                self.disclose_message(self.read_numbered(granted, number).await?).await
            }
            other => other,
        }
    }

    /// Reads a message; nothing of it is disclosed yet.
    pub(super) async fn read_message(&self, mailbox: &str, message: &str) -> Result<Read, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        self.read_numbered(&granted, self.view(&granted).number(message)?).await
    }

    async fn read_numbered(&self, granted: &Granted, number: i64) -> Result<Read, Error> {
        let found = reading::message(self.hub.parts(), granted.sight(), number, self.now).await?;
        let found = found.ok_or(Error::NotFound("message"))?;
        let (has_content, head) = (found.body.is_some(), found.head.clone());
        let mut value = self.view(granted).whole(found)?;
        let data = std::mem::take(&mut value.business_data);
        value.business_data = data.into_iter().map(|datum| self.datum(datum)).collect();
        value.for_the_attention_of = value.for_the_attention_of.map(|person| self.attention(person));
        Ok(Read { granted: *granted, head, has_content, value })
    }

    /// Discloses a message that was read.
    pub(super) async fn show_message(&self, read: Read) -> Result<ShownMessage, Error> {
        Ok(self.disclose_message(read).await?.value)
    }

    async fn disclose_message(&self, read: Read) -> Result<Told<'_>, Error> {
        let Read { granted, head, has_content, value } = read;
        let disclosed = Disclosed::Message { number: head.number };
        let granted = if has_content {
            self.disclose(&granted, &head, disclosed).await?
        } else {
            self.note(&granted, disclosed)?;
            granted
        };
        let name = self.message_name(&granted, head.number);
        Ok(Told { value, name, disclosed, until: head.headline.expires_at })
    }

    /// Sets marks and gives the message as the list shows it from now on. Each mark needs its own action; without any,
    /// nothing changes, and either action suffices.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn mark(&self, mailbox: &str, message: &str, marks: Marks) -> Result<ListedMessage, Error> {
        self.change(mailbox, message, (marks, None)).await
    }

    /// Sets marks, and puts the message into another partition of an enterprise's mailbox: `prt_…`, or `general`. Moving
    /// needs the action that puts messages away, and leads from and to partitions only that the consent shows.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::Invalid`] for a partition that is not there.
    pub async fn change(
        &self,
        mailbox: &str,
        message: &str,
        (marks, partition): (Marks, Option<&str>),
    ) -> Result<ListedMessage, Error> {
        if partition.is_some() {
            self.permitted(mailbox, Action::Archive).await?;
        }
        let granted = self.may_mark(mailbox, marks).await?;
        let view = self.view(&granted);
        let place = (granted.sight(), view.number(message)?);
        let parts = self.hub.parts();

        let mut tx = parts.db.write().await?;
        if let Some(partition) = partition {
            let to = (view.partition(partition), &self.marker());
            let moved = marking::relocate(&mut tx, parts, place, to, self.now).await?;
            moved.ok_or(Error::NotFound("message"))?;
        }
        let marked = marking::mark(&mut tx, parts, place, (marks, &self.marker()), self.now).await?;
        let head = marked.ok_or(Error::NotFound("message"))?;

        self.note(&granted, Disclosed::List { number: head.number })?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(view.listed(head))
    }

    async fn may_mark(&self, mailbox: &str, marks: Marks) -> Result<Granted, Error> {
        let archive = match (marks.read, marks.archived) {
            (None, None) => self.judged(mailbox, Action::MarkRead).is_err(),
            (_, archived) => archived.is_some(),
        };
        let first = if archive { Action::Archive } else { Action::MarkRead };
        let granted = self.permitted(mailbox, first).await?;
        if marks.read.is_some() && archive {
            self.permitted(mailbox, Action::MarkRead).await
        } else {
            Ok(granted)
        }
    }

    /// Reports that a person opened the message with this application (TRUST T14). It is kept as this provider's report;
    /// the first opening counts, here or there.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Conflict::Withdrawn`] if its sender has withdrawn it.
    pub async fn report_opened(&self, mailbox: &str, message: &str) -> Result<(), Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let place = (granted.sight(), self.view(&granted).number(message)?);
        let parts = self.hub.parts();

        let mut tx = parts.db.write().await?;
        let who = (self.application, &self.marker());
        let opened = marking::open_elsewhere(&mut tx, parts, place, who, self.now).await?;
        opened.ok_or(Error::NotFound("message"))?;

        tx.commit().await?;
        Ok(())
    }

    /// Leaves the record of a disclosed content; the first one also makes the message retrieved (TRUST T14).
    ///
    /// The record is written before the commit: without a record nothing was retrieved, and nothing is answered
    /// without both. Gives the consent with the mailbox's version after it, if nothing else moved it.
    pub(super) async fn disclose(
        &self,
        granted: &Granted,
        head: &MessageHead,
        what: Disclosed,
    ) -> Result<Granted, Error> {
        if head.retrieved_at.is_some() {
            self.note(granted, what)?;
            return Ok(*granted);
        }
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        let place = (granted.mailbox, head);
        let version = marking::retrieve(&mut tx, parts, place, &self.marker(), self.now).await?;

        self.note(granted, what)?;
        tx.commit().await?;
        let version = version.filter(|version| *version == granted.version + 1).unwrap_or(granted.version);
        Ok(Granted { version, ..*granted })
    }

    fn message_name(&self, granted: &Granted, number: i64) -> Option<Name<'_>> {
        self.moving_name(granted, "message", number.to_be_bytes().to_vec())
    }
}
