//! Filters, words, order, and pages of a mailbox that does not stand still.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::messages_path;
use url::Url;

use super::{asked, grants_all, subjects};

/// An instant as a query takes it.
fn instant(world: &World) -> String {
    world.now().rfc3339()
}

#[tokio::test]
async fn every_filter_finds_what_fits_and_nothing_else() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let to = Person::named("Anna").recipient();
        tax.publishes(&to, "Zesty quince ledger").await;
        world.advance(Duration::from_secs(2));
        let between = instant(world);
        world.advance(Duration::from_secs(2));
        let mut registered = tax.letter(&to, "Amber walrus notice").body("Hallo");
        registered.metadata["registeredMail"] = true.into();
        tax.delivers(&registered).await;
        family.publishes(&to, "Violet heron summary").await;
        let grant = grants_all(&anna, &bank).await;
        let found = async |query: &str| {
            let list = asked(&bank, &grant, query).await;
            let names: Vec<String> = subjects(&list).into_iter().map(str::to_owned).collect();
            assert_eq!(list["total"], names.len(), "{query}: {list:#}");
            names
        };
        let [oldest, middle, newest] = ["Zesty quince ledger", "Amber walrus notice", "Violet heron summary"];

        assert_eq!(found("sort=receivedAt").await, [oldest, middle, newest]);
        assert_eq!(found("sort=-receivedAt").await, [newest, middle, oldest]);
        assert_eq!(found(&format!("receivedFrom={between}")).await, [newest, middle]);
        assert_eq!(found(&format!("receivedBefore={between}")).await, [oldest]);
        assert_eq!(found("registeredMail=true").await, [middle]);
        assert_eq!(found(&format!("senderOrganization={}", family.organization)).await, [newest]);
        assert_eq!(found("messageType=tax-assessment&registeredMail=false").await, [oldest]);
        let soon = world.now().plus(Duration::from_secs(40 * 86_400)).rfc3339();
        assert_eq!(found(&format!("expiresBefore={soon}")).await, [newest]);
        assert_eq!(found(&format!("expiresFrom={soon}&sort=receivedAt")).await, [oldest, middle]);
        assert!(found("receivedFrom=2999-01-01T00:00:00Z").await.is_empty());
        assert!(found("senderOrganization=0206731645").await.is_empty());

        let list = asked(&bank, &grant, "registeredMail=true").await;
        let message = list["items"][0]["messageId"].as_str().unwrap();
        bank.marks(&grant, message, &json!({"read": true, "archived": true})).await.expect(200);
        assert_eq!(found("read=true").await, [middle]);
        assert_eq!(found("archived=false").await, [newest, oldest]);
        assert_eq!(found("read=true&archived=false").await, Vec::<String>::new());

        let counted = bank.get(&grant, &format!("/mailbox/v1/mailboxes/{}", grant.mailbox)).await.expect(200);
        let wanted = json!({"total": 3, "unread": 2, "archived": 1, "registeredMail": 1, "expiringSoon": 0});
        for (name, count) in wanted.as_object().unwrap() {
            assert_eq!(&counted[name], count, "{name}: {counted:#}");
        }
        world.advance(Duration::from_secs(25 * 86_400));
        let later = bank.refreshes(&grant).await;
        let counted = bank.get(&later, &format!("/mailbox/v1/mailboxes/{}", grant.mailbox)).await.expect(200);
        assert_eq!(counted["expiringSoon"], 1, "{counted:#}");
    })
    .await;
}

#[tokio::test]
async fn words_are_found_without_case_and_accents_in_the_language_of_the_reader() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let to = Person::named("Anna").recipient();
        let mut letter = tax.letter(&to, "Quaint épinards invoice").body("hidden walnuts");
        letter.metadata["subject"] = json!({"en": "Quaint épinards invoice", "fr": "Facture rare"});
        letter.metadata["businessData"] = json!([{"key": "FILE", "values": ["Dossier ÅÉ-77"]}]);
        tax.delivers(&letter).await;
        tax.publishes(&to, "Brisk umber parcel").await;
        let grant = grants_all(&anna, &bank).await;
        let found = async |q: &str, language: &str| {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
            let list = asked(&bank, &grant, &format!("{query}&qlang={language}")).await;
            list["items"].as_array().unwrap().len()
        };

        for (q, language, count) in [
            ("epinards", "en", 1),
            ("ÉPI", "en", 1),
            ("e\u{301}pinards inv", "en", 1),
            ("epinards", "fr", 0),
            ("facture", "fr", 1),
            ("facture", "en", 0),
            // there is no German text: the others are shown, and found
            ("facture", "de", 1),
            ("ae-77", "nl", 1),
            ("invoice quaint", "en", 0),
            ("walnuts", "en", 0),
            ("belasting", "nl", 2),
            ("administration fiscale", "fr", 2),
            ("steuerbescheid", "de", 2),
            ("brisk", "en", 1),
        ] {
            assert_eq!(found(q, language).await, count, "{q} in {language}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_changes_between_two_pages_repeats_and_skips_nothing() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let to = Person::named("Anna").recipient();
        let publish = async |n: u32| tax.publishes(&to, &format!("Wandering pelican number {n}")).await;
        for n in 1..=7 {
            publish(n).await;
        }
        let grant = grants_all(&anna, &bank).await;
        for (query, arriving) in
            [("read=false", 8), ("sort=receivedAt", 9), ("q=pelican&qlang=en&archived=false", 10)]
        {
            let mut list = asked(&bank, &grant, &format!("{query}&pageSize=2")).await;
            let before: Vec<String> = all(&asked(&bank, &grant, query).await);
            let mut seen = all(&list);
            // what was shown no longer fits, what comes next does not either, and one more arrives
            let shown = list["items"][0]["messageId"].as_str().unwrap().to_owned();
            bank.marks(&grant, &shown, &json!({"read": true})).await.expect(200);
            publish(arriving).await;
            while let Some(next) = list["next"].as_str() {
                let path = Url::parse(next).unwrap();
                list =
                    bank.get(&grant, &format!("{}?{}", path.path(), path.query().unwrap())).await.expect(200);
                seen.extend(all(&list));
            }

            let newest = format!("Wandering pelican number {arriving}");
            let expected: Vec<String> = match query {
                "sort=receivedAt" => before.iter().cloned().chain([newest]).collect(),
                _ => before,
            };
            assert_eq!(seen, expected, "{query}");
        }
    })
    .await;
}

fn all(list: &Value) -> Vec<String> {
    subjects(list).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_cursor_belongs_to_its_provider_its_mailbox_and_its_question() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        for person in ["Anna", "Bert"] {
            for subject in ["Nimble otter one", "Nimble otter two"] {
                tax.publishes(&Person::named(person).recipient(), subject).await;
            }
        }
        let (annas, barts) = (grants_all(&anna, &bank).await, grants_all(&bert, &bank).await);
        let elsewhere = grants_all(&anna, &post).await;
        let cursor = async |list: Value| {
            let next = Url::parse(list["next"].as_str().unwrap()).unwrap();
            next.query_pairs().find(|(name, _)| name == "after").unwrap().1.into_owned()
        };
        let own = cursor(asked(&bank, &annas, "pageSize=1&read=false").await).await;
        let mut altered = own.clone().into_bytes();
        altered[20] = if altered[20] == b'A' { b'B' } else { b'A' };
        let strange = [
            cursor(asked(&bank, &annas, "pageSize=1").await).await,
            cursor(asked(&bank, &annas, "pageSize=1&read=false&sort=receivedAt").await).await,
            cursor(asked(&bank, &barts, "pageSize=1&read=false").await).await,
            cursor(asked(&post, &elsewhere, "pageSize=1&read=false").await).await,
            String::from_utf8(altered).unwrap(),
        ];

        // the page size is no part of the question
        let page = asked(&bank, &annas, &format!("pageSize=2&read=false&after={own}")).await;
        assert_eq!(subjects(&page), ["Nimble otter one"]);
        for cursor in strange {
            let path = format!("{}?read=false&after={cursor}", messages_path(&annas));
            bank.get(&annas, &path).await.expect_issue("invalidInput", "after");
        }
    })
    .await;
}
