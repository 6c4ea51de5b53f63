//! Withdrawals against whatever comes at the same time: one wins, the other is told.

use bytes::Bytes;
use futures_util::StreamExt as _;
use hub_core::access::citizen::Shelf;
use hub_core::access::sender::Fate;
use hub_core::error::{Conflict, Error};
use hub_core::id::MailboxId;
use hub_core::mailbox::Number;
use hub_core::reply::ReplyDraft;

use crate::common::for_each_database;
use crate::parties::{BANK, grants, letter, pdf, publish, write_to};
use crate::withdrawals::{WITH_REPLIES, portal, refused, withdraw};

#[tokio::test]
async fn an_opening_and_a_withdrawal_at_once_have_one_winner() {
    for_each_database(async |world| {
        let mut outcomes = [0, 0];
        for n in 0..12 {
            let person = world.citizen(20 + n, true).await;
            let id = write_to(world, &Number::Ssin(person.clone()), "Aanslag").await;
            let (citizen, mailbox) = portal(world, &person).await;
            let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;

            let (shown, withdrawn) = if n % 2 == 0 {
                tokio::join!(citizen.message(&mailbox, &message), withdraw(world, &id))
            } else {
                let (withdrawn, shown) =
                    tokio::join!(withdraw(world, &id), citizen.message(&mailbox, &message));
                (shown, withdrawn)
            };

            let shown = shown.unwrap();
            let fate = world.sender("demo-tax", "status").await.status(&id).await.unwrap().fate;
            let Fate::Available { opened_at, withdrawn_at, .. } = fate else { panic!("delivered") };
            match withdrawn {
                Ok(_) => {
                    assert!(
                        shown.body.is_none() && shown.sequel.withdrawn.is_some(),
                        "nothing of it is shown"
                    );
                    assert!(opened_at.is_none() && withdrawn_at.is_some());
                    outcomes[0] += 1;
                }
                Err(Error::Conflict(Conflict::Opened)) => {
                    assert!(shown.body.is_some() && opened_at.is_some() && withdrawn_at.is_none());
                    outcomes[1] += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        println!("withdrawn {}, opened {}", outcomes[0], outcomes[1]);
    })
    .await;
}

#[tokio::test]
async fn who_read_the_content_before_the_withdrawal_and_opens_after_it_sees_what_is_left() {
    for_each_database(async |world| {
        if world.name == "sqlite" {
            // the one writer: nobody waits for a lock between reading and opening
            return;
        }
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let files = [&pdf(40_000)];
        let id = publish(world, &letter(&Number::Ssin(anna.clone()), "Aanslag", &files), &files).await;
        let (citizen, mailbox) = portal(world, &anna).await;
        let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;
        let open = held.open(world).await;
        let theirs = held.list(world).await.remove(0).id;
        let (boxed,): (MailboxId,) = world.row("SELECT mailbox_id FROM message").await;

        // the mailbox is held while all three have come as far as its lock
        let mut lock = world.db.write().await.unwrap();
        lock.execute("UPDATE mailbox SET version = version WHERE id = $1", (boxed,)).await.unwrap();
        let free = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            lock.commit().await.unwrap();
        };
        let withdrawing = withdraw(world, &id);
        let later = std::time::Duration::from_millis(100);
        let opening = async {
            tokio::time::sleep(later).await;
            citizen.message(&mailbox, &message).await
        };
        let fetching = async {
            tokio::time::sleep(later).await;
            open.message(held.mailbox(), &theirs).await
        };
        let (withdrawn, shown, fetched, ()) = tokio::join!(withdrawing, opening, fetching, free);

        withdrawn.unwrap();
        assert!(shown.unwrap().body.is_none(), "read before, not shown after");
        assert!(fetched.unwrap().value.body.is_none(), "nor to a machine");
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE opened_at IS NOT NULL").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE retrieved_at IS NOT NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_download_that_runs_while_its_message_is_withdrawn_ends_whole_or_with_an_error() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let content: Bytes = pdf(300_000);
        let files = [&content];
        let id = publish(world, &letter(&Number::Ssin(anna.clone()), "Aanslag", &files), &files).await;
        let open = held.open(world).await;
        let message = held.list(world).await.remove(0).id;
        let file = open.message(held.mailbox(), &message).await.unwrap().attachments[0].id.clone();

        let mut bytes = open.content(held.mailbox(), &message, &file).await.unwrap().bytes;
        let mut got = bytes.next().await.unwrap().unwrap().to_vec();
        withdraw(world, &id).await.unwrap();
        while world.hub.upkeep().work_outbox().await.unwrap() > 0 {}
        let mut broken = false;
        while let Some(piece) = bytes.next().await {
            match piece {
                Ok(piece) => got.extend_from_slice(&piece),
                Err(_) => broken = true,
            }
        }
        assert!(broken || got == content, "never a part that looks whole");
        assert!(matches!(open.content(held.mailbox(), &message, &file).await, Err(Error::NotFound(_))));
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_is_on_its_way_when_its_message_is_withdrawn_is_refused() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let mut draft = letter(&Number::Ssin(anna.clone()), "Aanslag", &[]);
        draft.reply_allowed = true;
        let id = publish(world, &draft, &[]).await;
        let open = held.open(world).await;
        let message = held.list(world).await.remove(0).id;
        let upload = open.begin_reply(held.mailbox(), &message, "k").await.unwrap();
        let reply = ReplyDraft { text: "Te laat".into(), attachments: Vec::new() };

        let late = if world.name == "sqlite" {
            withdraw(world, &id).await.unwrap();
            upload.send(&reply).await
        } else {
            // the withdrawal waits for the mailbox, and behind it the reply, which found the message as it was
            let (boxed,): (MailboxId,) = world.row("SELECT mailbox_id FROM message").await;
            let mut lock = world.db.write().await.unwrap();
            lock.execute("UPDATE mailbox SET version = version WHERE id = $1", (boxed,)).await.unwrap();
            let sending = async {
                tokio::time::sleep(std::time::Duration::from_millis(150)).await;
                upload.send(&reply).await
            };
            let free = async {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                lock.commit().await.unwrap();
            };
            let (withdrawn, late, ()) = tokio::join!(withdraw(world, &id), sending, free);
            withdrawn.unwrap();
            late
        };

        assert!(matches!(late, Err(Error::Conflict(Conflict::NotAnswerable))));
        assert_eq!(world.count("SELECT COUNT(*) FROM reply").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_and_expiry_at_once_leave_nothing_behind() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let id = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        world.clock.advance(std::time::Duration::from_secs(200 * 86_400));
        let upkeep = world.hub.upkeep();
        let (late, expired) = tokio::join!(withdraw(world, &id), upkeep.expire());
        refused(late, Conflict::AlreadyOver);
        assert_eq!(expired.unwrap(), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM sequel").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox WHERE total <> 0 OR unread <> 0").await, 0);
    })
    .await;
}
