//! Nothing of the hot paths looks through what grows: the databases say how they would do it.

use hub_core::db::Dialect;
use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::enterprise;
use system_tests::world::provider::EVERYTHING;

use crate::campaigns::Campaign;

#[tokio::test]
async fn no_statement_of_the_hot_paths_looks_through_what_grows() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let ids = [
            tax.publishes(&anna.person.recipient(), "The first letter").await,
            tax.publishes(&anna.person.recipient(), "The second letter").await,
        ];
        for id in &ids {
            tax.status(id).await.expect(200);
        }
        tax.machine.get("/sender/v1/changes", Some(&tax.token)).await.expect(200);

        let messages = format!("/mailbox/v1/mailboxes/{}/messages", grant.mailbox);
        let list = bank.get(&grant, &format!("{messages}?pageSize=1")).await.expect(200);
        let next = list["next"].as_str().unwrap();
        bank.machine.get(next, Some(&grant.access)).await.expect(200);
        for question in ["?read=false", "?sort=receivedAt", "?q=letter&lang=en"] {
            bank.get(&grant, &format!("{messages}{question}")).await;
        }
        let id = list["items"][0]["messageId"].as_str().unwrap();
        let message = bank.message(&grant, id).await.expect(200);
        let file = message["attachments"][0]["attachmentId"].as_str().unwrap();
        let file = format!("{messages}/{id}/attachments/{file}/content");
        assert_eq!(bank.get(&grant, &file).await.status, 200);
        bank.marks(&grant, id, &json!({"read": true})).await.expect(200);

        let token = bank.machine.client_credentials(&bank.client_id, "feed").await;
        bank.machine.get("/mailbox/v1/changes", Some(&token)).await.expect(200);
        let grant = bank.refreshes(&grant).await;
        bank.mailboxes(&grant).await.expect(200);
        world.judge_plans().await;
    })
    .await;
}

#[tokio::test]
async fn no_statement_of_a_campaign_looks_through_what_grows() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        let recipients = [anna.person.recipient(), json!({"enterpriseNumber": enterprise(1)})];
        let campaign = Campaign::begin(&tax, "A letter to many").await;
        campaign.to(&recipients).await.expect(202);
        let ended = campaign.ends().await;
        assert_eq!(ended["counts"]["delivered"], 2, "{ended:#}");
        campaign.outcomes(1).await;
        world.judge_plans().await;
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_looks_through_what_grows_is_found() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        tax.publishes(&anna.person.recipient(), "A letter").await;
        for (sql, tables) in [
            ("SELECT subject FROM message WHERE mailbox_id = $1 AND number > $2", &[] as &[&str]),
            ("SELECT subject FROM message WHERE subject = $1", &["message"]),
            (
                "SELECT m.subject FROM mailbox b JOIN message m ON m.mailbox_id = b.id WHERE b.kind = $1",
                &["mailbox"],
            ),
            ("UPDATE sent SET retrieved_at = $1 WHERE number = $2", &["sent"]),
        ] {
            assert_eq!(world.looked_through(sql).await, tables, "{sql}");
        }
        if matches!(world.db.dialect(), Dialect::Sqlite) {
            for column in ["spot", "mailbox_id"] {
                let sql = format!(
                    "SELECT line FROM campaign_recipient WHERE list_id = $1 AND {column} IS NOT NULL
                     AND outcome = 'delivered' AND {column} IN (SELECT unhex(v.value) FROM json_each($2) v)"
                );
                assert_eq!(world.looked_through(&sql).await, ["campaign_recipient"], "{sql}");
            }
        }
    })
    .await;
}
