//! A provider lists messages by numbered pages, each with what it is made of, and sets several marks at once.

use super::{Granted, ProviderAccess};
use crate::access::shown::{Attention, ShownAttachment, View};
use crate::clock::Timestamp;
use crate::consent::Action;
use crate::db::Tx;
use crate::error::Error;
use crate::journal::Disclosed;
use crate::message::finding::{self, Count};
use crate::message::outline::{self, Outlined};
use crate::message::question::{Addressees, Question};
use crate::message::{
    BusinessDatum, Headline, Marks, MessageHead, PAGE_SIZE_LIMIT, Payment, marking, reading,
};
use crate::number::Ssin;

/// Which page of a list is asked for, by its number.
#[derive(Clone, Debug)]
pub struct AskedNumber {
    /// From 1.
    pub page: usize,
    /// Items at most: 1 to 100.
    pub size: usize,
    /// Which messages; they come newest first.
    pub question: Question,
    /// Only messages of this partition of an enterprise's mailbox: `prt_…`, or `general`.
    pub partition: Option<String>,
}

/// A page of messages, with what they are made of.
#[derive(Clone, Debug)]
pub struct NumberedPage {
    /// The messages.
    pub items: Vec<Outline>,
    /// How many fit on all pages. A question is put to the newest 20,000 messages; all messages are counted otherwise.
    pub total: i64,
}

/// A message without its content.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The message, as the provider knows it: `msg_…`.
    pub id: String,
    /// What the list says of it.
    pub headline: Headline,
    /// The partition: `prt_…`; `None` in the general one.
    pub partition: Option<String>,
    /// Whether a machine fetched content of it, or a person opened it.
    pub seen: bool,
    /// Whether its text is the main content; `None` if it has no text.
    pub body: Option<bool>,
    /// What else it has; `None` in a list for whoever may only list.
    pub details: Option<Details>,
}

/// What a message has besides its headline.
#[derive(Clone, Debug)]
pub struct Details {
    /// Whom inside an enterprise it is meant for.
    pub for_the_attention_of: Option<Attention>,
    /// The files, in the sender's order.
    pub attachments: Vec<ShownAttachment>,
    /// What the sender says for programs, in the sender's order; a person's number is a pairwise id to providers.
    pub business_data: Vec<BusinessDatum>,
    /// What is to be paid.
    pub payment: Option<Payment>,
}

/// What is set on a message.
#[derive(Clone, Debug)]
pub struct Marked {
    /// The message: `msg_…`.
    pub message: String,
    /// The marks.
    pub marks: Marks,
    /// The partition that it goes into: `prt_…`, or `general`.
    pub partition: Option<String>,
}

/// What the mailbox holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Messages.
    pub total: i64,
    /// Those of which no machine fetched content and that no person opened.
    pub unseen: i64,
    /// When the newest was made available.
    pub newest: Option<Timestamp>,
    /// The bytes of all files.
    pub bytes: i64,
}

impl ProviderAccess {
    /// What the mailbox holds.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn summary(&self, mailbox: &str) -> Result<Summary, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        let db = &self.hub.parts().db;
        let held = db.held(granted.sight(), self.now).await?;
        let held = held.ok_or_else(|| Error::internal("counting gave no row"))?;
        let bytes = db.size_of(granted.sight(), self.now).await?;

        self.note(&granted, Disclosed::Summary)?;
        Ok(Summary { total: held.total, unseen: held.total - held.seen, newest: held.newest, bytes })
    }

    /// A numbered page of the list of a mailbox. A page beyond the last one is empty.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`] for what can be no question.
    pub async fn numbered(&self, mailbox: &str, asked: AskedNumber) -> Result<NumberedPage, Error> {
        let granted = self.permitted(mailbox, Action::List).await?;
        if asked.page == 0 || !(1..=PAGE_SIZE_LIMIT).contains(&asked.size) {
            let detail = format!("pages count from 1 and hold 1 to {PAGE_SIZE_LIMIT}");
            return Err(Error::invalid("outOfRange", "?pageSize", detail));
        }
        // What is sealed is searched for those only who may read it.
        let searched = asked.question.search.is_some() && granted.actions.contains(Action::ReadContent);
        let addressees = match (searched, self.own) {
            (false, _) => Addressees::PassedOver,
            (true, true) => Addressees::NamesAndNumbers,
            (true, false) => Addressees::Names,
        };
        let question = self.within(&granted, &asked.question, asked.partition.as_deref());
        let asked = AskedNumber { question: Question { addressees, ..question }, ..asked };
        asked.question.check()?;

        let (heads, total) = self.page_at(&granted, &asked).await?;
        let mut tx = self.hub.parts().db.read().await?;
        let items = self.outlines(&mut tx, &granted, heads).await?;
        tx.commit().await?;
        // A page without items tells how many there are.
        let counted = if total > 0 { Disclosed::Summary } else { Disclosed::Nothing };
        self.note(&granted, items.1.map_or(counted, |number| Disclosed::List { number }))?;
        Ok(NumberedPage { items: items.0, total })
    }

    /// A message without its content: nothing of it is retrieved.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn outline(&self, mailbox: &str, message: &str) -> Result<Outline, Error> {
        let granted = self.permitted(mailbox, Action::ReadContent).await?;
        let number = self.view(&granted).number(message)?;
        let found = outline::outline(self.hub.parts(), granted.sight(), number, self.now).await?;
        let found = found.ok_or(Error::NotFound("message"))?;

        self.note(&granted, Disclosed::Message { number })?;
        self.outlined(&granted, found)
    }

    /// Sets marks on several messages, or puts them into another partition: all of them or none.
    ///
    /// # Errors
    /// [`Error::NotFound`] if one of them is not there, [`Error::Forbidden`]; [`Error::Invalid`] for a partition that is
    /// not there.
    pub async fn mark_all(&self, mailbox: &str, marked: &[Marked]) -> Result<(), Error> {
        let granted = self.permitted(mailbox, Action::Archive).await?;
        let view = self.view(&granted);
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        for Marked { message, marks, partition } in marked {
            let place = (granted.sight(), view.number(message)?);
            if let Some(partition) = partition {
                let to = (view.partition(partition), &self.marker());
                let moved = marking::relocate(&mut tx, parts, place, to, self.now).await?;
                moved.ok_or(Error::NotFound("message"))?;
            }
            let head = marking::mark(&mut tx, parts, place, (*marks, &self.marker()), self.now).await?;
            head.ok_or(Error::NotFound("message"))?;
        }
        tx.commit().await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// The messages of a page, and how many fit on all pages.
    async fn page_at(
        &self,
        granted: &Granted,
        asked: &AskedNumber,
    ) -> Result<(Vec<MessageHead>, i64), Error> {
        let (parts, sight) = (self.hub.parts(), granted.sight());
        let skip = (asked.page - 1).saturating_mul(asked.size);
        if !asked.question.takes_all() {
            let (question, size) = (&asked.question, asked.size);
            let asked = finding::Asked { sight, question, beyond: None, skip, size };
            let found = finding::find(parts, &asked, Count::Yes, self.now).await?;
            return Ok((found.items, found.fitting));
        }
        let (total, _, _) = self.counts(granted).await?;
        let Some(first) = parts.db.number_at(sight, skip, self.now).await? else {
            return Ok((Vec::new(), total));
        };
        let page = reading::page(&parts.db, sight, Some(first + 1), asked.size, self.now).await?;
        Ok((page.items, total))
    }

    /// The outlines of these messages, and the newest of them; their details for whoever may read content.
    async fn outlines(
        &self,
        tx: &mut Tx,
        granted: &Granted,
        heads: Vec<MessageHead>,
    ) -> Result<(Vec<Outline>, Option<i64>), Error> {
        let newest = heads.iter().map(|head| head.number).max();
        let reads = granted.actions.contains(Action::ReadContent);
        let mut items = Vec::with_capacity(heads.len());
        for outlined in outline::outlined(self.hub.parts(), tx, heads).await? {
            let mut shown = self.outlined(granted, outlined)?;
            shown.details = shown.details.filter(|_| reads);
            items.push(shown);
        }
        Ok((items, newest))
    }

    fn outlined(&self, granted: &Granted, outlined: Outlined) -> Result<Outline, Error> {
        let view: View<'_> = self.view(granted);
        let number = outlined.head.number;
        let seen = outlined.head.retrieved_at.is_some() || outlined.head.opened_at.is_some();
        let files = outlined.attachments.into_iter().map(|part| view.attachment(number, part));
        let data = outlined.business_data.into_iter().map(|datum| self.datum(datum)).collect();
        let details = Details {
            for_the_attention_of: outlined.for_the_attention_of.map(|person| self.attention(person.into())),
            attachments: files.collect::<Result<_, _>>()?,
            business_data: data,
            payment: outlined.payment,
        };
        let listed = view.listed(outlined.head);
        Ok(Outline {
            id: listed.id,
            headline: listed.headline,
            partition: listed.partition,
            seen,
            body: outlined.body,
            details: Some(details),
        })
    }

    /// A datum as this caller is shown it: to a provider no person's number leaves.
    pub(super) fn datum(&self, datum: BusinessDatum) -> BusinessDatum {
        if self.own || !datum.is_personal() {
            return datum;
        }
        // Under a key that is for persons' numbers everything is one, however it is written.
        let person = datum.is_of_person();
        let hidden = |value: String| {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            if person || Ssin::stored(value.trim()).is_ok() { self.person(&digits) } else { value }
        };
        BusinessDatum { key: datum.key, values: datum.values.into_iter().map(hidden).collect() }
    }

    pub(super) fn person(&self, number: &str) -> String {
        self.hub.outside().seal_person_of(&self.party, number)
    }
}
