//! What is read with a consent.

use std::{collections::BTreeSet, time::Duration};

use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, IF_NONE_MATCH},
};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::io::AsyncWrite;
use url::Url;

use super::Connection;
use crate::{
    attachment::verify,
    error::{Error, Mismatch, Unexpected},
    mailbox::{Attachment, Mailboxes, Message, MessageSummary, Messages},
    paging::Pages,
};

/// For an attachment, which may be large.
const DOWNLOAD: Duration = Duration::from_secs(120);
/// Tags that are kept of answers, at most.
const TAGS: usize = 1000;

impl Connection {
    /// Lists the mailboxes that the consent opens: its own.
    pub async fn mailboxes(&self) -> Result<Mailboxes, Error> {
        let mailbox_id = self.granted().mailbox_id;
        let own = |listed: &Mailboxes| listed.items.iter().all(|mailbox| mailbox.mailbox_id == mailbox_id);
        self.fresh("list the mailboxes", self.url(&["mailboxes"])?, own).await
    }

    /// Lists messages, newest first; `cursor` is that of the previous page.
    pub async fn messages(&self, cursor: Option<&str>) -> Result<Messages, Error> {
        let mut url = self.mailbox_url(&["messages"])?;
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("after", cursor);
        }
        self.page(url).await
    }

    /// Lists the newest messages, if anything changed since they were listed last; otherwise that list still holds.
    pub async fn news(&self) -> Result<Option<Messages>, Error> {
        self.permit("list")?;
        let (url, mailbox_id) = (self.mailbox_url(&["messages"])?, self.granted().mailbox_id);
        let tag = self.tag(&url);
        self.ask("list messages", url, tag, |page: &Messages| page.is_of(&mailbox_id)).await
    }

    /// Lists all messages, each once, however the pages are cut.
    pub async fn all_messages(&self) -> Result<Vec<MessageSummary>, Error> {
        let mut pages = Pages::of(self.mailbox_url(&["messages"])?);
        let (mut found, mut ids) = (Vec::new(), BTreeSet::new());
        while let Some(url) = pages.next() {
            let page = match self.page(url).await {
                Err(Error::Problem(problem)) if problem.status == 410 => {
                    pages.begin_again()?;
                    found.clear();
                    ids.clear();
                    continue;
                }
                other => other?,
            };
            found.extend(page.items.into_iter().filter(|message| ids.insert(message.message_id.clone())));
            pages.turn(page.next)?;
        }
        Ok(found)
    }

    /// Fetches one message with its body and the list of its attachments.
    pub async fn message(&self, message_id: &str) -> Result<Message, Error> {
        self.permit("readContent")?;
        let url = self.mailbox_url(&["messages", message_id])?;
        self.fresh("fetch a message", url, |found: &Message| found.message_id == message_id).await
    }

    /// Fetches one message, if it changed since it was fetched last.
    pub async fn message_if_changed(&self, message_id: &str) -> Result<Option<Message>, Error> {
        self.permit("readContent")?;
        let url = self.mailbox_url(&["messages", message_id])?;
        let tag = self.tag(&url);
        self.ask("fetch a message", url, tag, |found: &Message| found.message_id == message_id).await
    }

    /// Copies an attachment to `into` as it comes.
    ///
    /// What was copied is good only if the answer is `Ok`: length and SHA-256 are known at the end. Gives the length.
    pub async fn attachment(
        &self,
        message_id: &str,
        attachment: &Attachment,
        into: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, Error> {
        self.permit("readContent")?;
        let path = ["messages", message_id, "attachments", &attachment.attachment_id, "content"];
        let request = self.provider.hub.get(self.mailbox_url(&path)?).timeout(DOWNLOAD);
        let reply = self.call("fetch an attachment", request).await?;
        let (media_type, headers) = (reply.media_type(), reply.headers().clone());
        let copied = match reply.copy_to(into, attachment.size).await {
            Err(Error::Unexpected(Unexpected::TooLarge(_))) => return Err(Error::Mismatch(Mismatch::Length)),
            other => other?,
        };
        verify(attachment, &media_type, &headers, &copied).map_err(Error::Mismatch)?;
        Ok(copied.length)
    }

    /// Sets the display flag of a message.
    pub async fn mark_read(&self, message_id: &str) -> Result<MessageSummary, Error> {
        self.permit("markRead")?;
        let request = self
            .provider
            .hub
            .request(Method::PATCH, self.mailbox_url(&["messages", message_id])?)
            .header(CONTENT_TYPE, "application/merge-patch+json")
            .body(json!({ "read": true }).to_string());
        self.call("mark a message as read", request).await?.json().await
    }

    /// Refuses what the citizen did not permit, without asking the hub.
    fn permit(&self, action: &'static str) -> Result<(), Error> {
        match self.known().granted.allows(action) {
            true => Ok(()),
            false => Err(Error::NotPermitted(action)),
        }
    }

    async fn page(&self, url: Url) -> Result<Messages, Error> {
        self.permit("list")?;
        let mailbox_id = self.granted().mailbox_id;
        self.fresh("list messages", url, |page: &Messages| page.is_of(&mailbox_id)).await
    }

    /// Asks a question and gives its whole answer.
    async fn fresh<T: DeserializeOwned>(
        &self,
        purpose: &'static str,
        url: Url,
        right: impl Fn(&T) -> bool,
    ) -> Result<T, Error> {
        let answer = self.ask(purpose, url, None, right).await?;
        answer.ok_or(Error::Unexpected(Unexpected::NotJson(purpose)))
    }

    /// Asks a question; `None` says that the answer is the one with this tag. An answer about something else is refused.
    async fn ask<T: DeserializeOwned>(
        &self,
        purpose: &'static str,
        url: Url,
        tag: Option<String>,
        right: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, Error> {
        let mut request = self.provider.hub.get(url.clone());
        if let Some(tag) = &tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let reply = self.call(purpose, request).await?;
        if tag.is_some() && reply.status() == StatusCode::NOT_MODIFIED {
            reply.done().await?;
            return Ok(None);
        }
        let etag = reply.etag();
        let answer = reply.json().await?;
        if !right(&answer) {
            return Err(Unexpected::SomethingElse.into());
        }
        self.keep(url, etag);
        Ok(Some(answer))
    }

    fn tag(&self, url: &Url) -> Option<String> {
        self.known().tags.get(url).cloned()
    }

    fn keep(&self, url: Url, etag: Option<String>) {
        let mut known = self.known();
        match etag {
            Some(etag) if known.tags.len() < TAGS => drop(known.tags.insert(url, etag)),
            _ => drop(known.tags.remove(&url)),
        }
    }
}
