//! Deaths, incapacity, coming of age: once each, whatever is told again.

use std::time::Duration;

use hub_core::access::citizen::{Shelf, Somebody};
use hub_core::error::Error;
use hub_core::mandate::MandateRole::{AccessManager, Guardian, Parent};
use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::roles::Role;

use super::{event, grants_for_another, tells, the_consent};

#[tokio::test]
async fn an_event_is_applied_once_and_an_id_names_one_event() {
    World::on_both(async |world| {
        let an = world.operator("an");
        let deceased = event("1", "deceased", "Anna");
        tells(&an, &deceased).await;
        assert_eq!(an.post("/v1/personEvents", &deceased).await.expect(200)["outcome"], "already");
        let mut other = deceased.clone();
        other["ssin"] = Person::named("Bert").ssin().into();
        an.post("/v1/personEvents", &other).await.expect_problem(409, "otherEvent");
        other["source"] = "another".into();
        tells(&an, &other).await;

        let told = event("2", "incapable", "Emma");
        let all = (0..8).map(|_| an.post("/v1/personEvents", &told));
        let outcomes = futures_util::future::join_all(all).await;
        let applied =
            outcomes.into_iter().filter(|answer| answer.expect(200)["outcome"] == "applied").count();
        assert_eq!(applied, 1, "told eight times at once");

        for (member, value) in [
            ("kind", json!("married")),
            ("ssin", json!("79072300049")),
            ("otherSsin", json!(Person::named("Bert").ssin())),
            ("at", json!("yesterday")),
            ("source", json!("")),
            ("eventId", json!(format!("about-{}", Person::named("Bert").ssin()))),
            ("name", json!("x")),
        ] {
            let mut wrong = event("3", "deceased", "Fien");
            wrong[member] = value;
            an.post("/v1/personEvents", &wrong).await.expect_problem(400, "badRequest");
        }
        world.operator("tom").post("/v1/personEvents", &event("4", "deceased", "Fien")).await.expect(403);
        assert_eq!(world.count("SELECT COUNT(*) FROM person_event").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_death_closes_the_mailbox_and_can_be_taken_back() {
    World::on_both(async |world| {
        let (an, bank, anna) = (world.operator("an"), world.provider("bank").await, world.citizen("Anna"));
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "Letter before it").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        anna.logs_in().await;

        tells(&an, &event("1", "deceased", "Anna")).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("deceased".into())));
        assert!(!anna.open("/").await.html.contains("Kanariegeel"), "her session is over");
        let login = world.session(&anna.person.ssin(), "Anna").await;
        assert!(matches!(login, Err(Error::Forbidden(_))));
        let refused =
            tax.publish(&tax.letter(&anna.person.recipient(), "Letter after it").body("x")).await.expect(201);
        assert_eq!(refused["delivered"], false, "{refused:#}");
        // the provider learns that it stands still, not what happened
        let receipts: Vec<(Vec<u8>,)> =
            world.db.fetch_all("SELECT statement FROM evidence WHERE kind = 'suspended'", ()).await.unwrap();
        let said = String::from_utf8(receipts[0].0.clone()).unwrap();
        assert!(said.contains("personEvent") && !said.contains("deceased"), "{said}");

        tells(&an, &event("2", "notDeceased", "Anna")).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let back = world.session(&anna.person.ssin(), "Anna").await.unwrap();
        let consent = back.consents().await.unwrap().remove(0);
        back.take_over(&consent.id).await.unwrap();
        bank.messages(&grant).await.expect(200);
        tax.publishes(&anna.person.recipient(), "Letter in the end").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_older_or_less_grave_changes_nothing() {
    World::on_both(async |world| {
        let an = world.operator("an");
        let told = async |id: &str, kind: &str, at: &str| {
            let mut event = event(id, kind, "Anna");
            event["at"] = at.into();
            an.post("/v1/personEvents", &event).await.expect(200)["outcome"].clone()
        };
        assert_eq!(told("1", "incapable", "2026-11-02T00:00:00Z").await, "applied");
        assert_eq!(told("2", "capable", "2026-11-01T00:00:00Z").await, "outdated", "it came late");
        assert_eq!(told("3", "deceased", "2026-11-03T00:00:00Z").await, "applied");
        // the guardianship of a ward who died is closed: nobody comes back to life by that
        assert_eq!(told("4", "capable", "2026-11-04T00:00:00Z").await, "outdated");
        assert_eq!(told("5", "incapable", "2026-11-05T00:00:00Z").await, "outdated");
        let login = world.session(&Person::named("Anna").ssin(), "Anna").await;
        assert!(matches!(login, Err(Error::Forbidden(_))));
        assert_eq!(told("6", "notDeceased", "2026-11-06T00:00:00Z").await, "applied");
        world.session(&Person::named("Anna").ssin(), "Anna").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_role_that_comes_back_brings_nothing_back_of_who_may_not_act() {
    World::on_both(async |world| {
        let manager = Role::for_enterprise("Bert", AccessManager);
        world.roles(&[manager]).await;
        let (an, bank, bert) = (world.operator("an"), world.provider("bank").await, world.citizen("Bert"));
        let grant = grants_for_another(&bert, &bank, "enterprise").await;
        world.roles(&[]).await;
        tells(&an, &event("1", "incapable", "Bert")).await;
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("incapable".into())));

        // the source does not know yet
        world.roles(&[manager]).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("incapable".into())));
        // and if the state were lost, the read would refuse all the same
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE consent SET state = 'authorised'", ()).await.unwrap();
        tx.commit().await.unwrap();
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn a_guardian_acts_for_who_may_not_and_takes_over() {
    World::on_both(async |world| {
        let (an, bank, anna) = (world.operator("an"), world.provider("bank").await, world.citizen("Anna"));
        let own = anna.grants(&bank, &EVERYTHING).await;
        world.roles(&[Role::for_person("Bert", Guardian, "Anna")]).await;

        tells(&an, &event("1", "incapable", "Anna")).await;

        bank.messages(&own).await.expect_problem(401, "invalidAccessToken");
        assert!(matches!(world.session(&anna.person.ssin(), "Anna").await, Err(Error::Forbidden(_))));
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "For Anna, read by Bert").await;
        let bert = world.acting("Bert").await;
        let mailbox = bert.mailbox().await.unwrap();
        assert!(mailbox.decides && mailbox.open);
        assert_eq!(mailbox.holder.name(), Some("Anna Kanariegeel"));
        let mail = bert.messages(&mailbox.id, Shelf::Mailbox, None).await.unwrap();
        assert_eq!(mail.items.len(), 1);

        let consent = bert.consents().await.unwrap().remove(0);
        bert.take_over(&consent.id).await.unwrap();
        bank.messages(&own).await.expect(200);
        // it is the guardian's now, and ends with the guardian's role
        world.roles(&[]).await;
        bank.messages(&own).await.expect_problem(401, "invalidAccessToken");
        // nobody's name lies open in the database
        let names = "SELECT COUNT(*) FROM mandate WHERE enterprise_name LIKE '%Kanariegeel%'";
        assert_eq!(world.count(names).await, 0);
    })
    .await;
}

#[tokio::test]
async fn who_is_of_age_decides_alone_whatever_the_source_says_later() {
    World::on_both(async |world| {
        let (an, bank) = (world.operator("an"), world.provider("bank").await);
        world.roles(&[Role::for_person("Anna", Parent, "Emma")]).await;
        let grant = grants_for_another(&world.citizen("Anna"), &bank, "citizen").await;
        bank.messages(&grant).await.expect(200);

        tells(&an, &event("1", "ofAge", "Emma")).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        world.roles(&[Role::for_person("Anna", Parent, "Emma")]).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let anna = world.session(&Person::named("Anna").ssin(), "Anna").await.unwrap();
        let kinds = anna.mailbox_views().await.unwrap();
        assert!(kinds.iter().all(|view| view.holder.name() != Some("Emma Roodborstweide")), "{kinds:?}");
        let emma = world.session(&Person::named("Emma").ssin(), "Emma").await.unwrap();
        let consent = emma.consents().await.unwrap().remove(0);
        assert!(consent.suspended.is_some() && consent.given_by != Somebody::You);
        emma.take_over(&consent.id).await.unwrap();
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_event_and_a_consent_given_at_the_same_moment_leave_nothing_open() {
    World::on_both(async |world| {
        let (an, bank) = (world.operator("an"), world.provider("bank").await);
        for n in 0..6 {
            let anna = world.citizen("Anna");
            let asked = bank.asks(&EVERYTHING).await;
            let screen = anna.comes_from(&asked).await;
            let form = screen.form("/authorize/consent").with("decision", "agree");
            let told = event(&format!("{n}-incapable"), "incapable", "Anna");
            let wait = tokio::time::sleep(Duration::from_millis(n * 2));
            let (page, ()) = tokio::join!(anna.submit(&screen, &form), async {
                wait.await;
                tells(&an, &told).await;
            });

            if page.url.contains("code=") {
                let tokens = bank.try_redeem(&asked, &page.url).await;
                if let Ok(tokens) = tokens {
                    let token = tokens["access_token"].as_str();
                    bank.machine.get("/mailbox/v1/mailboxes", token).await.expect(401);
                }
            }
            let open = "SELECT COUNT(*) FROM consent WHERE state = 'authorised'";
            assert_eq!(world.count(open).await, 0, "round {n}");
            tells(&an, &event(&format!("{n}-capable"), "capable", "Anna")).await;
        }
    })
    .await;
}
