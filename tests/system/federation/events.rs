//! What readers are told: once, in time, and nothing that their consent does not show.

use std::time::{Duration, Instant};

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::enterprise;
use system_tests::world::provider::messages_path;

use super::{Desk, software};
use crate::feed::consents;

const DAY: Duration = Duration::from_secs(86_400);

fn told(events: &[(&str, &str)]) -> Vec<(String, String)> {
    events.iter().map(|(kind, subject)| ((*kind).to_owned(), (*subject).to_owned())).collect()
}

#[tokio::test]
async fn rule_10_opening_the_main_content_sets_read_and_tells_one_read_document() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let bank = world.provider("bank").await;
        let grant = consents(&anna, &bank).await;
        let desk = Desk::of_provider(&bank, "events").await;
        let (first, second) = ("Kompas van de klapekster", "Kompas van de wielewaal");
        for subject in [first, second] {
            tax.publishes(&anna.person.recipient(), subject).await;
        }
        let arrived = [("newDocument", first), ("newDocument", second)];
        assert_eq!(desk.told(world).await, told(&arrived));

        // a machine fetches the one, a person opens the other first; then both happen to both, twice
        let list = bank.messages(&grant).await.expect(200);
        let path = |n: usize| {
            format!("{}/{}", messages_path(&grant), list["items"][n]["messageId"].as_str().unwrap())
        };
        bank.get(&grant, &path(1)).await.expect(200);
        assert_eq!(desk.told(world).await, told(&[arrived[0], arrived[1], ("readDocument", first)]));
        anna.logs_in().await;
        for _ in 0..2 {
            let page = anna.opens("Your own mailbox").await;
            for link in page.html.split("href=\"").filter(|link| link.contains("/messages/msg_")) {
                anna.open(link.split('"').next().unwrap()).await;
            }
            bank.get(&grant, &path(0)).await.expect(200);
        }
        let all = [arrived[0], arrived[1], ("readDocument", first), ("readDocument", second)];
        assert_eq!(desk.told(world).await, told(&all));
        let registry = crate::registry::reader(&bank, &grant).await.list("").await;
        for n in 0..2 {
            assert_eq!(registry["items"][n]["readStatus"], true, "{registry:#}");
        }
        // change feeds know nothing of it
        let token = bank.machine.client_credentials(&bank.client_id, "feed").await;
        let changes = bank.machine.get("/mailbox/v1/changes", Some(&token)).await.expect(200);
        let kinds = ["consentGranted", "messageAvailable", "messageRead"];
        let items = changes["items"].as_array().unwrap();
        assert!(items.iter().all(|change| kinds.contains(&change["kind"].as_str().unwrap())), "{changes:#}");
    })
    .await;
}

#[tokio::test]
async fn rule_11_who_does_not_read_is_reminded_after_15_days_and_7_days_before_the_end() {
    World::on_both(async |world| {
        let (family, anna) = (world.sender("family").await, world.citizen("Anna"));
        let bank = world.provider("bank").await;
        let grant = consents(&anna, &bank).await;
        let subjects = ["Baken nooit gelezen", "Baken dadelijk gelezen", "Baken later gelezen"];
        for subject in subjects {
            family.publishes(&anna.person.recipient(), subject).await;
        }
        let list = bank.messages(&grant).await.expect(200);
        let path = |n: usize| {
            format!("{}/{}", messages_path(&grant), list["items"][n]["messageId"].as_str().unwrap())
        };
        bank.get(&grant, &path(1)).await.expect(200);

        world.advance(DAY * 15 - Duration::from_secs(60));
        let desk = Desk::of_provider(&bank, "events").await;
        let events = comes(world, &desk, "readDocument", &[subjects[1]]).await;
        assert!(said("newDocumentReminder", &events).is_empty(), "too early: {events:?}");
        world.advance(Duration::from_secs(61));
        let events = comes(world, &desk, "newDocumentReminder", &[subjects[0], subjects[2]]).await;
        assert!(said("documentExpirationAlert", &events).is_empty(), "{events:?}");

        // a month has 28 to 31 days
        bank.get(&bank.refreshes(&grant).await, &path(0)).await.expect(200);
        world.advance(DAY * 10);
        let desk = Desk::of_provider(&bank, "events").await;
        let events = comes(world, &desk, "documentExpirationAlert", &[subjects[0]]).await;
        assert_eq!(said("newDocumentReminder", &events), [subjects[0], subjects[2]], "none twice");
        assert_eq!(said("readDocument", &events), [subjects[1], subjects[2]]);

        // what should have been told more than a week ago: a hub that begins to tell has no past
        let late = "Baken lang geleden";
        world.sender("family").await.publishes(&anna.person.recipient(), late).await;
        world.advance(DAY * 23);
        let desk = Desk::of_provider(&bank, "events").await;
        let events = comes(world, &desk, "newDocument", &[late]).await;
        assert!(said("newDocumentReminder", &events).is_empty(), "{events:?}");
    })
    .await;
}

/// Does the upkeep until a desk is told of events of one kind about these messages and no others, and gives all that it is told.
async fn comes(world: &World, desk: &Desk<'_>, kind: &str, subjects: &[&str]) -> Vec<(String, String)> {
    let begun = Instant::now();
    loop {
        // what the hub's own round has in hand at this moment is its to announce: hence again
        for _ in 0..2 {
            while world.hub().upkeep().announce_unseen().await.unwrap() > 0 {}
            while world.hub().upkeep().announce_expiry().await.unwrap() > 0 {}
        }
        let events = desk.told(world).await;
        if said(kind, &events) == subjects {
            return events;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{kind}: {events:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The messages that events of one kind are about.
fn said(kind: &str, events: &[(String, String)]) -> Vec<String> {
    let of_kind = events.iter().filter(|(said, _)| said == kind);
    of_kind.map(|(_, subject)| subject.clone()).collect()
}

#[tokio::test]
async fn rule_22_events_carry_offsets_and_what_each_reader_may_know() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let bank = world.provider("bank").await;
        let grant = consents(&anna, &bank).await;
        let (machine, credential, client) = software(world, &anna).await;
        let mut letter = tax.letter(&anna.person.recipient(), "Sextant van de grutto").body("Tekst");
        letter.metadata["registeredMail"] = true.into();
        tax.delivers(&letter).await;
        let at = world.now();
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "Sextant van de bakker").await;

        let desk = Desk::of_provider(&bank, "events").await;
        let page = desk.page(world, 0, 10).await;
        let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page:#}");
        let event = &items[0]["eventData"];
        assert_eq!(items[0]["eventProviderId"], "facteur");
        assert_eq!(event["receiptDate"], at.rfc3339());
        assert!(event["expirationDate"].as_str().unwrap().ends_with('Z'), "{event:#}");
        assert_eq!(event["registeredMail"], true);
        assert_eq!(event["senderApplicationId"], "test:tax:mailroom");
        assert_eq!(event["senderOrganizationId"], tax.organization);
        assert_eq!((event["mailboxId"].as_str(), event.get("enterpriseId")), (Some(&*grant.mailbox), None));
        let listed = bank.messages(&grant).await.expect(200);
        assert_eq!(event["messageId"], listed["items"][0]["messageId"], "the ids of the mailbox API");

        let own = Desk::at(&machine, &credential, (&client, "events")).await;
        let page = own.page(world, 0, 10).await;
        let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page:#}");
        assert_eq!(items[0]["eventData"]["enterpriseId"], enterprise(1));
        assert_eq!(items[0]["eventData"]["subject"]["en"], "Sextant van de bakker");
    })
    .await;
}

#[tokio::test]
async fn a_consent_shows_what_it_includes_and_nothing_after_its_end() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        // the one may list alone, the other all
        anna.grants(&bank, &["list", "readContent"]).await;
        let grant = consents(&anna, &post).await;
        tax.publishes(&anna.person.recipient(), "Astrolabium van de scholekster").await;
        let list = post.messages(&grant).await.expect(200);
        let path = format!("{}/{}", messages_path(&grant), list["items"][0]["messageId"].as_str().unwrap());
        post.get(&grant, &path).await.expect(200);

        let (less, all) =
            (Desk::of_provider(&bank, "events").await, Desk::of_provider(&post, "events").await);
        assert_eq!(less.told(world).await, told(&[]), "no subject without list and synchronise");
        let subject = "Astrolabium van de scholekster";
        assert_eq!(all.told(world).await, told(&[("newDocument", subject), ("readDocument", subject)]));
        // what was told is in the access log
        let read = world.hub().upkeep();
        read.load_journal().await.unwrap();
        assert!(world.count("SELECT COUNT(*) FROM reading WHERE what = 'list'").await >= 1);

        anna.logs_in().await;
        while anna.open("/consents").await.html.contains("/revoke\"") {
            anna.revokes().await;
        }
        assert_eq!(all.told(world).await, told(&[]));
    })
    .await;
}

#[tokio::test]
async fn a_long_run_of_what_is_hidden_is_passed_over_in_two_questions() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let bank = world.provider("bank").await;
        consents(&anna, &bank).await;
        let desk = Desk::of_provider(&bank, "events").await;
        let begin = desk.page(world, 0, 10).await["pageInfo"]["lastSequenceNbr"].as_i64().unwrap();
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(tx.execute(HIDDEN, ()).await.unwrap(), 2_001);
        tx.commit().await.unwrap();
        tax.publishes(&anna.person.recipient(), "Peillood van de tureluur").await;

        let first = desk.page(world, begin, 10).await;
        assert_eq!(first["EboxEnterpriseDocumentEvents"].as_array().unwrap().len(), 0, "{first:#}");
        assert_eq!(first["pageInfo"], json!({"lastSequenceNbr": begin, "hasNext": true}));
        let second = desk.page(world, begin, 10).await;
        let items = second["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{second:#}");
        assert_eq!(items[0]["eventSequenceNbr"], begin + 1);
        assert_eq!(second["pageInfo"], json!({"lastSequenceNbr": begin + 1, "hasNext": false}));
    })
    .await;
}

/// Changes that no event tells of, on the one mailbox that a consent opens.
const HIDDEN: &str = "
    INSERT INTO change_queue (mailbox_id, version, number, organization, kind, at)
    WITH RECURSIVE run(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM run WHERE n < 2001)
    SELECT c.mailbox_id, 1, 1, '0206731645', 'messageRead', 1
    FROM run, consent c";
