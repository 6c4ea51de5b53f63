//! What a letter must be, and that it is kept with everything that belongs to it.

use crate::common::{for_each_database, ssin};
use crate::{expect_no_trace, give, issues, letter, pdf, publish};
use bytes::Bytes;
use hub_core::access::sender::Outcome;
use hub_core::error::Error;
use hub_core::mailbox::Number;
use hub_core::message::draft::Draft;
use hub_core::message::{Addressee, BusinessDatum};

#[tokio::test]
async fn a_letter_is_in_the_mailbox_with_everything_that_belongs_to_it() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (small, large) = (pdf(100), pdf(300_000));
        let files = [("letter", &large), ("annex", &small)];
        let mut draft = letter(&anna, &files);
        draft.registered_mail = true;
        draft.for_the_attention_of = Some(Addressee { name: Some("Test Citizen".into()), ssin: None });
        draft.business_data = vec![
            BusinessDatum { key: "YEAR".into(), values: vec!["2026".into()] },
            BusinessDatum { key: "ABOUT".into(), values: vec![ssin(7).as_str().to_owned()] },
        ];

        let done = publish(&tax, "one", &draft, &files).await.unwrap();

        assert!(matches!(done.published.outcome, Outcome::Delivered { .. }) && !done.replayed);
        let (version, total, unread): (i64, i64, i64) =
            world.row("SELECT version, total, unread FROM mailbox").await;
        let (number, flags, subject): (i64, i64, String) =
            world.row("SELECT number, flags, subject FROM message").await;
        assert_eq!((number, total, unread, flags), (version, 1, 1, 3));
        assert_eq!(subject, r#"{"nl":"Aanslagbiljet 2026"}"#);
        let (header, sealed): (String, Vec<u8>) =
            world.row("SELECT header, sealed_header FROM publication").await;
        assert!(
            header.contains("YEAR") && !header.contains(ssin(7).as_str()) && !header.contains("Test Citizen")
        );
        assert!(!sealed.is_empty());
        let parts: Vec<(i64, String, bool, i64, Option<String>)> = world
            .rows_of("SELECT n, role, main, size, file_name FROM part WHERE n >= $1 ORDER BY n", 0_i64)
            .await;
        assert_eq!(
            parts,
            [
                (0, "body".into(), false, 14, None),
                (1, "attachment".into(), true, 300_000, Some("letter.pdf".into())),
                (2, "attachment".into(), false, 100, Some("annex.pdf".into())),
            ]
        );
        world.expect_objects(1).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'publish'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_leaves_no_trace() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (content, other) = (pdf(20_000), pdf(30_000));
        let mut draft = letter(&anna, &[("letter", &other), ("lost", &content)]);
        draft.body.as_mut().unwrap().main = true;
        draft.recipient.ssin = Some("84022711080".into());

        let wrong =
            publish(&tax, "one", &draft, &[("letter", &content), ("stray", &content), ("letter", &content)])
                .await;

        let mut found = issues(wrong.unwrap_err());
        found.sort();
        assert_eq!(
            found,
            [
                ("digestMismatch", "attachments[0].digest.digestValue".to_owned()),
                ("duplicatePart", "letter".to_owned()),
                ("invalidStructure", "recipient.ssin".to_owned()),
                ("mainContent", "attachments".to_owned()),
                ("missingPart", "attachments[1].part".to_owned()),
                ("unexpectedPart", "stray".to_owned()),
            ]
        );
        expect_no_trace(world).await;
    })
    .await;
}

#[tokio::test]
async fn only_registered_trios_publish_and_a_refusal_is_recorded() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let (tax, family) =
            (world.sender("demo-tax", "publish").await, world.sender("demo-family", "publish").await);
        let draft = letter(&anna, &[]);

        assert_eq!(
            issues(publish(&family, "a", &draft, &[]).await.unwrap_err()),
            [("trioNotRegistered", "messageType".to_owned())]
        );
        let other_type = Draft { message_type: "family-benefits".into(), ..draft.clone() };
        assert_eq!(
            issues(publish(&tax, "b", &other_type, &[]).await.unwrap_err()),
            [("trioNotRegistered", "messageType".to_owned())]
        );
        let no_type = Draft { message_type: "x\0".into(), ..draft };
        assert_eq!(issues(publish(&tax, "c", &no_type, &[]).await.unwrap_err()).len(), 2);

        expect_no_trace(world).await;
        assert_eq!(
            world
                .count("SELECT COUNT(*) FROM audit_write WHERE action = 'refused' AND object = 'publish'")
                .await,
            3
        );
    })
    .await;
}

#[tokio::test]
async fn a_media_type_must_be_allowed_declared_and_true() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let html = Bytes::from_static(b"<html><script>alert(1)</script></html>");
        let refused = [("mediaTypeRefused", "attachments[0].mediaType".to_owned())];
        let as_type = |media_type: &str| {
            let mut draft = letter(&anna, &[("letter", &html)]);
            draft.attachments[0].media_type = media_type.into();
            draft
        };

        for media_type in ["application/pdf", "text/plain"] {
            let sniffed = publish(&tax, "a", &as_type(media_type), &[("letter", &html)]).await;
            assert_eq!(issues(sniffed.unwrap_err()), refused, "{media_type}");
        }
        let not_allowed = publish(&tax, "a", &as_type("text/html"), &[("letter", &html)]).await;
        assert_eq!(issues(not_allowed.unwrap_err()), refused);
        let content = pdf(50);
        let mut upload = tax.begin("a").await.unwrap();
        let mut part = upload.intake().part("letter", Some("image/png; q=1"));
        part.push(content.clone()).await.unwrap();
        part.finish().await.unwrap();
        let declared = upload.publish(&letter(&anna, &[("letter", &content)])).await;
        assert_eq!(issues(declared.unwrap_err()), refused);
        let empty = Bytes::new();
        let nothing = publish(&tax, "a", &letter(&anna, &[("letter", &empty)]), &[("letter", &empty)]).await;
        assert_eq!(issues(nothing.unwrap_err()), [("emptyPart", "attachments[0].part".to_owned())]);

        expect_no_trace(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_attachment_over_20_mib_and_an_eleventh_are_refused() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;

        let mut upload = tax.begin("one").await.unwrap();
        let outcome = give(&mut upload, "letter", &pdf(20 * 1024 * 1024 + 1)).await;
        assert!(matches!(outcome, Err(Error::TooLarge { limit: 20_971_520 })), "{outcome:?}");
        upload.abandon().await;
        expect_no_trace(world).await;

        let content = pdf(10);
        let names: Vec<String> = (0..11).map(|n| format!("p{n}")).collect();
        let files: Vec<(&str, &Bytes)> = names.iter().map(|name| (name.as_str(), &content)).collect();
        let eleven = publish(&tax, "one", &letter(&anna, &files), &files).await;
        assert!(issues(eleven.unwrap_err()).contains(&("outOfRange", "attachments".to_owned())));
        expect_no_trace(world).await;
    })
    .await;
}
