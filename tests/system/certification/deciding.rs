//! What counts: declared at once, certified by an operator, and until when.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;

use super::{CertificationKey, Developer, certifies, on_both, registered};

const DAY: Duration = Duration::from_secs(86_400);

async fn waiting(world: &World) -> Vec<Value> {
    let list = world.operator("tom").get("/v1/certifications").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// Decides what waits, as the operator `an`.
async fn decides(world: &World, id: &Value, decision: &str) -> system_tests::world::answer::Answer {
    let path = format!("/v1/certifications/{}/decision", id.as_str().unwrap());
    world.operator("an").put(&path, &json!({ "decision": decision })).await
}

async fn acts(world: &World, action: &'static str) -> i64 {
    let sql = match action {
        "approveCertification" => "SELECT COUNT(*) FROM audit_write WHERE action = 'approveCertification'",
        "certifyProvider" => "SELECT COUNT(*) FROM audit_write WHERE action = 'certifyProvider'",
        _ => "SELECT COUNT(*) FROM audit_write WHERE action = 'declareConformance'",
    };
    world.count(sql).await
}

async fn state(world: &World) -> Value {
    world.operator("tom").get("/v1/providers/demo-bank").await.expect(200)["state"].clone()
}

#[tokio::test]
async fn a_declared_app_counts_at_once_and_the_same_word_again_changes_nothing() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        assert_eq!(bank.level().await["level"], "none");
        let statement = CertificationKey::known().states(&bank.claims(None));
        let received = bank.hands_in(&statement).await.expect(200);
        assert_eq!((&received["stated"], &received["state"]), (&json!("declared"), &json!("standing")));
        assert_eq!(bank.hands_in(&statement).await.expect(200), received);
        assert_eq!(acts(world, "declareConformance").await, 1);
        assert!(waiting(world).await.is_empty());

        let entry = registered(world, "bank-app").await;
        assert_eq!((&entry["level"], &entry["on"]["suiteVersion"]), (&json!("declared"), &json!("0.1.0")));
        world.advance(DAY * 60);
        let entry = registered(world, "bank-app").await;
        assert_eq!((&entry["level"], &entry["on"]["lapsedBy"]), (&json!("lapsed"), &json!("time")));
    })
    .await;
}

#[tokio::test]
async fn a_certified_app_waits_for_an_operator_and_takes_its_provider_along() {
    on_both(async |world| {
        world.apply("environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"sandbox\"\n").await;
        let bank = Developer::of(world, "bank-app");
        let received = bank.is_certified_by_the_instance().await;
        assert_eq!(received["state"], "awaiting");
        assert_eq!(bank.level().await["level"], "none");
        let all = waiting(world).await;
        let [one] = &all[..] else { panic!("{all:?}") };
        assert_eq!((&one["clientId"], &one["capabilities"]), (&json!("bank-app"), &json!(["flows", "read"])));

        let path = format!("/v1/certifications/{}/decision", one["certificationId"].as_str().unwrap());
        let approval = json!({"decision": "approve"});
        for other in ["tom", "sofie"] {
            world.operator(other).put(&path, &approval).await.expect_problem(403, "missingPermission");
        }
        let approved = decides(world, &one["certificationId"], "approve").await.expect(200);
        assert_eq!((&approved["state"], state(world).await), (&json!("approved"), json!("certified")));
        assert_eq!(bank.level().await["level"], "certified");
        assert_eq!(registered(world, "bank-app").await["level"], "certified");

        // a second approval does nothing
        let again = world.operator("bart").put(&path, &approval).await.expect(200);
        assert_eq!(again, approved);
        assert_eq!((acts(world, "approveCertification").await, acts(world, "certifyProvider").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_counted_is_taken_back_by_an_operator_once_and_for_good() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        let declared = CertificationKey::known().states(&bank.claims(None));
        bank.hands_in(&declared).await.expect(200);
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect(200);
        let taken = decides(world, &id, "reject").await.expect(200);
        assert_eq!((&taken["state"], state(world).await), (&json!("rejected"), json!("active")));
        assert_eq!(decides(world, &id, "reject").await.expect(200), taken);
        decides(world, &id, "approve").await.expect_problem(409, "alreadyOver");
        assert_eq!(registered(world, "bank-app").await["level"], "declared");

        let record = world.operator("tom").get("/v1/applications/bank-app/record").await.expect(200);
        let all = record["certifications"].as_array().unwrap();
        let own = all.iter().find(|one| one["state"] == "standing").unwrap();
        decides(world, &own["certificationId"], "reject").await.expect(200);
        // the same word again does not bring it back
        assert_eq!(bank.hands_in(&declared).await.expect(200)["state"], "rejected");
        assert_eq!(bank.level().await["level"], "none");
        let sql = "SELECT COUNT(*) FROM audit_write WHERE action = 'withdrawCertification'";
        assert_eq!(world.count(sql).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_provider_whose_certification_lapsed_comes_back_with_a_new_one() {
    on_both(async |world| {
        let an = world.operator("an");
        let bank = Developer::of(world, "bank-app");
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect(200);
        an.moves("demo-bank", "suspended").await.expect(200);
        // as if it had been made with a suite that the policy accepted then
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE certification SET suite_version = '0.0.9'", ()).await.unwrap();
        tx.commit().await.unwrap();
        let problem = an.moves("demo-bank", "active").await.expect_problem(403, "statementRefused");
        assert_eq!(problem["reason"], "notCertified");

        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect(200);
        assert_eq!(state(world).await, "suspended");
        an.with(&world.operator("bart"), an.moves("demo-bank", "active").await).await;
        assert_eq!(state(world).await, "active");
    })
    .await;
}

#[tokio::test]
async fn what_an_operator_rejects_never_counts() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        assert_eq!(decides(world, &id, "reject").await.expect(200)["state"], "rejected");
        decides(world, &id, "approve").await.expect_problem(409, "alreadyOver");
        assert_eq!(bank.level().await["level"], "none");
    })
    .await;
}

#[tokio::test]
async fn a_provider_goes_on_only_with_an_app_that_is_certified() {
    on_both(async |world| {
        let an = world.operator("an");
        world.apply("environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"applied\"\n").await;
        let bank = Developer::of(world, "bank-app");
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect_problem(409, "noSuchStep");
        an.moves("demo-bank", "sandbox").await.expect(200);
        let problem = an.moves("demo-bank", "certified").await.expect_problem(403, "statementRefused");
        assert_eq!(problem["reason"], "notCertified");
        decides(world, &id, "approve").await.expect(200);
        assert_eq!(state(world).await, "certified");
        let proposal = an.moves("demo-bank", "active").await.expect(202);
        // it lapsed before the second operator looked
        world.apply(&registration("removed")).await;
        let problem = world.operator("bart").decides(&proposal, "approve").await;
        assert_eq!(problem.expect_problem(403, "statementRefused")["reason"], "notCertified");
        world.apply(&registration("active")).await;
        world.operator("bart").decides(&proposal, "approve").await.expect(200);
        assert_eq!(state(world).await, "active");
    })
    .await;
}

/// The registration of the bank's certificate.
fn registration(state: &str) -> String {
    format!(
        "environment = \"demo\"\n[[certificate]]\nrole = \"provider\"\nanchor = \"providers\"\nclient_id = \"bank-app\"\n\
         san_uri = \"urn:test:bank-app\"\nstate = \"{state}\"\n"
    )
}

#[tokio::test]
async fn a_certification_lapses_by_time_and_with_the_name_of_its_certificate_and_not_with_a_renewal() {
    on_both(async |world| {
        let bank = Developer::of(world, "bank-app");
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect(200);

        // another certificate of the same authority and name is the same app
        assert_eq!(bank.renewed().level().await["level"], "certified");
        world.apply(&registration("removed")).await;
        let entry = registered(world, "bank-app").await;
        assert_eq!((&entry["level"], &entry["on"]["lapsedBy"]), (&json!("lapsed"), &json!("certificate")));
        world.apply(&registration("active")).await;
        assert_eq!(registered(world, "bank-app").await["level"], "certified");

        world.advance(DAY * 90);
        let entry = registered(world, "bank-app").await;
        assert_eq!((&entry["level"], &entry["on"]["lapsedBy"]), (&json!("lapsed"), &json!("time")));
        let record = world.operator("tom").get("/v1/applications/bank-app/record").await.expect(200);
        assert_eq!(
            (&record["level"], &record["certifications"][0]["lapsedBy"]),
            (&json!("lapsed"), &json!("time"))
        );
        // lapsed is told, and nobody is switched off by it
        assert_eq!(state(world).await, "active");
    })
    .await;
}

#[tokio::test]
async fn a_certification_lapses_when_the_policy_moves_on() {
    let database = system_tests::database::TestDatabase::sqlite().await;
    World::on_changed(database, certifies, async |world| {
        let bank = Developer::of(world, "bank-app");
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        decides(world, &id, "approve").await.expect(200);
        // as if it had been made with a suite that the policy accepted then
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE certification SET suite_version = '0.0.9'", ()).await.unwrap();
        tx.commit().await.unwrap();
        let entry = registered(world, "bank-app").await;
        assert_eq!((&entry["level"], &entry["on"]["lapsedBy"]), (&json!("lapsed"), &json!("policy")));
        // who was too late waits no more
        bank.is_certified_by_the_instance().await;
        let id = waiting(world).await[0]["certificationId"].clone();
        world.advance(DAY * 90);
        let problem = decides(world, &id, "approve").await.expect_problem(403, "statementRefused");
        assert_eq!(problem["reason"], "lapsed");
    })
    .await;
}
