//! The webhook of an enterprise's partition service: events that come twice, late and out of order, from whoever may tell.

use std::time::Duration;

use hub_core::access::citizen::{CitizenAccess, Routing};
use hub_core::mandate::MandateRole::{AccessManager, LegalRepresentative, Reader};
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::people::{Person, enterprise};
use system_tests::world::roles::Role;

use super::{BASE, Desk, expect_refusal, own_software, token};
use crate::mailbox::partitions::bakery;

/// An event of that minute.
fn event(world: &World, kind: &str, minute: u64, data: &Value) -> Value {
    let an_hour_ago = world.now().minus(Duration::from_secs(3_600));
    let time = an_hour_ago.plus(Duration::from_secs(60 * minute)).rfc3339();
    json!({"specversion": "1.0", "id": format!("{kind}-{minute}"), "source": "/partitions",
        "type": format!("be.eboxenterprise.v1.{kind}"), "time": time, "data": data})
}

fn partition(id: &str, name: Option<&str>) -> Value {
    json!({"enterpriseNumber": enterprise(1), "partitionId": id, "partitionName": name.unwrap_or("x")})
}

fn rules(rules: &Value) -> Value {
    json!({"enterpriseNumber": enterprise(1), "routingRuleId": 1, "orderedRoutingRules": rules})
}

fn right(person: &str, id: &str) -> Value {
    json!({"enterpriseNumber": enterprise(1), "partitionId": id, "ssin": Person::named(person).ssin()})
}

/// The id by which a manager knows a partition.
async fn named(manager: &CitizenAccess, name: &str) -> String {
    let mailbox = manager.mailbox().await.unwrap().id;
    let there = manager.partitions(&mailbox).await.unwrap();
    there.into_iter().find(|one| one.name.as_deref() == Some(name)).unwrap().id
}

async fn tell(desk: &Desk<'_>, event: &Value) -> Answer {
    desk.send("POST", "/eventNotifications", event).await
}

/// The event was taken.
#[track_caller]
fn taken(answer: &Answer) {
    assert_eq!(answer.status, 204, "{}: {}", answer.asked, answer.text());
}

/// The desk of the enterprise's system that a manager lets tell of routing.
async fn teller<'w>(world: &'w World, manager: &CitizenAccess, reading: &Desk<'w>) -> Desk<'w> {
    let consents = manager.consents().await.unwrap();
    let own = consents.iter().find(|one| one.standing.own_software).unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", own.standing.client_id.as_str()),
        ("scope", "routing"),
    ];
    let resource = format!("{}{BASE}", world.mtls);
    let unasked: Vec<(&str, &str)> = form.iter().copied().chain([("resource", resource.as_str())]).collect();
    reading.machine.post_form("/token", &unasked).await.expect_oauth(400, "invalid_scope");
    manager.let_route(&own.id, Routing::Told).await.unwrap();
    Desk { token: token(&reading.machine, &form).await, machine: reading.machine.clone() }
}

#[tokio::test]
async fn rule_14_events_may_come_twice_and_in_any_order_and_the_latest_time_counts() {
    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let software = own_software(world, &anna).await;
        let manager = world.acting("Anna").await;
        let desk = teller(world, &manager, &software).await;
        let names = async || {
            let mailbox = manager.mailbox().await.unwrap().id;
            let there = manager.partitions(&mailbox).await.unwrap();
            there.into_iter().filter_map(|one| one.name).collect::<Vec<String>>()
        };

        let created = event(world, "partition.created", 10, &partition("77", Some("Books")));
        taken(&tell(&desk, &created).await);
        taken(&tell(&desk, &created).await);
        taken(&tell(&desk, &event(world, "partition.updated", 12, &partition("77", Some("Ledgers")))).await);
        taken(&tell(&desk, &event(world, "partition.updated", 11, &partition("77", Some("Too late")))).await);
        assert_eq!(names().await, ["Ledgers"]);
        // two of one time are two, as often as each comes
        let mut same = event(world, "partition.updated", 12, &partition("77", Some("Accounts")));
        same["id"] = "another".into();
        taken(&tell(&desk, &same).await);
        assert_eq!(names().await, ["Accounts"]);
        manager.rename_partition(&named(&manager, "Accounts").await, "Ledgers").await.unwrap();
        taken(&tell(&desk, &same).await);
        assert_eq!(names().await, ["Ledgers"], "the same event again");
        // its end comes before its beginning
        taken(&tell(&desk, &event(world, "partition.deleted", 20, &partition("78", None))).await);
        taken(&tell(&desk, &event(world, "partition.created", 15, &partition("78", Some("Gone")))).await);
        assert_eq!(names().await, ["Ledgers"]);

        let into = |id: &str| json!([{"partitionId": id, "senderOrganizationId": tax.organization}]);
        let newer = event(world, "routingRule.updated", 31, &rules(&into("77")));
        taken(&tell(&desk, &newer).await);
        taken(&tell(&desk, &event(world, "routingRule.deleted", 30, &rules(&json!([])))).await);
        taken(&tell(&desk, &newer).await);
        assert_eq!(manager.routing_rules().await.unwrap().len(), 1);
        tax.publishes(&bakery(), "Ibis ledger").await;
        let list = software.list("").await;
        // partitions are told by the names of who tells, and by no second one: it would have an order of its own
        let ours = list["items"][0]["partitionId"].as_str().unwrap();
        for told in [
            event(world, "partition.updated", 33, &partition(ours, Some("Twice"))),
            event(world, "routingRule.updated", 33, &rules(&into(ours))),
            event(world, "partitionUserRight.removed", 33, &right("Clara", ours)),
        ] {
            expect_refusal(&tell(&desk, &told).await, 400, "INVALID_INPUT");
        }
        // what names what is not there is refused, leaves no time behind, and may come again
        let early = event(world, "routingRule.updated", 41, &rules(&into("79")));
        expect_refusal(&tell(&desk, &early).await, 400, "INVALID_INPUT");
        taken(&tell(&desk, &event(world, "partition.created", 40, &partition("79", Some("Plans")))).await);
        taken(&tell(&desk, &early).await);

        // a person's right: the latest counts for each partition
        let sees = async || world.acting("Clara").await.mailbox().await.unwrap().total;
        assert_eq!(sees().await, 1);
        taken(&tell(&desk, &event(world, "partitionUserRight.removed", 50, &right("Clara", "77"))).await);
        assert_eq!(sees().await, 0);
        taken(&tell(&desk, &event(world, "partitionUserRight.added", 49, &right("Clara", "77"))).await);
        assert_eq!(sees().await, 0);
        taken(&tell(&desk, &event(world, "partitionUserRight.added", 51, &right("Clara", "77"))).await);
        assert_eq!(sees().await, 1);
        for (person, status) in [("Anna", 409), ("Bert", 400)] {
            let refused =
                tell(&desk, &event(world, "partitionUserRight.removed", 55, &right(person, "77"))).await;
            refused.expect(status);
        }

        // a partition that is removed gives its letters back
        taken(&tell(&desk, &event(world, "partition.deleted", 58, &partition("77", None))).await);
        assert_eq!(software.list("?partitionId=GENERAL").await["totalItems"], 1);
        assert_eq!(names().await, ["Plans"]);
    })
    .await;
}

/// What tells reads nothing, whichever API its token is for.
async fn reads_nothing(manager: &CitizenAccess, software: &Desk<'_>, desk: &Desk<'_>) {
    for path in ["/ebox", "/ebox/messages"] {
        software.get(path).await.expect(200);
        expect_refusal(&desk.get(path).await, 403, "MISSING_PERMISSION");
    }
    let consents = manager.consents().await.unwrap();
    let own = consents.iter().find(|one| one.standing.own_software).unwrap();
    let client = ("client_id", own.standing.client_id.as_str());
    let form = [("grant_type", "client_credentials"), client, ("scope", "routing")];
    let machine = &software.machine;
    let token = async |form: &[(&str, &str)]| {
        let answer = machine.post_form("/token", form).await.expect(200);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        machine.stage.never_shown(&token);
        token
    };
    let (reading, telling) = (token(&form[..2]).await, token(&form).await);
    let list = machine.get("/mailbox/v1/mailboxes", Some(&reading)).await.expect(200);
    let mailbox = format!("/mailbox/v1/mailboxes/{}", list["items"][0]["mailboxId"].as_str().unwrap());
    let messages = machine.get(&format!("{mailbox}/messages"), Some(&reading)).await.expect(200);
    let message = format!("{mailbox}/messages/{}", messages["items"][0]["messageId"].as_str().unwrap());
    for path in [
        "/mailbox/v1/mailboxes".to_owned(),
        mailbox.clone(),
        format!("{mailbox}/messages"),
        format!("{message}/replies"),
        message.clone(),
        "/mailbox/v1/consents".to_owned(),
        "/mailbox/v1/changes".to_owned(),
    ] {
        let answer = machine.get(&path, Some(&telling)).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
    }
    // what it arranges has names
    machine.get(&format!("{mailbox}/partitions"), Some(&telling)).await.expect(200);
    let events = format!("{}/events/v1", machine.stage.mtls);
    let telling = token(&[form[0], form[1], form[2], ("resource", &events)]).await;
    let path = "/events/v1/ebox/enterprise/document/events?lastSequenceNbr=0&pageSize=10";
    let answer = machine.get(path, Some(&telling)).await;
    assert_eq!(answer.status, 403, "{path}: {}", answer.text());
}

#[tokio::test]
async fn nobody_tells_who_may_not() {
    World::on_both(async |world| {
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        world.sender("tax").await.publishes(&bakery(), "Stint ledger").await;
        let software = own_software(world, &anna).await;
        let manager = world.acting("Anna").await;
        let grant = crate::mailbox::partitions::grants_for_bakery(&anna, &bank).await;
        let of_bank = super::reader(&bank, &grant).await;
        let created = event(world, "partition.created", 10, &partition("1", Some("Books")));

        expect_refusal(&tell(&of_bank, &created).await, 403, "MISSING_SCOPE");
        expect_refusal(&tell(&software, &created).await, 403, "MISSING_SCOPE");
        let desk = teller(world, &manager, &software).await;
        reads_nothing(&manager, &software, &desk).await;
        let mut other = created.clone();
        other["data"]["enterpriseNumber"] = enterprise(2).into();
        expect_refusal(&tell(&desk, &other).await, 403, "MISSING_PERMISSION");
        // the header says for whom it tells, and changes nothing else
        let for_whom =
            async |number: &str| desk.send_for("POST", "/eventNotifications", number, &created).await;
        expect_refusal(&for_whom(&enterprise(2)).await, 403, "MISSING_PERMISSION");
        expect_refusal(&for_whom("1234567890").await, 403, "MISSING_PERMISSION");
        let mut ahead = created.clone();
        ahead["time"] = "2126-11-20T10:00:00Z".into();
        expect_refusal(&tell(&desk, &ahead).await, 400, "INVALID_INPUT");
        let mut unknown = created.clone();
        unknown["type"] = "be.eboxenterprise.v1.partition.painted".into();
        expect_refusal(&tell(&desk, &unknown).await, 400, "INVALID_INPUT");
        let general = event(world, "partition.deleted", 10, &partition("GENERAL", None));
        expect_refusal(&tell(&desk, &general).await, 400, "INVALID_INPUT");
        taken(&for_whom(enterprise(1).trim_start_matches('0')).await);

        // it ends with the next event, whatever the token says
        let consents = manager.consents().await.unwrap();
        let own = consents.iter().find(|one| one.standing.own_software).unwrap();
        manager.let_route(&own.id, Routing::Managed).await.unwrap();
        let late = event(world, "partition.deleted", 11, &partition("1", None));
        expect_refusal(&tell(&desk, &late).await, 403, "MISSING_PERMISSION");
        // and software that does not see all of the mailbox tells nothing of it
        manager.let_route(&own.id, Routing::Told).await.unwrap();
        manager.limit_consent(&own.id, &["general".to_owned()]).await.unwrap();
        expect_refusal(&tell(&desk, &late).await, 401, "INVALID_ACCESS_TOKEN");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", own.standing.client_id.as_str()),
            ("scope", "routing"),
        ];
        let limited = Desk { token: token(&desk.machine, &form).await, machine: desk.machine.clone() };
        expect_refusal(&tell(&limited, &late).await, 403, "MISSING_PERMISSION");
    })
    .await;
}

#[tokio::test]
async fn what_is_told_leaves_somebody_who_sees_everything_and_whoever_decides_stops_it() {
    World::on_both(async |world| {
        let managers =
            [Role::for_enterprise("Bert", AccessManager), Role::for_enterprise("Clara", AccessManager)];
        world.has_roles(&managers).await;
        let software = own_software(world, &world.citizen("Bert")).await;
        let bert = world.acting("Bert").await;
        let desk = teller(world, &bert, &software).await;
        taken(&tell(&desk, &event(world, "partitionUserRight.removed", 5, &right("Clara", "GENERAL"))).await);
        let last = event(world, "partitionUserRight.removed", 5, &right("Bert", "GENERAL"));
        tell(&desk, &last).await.expect(409);

        let clara = world.acting("Clara").await;
        assert!(!clara.manages_partitions().await.unwrap());
        let own =
            clara.consents().await.unwrap().into_iter().find(|one| one.standing.own_software).unwrap().id;
        let told = clara.let_route(&own, Routing::Told).await;
        assert!(matches!(told, Err(hub_core::error::Error::Forbidden(_))), "{told:?}");
        clara.let_route(&own, Routing::Managed).await.unwrap();
        let late = event(world, "partition.created", 6, &partition("1", Some("Books")));
        expect_refusal(&tell(&desk, &late).await, 403, "MISSING_PERMISSION");
    })
    .await;
}

#[tokio::test]
async fn a_source_that_invents_partitions_fills_no_table() {
    World::on_both(async |world| {
        let software = own_software(world, &world.citizen("Anna")).await;
        let manager = world.acting("Anna").await;
        let desk = teller(world, &manager, &software).await;
        let told = "SELECT COUNT(*) FROM routing_event WHERE about <> 'rules'";
        taken(&tell(&desk, &event(world, "routingRule.updated", 1, &rules(&json!([])))).await);
        taken(&tell(&desk, &event(world, "partition.deleted", 10, &partition("1", None))).await);
        let mut tx = world.db.write().await.unwrap();
        tx.execute(INVENTED, ()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.count(told).await, 5_001);

        taken(&tell(&desk, &event(world, "partition.deleted", 11, &partition("2", None))).await);

        assert_eq!(world.count(told).await, 5_000);
        let oldest =
            "SELECT COUNT(*) FROM routing_event WHERE about IN ('partition x4999', 'partition x5000')";
        assert_eq!(world.count(oldest).await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM routing_event WHERE about = 'rules'").await, 1);
    })
    .await;
}

/// Events about five thousand partitions that never were, each older than the one before.
const INVENTED: &str = "INSERT INTO routing_event (mailbox_id, application_id, about, at, id)
                        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                        SELECT e.mailbox_id, e.application_id, 'partition x' || n.i, e.at - n.i, 'x'
                        FROM routing_event e
                        CROSS JOIN n
                        WHERE e.about <> 'rules'";
