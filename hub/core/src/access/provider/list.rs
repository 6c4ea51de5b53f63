//! A provider lists messages, finds some, and counts them.

use std::time::Duration;

use bytes::Bytes;

use super::written::Finished;
use super::{Granted, ProviderAccess};
use crate::access::cursor::Walk;
use crate::access::shown::ListedMessage;
use crate::access::tag::Name;
use crate::answer::Answer;
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::error::Error;
use crate::journal::Disclosed;
use crate::message::finding::{self, Count, Found};
use crate::message::question::Question;
use crate::message::{PAGE_SIZE, PAGE_SIZE_LIMIT, reading};

/// Which page of a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct AskedPage<'a> {
    /// Items at most: 1 to [`PAGE_SIZE_LIMIT`]; [`PAGE_SIZE`] if nothing is said.
    pub size: Option<usize>,
    /// The cursor of the page before, as it was given.
    pub after: Option<&'a str>,
    /// Which messages, in which order; all, newest first, if nothing is said.
    pub question: Question,
    /// Only messages of this partition of an enterprise's mailbox: `prt_…`, or `general`.
    pub partition: Option<&'a str>,
}

/// A page of messages.
#[derive(Clone, Debug)]
pub struct MessagePage {
    /// The messages.
    pub items: Vec<ListedMessage>,
    /// How many a page holds at most.
    pub size: usize,
    /// Messages that fit, on all pages, where that is known: always if all are asked for; else on the first page, if one
    /// page looks at the whole mailbox.
    pub total: Option<i64>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
    /// Its tag, in quotes; `None` if the consent leaves out something of the mailbox.
    pub tag: Option<String>,
}

/// How many messages there are, of those that a provider sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// All of them.
    pub total: i64,
    /// Those whose display flag is down.
    pub unread: i64,
    /// Those in the archive.
    pub archived: i64,
    /// Registered mail.
    pub registered_mail: i64,
    /// Those that expire within [`SOON`].
    pub expiring_soon: i64,
    /// When the newest was made available.
    pub newest: Option<Timestamp>,
}

/// A page that is not disclosed yet.
struct Built {
    page: MessagePage,
    /// What its reader learns.
    disclosed: Disclosed,
    /// The first moment at which time alone changes it.
    fresh_until: Option<Timestamp>,
}

impl ProviderAccess {
    /// A page of the list of a mailbox. Headers are not content: nothing is retrieved by it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`] for a size out of range, a question that cannot be
    /// one, or a cursor of another provider, mailbox or question.
    pub async fn messages(&self, mailbox: &str, asked: AskedPage<'_>) -> Result<MessagePage, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let Built { page, disclosed, .. } = self.build(&granted, &asked).await?;
        self.note(&granted, disclosed)?;
        Ok(page)
    }

    /// The same as a face writes it, unless one of `tags` is that of the page as it is now. What `write` makes of a page is
    /// kept, and given again while nothing has changed.
    ///
    /// # Errors
    /// As for [`messages`](Self::messages), and those of `write`.
    pub async fn written_page<'t>(
        &self,
        (mailbox, asked): (&str, &AskedPage<'_>),
        (face, tags): (&'static str, &[&'t str]),
        write: impl FnOnce(MessagePage) -> Result<Bytes, Error>,
    ) -> Result<Answer<'t>, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let name = self.list_name(&granted, asked)?;
        if let Some(answer) = self.answered_before(&granted, name.as_ref(), (face, tags))? {
            return Ok(answer);
        }
        let Built { page, disclosed, fresh_until } = self.build(&granted, asked).await?;
        let bytes = write(page)?;
        self.note(&granted, disclosed)?;
        Ok(self.finish(face, Finished { name, bytes, disclosed, fresh_until }))
    }

    async fn build(&self, granted: &Granted, asked: &AskedPage<'_>) -> Result<Built, Error> {
        let size = asked.checked_size()?;
        let question = self.within(granted, &asked.question, asked.partition);
        question.check()?;
        let walk = Walk::new(&self.hub, &self.party, granted.mailbox, &question)?;
        let beyond = asked.after.map(|cursor| walk.opened(cursor)).transpose()?;

        let mut found = self.find(granted, (&question, size), beyond).await?;
        if question.takes_all() {
            let (total, _, first) = self.counts(granted).await?;
            found.total = Some(total);
            found.fresh_until = found.fresh_until.into_iter().chain(first).min();
        }

        let newest = found.items.iter().map(|head| head.number).max();
        let disclosed = newest.map_or(Disclosed::Nothing, |number| Disclosed::List { number });
        let view = self.view(granted);
        let page = MessagePage {
            tag: self.list_name(granted, asked)?.map(|name| name.tag(found.fresh_until)),
            items: found.items.into_iter().map(|head| view.listed(head)).collect(),
            size,
            total: found.total,
            next: found.next.map(|number| walk.sealed(number)),
        };
        Ok(Built { page, disclosed, fresh_until: found.fresh_until })
    }

    /// How many messages a mailbox holds, by what people ask for.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn statistics(&self, mailbox: &str) -> Result<(super::OpenMailbox, Statistics), Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let db = &self.hub.parts().db;
        let counts = db.counts(granted.sight(), self.now, self.now.plus(SOON)).await?;
        let counts = counts.ok_or_else(|| Error::internal("counting gave no row"))?;
        let open = self.open_mailbox(&granted).await?;

        self.note(&granted, Disclosed::Summary)?;
        let statistics = Statistics {
            total: counts.total,
            unread: counts.unread,
            archived: counts.archived,
            registered_mail: counts.registered,
            expiring_soon: counts.expiring,
            newest: counts.newest,
        };
        Ok((open, statistics))
    }

    async fn find(
        &self,
        granted: &Granted,
        (question, size): (&Question, usize),
        beyond: Option<i64>,
    ) -> Result<Found, Error> {
        let (parts, sight) = (self.hub.parts(), granted.sight());
        if question.is_usual() {
            let page = reading::page(&parts.db, sight, beyond, size, self.now).await?;
            return Ok(Found {
                items: page.items,
                next: page.next,
                total: None,
                fitting: 0,
                fresh_until: page.fresh_until,
            });
        }
        let counts = beyond.is_none() && !question.takes_all();
        let count = if counts { Count::Yes } else { Count::No };
        let asked = finding::Asked { sight, question, beyond, skip: 0, size };
        finding::find(parts, &asked, count, self.now).await
    }

    fn list_name(&self, granted: &Granted, asked: &AskedPage<'_>) -> Result<Option<Name<'_>>, Error> {
        let place = serde_json::to_vec(&(asked.size, asked.after, &asked.question, asked.partition));
        Ok(self.moving_name(granted, "list", place.map_err(Error::internal)?))
    }
}

impl AskedPage<'_> {
    fn checked_size(&self) -> Result<usize, Error> {
        page_size(self.size)
    }
}

/// How many items a page holds, if it is said or not.
pub(super) fn page_size(asked: Option<usize>) -> Result<usize, Error> {
    let size = asked.unwrap_or(PAGE_SIZE);
    if (1..=PAGE_SIZE_LIMIT).contains(&size) {
        return Ok(size);
    }
    let detail = format!("pageSize is at least 1 and at most {PAGE_SIZE_LIMIT}");
    Err(Error::invalid("outOfRange", "?pageSize", detail))
}

/// What expires within this time expires soon: the time at which people are warned.
pub const SOON: Duration = Duration::from_secs(7 * 24 * 3_600);
