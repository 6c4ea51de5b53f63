//! Withdrawals against whatever comes at the same time: one wins, the other is told.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use hub_core::access::citizen::Shelf;
use hub_core::access::sender::Fate;
use hub_core::error::{Conflict, Error};
use hub_core::mailbox::Number;
use hub_core::reply::ReplyDraft;

use crate::common::{World, for_each_database};
use crate::parties::{BANK, grants, letter, pdf, publish, write_to};
use crate::withdrawals::{WITH_REPLIES, portal, reason, refused, withdraw};

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

/// Lets two acts come as far as the mailbox's lock, one after the other, and then frees it.
async fn queued<A, B>(
    world: &World,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let mut lock = world.db.write().await.unwrap();
    lock.execute("UPDATE mailbox SET version = version", ()).await.unwrap();
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        second.await
    };
    let free = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        lock.commit().await.unwrap();
    };
    let (first, second, ()) = tokio::join!(first, later, free);
    (first, second)
}

#[tokio::test]
async fn whoever_comes_to_the_lock_first_wins() {
    for_each_database(async |world| {
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let sender = world.sender("demo-tax", "publish").await;
        let mut parties = Vec::new();
        for person in [&anna, &bart] {
            let id = write_to(world, &Number::Ssin(person.clone()), "Aanslag").await;
            let (citizen, mailbox) = portal(world, person).await;
            let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;
            parties.push((id, citizen, mailbox, message));
        }

        let (id, citizen, mailbox, message) = &parties[0];
        let (withdrawn, shown) =
            queued(world, sender.withdraw(id, &reason()), citizen.message(mailbox, message)).await;
        withdrawn.unwrap();
        let shown = shown.unwrap();
        assert!(shown.body.is_none() && shown.sequel.withdrawn.is_some(), "read before, not shown after");

        let (id, citizen, mailbox, message) = &parties[1];
        let (shown, withdrawn) =
            queued(world, citizen.message(mailbox, message), sender.withdraw(id, &reason())).await;
        assert!(shown.unwrap().body.is_some());
        refused(&withdrawn, Conflict::Opened);
    })
    .await;
}

#[tokio::test]
async fn who_read_the_content_before_the_withdrawal_and_fetches_after_it_gets_what_is_left() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let files = [&pdf(40_000)];
        let id = publish(world, &letter(&Number::Ssin(anna.clone()), "Aanslag", &files), &files).await;
        let sender = world.sender("demo-tax", "publish").await;
        let open = held.open(world).await;
        let theirs = held.list(world).await.remove(0).id;

        let (withdrawn, fetched) =
            queued(world, sender.withdraw(&id, &reason()), open.message(held.mailbox(), &theirs)).await;

        withdrawn.unwrap();
        assert!(fetched.unwrap().body.is_none(), "nor to a machine");
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE opened_at IS NOT NULL").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE retrieved_at IS NOT NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_whose_object_went_with_a_withdrawal_is_not_found_rather_than_broken() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let files = [&pdf(40_000)];
        let id = publish(world, &letter(&Number::Ssin(anna.clone()), "Aanslag", &files), &files).await;
        let (open, listed) = (held.open(world).await, held.list(world).await.remove(0).id);
        let attachment = open.message(held.mailbox(), &listed).await.unwrap().attachments[0].id.clone();
        let file = open.file(held.mailbox(), &listed, &attachment).await.unwrap();

        withdraw(world, &id).await.unwrap();
        while world.hub.upkeep().work_outbox().await.unwrap() > 0 {}

        let late = file.open(None).await.err().unwrap();
        assert!(matches!(late, Error::NotFound("attachment")), "{late:?}");
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

        // the withdrawal waits for the mailbox, and behind it the reply, which found the message as it was
        let sender = world.sender("demo-tax", "publish").await;
        let (withdrawn, late) = queued(world, sender.withdraw(&id, &reason()), upload.send(&reply)).await;

        withdrawn.unwrap();
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
        refused(&late, Conflict::AlreadyOver);
        assert_eq!(expired.unwrap(), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM sequel").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox WHERE total <> 0 OR unread <> 0").await, 0);
    })
    .await;
}
