//! Numbers that are replaced, and two numbers that were one person's.

use hub_core::access::citizen::{Holder, Shelf};
use hub_core::error::{Conflict, Error};
use hub_core::mandate::MandateRole::{AccessManager, Guardian, Parent};
use hub_core::number::{Century, Ssin};
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::roles::Role;

use super::{event, tells, the_consent};

/// A number that nobody had.
fn fresh() -> String {
    Ssin::with_check(50_310_777, Century::Twentieth).unwrap().as_str().to_owned()
}

fn into(mut event: Value, other: &str) -> Value {
    event["otherSsin"] = other.into();
    event
}

#[tokio::test]
async fn a_replaced_number_leads_to_the_same_mailbox_as_its_successor() {
    World::on_both(async |world| {
        let (an, bank, anna) = (world.operator("an"), world.provider("bank").await, world.citizen("Anna"));
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "To the old number").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;

        let replaced = into(event("1", "replaced", "Anna"), &fresh());
        tells(&an, &replaced).await;
        assert_eq!(an.post("/v1/personEvents", &replaced).await.expect(200)["outcome"], "already");

        tax.publishes(&json!({"ssin": fresh()}), "To the new number").await;
        tax.publishes(&anna.person.recipient(), "To the old one again").await;
        let list = bank.messages(&grant).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 3);
        for number in [fresh(), anna.person.ssin()] {
            let session = world.session(&number, "Anna").await.unwrap();
            assert_eq!(session.mailbox().await.unwrap().total, 3);
            assert!(session.consents().await.unwrap()[0].live);
        }
        // evidence of any time is opened with the number of that time
        let session = world.session(&fresh(), "Anna").await.unwrap();
        let mailbox = session.mailbox().await.unwrap().id;
        let mut opened = Vec::new();
        for letter in session.proofs(&mailbox, None).await.unwrap().items {
            let opening = session.message_opening(&mailbox, &letter.id, &letter.proofs[0].id).await.unwrap();
            opened.extend(opening.number);
        }
        opened.sort();
        let mut numbers = vec![anna.person.ssin(), anna.person.ssin(), fresh()];
        numbers.sort();
        assert_eq!(opened, numbers);
        // receipts name the number that is hers now
        bank.program.call("refresh", json!({"token": grant.refresh})).await;
        world.session(&fresh(), "Anna").await.unwrap().withdraw_activation().await.unwrap();
        assert_eq!(the_consent(world).await, ("revoked".into(), Some("activationWithdrawn".into())));
    })
    .await;
}

#[tokio::test]
async fn two_numbers_of_one_person_become_one_mailbox_and_the_consents_of_both_wait() {
    World::on_both(async |world| {
        let (an, bank) = (world.operator("an"), world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "In the first mailbox").await;
        let of_anna = anna.grants(&bank, &EVERYTHING).await;
        let of_bert = bert.grants(&bank, &EVERYTHING).await;
        anna.logs_in().await;

        tells(&an, &into(event("1", "merged", "Anna"), &bert.person.ssin())).await;

        for grant in [&of_anna, &of_bert] {
            bank.messages(grant).await.expect_problem(401, "invalidAccessToken");
        }
        let waiting = "SELECT COUNT(*) FROM consent WHERE state = 'suspended' AND reason = 'merged'";
        assert_eq!(world.count(waiting).await, 2);
        assert!(!anna.open("/").await.html.contains("Kanariegeel"), "the first session is over");
        // whichever number is used, it is the same person now, and what comes in comes in there
        tax.publishes(&anna.person.recipient(), "To the first number").await;
        let person = world.session(&anna.person.ssin(), "Bert").await.unwrap();
        let views = person.mailbox_views().await.unwrap();
        let holders: Vec<&Holder> = views.iter().map(|view| &view.holder).collect();
        assert_eq!(holders[..2], [&Holder::Own, &Holder::Earlier]);
        // what the first number represented, the person represents
        assert!(matches!(holders[2], Holder::Enterprise { .. }) && holders.len() == 3, "{holders:?}");
        assert_eq!((views[0].total, views[1].total, views[1].open), (1, 1, false));

        // evidence hashed the number that the letter bore; whoever has both numbers opens it
        let proven = person.proofs(&views[0].id, None).await.unwrap().items.remove(0);
        let opening = person.message_opening(&views[0].id, &proven.id, &proven.proofs[0].id).await.unwrap();
        assert_eq!(opening.number, Some(anna.person.ssin()));

        let consent = person.consents().await.unwrap().remove(0);
        person.take_over(&consent.id).await.unwrap();
        let list = bank.messages(&of_bert).await.expect(200);
        assert_eq!(list["items"][0]["subject"]["en"], "To the first number");
        // the earlier mailbox is read and its consents are ended, not taken up
        let secret = person.act_for(&views[1].id).await.unwrap();
        let earlier = world.hub().citizen(secret.expose()).await.unwrap();
        assert_eq!(earlier.messages(&views[1].id, Shelf::Mailbox, None).await.unwrap().items.len(), 1);
        let old = earlier.consents().await.unwrap().remove(0);
        let refused = earlier.take_over(&old.id).await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::AlreadyOver))), "{refused:?}");
        earlier.revoke(&old.id).await.unwrap();
        assert!(matches!(earlier.activate().await, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn what_is_known_of_a_person_goes_on_under_the_other_number() {
    World::on_both(async |world| {
        let an = world.operator("an");
        world
            .roles(&[
                Role::for_enterprise("Emma", AccessManager),
                Role::for_person("Fien", Guardian, "Emma"),
                Role::for_person("Bert", Parent, "Emma"),
            ])
            .await;
        tells(&an, &event("1", "ofAge", "Emma")).await;
        tells(&an, &event("2", "incapable", "Emma")).await;

        tells(&an, &into(event("3", "merged", "Emma"), &fresh())).await;

        let login = world.session(&fresh(), "Emma").await;
        assert!(matches!(login, Err(Error::Forbidden(_))), "incapable under whichever number");
        let fien = world.session(&Person::named("Fien").ssin(), "Fien").await.unwrap();
        let names: Vec<_> =
            fien.mailbox_views().await.unwrap().iter().map(|view| view.holder.clone()).collect();
        let emma = Holder::Person { name: "Emma Roodborstweide".into() };
        assert_eq!(names, [Holder::Own, emma.clone(), emma], "the mailbox that goes on, and the earlier one");
        tells(&an, &event("4", "capable", "Emma")).await;
        let emma = world.session(&fresh(), "Emma").await.unwrap();
        let kinds: Vec<_> = emma.mailbox_views().await.unwrap().iter().map(|view| view.kind).collect();
        assert!(
            kinds.contains(&hub_core::mailbox::Kind::Enterprise),
            "her role for the enterprise: {kinds:?}"
        );
        // the source still names a parent, under the old number
        world.roles(&[Role::for_person("Bert", Parent, "Emma")]).await;
        let bert = world.session(&Person::named("Bert").ssin(), "Bert").await.unwrap();
        assert_eq!(bert.mailbox_views().await.unwrap().len(), 1, "she is of age");
    })
    .await;
}

#[tokio::test]
async fn two_merges_at_once_leave_one_open_mailbox() {
    World::on_both(async |world| {
        let an = world.operator("an");
        let (emma, fien) = (Person::named("Emma"), Person::named("Fien"));
        let one = into(event("1", "merged", "Emma"), &fien.ssin());
        let other = into(event("2", "merged", "Fien"), &emma.ssin());
        let third = into(event("3", "merged", "Bert"), &emma.ssin());
        let answers = tokio::join!(
            an.post("/v1/personEvents", &one),
            an.post("/v1/personEvents", &other),
            an.post("/v1/personEvents", &third)
        );
        for answer in [answers.0, answers.1, answers.2] {
            answer.expect(200);
        }
        let open = world.session(&emma.ssin(), "Emma").await.unwrap().mailbox().await.unwrap();
        assert!(open.open);
        for person in ["Emma", "Fien", "Bert"] {
            let session = world.session(&Person::named(person).ssin(), person).await.unwrap();
            assert_eq!(session.mailbox_views().await.unwrap().len(), 3, "{person} is all three");
        }
        let chains =
            "SELECT COUNT(*) FROM mailbox a JOIN mailbox b ON b.id = a.moved_to WHERE b.moved_to IS NOT NULL";
        assert_eq!(world.count(chains).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_number_that_is_corrected_twice_is_the_last_one() {
    World::on_both(async |world| {
        let an = world.operator("an");
        let other = Ssin::with_check(50_310_778, Century::Twentieth).unwrap().as_str().to_owned();
        tells(&an, &into(event("1", "replaced", "Anna"), &fresh())).await;
        tells(&an, &into(event("2", "replaced", "Anna"), &other)).await;
        let current =
            "SELECT COUNT(*) FROM identity WHERE state = 'current' AND kind = 'citizen' AND mailbox_id IN
                       (SELECT mailbox_id FROM identity WHERE state = 'replaced')";
        assert_eq!(world.count(current).await, 1);
        tells(&an, &into(event("3", "replaced", "Anna"), &Person::named("Anna").ssin())).await;
        assert_eq!(world.count(current).await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM identity WHERE state = 'replaced'").await, 2);
        world.session(&other, "Anna").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_successor_that_had_a_mailbox_of_its_own_is_merged_with_it() {
    World::on_both(async |world| {
        let (an, tax) = (world.operator("an"), world.sender("tax").await);
        // Clara receives nothing digitally; Emma does, and chose so for both
        tells(&an, &into(event("1", "replaced", "Emma"), &Person::named("Clara").ssin())).await;
        tax.publishes(&Person::named("Clara").recipient(), "To Clara's number").await;
        let clara = world.session(&Person::named("Emma").ssin(), "Clara").await.unwrap();
        assert_eq!(clara.mailbox().await.unwrap().total, 1);
        // told the other way round, there is nothing left to do
        let again = into(event("2", "merged", "Clara"), &Person::named("Emma").ssin());
        assert_eq!(an.post("/v1/personEvents", &again).await.expect(200)["outcome"], "outdated");
        assert_eq!(world.count("SELECT COUNT(*) FROM mailbox WHERE moved_to IS NOT NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_number_of_a_merged_mailbox_can_become_the_one_that_counts() {
    World::on_both(async |world| {
        let (an, bank) = (world.operator("an"), world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        bert.grants(&bank, &EVERYTHING).await;
        tells(&an, &into(event("1", "merged", "Bert"), &anna.person.ssin())).await;

        tells(&an, &into(event("2", "replaced", "Anna"), &bert.person.ssin())).await;

        for citizen in [&anna, &bert] {
            let person = world.session(&citizen.person.ssin(), "Anna").await.unwrap();
            let views = person.mailbox_views().await.unwrap();
            assert_eq!((&views[0].holder, &views[1].holder), (&Holder::Own, &Holder::Earlier));
        }
        // what is given now is given under the number that counts
        bert.grants(&bank, &EVERYTHING).await;
        let person = world.session(&bert.person.ssin(), "Anna").await.unwrap();
        let (consent, receipt) = person.consent_evidence().await.unwrap().pop().unwrap();
        let opening = person.consent_opening(&consent, &receipt.id).await.unwrap();
        assert_eq!(opening.number, Some(bert.person.ssin()));
        // what the earlier mailbox has evidence of is opened as before
        let views = person.mailbox_views().await.unwrap();
        let secret = person.act_for(&views[1].id).await.unwrap();
        let earlier = world.hub().citizen(secret.expose()).await.unwrap();
        let (consent, receipt) = earlier.consent_evidence().await.unwrap().remove(0);
        let opening = earlier.consent_opening(&consent, &receipt.id).await.unwrap();
        assert_eq!(opening.number, Some(bert.person.ssin()));

        // and back again
        tells(&an, &into(event("3", "replaced", "Bert"), &anna.person.ssin())).await;
        let current = "SELECT COUNT(*) FROM identity WHERE state = 'current' AND mailbox_id IN
                       (SELECT mailbox_id FROM identity WHERE state = 'replaced'
                        UNION SELECT m.moved_to FROM mailbox m JOIN identity i ON i.mailbox_id = m.id
                        WHERE i.state = 'replaced')";
        assert_eq!(world.count(current).await, 1);
        world.session(&anna.person.ssin(), "Anna").await.unwrap();
    })
    .await;
}
