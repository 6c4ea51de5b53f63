//! Publishing, from the idempotency key to the last row, as an attacker would try it; on every database.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use std::time::Duration;

use bytes::Bytes;
use common::{World, enterprise, for_each_database, recipient, ssin};
use data_encoding::BASE64URL_NOPAD;
use hub_core::access::sender::{Fate, Outcome, Publication, ReachQuery, SenderAccess, Upload};
use hub_core::error::{Conflict, Error};
use hub_core::id::Sha256;
use hub_core::mailbox::Number;
use hub_core::message::draft::{Draft, DraftAttachment, DraftBody};
use hub_core::message::{Addressee, BusinessDatum};
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
        for_the_attention_of: None,
        registered_mail: false,
        reply_allowed: false,
    }
}

async fn give(upload: &mut Upload, name: &str, content: &Bytes) -> Result<(), Error> {
    let mut part = upload.part(name, None);
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
            world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'refusePublication'").await,
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
        let mut part = upload.part("letter", Some("image/png; q=1"));
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

#[tokio::test]
async fn the_same_request_again_has_the_same_answer_and_a_different_one_a_conflict() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (content, other) = (pdf(20_000), pdf(20_001));
        let (files, draft) = ([("letter", &content)], letter(&anna, &[("letter", &content)]));
        let first = publish(&tax, "key", &draft, &files).await.unwrap();

        world.clock.advance(Duration::from_secs(7 * 24 * 3_600 - 1));
        let again = publish(&tax, "key", &draft, &files).await.unwrap();

        assert_eq!((again.published, again.replayed), (first.published.clone(), true));
        let changed = Draft { reply_allowed: true, ..draft.clone() };
        let conflict = publish(&tax, "key", &changed, &files).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        let conflict =
            publish(&tax, "key", &letter(&anna, &[("letter", &other)]), &[("letter", &other)]).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        let conflict = publish(&tax, "key", &draft, &[("letter", &other)]).await;
        assert!(matches!(conflict, Err(Error::Conflict(Conflict::IdempotencyKey))), "{conflict:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        world.expect_objects(1).await;

        world.clock.advance(Duration::from_secs(1));
        let anew = publish(&tax, "key", &draft, &files).await.unwrap();
        assert!(!anew.replayed && anew.published.message_id != first.published.message_id);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 2);
    })
    .await;
}

#[tokio::test]
async fn another_applications_key_is_another_key() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let (tax, family) =
            (world.sender("demo-tax", "publish").await, world.sender("demo-family", "publish").await);
        let draft = letter(&anna, &[]);
        publish(&tax, "key", &draft, &[]).await.unwrap();

        let family_draft = Draft {
            sender_organization: "0001002068".into(),
            message_type: "family-benefits".into(),
            ..draft
        };
        assert!(!publish(&family, "key", &family_draft, &[]).await.unwrap().replayed);
    })
    .await;
}

#[tokio::test]
async fn a_running_request_holds_its_key_until_it_ends_or_its_lease_does() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&anna, &[]);

        let running = tax.begin("key").await.unwrap();
        assert!(matches!(tax.begin("key").await, Err(Error::Conflict(Conflict::StillRunning))));
        world.clock.advance(Duration::from_secs(121));
        publish(&tax, "key", &draft, &[]).await.unwrap();

        // The first one has lost its claim: it can neither publish nor free the key.
        let late = running.publish(&draft).await;
        assert!(matches!(late, Err(Error::Conflict(Conflict::StillRunning))), "{late:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        assert!(publish(&tax, "key", &draft, &[]).await.unwrap().replayed);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_goes_away_leaves_nothing_and_frees_its_key() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let mut upload = tax.begin("key").await.unwrap();
        give(&mut upload, "letter", &pdf(100_000)).await.unwrap();
        let mut part = upload.part("annex", None);
        part.push(pdf(200_000)).await.unwrap();

        drop(part);
        drop(upload);

        for _ in 0..200 {
            if world.count("SELECT COUNT(*) FROM idempotency").await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        expect_no_trace(world).await;
        assert!(tax.begin("key").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_staging_and_commit_leaves_nothing_readable_and_the_collector_finds_it() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];
        publish(&tax, "kept", &letter(&anna, &files), &files).await.unwrap();
        let mut upload = tax.begin("crashed").await.unwrap();
        give(&mut upload, "letter", &content).await.unwrap();
        // A process that dies runs no destructors.
        std::mem::forget(upload);

        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM part WHERE sealed IS NULL").await, 1);
        world.expect_objects(2).await;
        assert_eq!(
            world.hub.upkeep().collect_objects(Duration::ZERO).await.unwrap(),
            0,
            "too young to be judged"
        );
        world.clock.advance(Duration::from_secs(3_600));
        assert_eq!(world.hub.upkeep().collect_objects(Duration::ZERO).await.unwrap(), 1);
        world.expect_objects(1).await;
        assert!(publish(&tax, "crashed", &letter(&anna, &files), &files).await.is_ok(), "the lease is over");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_who_is_not_active_gets_nothing_and_the_sender_is_told() {
    for_each_database(async |world| {
        let passive = Number::Ssin(world.citizen(1, false).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];

        for (key, to) in [("passive", &passive), ("unknown", &Number::Ssin(ssin(2)))] {
            let done = publish(&tax, key, &letter(to, &files), &files).await.unwrap();
            assert_eq!(done.published.outcome, Outcome::NoDigitalUser);
            assert!(publish(&tax, key, &letter(to, &files), &files).await.unwrap().replayed);
            let follower = world.sender("demo-tax", "status").await;
            let fate = follower.status(&done.published.message_id).await.unwrap().fate;
            assert_eq!(fate, Fate::NotDelivered { at: world.clock.now() });
        }

        world.expect_objects(0).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM publication").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 1, "no box for an unknown citizen");
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE mailbox_id IS NOT NULL").await, 0);
        // Becoming active later shows nothing of what was refused.
        world.citizen(1, true).await;
        assert_eq!(world.count("SELECT total FROM mailbox").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_publication_that_waits_for_the_mailbox_sees_what_it_waited_for() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&anna, &[]);
        // The citizen withdraws; their transaction holds the mailbox while the letter comes in.
        let mut withdrawal = world.db.write().await.unwrap();
        withdrawal.execute("UPDATE mailbox SET activated_at = NULL", ()).await.unwrap();

        let (done, ()) = tokio::join!(
            async {
                // On SQLite the key can be claimed only after the withdrawal too.
                publish(&tax, "key", &draft, &[]).await.unwrap()
            },
            async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                withdrawal.commit().await.unwrap();
            }
        );

        assert_eq!(done.published.outcome, Outcome::NoDigitalUser);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_first_publications_to_an_enterprise_open_one_mailbox() {
    for_each_database(async |world| {
        let tax = world.sender("demo-tax", "publish").await;
        let draft = letter(&Number::Enterprise(enterprise(1)), &[]);

        let keys: Vec<String> = (0..8).map(|n| format!("key{n}")).collect();
        let publishing = keys.iter().map(|key| publish(&tax, key, &draft, &[]));
        for done in futures_util::future::join_all(publishing).await {
            assert!(matches!(done.unwrap().published.outcome, Outcome::Delivered { .. }));
        }

        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 1);
        let (version, total): (i64, i64) = world.row("SELECT version, total FROM mailbox").await;
        assert_eq!((version, total), (8, 8));
        assert_eq!(world.count("SELECT COUNT(DISTINCT number) FROM message").await, 8);
    })
    .await;
}

#[tokio::test]
async fn a_status_is_for_the_application_that_sent_it_only() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let (follower, other) =
            (world.sender("demo-tax", "status").await, world.sender("demo-family", "status").await);
        let done = publish(&tax, "key", &letter(&anna, &[]), &[]).await.unwrap();
        let Outcome::Delivered { expires_at } = done.published.outcome else { panic!() };
        let at = world.clock.now();
        let expected = |expired_at| Fate::Available {
            at,
            retrieved_at: None,
            opened_at: None,
            expires_at: Some(expires_at),
            expired_at,
        };

        let id = &done.published.message_id;
        assert!(id.starts_with("msg_") && id.len() == 30);
        assert_eq!(follower.status(id).await.unwrap().fate, expected(None));
        assert!(matches!(other.status(id).await, Err(Error::NotFound(_))));
        for wrong in
            ["", "msg_", "msg_00000000000000000000000000", &id.replace("msg_", "att_"), &id.to_uppercase()]
        {
            assert!(matches!(follower.status(wrong).await, Err(Error::NotFound(_))), "{wrong}");
        }

        world.clock.advance(expires_at.since(at));
        let follower = world.sender("demo-tax", "status").await;
        assert_eq!(follower.status(id).await.unwrap().fate, expected(Some(expires_at)));
    })
    .await;
}

#[tokio::test]
async fn reachability_has_one_answer_for_unknown_and_not_active_and_a_daily_budget() {
    for_each_database(async |world| {
        let active = Number::Ssin(world.citizen(1, true).await);
        let passive = Number::Ssin(world.citizen(2, false).await);
        let asker = world.sender("demo-tax", "recipients").await;
        let everyone = [active, passive, Number::Ssin(ssin(3)), Number::Enterprise(enterprise(1))];
        let query = ReachQuery {
            sender_organization: "0001001078".into(),
            message_type: "tax-assessment".into(),
            recipients: everyone.iter().map(recipient).collect(),
        };

        assert_eq!(asker.reachable(&query, 10).await.unwrap(), [true, false, false, true]);
        assert_eq!(asker.reachable(&query, 10).await.unwrap().len(), 4);
        let limited = asker.reachable(&query, 10).await;
        assert!(matches!(limited, Err(Error::Limited { retry_after: 1..=86_400 })), "{limited:?}");
        assert_eq!(
            world.count("SELECT asked FROM reach_budget").await,
            8,
            "a refused question costs nothing"
        );
        world.clock.advance(Duration::from_secs(86_400));
        let asker = world.sender("demo-tax", "recipients").await;
        assert!(asker.reachable(&query, 10).await.is_ok());

        let foreign = ReachQuery { sender_organization: "0001002068".into(), ..query.clone() };
        assert_eq!(
            issues(asker.reachable(&foreign, 10).await.unwrap_err()),
            [("trioNotRegistered", "messageType".to_owned())]
        );
        let mut wrong = query;
        wrong.recipients[3].enterprise_number = Some("0123456789".into());
        assert_eq!(
            issues(asker.reachable(&wrong, 10).await.unwrap_err()),
            [("invalidStructure", "recipients[3].enterpriseNumber".to_owned())]
        );
        wrong.recipients.clear();
        assert_eq!(
            issues(asker.reachable(&wrong, 10).await.unwrap_err()),
            [("outOfRange", "recipients".to_owned())]
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox").await, 2, "asking opens nothing");
    })
    .await;
}

#[tokio::test]
async fn an_expired_letter_is_removed_with_its_content_and_the_sender_keeps_the_facts() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(100_000);
        let files = [("letter", &content)];
        let old = publish(&tax, "old", &letter(&anna, &files), &files).await.unwrap();
        let Outcome::Delivered { expires_at } = old.published.outcome else { panic!() };
        world.clock.advance(Duration::from_secs(24 * 3_600));
        let tax = world.sender("demo-tax", "publish").await;
        publish(&tax, "new", &letter(&anna, &files), &files).await.unwrap();
        let version = world.count("SELECT version FROM mailbox").await;
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 0);

        world.clock.advance(expires_at.since(world.clock.now()));
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 1);
        assert_eq!(world.hub.upkeep().expire().await.unwrap(), 0);

        let (after, total, unread): (i64, i64, i64) =
            world.row("SELECT version, total, unread FROM mailbox").await;
        assert_eq!((after, total, unread), (version + 1, 1, 1));
        for sql in [
            "SELECT COUNT(*) FROM message",
            "SELECT COUNT(*) FROM publication",
            "SELECT COUNT(*) FROM part WHERE role = 'body'",
        ] {
            assert_eq!(world.count(sql).await, 1, "{sql}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE expires_at IS NOT NULL").await, 2);
        world.expect_objects(2).await;
        assert_eq!(world.hub.upkeep().work_outbox().await.unwrap(), 1);
        world.expect_objects(1).await;
        assert_eq!(world.hub.upkeep().work_outbox().await.unwrap(), 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox").await, 0);
    })
    .await;
}

#[tokio::test]
async fn concurrent_workers_do_each_task_once() {
    for_each_database(async |world| {
        let anna = Number::Ssin(world.citizen(1, true).await);
        let tax = world.sender("demo-tax", "publish").await;
        let content = pdf(9_000);
        let files = [("letter", &content)];
        for n in 0..30 {
            publish(&tax, &format!("key{n}"), &letter(&anna, &files), &files).await.unwrap();
        }
        world.clock.advance(Duration::from_secs(200 * 24 * 3_600));
        let upkeep = world.hub.upkeep();
        let removed = futures_util::future::join_all((0..4).map(|_| upkeep.expire())).await;
        assert_eq!(removed.into_iter().map(Result::unwrap).sum::<usize>(), 30);

        let done = futures_util::future::join_all((0..4).map(|_| upkeep.work_outbox())).await;

        assert_eq!(done.into_iter().map(Result::unwrap).sum::<usize>(), 30);
        world.expect_objects(0).await;
        assert_eq!(world.count("SELECT total FROM mailbox").await, 0);
        assert_eq!(world.hub.upkeep().forget_keys().await.unwrap(), 30);
    })
    .await;
}
