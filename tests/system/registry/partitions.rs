//! Partitions in the Message Registry: who names none meets none, who knows them lists and moves by them.

use serde_json::json;
use system_tests::world::World;

use super::{expect_refusal, own_software, reader};
use crate::mailbox::partitions::{bakery, from, grants_for_bakery, partition};

#[tokio::test]
async fn rule_8_partitions_are_listed_moved_between_and_kept_from_whom_they_are_not_for() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let manager = world.acting("Anna").await;
        let people = manager.add_partition("Personnel").await.unwrap();
        tax.publishes(&bakery(), "Heron ledger in grey").await;
        let software = own_software(world, &anna).await;
        let before = software.list("").await["items"][0].clone();
        assert_eq!(before.get("partitionId"), None, "{before:#}");
        manager.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        family.publishes(&bakery(), "Heron dismissal in grey").await;

        // 2.1 software that names no partition sees all that it may see
        let all = software.list("").await;
        assert_eq!(all["totalItems"], 2, "{all:#}");
        let (secret, ledger) = (&all["items"][0], &all["items"][1]);
        let there = secret["partitionId"].as_str().unwrap().to_owned();
        let count = async |query: &str| software.list(query).await["totalItems"].as_i64().unwrap();
        assert_eq!(count(&format!("?partitionId={there}")).await, 1);
        assert_eq!(count("?partitionId=GENERAL").await, 1);
        assert_eq!(count("?partitionId=nothing").await, 0);
        let q = format!("?partitionId={there}&q=ledger&qlang=nl");
        assert_eq!(count(&q).await, 0, "criteria are ANDed");

        // moved, with what 2.1 requires beside it; all or none
        let item = |id: &serde_json::Value, partition: &str| {
            json!({"messageId": id, "visible": true, "partitionId": partition})
        };
        let update = json!({"items": [item(&ledger["messageId"], &there), item(&secret["messageId"], "elsewhere")]});
        expect_refusal(&software.send("PATCH", "/ebox/messages", &update).await, 400, "INVALID_INPUT");
        assert_eq!(count("?partitionId=GENERAL").await, 1, "nothing moved");
        let update = json!({"items": [item(&ledger["messageId"], &there), item(&secret["messageId"], "GENERAL")]});
        software.send("PATCH", "/ebox/messages", &update).await.expect(200);
        let general = software.list("?partitionId=GENERAL").await;
        assert_eq!(general["items"][0]["messageId"], secret["messageId"], "{general:#}");
        let back = json!({"items": [item(&secret["messageId"], &there), item(&ledger["messageId"], "GENERAL")]});
        software.send("PATCH", "/ebox/messages", &back).await.expect(200);

        // whoever is limited to the general partition
        let grant = grants_for_bakery(&anna, &bank).await;
        let of_bank = partition(&bank, &grant, "Personnel").await;
        let of_secret = reader(&bank, &grant).await.list("?q=dismissal&qlang=nl").await["items"][0].clone();
        let id = of_secret["messageId"].as_str().unwrap();
        let file = of_secret["attachments"]["items"][0]["attachmentId"].as_str().unwrap();
        let consents = manager.consents().await.unwrap();
        let consent = consents.iter().find(|one| !one.standing.own_software).unwrap();
        manager.limit_consent(&consent.id, &["general".to_owned()]).await.unwrap();
        let desk = reader(&bank, &grant).await;
        let ebox = desk.get("/ebox").await.expect(200);
        assert_eq!(ebox["numberOfMessages"], 1, "{ebox:#}");
        assert_eq!(desk.list("").await["totalItems"], 1);
        for query in [format!("?partitionId={of_bank}"), "?q=dismissal&qlang=nl".to_owned(), "?page=2&pageSize=1".to_owned()] {
            let page = desk.list(&query).await;
            assert_eq!(page["items"], json!([]), "{query}: {page:#}");
        }
        for path in [
            format!("/ebox/messages/{id}"),
            format!("/ebox/messages/{id}/body"),
            format!("/ebox/messages/{id}/attachments"),
            format!("/ebox/messages/{id}/attachments/{file}"),
            format!("/ebox/messages/{id}/attachments/{file}/content"),
        ] {
            expect_refusal(&desk.get(&path).await, 404, "RESOURCE_NOT_FOUND");
        }
        let hidden = json!({"items": [{"messageId": id, "visible": false}]});
        expect_refusal(&desk.send("PATCH", "/ebox/messages", &hidden).await, 404, "RESOURCE_NOT_FOUND");
    })
    .await;
}
