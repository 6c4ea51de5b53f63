//! Limits to partitions hold in whatever else happens: numbers merged, tags, pages of proofs, two people at once.

use hub_core::access::citizen::{CitizenAccess, RoutingRule};
use hub_core::error::Error;
use hub_core::mandate::MandateRole::{AccessManager, LegalRepresentative, Reader};
use hub_core::person::Happening;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, messages_path};
use system_tests::world::roles::Role;

use super::partitions::{bakery, from, grants_for_bakery, id_of};
use super::subjects;

/// The person as the manager knows them.
pub(crate) async fn known(manager: &CitizenAccess, name: &str) -> String {
    let holders = manager.partition_holders().await.unwrap();
    let found = holders.iter().find(|one| one.name.as_deref() == Some(name));
    found.unwrap_or_else(|| panic!("{name}: {holders:?}")).id.clone()
}

/// The session of a person who has an earlier number too, acting for the enterprise.
async fn enterprise_of(world: &World, name: &str) -> CitizenAccess {
    let own = world.session(&Person::named(name).ssin(), name).await.unwrap();
    let views = own.mailbox_views().await.unwrap();
    let bakery = views.iter().find(|view| !view.roles.is_empty()).unwrap();
    let secret = own.act_for(&bakery.id).await.unwrap();
    world.hub().citizen(secret.expose()).await.unwrap()
}

fn refused(outcome: &Result<(), Error>) {
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
}

pub(crate) const GENERAL: &str = "general";

#[tokio::test]
async fn a_merge_of_two_numbers_widens_what_nobody_sees() {
    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Bert", AccessManager),
                Role::for_enterprise("Clara", Reader),
                Role::for_enterprise("Emma", Reader),
            ])
            .await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.acting("Anna").await;
        let (people, books) =
            (anna.add_partition("Personnel").await.unwrap(), anna.add_partition("Books").await.unwrap());
        anna.arrange_rules(|_| vec![from(&family, &people), from(&tax, &books)]).await.unwrap();
        tax.publishes(&bakery(), "Plover ledger").await;
        family.publishes(&bakery(), "Plover dismissal").await;
        for name in ["Bert", "Clara", "Emma"] {
            world.acting(name).await;
        }
        for (name, sees) in [
            ("Bert", vec![GENERAL]),
            ("Clara", vec![people.as_str()]),
            ("Emma", vec![people.as_str(), books.as_str()]),
        ] {
            let sees: Vec<String> = sees.into_iter().map(str::to_owned).collect();
            anna.let_see(&known(&anna, name).await, Some(&sees)).await.unwrap();
        }

        // both were limited: what both saw; one was: as that one
        world.tells("Clara", Happening::Merged(Person::named("Emma").number())).await;
        world.tells("Bert", Happening::Merged(Person::named("Fien").number())).await;

        assert_eq!(enterprise_of(world, "Emma").await.mailbox().await.unwrap().total, 1);
        let fien = enterprise_of(world, "Fien").await;
        assert_eq!(fien.mailbox().await.unwrap().total, 0);
        assert!(!fien.manages_partitions().await.unwrap());

        // of whom that makes a legal representative who is limited, the next round frees, and tells it
        let bank = world.provider("bank").await;
        let citizen = world.citizen("Anna");
        grants_for_bakery(&citizen, &bank).await;
        world.tells("Emma", Happening::Merged(Person::named("Anna").number())).await;
        assert!(!enterprise_of(world, "Anna").await.manages_partitions().await.unwrap());
        let told = "SELECT (SELECT COUNT(*) FROM change_queue WHERE kind = 'consentChanged')
                         + (SELECT COUNT(*) FROM feed WHERE kind = 'consentChanged')";
        let before = world.count(told).await;
        while world.hub().upkeep().settle_roles().await.unwrap() > 0 {}
        assert_eq!(world.count(told).await, before + 1);
        let anna = enterprise_of(world, "Anna").await;
        assert!(anna.manages_partitions().await.unwrap());
        assert_eq!(anna.mailbox().await.unwrap().total, 2);
    })
    .await;
}

#[tokio::test]
async fn neither_a_tag_nor_a_page_of_proofs_tells_what_happens_elsewhere() {
    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let manager = world.acting("Anna").await;
        let people = manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        tax.publishes(&bakery(), "Dunlin ledger").await;
        let grant = grants_for_bakery(&anna, &bank).await;
        let id = id_of(&bank.messages(&grant).await.expect(200), "Dunlin ledger");
        let paths = [messages_path(&grant), format!("{}/{id}", messages_path(&grant))];
        let mut tags = Vec::new();
        for path in &paths {
            tags.push(bank.get(&grant, path).await.header("etag").to_owned());
        }
        assert!(tags.iter().all(|tag| tag.len() == 34), "{tags:?}");

        let consent = manager.consents().await.unwrap().remove(0);
        manager.limit_consent(&consent.id, &[GENERAL.to_owned()]).await.unwrap();
        let grant = bank.refreshes(&grant).await;

        for (path, tag) in paths.iter().zip(&tags) {
            for letter in ["Dunlin before", "Dunlin between"] {
                let request = bank.machine.request("GET", path).bearer_auth(&grant.access);
                let answer = bank.machine.send(request.header("if-none-match", tag)).await;
                assert_eq!(answer.headers.get("etag"), None, "{path}");
                answer.expect(200);
                family.publishes(&bakery(), letter).await;
            }
        }
        // the content stays what it is, whatever else is there
        let message = bank.message(&grant, &id).await.expect(200);
        let content = bank.get(&grant, message["attachments"][0]["contentHref"].as_str().unwrap()).await;
        assert_eq!(content.header("etag").len(), 34);

        // more letters than a page holds lie where Clara sees nothing
        for _ in 0..22 {
            family.publishes(&bakery(), "Dunlin elsewhere").await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE partition <> 0").await, 26);
        world.acting("Clara").await;
        manager.let_see(&known(&manager, "Clara").await, Some(&[GENERAL.to_owned()])).await.unwrap();
        let clara = world.acting("Clara").await;
        let mailbox = clara.mailbox().await.unwrap().id;
        let page = clara.proofs(&mailbox, None).await.unwrap();
        assert_eq!((page.items.len(), page.next), (1, None));
        let of_anna = manager.proofs(&manager.mailbox().await.unwrap().id, None).await.unwrap();
        assert_eq!((of_anna.items.len(), of_anna.next.is_some()), (25, true));
    })
    .await;
}

#[tokio::test]
async fn a_citizens_consent_that_leaves_out_senders_has_no_tags_either() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        tax.publishes(&anna.person.recipient(), "Knot from the tax office").await;
        family.publishes(&anna.person.recipient(), "Knot from the family office").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let tag = bank.messages(&grant).await.header("etag").to_owned();
        let consents = anna.open("/consents").await;
        let less = anna.open(&anna.link(&consents, "/less")).await;
        anna.submit(&less, &less.form("/less").with("withhold", &tax.organization)).await;
        let grant = bank.refreshes(&grant).await;
        for letter in ["Knot before", "Knot between"] {
            let request = bank.machine.request("GET", &messages_path(&grant)).bearer_auth(&grant.access);
            let list = bank.machine.send(request.header("if-none-match", &tag)).await;
            assert_eq!(list.headers.get("etag"), None);
            assert_eq!(subjects(&list.expect(200)), ["Knot from the family office"]);
            tax.publishes(&anna.person.recipient(), letter).await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_who_manage_at_once_lose_no_rule_and_leave_somebody_who_sees_everything() {
    World::on_both(async |world| {
        world
            .has_roles(&[
                Role::for_enterprise("Bert", AccessManager),
                Role::for_enterprise("Clara", AccessManager),
            ])
            .await;
        let (bert, clara) = (world.acting("Bert").await, world.acting("Clara").await);
        let books = bert.add_partition("Books").await.unwrap();
        let of_clara = clara.partitions(&clara.mailbox().await.unwrap().id).await.unwrap().remove(1).id;
        let rule = |kind: String, into: &str| RoutingRule {
            message_type: Some(kind),
            partition: into.to_owned(),
            ..RoutingRule::default()
        };
        for round in 0..4 {
            let adds = async |manager: &CitizenAccess, who: &str, into: &str| {
                let one = rule(format!("{who}-{round}"), into);
                let more = |mut rules: Vec<RoutingRule>| {
                    rules.push(one);
                    rules
                };
                manager.arrange_rules(more).await.unwrap();
            };
            tokio::join!(adds(&bert, "bert", &books), adds(&clara, "clara", &of_clara));
        }
        assert_eq!(bert.routing_rules().await.unwrap().len(), 8);

        let (to_bert, to_clara) = (known(&bert, "Clara").await, known(&clara, "Bert").await);
        let general = [GENERAL.to_owned()];
        bert.let_see(&to_bert, Some(&general)).await.unwrap();
        // she began before that
        refused(&clara.let_see(&to_clara, Some(&general)).await);
        assert!(world.acting("Bert").await.manages_partitions().await.unwrap());
        bert.let_see(&to_bert, None).await.unwrap();
        let (one, other) =
            tokio::join!(bert.let_see(&to_bert, Some(&general)), clara.let_see(&to_clara, Some(&general)));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn the_length_of_a_page_of_changes_measures_nothing_that_is_hidden() {
    World::on_both(async |world| {
        world.roles(&[Role::for_enterprise("Anna", LegalRepresentative)]).await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let manager = world.acting("Anna").await;
        let people = manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        grants_for_bakery(&anna, &bank).await;
        let consent = manager.consents().await.unwrap().remove(0);
        manager.limit_consent(&consent.id, &[people]).await.unwrap();
        let token = bank.machine.client_credentials(&bank.client_id, "feed").await;
        let page = async |path: &str| bank.machine.get(path, Some(&token)).await.expect(200);
        let sequence = || async {
            while world.hub().upkeep().changes_queued().await.unwrap() > 0 {
                world.hub().upkeep().sequence_changes().await.unwrap();
            }
        };
        sequence().await;
        let begin = page("/mailbox/v1/changes?after=latest").await["next"].as_str().unwrap().to_owned();

        // more than so many statements of one question would read one by one
        for n in 0..25 {
            tax.publishes(&bakery(), &format!("Whimbrel ledger {n}")).await;
        }
        sequence().await;
        let small = format!("{begin}&pageSize=1");
        let quiet = page(&small).await;
        assert_eq!(quiet["items"], serde_json::json!([]), "{quiet:#}");
        assert!(quiet["retryAfter"].as_u64().unwrap() > 0, "{quiet:#}");

        for n in 0..2 {
            family.publishes(&bakery(), &format!("Whimbrel dismissal {n}")).await;
        }
        sequence().await;
        let first = page(&small).await;
        assert_eq!(first["items"].as_array().unwrap().len(), 1, "{first:#}");
        assert_eq!(first["retryAfter"], 0, "{first:#}");
        let second = page(first["next"].as_str().unwrap()).await;
        assert_eq!(second["items"].as_array().unwrap().len(), 1, "{second:#}");
        assert_ne!(first["items"][0]["messageId"], second["items"][0]["messageId"]);
    })
    .await;
}
