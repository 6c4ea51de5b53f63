//! Retrieved, read, and what is written about both.

use futures_util::future::join_all;
use hub_core::access::citizen::Shelf;
use hub_core::access::provider::AskedPage;
use hub_core::access::sender::Fate;
use hub_core::clock::Timestamp;
use hub_core::mailbox::Number;

use crate::ALL;
use crate::common::{World, for_each_database};
use crate::parties::{
    BANK, grants, letter, log_in, pdf, publish, records, set_read, version_and_unread, write_to,
};

async fn retrieved_at(world: &World, message: &str) -> Option<Timestamp> {
    let status = world.sender("demo-tax", "status").await.status(message).await.unwrap();
    match status.fate {
        Fate::Available { retrieved_at, opened_at, .. } => {
            assert_eq!(opened_at, None, "no person opened it");
            retrieved_at
        }
        Fate::NotDelivered { .. } => panic!("it was delivered"),
    }
}

async fn acts(world: &World, action: &'static str) -> usize {
    world.rows_of::<(String,)>("SELECT action FROM audit_write WHERE action = $1", action).await.len()
}

#[tokio::test]
async fn the_first_content_makes_a_message_retrieved_and_a_list_does_not() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let sent = write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let message = held.list(world).await.remove(0).id;
        access.mark(held.mailbox(), &message, set_read(true)).await.unwrap();
        assert_eq!(retrieved_at(world, &sent).await, None);
        let (before, _) = version_and_unread(world).await;

        let first = world.clock.now();
        access.message(held.mailbox(), &message).await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(60));
        held.open(world).await.message(held.mailbox(), &message).await.unwrap();

        assert_eq!(retrieved_at(world, &sent).await, Some(first));
        assert_eq!(version_and_unread(world).await, (before + 1, 0), "the version moved once");
        assert_eq!(acts(world, "retrieve").await, 1);
        let mark = world.row::<(Option<Timestamp>, Option<Timestamp>, bool)>(
            "SELECT retrieved_at, opened_at, read FROM mark",
        );
        assert_eq!(mark.await, (Some(first), None, true));
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_body_is_retrieved_by_its_file() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(20_000);
        let mut draft = letter(&Number::Ssin(anna.clone()), "Bijlage", &[&file]);
        draft.body = None;
        let sent = publish(world, &draft, &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let message = held.list(world).await.remove(0).id;

        let shown = access.message(held.mailbox(), &message).await.unwrap();
        assert_eq!((shown.body.is_none(), retrieved_at(world, &sent).await), (true, None));
        access.content(held.mailbox(), &message, &shown.attachments[0].id).await.unwrap();
        assert_eq!(retrieved_at(world, &sent).await, Some(world.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn many_first_retrievals_at_once_are_one() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let sent = write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let message = held.list(world).await.remove(0).id;
        let (before, _) = version_and_unread(world).await;
        let access = held.open(world).await;

        let answers = join_all((0..8).map(|_| access.message(held.mailbox(), &message))).await;

        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(version_and_unread(world).await.0, before + 1);
        assert_eq!(
            (acts(world, "retrieve").await, retrieved_at(world, &sent).await),
            (1, Some(world.clock.now()))
        );
        assert_eq!(records(world).await.iter().filter(|(what, ..)| what == "message").count(), 8);
    })
    .await;
}

#[tokio::test]
async fn opening_in_the_portal_is_a_third_fact() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let sent = write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let session = log_in(world, &anna, None).await;
        let citizen = world.hub.citizen(&session).await.unwrap();
        let mailbox = citizen.mailbox().await.unwrap().id;
        let message = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0).id;
        let (before, unread) = version_and_unread(world).await;

        for _ in 0..2 {
            citizen.message(&mailbox, &message).await.unwrap();
        }

        let status = world.sender("demo-tax", "status").await.status(&sent).await.unwrap();
        let Fate::Available { retrieved_at, opened_at, .. } = status.fate else { panic!("it was delivered") };
        assert_eq!((retrieved_at, opened_at), (None, Some(world.clock.now())));
        assert_eq!((unread, version_and_unread(world).await), (1, (before + 1, 0)));
        assert_eq!(acts(world, "open").await, 1);
        let mark = world.row::<(Option<Timestamp>, Option<Timestamp>, bool)>(
            "SELECT retrieved_at, opened_at, read FROM mark",
        );
        assert_eq!(mark.await, (None, Some(world.clock.now()), true));
    })
    .await;
}

#[tokio::test]
async fn the_display_flag_moves_the_counts_once() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "1").await;
        write_to(world, &Number::Ssin(anna.clone()), "2").await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let message = held.list(world).await.remove(0).id;
        let (version, _) = version_and_unread(world).await;

        for (read, moved, unread) in
            [(false, 0, 2), (true, 1, 1), (true, 1, 1), (false, 2, 2), (false, 2, 2), (true, 3, 1)]
        {
            let listed = access.mark(held.mailbox(), &message, set_read(read)).await.unwrap();
            assert_eq!((listed.id.as_str(), listed.headline.read), (message.as_str(), read));
            assert_eq!(version_and_unread(world).await, (version + moved, unread));
        }
        assert_eq!((acts(world, "markRead").await, acts(world, "markUnread").await), (2, 1));
        let flags: Vec<bool> = held.list(world).await.iter().map(|message| message.headline.read).collect();
        assert_eq!(flags, [true, false]);
        assert_eq!(held.open(world).await.mailboxes(None, None).await.unwrap().items[0].unread, 1);
    })
    .await;
}

#[tokio::test]
async fn flags_set_at_once_leave_the_counts_right() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        for subject in ["1", "2", "3"] {
            write_to(world, &Number::Ssin(anna.clone()), subject).await;
        }
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let messages = held.list(world).await;

        let marks = (0..24).map(|n| access.mark(held.mailbox(), &messages[n % 3].id, set_read(n % 2 == 0)));
        let answers = join_all(marks).await;

        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        let unread = held.list(world).await.iter().filter(|message| !message.headline.read).count();
        assert_eq!(version_and_unread(world).await.1, i64::try_from(unread).unwrap());
    })
    .await;
}

#[tokio::test]
async fn every_disclosure_has_its_record_and_a_refusal_has_none() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(50);
        publish(world, &letter(&Number::Ssin(anna.clone()), "Bijlage", &[&file]), &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let (access, mailbox) = (held.open(world).await, held.mailbox());

        access.mailboxes(None, None).await.unwrap();
        let message = access.messages(mailbox, AskedPage::default()).await.unwrap().items.remove(0).id;
        let attachment = access.message(mailbox, &message).await.unwrap().attachments.remove(0).id;
        access.content(mailbox, &message, &attachment).await.unwrap();
        access.mark(mailbox, &message, set_read(true)).await.unwrap();
        assert!(access.messages("mbx_", AskedPage::default()).await.is_err());
        assert!(access.message(mailbox, "msg_").await.is_err());
        assert!(access.content(mailbox, &message, "att_").await.is_err());

        let (number,) = world.row::<(i64,)>("SELECT number FROM message").await;
        let expected = [
            ("summary", None, None),
            ("list", Some(number), None),
            ("message", Some(number), None),
            ("content", Some(number), Some(1)),
            ("list", Some(number), None),
        ];
        assert_eq!(records(world).await, expected.map(|(what, number, part)| (what.to_owned(), number, part)));
        let readers = world.db.fetch_all::<(String, bool)>(
            "SELECT DISTINCT r.role, r.reader = a.id AND r.consent_id = c.id AND r.mailbox_id = c.mailbox_id AS same
             FROM reading r, provider_application a, consent c",
            (),
        );
        assert_eq!(readers.await.unwrap(), [("provider".to_owned(), true)]);
    })
    .await;
}
