//! A reply in MeMo as the hub takes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub_core::access::intake::Intake;
use hub_core::access::provider::SentReply;
use hub_core::error::{Error, Issue};
use hub_core::message::draft::DraftAttachment;
use hub_core::reply::ReplyDraft;

use super::uuid;
use crate::memo::incoming::{Head, SentFile, Written};
use crate::memo::wire::{ENVELOPE, Receipt};

/// What a reply must be about.
pub(in crate::memo) struct Answered<'a> {
    pub(in crate::memo) mailbox: &'a str,
    pub(in crate::memo) message: &'a str,
    /// The number of the organization that sent the message.
    pub(in crate::memo) organization: &'a str,
}

/// Checks that a reply says of itself what its address says: from this mailbox, to that sender, to this message.
///
/// # Errors
/// [`Error::Invalid`] with everything that it says otherwise.
pub(in crate::memo) fn addressed(head: &Head, of: &Answered<'_>) -> Result<(), Error> {
    let original = uuid(of.message);
    let said = [
        (
            "MessageHeader.Sender.senderID",
            head.sender == of.mailbox,
            "a reply comes from the mailbox of its address",
        ),
        (
            "MessageHeader.Recipient.recipientID",
            head.recipient == of.organization,
            "a reply goes to the organization that sent the message",
        ),
        (
            "MessageHeader.ReplyData.messageUUID",
            head.answers_uuid.eq_ignore_ascii_case(&original),
            "another message than that of the address",
        ),
        (
            "MessageHeader.ReplyData.messageID",
            head.answers.as_ref().is_none_or(|id| id == of.message),
            "another message than that of the address",
        ),
    ];
    let wrong = said.into_iter().filter(|(_, right, _)| !right);
    let issues: Vec<Issue> = wrong.map(|(name, _, why)| Issue::new("invalidInput", name, why)).collect();
    if issues.is_empty() { Ok(()) } else { Err(Error::Invalid(issues)) }
}

/// The reply, with the digests of what came in.
pub(in crate::memo) fn draft(written: Written, intake: &Intake) -> ReplyDraft {
    let attachment = |file: SentFile| DraftAttachment {
        digest_method: "sha-256".to_owned(),
        digest_value: intake
            .digest_of(&file.part)
            .map(|digest| URL_SAFE_NO_PAD.encode(digest))
            .unwrap_or_default(),
        part: file.part,
        file_name: file.file_name,
        media_type: file.media_type,
        main: false,
    };
    ReplyDraft { text: written.text, attachments: written.files.into_iter().map(attachment).collect() }
}

/// What is answered to it.
pub(in crate::memo) fn receipt(sent: SentReply, message_uuid: String) -> Receipt {
    Receipt { namespace: ENVELOPE, reply_id: sent.id, message_uuid, received_at: sent.at.rfc3339() }
}
