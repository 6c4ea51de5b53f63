//! Before it is active a provider reaches mailboxes marked as test, and no others.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

/// A file by which the holder of the data moves the bank.
fn bank(state: &str) -> String {
    format!(
        "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"{state}\"\n"
    )
}

#[tokio::test]
async fn a_sandbox_provider_reads_test_mailboxes_only() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let bank_app = world.provider("bank").await;
        let of_anna = world.citizen("Anna").grants(&bank_app, &EVERYTHING).await;
        let of_bert = world.citizen("Bert").grants(&bank_app, &EVERYTHING).await;
        let marked = an.post("/v1/testMailboxes", &Person::named("Bert").recipient()).await.expect(200);
        assert_eq!(an.get("/v1/testMailboxes").await.expect(200)["items"], json!([marked]));

        world.apply(&bank("sandbox")).await;
        for stage in ["sandbox", "certified"] {
            if stage == "certified" {
                an.moves("demo-bank", "certified").await.expect(200);
            }
            bank_app.messages(&of_bert).await.expect(200);
            bank_app.mailboxes(&of_bert).await.expect(200);
            bank_app.messages(&of_anna).await.expect_problem(401, "invalidAccessToken");
            bank_app.mailboxes(&of_anna).await.expect_problem(401, "invalidAccessToken");
        }
        let activation = an.moves("demo-bank", "active").await;
        bank_app.messages(&of_anna).await.expect_problem(401, "invalidAccessToken");
        an.with(&bart, activation).await;
        bank_app.messages(&of_anna).await.expect(200);
        bank_app.messages(&of_bert).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_is_real_again_is_closed_to_who_tries_out() {
    World::on_both(async |world| {
        let an = world.operator("an");
        let bank_app = world.provider("bank").await;
        let grant = world.citizen("Bert").grants(&bank_app, &EVERYTHING).await;
        let marked = an.post("/v1/testMailboxes", &Person::named("Bert").recipient()).await.expect(200);
        world.apply(&bank("sandbox")).await;
        bank_app.messages(&grant).await.expect(200);

        let path = format!("/v1/testMailboxes/{}", marked["mailboxId"].as_str().unwrap());
        an.delete(&path).await.expect(204);

        bank_app.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        an.delete(&path).await.expect_problem(404, "resourceNotFound");
        an.delete(&format!("/v1/testMailboxes/mbx_{}", "0".repeat(26)))
            .await
            .expect_problem(404, "resourceNotFound");
    })
    .await;
}

#[tokio::test]
async fn somebody_new_gets_a_test_mailbox_of_their_own() {
    World::on_both(async |world| {
        let (an, tom) = (world.operator("an"), world.operator("tom"));
        let dirk = Person::named("Dirk").recipient();
        let marked = an.post("/v1/testMailboxes", &dirk).await.expect(200);
        assert_eq!(an.post("/v1/testMailboxes", &dirk).await.expect(200), marked, "marking twice is once");
        let shown = tom.get("/v1/testMailboxes").await;
        assert_eq!(shown.expect(200)["items"].as_array().unwrap().len(), 1);
        assert!(!shown.text().contains(&Person::named("Dirk").ssin()), "numbers are never given back");
    })
    .await;
}
