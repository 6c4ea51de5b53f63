//! An operator ends a consent, as the last resort.

use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

use super::the_consent;

#[tokio::test]
async fn an_operator_ends_a_consent_and_the_citizen_sees_who_did() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let consent = grant.details["consentId"].as_str().unwrap();
        let path = |provider: &str| format!("/v1/providers/{provider}/consents/{consent}");
        let (sofie, tom) = (world.operator("sofie"), world.operator("tom"));

        tom.delete(&path("demo-bank")).await.expect_problem(403, "missingPermission");
        // the id is the bank's: under another provider's name it means nothing
        sofie.delete(&path("demo-post")).await.expect_problem(404, "resourceNotFound");
        bank.messages(&grant).await.expect(200);
        sofie.delete(&path("demo-bank")).await.expect(204);
        sofie.delete(&path("demo-bank")).await.expect(204);

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("revoked".into(), Some("operatorEnded".into())));
        anna.logs_in().await;
        let page = anna.open("/consents").await;
        assert!(page.text_of("main").contains("We stopped it."), "{}", page.text_of("main"));
        let receipts = "SELECT COUNT(*) FROM evidence WHERE kind = 'ended'";
        assert_eq!(world.count(receipts).await, 1);
        let acts = sofie.get("/v1/acts?of=me").await.expect(200);
        let ended = acts["items"].as_array().unwrap().iter().filter(|act| act["action"] == "operatorEnded");
        assert_eq!(ended.count(), 1, "{acts:#}");
    })
    .await;
}
