//! Lists and their pages.

use std::time::Duration;

use hub_core::access::provider::{AskedPage, MessagePage};
use hub_core::mailbox::Number;
use hub_core::message::Flags;

use crate::common::{World, for_each_database};
use crate::parties::{BANK, Held, grants, letter, pdf, publish, second_provider, write_to};
use crate::{ALL, expect_invalid};

async fn page(world: &World, held: &Held, size: usize, after: Option<&str>) -> MessagePage {
    held.open(world)
        .await
        .messages(held.mailbox(), AskedPage { size: Some(size), after, ..AskedPage::default() })
        .await
        .unwrap()
}

fn subjects(page: &MessagePage) -> Vec<&str> {
    page.items.iter().map(|message| message.headline.subject["nl"].as_str()).collect()
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_a_message_while_others_arrive() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let to = Number::Ssin(anna.clone());
        for subject in ["1", "2", "3", "4", "5"] {
            write_to(world, &to, subject).await;
        }
        let held = grants(world, &anna, BANK, &ALL).await;

        let first = page(world, &held, 2, None).await;
        write_to(world, &to, "6").await;
        let second = page(world, &held, 2, first.next.as_deref()).await;
        let third = page(world, &held, 2, second.next.as_deref()).await;

        assert_eq!(
            [subjects(&first), subjects(&second), subjects(&third)],
            [vec!["5", "4"], vec!["3", "2"], vec!["1"]]
        );
        assert_eq!((third.next, first.size, first.total, second.total), (None, 2, Some(5), Some(6)));
        assert_eq!(subjects(&page(world, &held, 6, None).await), ["6", "5", "4", "3", "2", "1"]);
        assert_eq!(page(world, &held, 6, None).await.next, None);
    })
    .await;
}

#[tokio::test]
async fn a_list_says_what_its_document_promises() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(100);
        let mut draft = letter(&Number::Ssin(anna.clone()), "Aanslagbiljet", &[&file]);
        draft.registered_mail = true;
        publish(world, &draft, &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;

        let headline = held.list(world).await.remove(0).headline;

        assert_eq!(
            (headline.organization.as_str(), headline.application.as_str()),
            ("0001001078", "demo-tax")
        );
        assert_eq!(headline.organization_name["fr"], "Demo Administration fiscale");
        assert_eq!(
            (headline.message_type.as_str(), headline.message_type_name["nl"].as_str()),
            ("tax-assessment", "Aanslagbiljet")
        );
        assert!(headline.flags.has(Flags::REGISTERED_MAIL) && headline.flags.has(Flags::HAS_ATTACHMENTS));
        assert!(!headline.flags.has(Flags::REPLY_ALLOWED) && !headline.read);
        assert_eq!(headline.at, world.clock.now());
        assert!(headline.expires_at > headline.at.plus(Duration::from_secs(180 * 86_400)));
    })
    .await;
}

#[tokio::test]
async fn a_page_size_out_of_range_is_refused() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;

        for size in [0, 101, usize::MAX] {
            let asked = AskedPage { size: Some(size), ..AskedPage::default() };
            expect_invalid(access.messages(held.mailbox(), asked).await, "outOfRange", "?pageSize");
        }
        assert_eq!(page(world, &held, 100, None).await.size, 100);
        assert_eq!(access.messages(held.mailbox(), AskedPage::default()).await.unwrap().size, 25);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_mailbox_and_provider_only() {
    for_each_database(async |world| {
        second_provider(world).await;
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        for person in [&anna, &bart] {
            for subject in ["1", "2"] {
                write_to(world, &Number::Ssin(person.clone()), subject).await;
            }
        }
        let (annas, barts) = (grants(world, &anna, BANK, &ALL).await, grants(world, &bart, BANK, &ALL).await);
        let elsewhere = grants(world, &anna, "demo-other-app", &ALL).await;
        let cursors = [
            page(world, &barts, 1, None).await.next.unwrap(),
            page(world, &elsewhere, 1, None).await.next.unwrap(),
            String::new(),
            "Zm9s-bG93".to_owned(),
        ];

        let access = annas.open(world).await;
        for cursor in &cursors {
            let asked = AskedPage { after: Some(cursor), ..AskedPage::default() };
            expect_invalid(access.messages(annas.mailbox(), asked).await, "invalidInput", "?after");
        }
    })
    .await;
}

#[tokio::test]
async fn two_providers_share_no_identifier() {
    for_each_database(async |world| {
        second_provider(world).await;
        let anna = world.citizen(1, true).await;
        let file = pdf(10);
        publish(world, &letter(&Number::Ssin(anna.clone()), "x", &[&file]), &[&file]).await;
        let ids = async |client| {
            let held = grants(world, &anna, client, &ALL).await;
            let message = held.list(world).await.remove(0).id;
            let shown = held.open(world).await.message(held.mailbox(), &message).await.unwrap();
            [
                held.mailbox().to_owned(),
                held.granted.consent.clone(),
                message,
                shown.attachments[0].id.clone(),
            ]
        };

        let (ours, theirs) = (ids(BANK).await, ids("demo-other-app").await);

        for (our, their) in ours.iter().zip(&theirs) {
            assert_ne!(our, their);
        }
    })
    .await;
}
