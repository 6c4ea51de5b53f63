//! The mailbox API's own words, as far as this app reads them. Members it does not know are ignored.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

/// A text in one or more languages, keyed by language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Text(BTreeMap<String, String>);

/// The mailboxes that a token opens.
#[derive(Debug, Deserialize)]
pub struct Mailboxes {
    /// The mailboxes.
    pub items: Vec<Mailbox>,
    /// The next page; `None` on the last one.
    pub next: Option<Url>,
}

/// One page of the change feed, oldest first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The changes of this page.
    pub items: Vec<Change>,
    /// Where the feed goes on.
    pub next: Url,
    /// Seconds to let pass before asking there; 0 if there is more now.
    pub retry_after: u64,
}

/// Something that happened in a mailbox, or to its consent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// By which one that comes twice is known.
    pub change_id: String,
    /// `messageAvailable`, `consentEnded`, …; this app passes over kinds that it does not know.
    pub kind: String,
    /// The mailbox, for this provider.
    pub mailbox_id: String,
    /// The message, of what is about one.
    pub message_id: Option<String>,
}

/// One mailbox, with what the consent allows there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {
    /// Its id, for this provider.
    pub mailbox_id: String,
    /// `citizen` or `enterprise`.
    pub mailbox_kind: String,
    /// What the app may do.
    #[serde(default)]
    pub actions: Vec<String>,
    /// How many messages it holds.
    pub total: Option<u64>,
    /// How many of them are not marked as read.
    pub unread: Option<u64>,
}

/// One page of a mailbox, newest first.
#[derive(Debug, Deserialize)]
pub struct Messages {
    /// The messages of this page.
    pub items: Vec<MessageSummary>,
    /// How many messages all pages hold.
    pub total: Option<u64>,
    pub(crate) next: Option<Url>,
    /// The page itself.
    #[serde(rename = "self")]
    this: Option<Url>,
}

/// A consent as the hub knows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    /// Its id, for this provider.
    pub consent_id: String,
    /// The mailbox, for this provider.
    pub mailbox_id: String,
    /// `authorised` or `suspended`.
    pub state: String,
}

/// A message as a list shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageSummary {
    /// Its id, for this provider.
    pub message_id: String,
    /// What it is about.
    pub subject: Text,
    /// The public body that sent it.
    pub sender_organization: SenderOrganization,
    /// When it arrived, RFC 3339.
    pub received_at: String,
    /// The display flag.
    #[serde(default)]
    pub read: bool,
    /// Where the message is.
    href: Option<Url>,
}

/// A message with its content.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id, for this provider.
    pub message_id: String,
    /// What it is about.
    pub subject: Text,
    /// The public body that sent it.
    pub sender_organization: SenderOrganization,
    /// When it arrived, RFC 3339.
    pub received_at: String,
    /// The display flag.
    #[serde(default)]
    pub read: bool,
    /// The text, if it has one.
    pub body: Option<Body>,
    /// The files, in the sender's order.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// That its sender withdrew it, if so; then there is nothing to show.
    pub withdrawn: Option<Withdrawn>,
}

/// When a message was withdrawn.
#[derive(Clone, Debug, Deserialize)]
pub struct Withdrawn {
    /// RFC 3339.
    pub at: String,
}

/// A public body.
#[derive(Clone, Debug, Deserialize)]
pub struct SenderOrganization {
    /// Its name.
    pub name: Text,
}

/// The text of a message.
#[derive(Clone, Debug, Deserialize)]
pub struct Body {
    /// CommonMark.
    pub text: Text,
}

/// A file of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its id, for this provider.
    pub attachment_id: String,
    /// Its name.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// What its bytes must hash to.
    pub digest: Digest,
}

/// A digest, with its method.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    /// `sha-256`.
    pub digest_method: String,
    /// base64url without padding.
    pub digest_value: String,
}

impl Text {
    /// The language and the text to show to somebody who prefers `language`.
    pub fn best(&self, language: &str) -> (&str, &str) {
        self.0
            .get_key_value(language)
            .or_else(|| self.0.get_key_value("en"))
            .or_else(|| self.0.first_key_value())
            .map_or(("", ""), |(language, text)| (language, text))
    }

    /// The text, in English if there is one.
    pub fn text(&self) -> &str {
        self.best("en").1
    }

    /// The language of [`Text::text`].
    pub fn language(&self) -> &str {
        self.best("en").0
    }
}

impl Messages {
    /// The cursor of the next page; `None` on the last one.
    pub fn cursor(&self) -> Option<String> {
        let mut query = self.next.as_ref()?.query_pairs();
        query.find(|(name, _)| name == "after").map(|(_, cursor)| cursor.into_owned())
    }

    /// Says whether the page and its messages are of this mailbox, as far as they say where they are.
    pub(crate) fn is_of(&self, mailbox_id: &str) -> bool {
        let links = self.items.iter().map(|message| &message.href).chain([&self.this]);
        links.flatten().all(|link| leads_into(link, mailbox_id))
    }
}

/// Says whether a link leads into this mailbox.
fn leads_into(link: &Url, mailbox_id: &str) -> bool {
    let mut segments = link.path_segments().into_iter().flatten();
    segments.any(|segment| segment == "mailboxes") && segments.next() == Some(mailbox_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_unknown_members_is_read_and_gives_its_cursor() {
        let page: Messages = serde_json::from_str(
            r#"{"self":"https://api.localhost/mailboxes/mbx_1/messages","pageSize":1,"total":42,"new":{},
                "next":"https://api.localhost/m?pageSize=1&after=Zm9s-bG93",
                "items":[{"messageId":"msg_1","href":"https://api.localhost/mailboxes/mbx_1/messages/msg_1","subject":{"nl":"Aanslag","fr":"Avertissement"},
                          "senderOrganization":{"enterpriseNumber":"0299999125","name":{"en":"Demo Taxes"}},
                          "receivedAt":"2026-11-21T09:30:00Z","read":false,"kind":"unheardOf"}]}"#,
        )
        .unwrap();
        assert_eq!(page.cursor().as_deref(), Some("Zm9s-bG93"));
        assert!(page.is_of("mbx_1"));
        assert!(!page.is_of("mbx_2"));
        assert_eq!(page.items[0].subject.best("nl"), ("nl", "Aanslag"));
        assert_eq!(page.items[0].subject.best("de"), ("fr", "Avertissement"));
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page: Messages = serde_json::from_str(r#"{"items":[]}"#).unwrap();
        assert_eq!(page.cursor(), None);
    }
}
