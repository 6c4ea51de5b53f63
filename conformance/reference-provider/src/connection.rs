//! One consent at work: the calls of the mailbox API, and what happens when the hub says no.
//!
//! On 401 the access token is renewed once and the call is made once more. If that is refused too the consent
//! has ended: the tokens are forgotten, and no call is made with this connection again.

use std::sync::Arc;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{
    RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::json;
use tokio::{io::AsyncWrite, sync::Mutex};
use url::Url;

use crate::{
    consent::{Granted, Secret, Tokens},
    error::{Error, Problem},
    event::Event,
    hub::{Copied, Reply},
    mailbox::{Attachment, Mailboxes, Message, MessageSummary, Messages},
    provider::Provider,
};

/// A consent of one citizen, with the tokens that hang on it.
pub struct Connection {
    provider: Arc<Provider>,
    granted: Granted,
    /// `None` once the consent has ended.
    tokens: Mutex<Option<Tokens>>,
}

impl Connection {
    /// Takes the tokens of a consent into use. One consent opens one mailbox.
    pub fn new(provider: Arc<Provider>, tokens: Tokens) -> Result<Self, Error> {
        let [granted] = tokens.granted.as_slice() else {
            return Err(Error::Unexpected("not exactly one consent was granted".to_owned()));
        };
        Ok(Self { provider, granted: granted.clone(), tokens: Mutex::new(Some(tokens)) })
    }

    /// What the citizen granted.
    pub fn granted(&self) -> &Granted {
        &self.granted
    }

    /// Lists the mailboxes that the consent opens.
    pub async fn mailboxes(&self) -> Result<Mailboxes, Error> {
        let request = self.provider.hub.client.get(self.url(&["mailboxes"])?);
        self.call("list the mailboxes", request).await?.json().await
    }

    /// Lists messages, newest first; `cursor` is that of the previous page.
    pub async fn messages(&self, cursor: Option<&str>) -> Result<Messages, Error> {
        let mut url = self.mailbox_url(&["messages"])?;
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("after", cursor);
        }
        self.call("list messages", self.provider.hub.client.get(url)).await?.json().await
    }

    /// Fetches one message with its body and the list of its attachments.
    pub async fn message(&self, message_id: &str) -> Result<Message, Error> {
        let request = self.provider.hub.client.get(self.mailbox_url(&["messages", message_id])?);
        self.call("fetch a message", request).await?.json().await
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
        let path = ["messages", message_id, "attachments", &attachment.attachment_id, "content"];
        let request = self.provider.hub.client.get(self.mailbox_url(&path)?);
        let reply = self.call("fetch an attachment", request).await?;
        let headers = reply.headers().clone();
        let copied = reply.copy_to(into, attachment.size).await?;
        verify(attachment, &headers, &copied)?;
        Ok(copied.length)
    }

    /// Sets the display flag of a message.
    pub async fn mark_read(&self, message_id: &str) -> Result<MessageSummary, Error> {
        let request = self
            .provider
            .hub
            .client
            .patch(self.mailbox_url(&["messages", message_id])?)
            .header(CONTENT_TYPE, "application/merge-patch+json")
            .body(json!({ "read": true }).to_string());
        self.call("mark a message as read", request).await?.json().await
    }

    /// Hands the consent back and forgets its tokens, also when the hub cannot be told.
    pub async fn end(&self) -> Result<(), Error> {
        let Some(tokens) = self.tokens.lock().await.take() else {
            return Ok(());
        };
        self.provider.revoke(&tokens).await?;
        self.tell(Event::Disconnected);
        Ok(())
    }

    /// Tells the story.
    pub(crate) fn tell(&self, event: Event) {
        (self.provider.events)(event);
    }

    /// Makes a call with the access token; renews it once if the hub no longer takes it.
    async fn call(&self, purpose: &'static str, request: RequestBuilder) -> Result<Reply, Error> {
        let once_more = request.try_clone();
        let token = self.access().await?;
        let refused = match self.attempt(purpose, request, &token).await {
            Err(Error::Problem(problem)) if problem.is_about_token() => problem,
            other => return other,
        };

        let token = self.renewed(&token, refused).await?;
        let once_more = once_more.ok_or(Error::NotConnected)?;
        match self.attempt(purpose, once_more, &token).await {
            Err(Error::Problem(problem)) if problem.is_about_token() => {
                Err(self.ended(&mut *self.tokens.lock().await, problem))
            }
            other => other,
        }
    }

    /// The token goes into the header, never into the address (RFC 6750 2.3).
    async fn attempt(
        &self,
        purpose: &'static str,
        request: RequestBuilder,
        token: &Secret,
    ) -> Result<Reply, Error> {
        self.provider.hub.send(purpose, request.bearer_auth(token.expose())).await
    }

    async fn access(&self) -> Result<Secret, Error> {
        let tokens = self.tokens.lock().await;
        tokens.as_ref().map(|tokens| tokens.access.clone()).ok_or(Error::NotConnected)
    }

    /// Gives another access token than `stale`; calls that were refused together renew it once.
    async fn renewed(&self, stale: &Secret, refused: Problem) -> Result<Secret, Error> {
        let mut tokens = self.tokens.lock().await;
        let Some(current) = tokens.as_ref() else {
            return Err(Error::NotConnected);
        };
        if current.access != *stale {
            return Ok(current.access.clone());
        }
        match self.provider.refresh(current).await {
            Ok(renewed) => {
                let access = renewed.access.clone();
                *tokens = Some(renewed);
                Ok(access)
            }
            Err(Error::OAuth { code, .. }) if code == "invalid_grant" => {
                Err(self.ended(&mut tokens, refused))
            }
            Err(Error::NotConnected) => Err(self.ended(&mut tokens, refused)),
            Err(other) => Err(other),
        }
    }

    /// Forgets the tokens and tells it once.
    fn ended(&self, tokens: &mut Option<Tokens>, problem: Problem) -> Error {
        if tokens.take().is_some() {
            self.tell(Event::Refused { status: problem.status, kind: problem.kind.clone() });
        }
        Error::ConsentEnded(problem)
    }

    fn mailbox_url(&self, path: &[&str]) -> Result<Url, Error> {
        self.url(&[&["mailboxes", self.granted.mailbox_id.as_str()], path].concat())
    }

    fn url(&self, path: &[&str]) -> Result<Url, Error> {
        below(&self.provider.resource, path)
    }
}

/// Appends segments to the API's address; an id cannot leave its segment.
pub(crate) fn below(resource: &Url, path: &[&str]) -> Result<Url, Error> {
    let mut url = resource.clone();
    url.path_segments_mut()
        .map_err(|()| Error::Unexpected("the API's address has no path".to_owned()))?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

/// Compares what was copied with the message and with the answer's own header (RFC 9530).
fn verify(attachment: &Attachment, headers: &HeaderMap, copied: &Copied) -> Result<(), Error> {
    if copied.length != attachment.size {
        return Err(Error::Mismatch("length"));
    }
    let digest = &attachment.digest;
    if digest.digest_method != "sha-256" || digest.digest_value != URL_SAFE_NO_PAD.encode(copied.sha256) {
        return Err(Error::Mismatch("digest"));
    }
    let announced = headers.get("repr-digest").and_then(|value| value.to_str().ok());
    let expected = format!("sha-256=:{}:", STANDARD.encode(copied.sha256));
    if announced.is_some_and(|announced| !announced.split(',').any(|one| one.trim() == expected)) {
        return Err(Error::Mismatch("Repr-Digest"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest;

    use super::*;
    use crate::mailbox::Digest;

    fn attachment(size: u64, digest_value: &str) -> Attachment {
        Attachment {
            attachment_id: "att_1".into(),
            file_name: "a.txt".into(),
            media_type: "text/plain".into(),
            size,
            digest: Digest { digest_method: "sha-256".into(), digest_value: digest_value.into() },
        }
    }

    fn verdict(attachment: &Attachment, repr_digest: &str) -> Result<(), Error> {
        let copied = Copied { length: 3, sha256: digest::digest(&digest::SHA256, b"abc") };
        let headers = [("repr-digest", repr_digest)]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        verify(attachment, &headers, &copied)
    }

    #[test]
    fn an_attachment_must_have_the_length_and_the_digests_that_were_announced() {
        let (url_safe, plain) =
            ("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        let header = format!("sha-256=:{plain}:");

        assert!(verdict(&attachment(3, url_safe), &header).is_ok());
        assert!(matches!(verdict(&attachment(4, url_safe), &header), Err(Error::Mismatch("length"))));
        assert!(matches!(verdict(&attachment(3, "AAAA"), &header), Err(Error::Mismatch("digest"))));
        let other = verdict(&attachment(3, url_safe), "sha-256=:AAAA:");
        assert!(matches!(other, Err(Error::Mismatch("Repr-Digest"))));
    }

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let resource = Url::parse("https://api.localhost:8444/mailbox/v1").unwrap();
        let url = below(&resource, &["mailboxes", "../../token?x", "messages"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://api.localhost:8444/mailbox/v1/mailboxes/..%2F..%2Ftoken%3Fx/messages"
        );
    }
}
