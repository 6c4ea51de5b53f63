//! Keeping up with a million mailboxes: one token, one list of changes, no request for a mailbox that did not change.
//!
//! [`State`] is what a bank keeps in its database. A page of changes and the place where it ended belong into one
//! transaction there: after a crash the same page comes again, and nothing is missed or done twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    connection::below,
    consent::Secret,
    error::{Error, Unexpected},
    event::Event,
    mailbox::{Change, Changes, Mailboxes, Message, Messages},
    paging::{Pages, is_same_place},
    provider::Provider,
    reply::Reply,
};

/// What the app knows of all mailboxes that it may synchronise.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Where the feed goes on; `None` before anything was taken over.
    pub next: Option<Url>,
    /// The messages of each mailbox, by their ids.
    pub mailboxes: BTreeMap<String, BTreeSet<String>>,
}

/// When to ask the feed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once: there is more.
    AtOnce,
    /// After that time.
    After(Duration),
}

/// Follows the change feed with the app's own token.
pub struct Synchroniser {
    provider: Arc<Provider>,
    token: Option<Secret>,
    state: State,
    read: u64,
}

impl Synchroniser {
    /// Goes on from what was kept.
    pub fn new(provider: Arc<Provider>, state: State) -> Self {
        state.mailboxes.keys().for_each(|mailbox| provider.book.opened(mailbox));
        Self { provider, token: None, state, read: 0 }
    }

    /// How many changes were read so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// What is known now; to be kept after each call.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes over what is there: first a place in the feed, then the lists. What happens meanwhile comes twice, and
    /// is never missed.
    pub async fn take_over(&mut self) -> Result<(), Error> {
        let mut latest = self.url(&["changes"])?;
        latest.query_pairs_mut().append_pair("after", "latest");
        let begun: Changes = self.get("ask for changes", latest).await?.json().await?;

        let mut mailboxes = BTreeMap::new();
        let mut pages = Pages::of(self.paged(&["mailboxes"])?);
        while let Some(url) = pages.next() {
            let listed: Mailboxes = self.get("list the mailboxes", url).await?.json().await?;
            for mailbox in listed.items {
                let empty = mailbox.total == Some(0);
                let messages = if empty { BTreeSet::new() } else { self.list(&mailbox.mailbox_id).await? };
                self.provider.book.opened(&mailbox.mailbox_id);
                mailboxes.insert(mailbox.mailbox_id, messages);
            }
            pages.turn(listed.next)?;
        }
        self.state = State { next: Some(self.place(begun.next)?), mailboxes };
        Ok(())
    }

    /// Does what one page of changes asks for, and says when to ask again. If nothing happened the hub may wait so many
    /// seconds with its answer. A place that the hub does not know any more means taking over anew.
    pub async fn follow(&mut self, wait: u8) -> Result<Pace, Error> {
        let Some(next) = self.state.next.clone() else {
            self.take_over().await?;
            return Ok(Pace::AtOnce);
        };
        let mut url = next;
        if wait > 0 && !url.query_pairs().any(|(name, _)| name == "wait") {
            url.query_pairs_mut().append_pair("wait", &wait.to_string());
        }
        let page: Changes = match self.get("ask for changes", url).await {
            Err(Error::Problem(problem)) if problem.status == 410 => {
                self.take_over().await?;
                return Ok(Pace::AtOnce);
            }
            other => other?.json().await?,
        };

        let mut listed = BTreeSet::new();
        for change in &page.items {
            self.apply(change, &mut listed).await?;
        }
        self.state.next = Some(self.place(page.next)?);
        self.read += page.items.len() as u64;
        Ok(match page.retry_after {
            0 => Pace::AtOnce,
            seconds => Pace::After(Duration::from_secs(seconds)),
        })
    }

    /// What is not known is not touched: an app that asked for everything again at each change would need no feed.
    async fn apply(&mut self, change: &Change, listed: &mut BTreeSet<String>) -> Result<(), Error> {
        let mailbox = &change.mailbox_id;
        match (change.kind.as_str(), &change.message_id) {
            ("consentEnded", _) => {
                self.state.mailboxes.remove(mailbox);
                listed.remove(mailbox);
            }
            ("consentGranted" | "consentChanged", _) if listed.insert(mailbox.clone()) => {
                match self.list(mailbox).await {
                    Ok(messages) => {
                        self.provider.book.opened(mailbox);
                        self.state.mailboxes.insert(mailbox.clone(), messages);
                    }
                    // the consent does not include `synchronise`, or ended since
                    Err(Error::Problem(problem)) if matches!(problem.status, 403 | 404) => {
                        self.state.mailboxes.remove(mailbox);
                    }
                    Err(other) => return Err(other),
                }
            }
            ("messageAvailable", Some(message)) => self.fetch(mailbox, message).await?,
            // of what its sender withdrew no copy may be kept
            ("messageExpired" | "messageWithdrawn" | "messageGone", Some(message)) => {
                if let Some(messages) = self.state.mailboxes.get_mut(mailbox) {
                    messages.remove(message);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Fetches a message that is new here.
    async fn fetch(&mut self, mailbox: &str, message: &str) -> Result<(), Error> {
        let known = self.state.mailboxes.get(mailbox).is_some_and(|messages| messages.contains(message));
        if known {
            return Ok(());
        }
        let url = self.url(&["mailboxes", mailbox, "messages", message])?;
        let found: Message = match self.get("fetch a message", url).await {
            // gone since, or not for this token
            Err(Error::Problem(problem)) if matches!(problem.status, 403 | 404 | 410) => return Ok(()),
            other => other?.json().await?,
        };
        if found.message_id != message {
            return Err(Unexpected::SomethingElse.into());
        }
        if found.withdrawn.is_some() {
            return Ok(());
        }
        (self.provider.events)(Event::Message {
            message_id: found.message_id.clone(),
            subject: found.subject.text().to_owned(),
            sender: found.sender_organization.name.text().to_owned(),
            attachments: found.attachments.len(),
        });
        self.state.mailboxes.entry(mailbox.to_owned()).or_default().insert(found.message_id);
        Ok(())
    }

    /// The ids of all messages of a mailbox.
    async fn list(&mut self, mailbox: &str) -> Result<BTreeSet<String>, Error> {
        let (mut found, mut pages) =
            (BTreeSet::new(), Pages::of(self.paged(&["mailboxes", mailbox, "messages"])?));
        while let Some(url) = pages.next() {
            let page: Messages = match self.get("list messages", url).await {
                Err(Error::Problem(problem)) if problem.status == 410 => {
                    pages.begin_again()?;
                    found.clear();
                    continue;
                }
                other => other?.json().await?,
            };
            if !page.is_of(mailbox) {
                return Err(Unexpected::SomethingElse.into());
            }
            found.extend(page.items.into_iter().map(|message| message.message_id));
            pages.turn(page.next)?;
        }
        Ok(found)
    }

    /// Asks with the app's own token; gets a new one if the hub does not take it any more, once.
    async fn get(&mut self, purpose: &'static str, url: Url) -> Result<Reply, Error> {
        if let Some(token) = &self.token {
            let request = self.provider.hub.get(url.clone()).bearer_auth(token.expose());
            match self.provider.hub.send(purpose, request).await {
                Err(Error::Problem(problem)) if problem.is_about_token() => {}
                other => return other,
            }
        }
        let token = self.provider.own_token("feed synchronise").await?;
        let request = self.provider.hub.get(url).bearer_auth(token.expose());
        self.token = Some(token);
        self.provider.hub.send(purpose, request).await
    }

    /// Where the feed goes on: at the feed, whatever the answer says.
    fn place(&self, next: Url) -> Result<Url, Error> {
        match is_same_place(&next, &self.url(&["changes"])?) {
            true => Ok(next),
            false => Err(Unexpected::Paging.into()),
        }
    }

    /// The address of a list, in pages as large as they may be.
    fn paged(&self, path: &[&str]) -> Result<Url, Error> {
        let mut url = self.url(path)?;
        url.query_pairs_mut().append_pair("pageSize", "100");
        Ok(url)
    }

    fn url(&self, path: &[&str]) -> Result<Url, Error> {
        below(&self.provider.resource, path)
    }
}
