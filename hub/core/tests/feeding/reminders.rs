//! Reminders: told of messages that no person opened in time, once, whatever machines did.

use hub_core::error::{Conflict, Error};
use hub_core::mailbox::Number;
use hub_core::message::draft::Draft;
use hub_core::number::Ssin;
use hub_core::reply::ReplyDraft;
use hub_core::text::Texts;

use crate::ALL;
use crate::common::for_each_database;
use crate::notices::{Desk, opens};
use crate::parties::{BANK, grants, letter, publish};

fn with(person: &Ssin, change: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = letter(&Number::Ssin(person.clone()), "Aanslag", &[]);
    change(&mut draft);
    draft
}

#[tokio::test]
async fn an_unopened_message_is_told_of_once_whatever_machines_and_flags_say() {
    for_each_database(async |world| {
        let (anna, bart, chris) =
            (world.citizen(1, true).await, world.citizen(2, true).await, world.citizen(3, true).await);
        let held = grants(world, &anna, BANK, &ALL).await;
        let mut desk = Desk::new(world).await;
        for person in [&anna, &bart, &chris] {
            publish(world, &with(person, |draft| draft.remind_after = Some("P14D".into())), &[]).await;
        }
        publish(world, &with(&chris, |_| ()), &[]).await;
        // a machine fetches Anna's and raises the flag; Bart opens his
        let message = held.list(world).await.remove(0).id;
        held.open(world).await.message(held.mailbox(), &message).await.unwrap();
        held.open(world).await.mark(held.mailbox(), &message, crate::parties::set_read(true)).await.unwrap();
        opens(world, &bart).await;
        assert_eq!(desk.hears().await.len(), 6);

        assert!(desk.hears_after(13).await.is_empty(), "not before");
        assert_eq!(
            desk.hears_after(1).await,
            ["messageUnopened", "messageUnopened"],
            "Anna's and one of Chris's"
        );
        assert!(desk.hears_after(20).await.is_empty(), "once");
        assert_eq!(world.count("SELECT COUNT(*) FROM reminder").await, 0);
        assert_eq!(desk.hears_after(200).await, ["messageExpired"; 4]);
    })
    .await;
}

#[tokio::test]
async fn a_reminder_that_comes_late_does_not_speak_of_what_is_over() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut desk = Desk::new(world).await;
        publish(world, &with(&anna, |draft| draft.remind_after = Some("P30D".into())), &[]).await;
        let withdrawn =
            publish(world, &with(&anna, |draft| draft.remind_after = Some("P2D".into())), &[]).await;
        let reason = Texts::from([("nl".to_owned(), "Verkeerd".to_owned())]);
        world.sender("demo-tax", "publish").await.withdraw(&withdrawn, &reason).await.unwrap();
        desk.news().await;

        // nobody looked for half a year
        assert_eq!(desk.hears_after(200).await, ["messageExpired"]);
        assert_eq!(world.count("SELECT COUNT(*) FROM reminder").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_time_to_be_reminded_after_is_whole_days_within_the_stay_of_the_message() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let sender = world.sender("demo-tax", "publish").await;
        for (n, (text, taken)) in [
            ("P1D", true),
            ("P100D", true),
            ("P0D", false),
            ("P014D", false),
            ("P2W", false),
            ("P1M", false),
            ("P1DT1H", false),
            ("14", false),
            ("P-1D", false),
            ("P366D", false),
            ("P300D", false),
            ("PD", false),
        ]
        .into_iter()
        .enumerate()
        {
            let upload = sender.begin(&format!("reminder {n}")).await.unwrap();
            let draft = with(&anna, |draft| draft.remind_after = Some(text.into()));
            match upload.publish(&draft).await {
                Ok(_) => assert!(taken, "{text}"),
                Err(Error::Invalid(issues)) => {
                    assert!(!taken, "{text}");
                    assert_eq!(
                        (issues[0].kind, issues[0].name.as_str()),
                        ("outOfRange", "remindAfter"),
                        "{text}"
                    );
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_answered_has_opened_for_reminders_and_for_withdrawals() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &crate::withdrawals::WITH_REPLIES).await;
        let answerable = with(&anna, |draft| {
            draft.reply_allowed = true;
            draft.remind_after = Some("P14D".into());
        });
        let id = publish(world, &answerable, &[]).await;
        let mut desk = Desk::new(world).await;
        let message = held.list(world).await.remove(0).id;
        let open = held.open(world).await;
        let upload = open.begin_reply(held.mailbox(), &message, "k").await.unwrap();
        upload.send(&ReplyDraft { text: "Gelezen".into(), attachments: Vec::new() }).await.unwrap();

        let sent = world.count("SELECT COUNT(*) FROM sent WHERE opened_at IS NULL").await;
        assert_eq!(sent, 1, "nobody reported an opening");
        crate::withdrawals::refused(&crate::withdrawals::withdraw(world, &id).await, Conflict::Opened);
        assert_eq!(desk.hears().await, ["messageAvailable", "messageReplied"]);
        assert!(desk.hears_after(15).await.is_empty(), "an answered message is not unopened");
    })
    .await;
}
