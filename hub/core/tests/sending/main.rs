//! Publishing, from the idempotency key to the last row, as an attacker would try it; on every database.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod campaigns;
#[path = "../common/mod.rs"]
mod common;
mod idempotency;
mod letters;
mod outcomes;
mod together;

use bytes::Bytes;
use common::{World, recipient};
use data_encoding::BASE64URL_NOPAD;
use hub_core::access::sender::{Publication, SenderAccess, Upload};
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::mailbox::Number;
use hub_core::message::draft::{Draft, DraftAttachment, DraftBody};
use hub_core::text::Texts;

/// A PDF of that many bytes.
fn pdf(size: usize) -> Bytes {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(size.max(content.len()), b'x');
    content.into()
}

fn letter(to: &Number, files: &[(&str, &Bytes)]) -> Draft {
    let attachments = files.iter().enumerate().map(|(n, (part, content))| DraftAttachment {
        part: (*part).to_owned(),
        file_name: format!("{part}.pdf"),
        media_type: "application/pdf".into(),
        digest_method: "sha-256".into(),
        digest_value: BASE64URL_NOPAD.encode(&Sha256::of(content).0),
        main: n == 0,
    });
    Draft {
        recipient: recipient(to),
        subject: Texts::from([("nl".to_owned(), "Aanslagbiljet 2026".to_owned())]),
        sender_organization: "0001001078".into(),
        message_type: "tax-assessment".into(),
        body: Some(DraftBody {
            text: Texts::from([("nl".to_owned(), "Beste".to_owned())]),
            main: files.is_empty(),
        }),
        attachments: attachments.collect(),
        business_data: Vec::new(),
        payment: None,
        for_the_attention_of: None,
        registered_mail: false,
        reply_allowed: false,
        replaces: None,
        remind_after: None,
        follow_recipient: false,
    }
}

async fn give(upload: &mut Upload, name: &str, content: &Bytes) -> Result<(), Error> {
    let mut part = upload.intake().part(name, None);
    for piece in content.chunks(50_000) {
        part.push(Bytes::copy_from_slice(piece)).await?;
    }
    part.finish().await
}

async fn publish(
    sender: &SenderAccess,
    key: &str,
    draft: &Draft,
    files: &[(&str, &Bytes)],
) -> Result<Publication, Error> {
    let mut upload = sender.begin(key).await?;
    for (name, content) in files {
        give(&mut upload, name, content).await?;
    }
    upload.publish(draft).await
}

fn issues(error: Error) -> Vec<(&'static str, String)> {
    match error {
        Error::Invalid(issues) => issues.into_iter().map(|issue| (issue.kind, issue.name)).collect(),
        other => panic!("{other:?}"),
    }
}

/// Nothing of any publication is in the data: no row, no object, no key.
async fn expect_no_trace(world: &World) {
    world.expect_objects(0).await;
    for sql in [
        "SELECT COUNT(*) FROM publication",
        "SELECT COUNT(*) FROM part",
        "SELECT COUNT(*) FROM message",
        "SELECT COUNT(*) FROM sent",
        "SELECT COUNT(*) FROM idempotency",
        "SELECT COUNT(*) FROM audit_write WHERE action IN ('publish', 'notDelivered')",
    ] {
        assert_eq!(world.count(sql).await, 0, "{sql} on {}", world.name);
    }
}
