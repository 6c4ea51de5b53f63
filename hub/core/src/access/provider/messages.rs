//! A provider reads messages and sets their display flag.

use super::{Granted, ProviderAccess};
use crate::access::cursor::Walk;
use crate::access::shown::{Content, ListedMessage, ShownMessage};
use crate::consent::Action;
use crate::error::Error;
use crate::journal::Disclosed;
use crate::message::{MessageHead, PAGE_SIZE, PAGE_SIZE_LIMIT, marking, reading};

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskedPage<'a> {
    /// Items at most: 1 to [`PAGE_SIZE_LIMIT`]; [`PAGE_SIZE`] if nothing is said.
    pub size: Option<usize>,
    /// The cursor of the page before, as it was given.
    pub after: Option<&'a str>,
}

/// A page of messages, newest first.
#[derive(Clone, Debug)]
pub struct MessagePage {
    /// The messages.
    pub items: Vec<ListedMessage>,
    /// How many a page holds at most.
    pub size: usize,
    /// Messages in the mailbox, on all pages.
    pub total: i64,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl ProviderAccess {
    /// A page of the list of a mailbox, newest first. Headers are not content: nothing is retrieved by it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`] for a size out of range or a cursor of
    /// another provider or mailbox.
    pub async fn messages(&self, mailbox: &str, asked: AskedPage<'_>) -> Result<MessagePage, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let size = asked.checked_size()?;
        let walk = Walk { hub: &self.hub, party: &self.party, mailbox: granted.mailbox };
        let below = asked.after.map(|cursor| walk.opened(cursor)).transpose()?;

        let page = reading::page(&self.hub.parts().db, granted.sight(), below, size, self.now).await?;
        let newest = page.items.first().map(|head| head.number);

        self.note(&granted, newest.map_or(Disclosed::Nothing, |number| Disclosed::List { number }))?;
        let view = self.view(&granted);
        Ok(MessagePage {
            items: page.items.into_iter().map(|head| view.listed(head)).collect(),
            size,
            total: self.counts(&granted).await?.0,
            next: page.next.map(|number| walk.sealed(number)),
        })
    }

    /// A message with its body and the list of its files. The first answer with a body makes it retrieved.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn message(&self, mailbox: &str, message: &str) -> Result<ShownMessage, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let view = self.view(&granted);
        let number = view.number(message)?;

        let found = reading::message(self.hub.parts(), granted.sight(), number, self.now).await?;
        let found = found.ok_or(Error::NotFound("message"))?;
        let (what, has_content, head) =
            (Disclosed::Message { number }, found.body.is_some(), found.head.clone());
        let shown = view.whole(found)?;

        if has_content {
            self.disclose(&granted, &head, what).await?;
        } else {
            self.note(&granted, what)?;
        }
        Ok(shown)
    }

    /// The content of a file. The first answer makes the message retrieved.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn content(&self, mailbox: &str, message: &str, attachment: &str) -> Result<Content, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let view = self.view(&granted);
        let number = view.number(message)?;
        let n = view.part(number, attachment)?;
        let parts = self.hub.parts();

        let found = reading::attachment(&parts.db, granted.sight(), (number, n), self.now).await?;
        let (head, part) = found.ok_or(Error::NotFound("attachment"))?;
        let bytes = reading::content(parts, &part).await?;
        let attachment = view.attachment(number, part)?;

        self.disclose(&granted, &head, Disclosed::Content { number, part: n }).await?;
        Ok(Content { attachment, bytes })
    }

    /// Sets the display flag and gives the message as the list shows it from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn mark_read(&self, mailbox: &str, message: &str, read: bool) -> Result<ListedMessage, Error> {
        let granted = self.permitted(mailbox, Action::MarkRead).await?;
        let view = self.view(&granted);
        let place = (granted.sight(), view.number(message)?);
        let parts = self.hub.parts();

        let mut tx = parts.db.write().await?;
        let marked = marking::mark_read(&mut tx, parts, place, read, &self.marker(), self.now).await?;
        let head = marked.ok_or(Error::NotFound("message"))?;

        self.note(&granted, Disclosed::List { number: head.number })?;
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(view.listed(head))
    }

    /// Leaves the record of a disclosed content; the first one also makes the message retrieved (TRUST T14).
    ///
    /// The record is written before the commit: without a record nothing was retrieved, and nothing is answered
    /// without both.
    async fn disclose(&self, granted: &Granted, head: &MessageHead, what: Disclosed) -> Result<(), Error> {
        if head.retrieved_at.is_some() {
            return self.note(granted, what);
        }
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        marking::retrieve(&mut tx, parts, (granted.mailbox, head), &self.marker(), self.now).await?;

        self.note(granted, what)?;
        tx.commit().await?;
        Ok(())
    }
}

impl AskedPage<'_> {
    pub(super) fn checked_size(&self) -> Result<usize, Error> {
        let size = self.size.unwrap_or(PAGE_SIZE);
        if (1..=PAGE_SIZE_LIMIT).contains(&size) {
            return Ok(size);
        }
        let detail = format!("pageSize is at least 1 and at most {PAGE_SIZE_LIMIT}");
        Err(Error::invalid("outOfRange", "?pageSize", detail))
    }
}
