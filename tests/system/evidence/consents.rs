//! Receipts of consents: for the citizen in the portal, for the provider in the mailbox API.

use serde_json::Value;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::provider::{EVERYTHING, Provider};

use super::{Court, bytes_of, download, downloads, stated};

/// The statements of everything downloadable on "my permissions", proven.
async fn receipts(world: &World, anna: &Citizen<'_>) -> Vec<Value> {
    let page = anna.open("/consents").await;
    let court = Court::of(world).await;
    let mut all = Vec::new();
    for (n, href) in downloads(&page, "json").iter().enumerate() {
        all.push(court.proves(&format!("{n}.json"), &download(world, anna, href).await).await);
    }
    all
}

#[tokio::test]
async fn a_citizen_has_a_receipt_of_what_was_given_and_of_its_end() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;

        let given = receipts(world, &anna).await;
        assert_eq!(given.len(), 1);
        let (fact, consent) = (&given[0]["facts"][0], &given[0]["consent"]);
        assert_eq!((&fact["kind"], &fact["by"]), (&"granted".into(), &"citizen".into()));
        assert_eq!(consent["actions"], grant.details["actions"]);
        assert_eq!(consent["consentId"], grant.details["consentId"], "the provider's own id");
        assert_eq!(consent["mailboxId"], grant.details["mailboxId"]);
        assert_eq!(consent["until"], grant.details["until"]);
        assert_eq!(consent["application"]["brand"], "Demo Bank");
        assert_eq!(consent["acr"], "urn:facteur:demo:substantial");
        assert!(consent["screen"]["textVersion"].as_str().unwrap().starts_with("consent-"));
        assert!(!given[0].to_string().contains(&anna.person.ssin()));

        anna.revokes().await;
        let both = receipts(world, &anna).await;
        let kinds: Vec<&Value> = both.iter().map(|statement| &statement["facts"][0]["kind"]).collect();
        assert_eq!(kinds, ["granted", "ended"]);
        assert_eq!(both[1]["facts"][0]["reason"], "citizenRevoked");
        assert_eq!(both[0]["matter"], both[1]["matter"]);
        assert_eq!(both[1]["consent"]["consentId"], grant.details["consentId"]);
    })
    .await;
}

#[tokio::test]
async fn a_new_consent_and_the_end_of_digital_mail_end_the_old_one_with_a_receipt() {
    World::on_both(async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        anna.grants(&bank, &["list"]).await;
        anna.grants(&post, &["list"]).await;
        anna.switches("off").await;

        let mut ended: Vec<String> = receipts(world, &anna)
            .await
            .iter()
            .map(|statement| &statement["facts"][0])
            .filter(|fact| fact["kind"] == "ended")
            .map(|fact| fact["reason"].as_str().unwrap().to_owned())
            .collect();
        ended.sort();
        assert_eq!(ended, ["activationWithdrawn", "activationWithdrawn", "newConsent"]);
    })
    .await;
}

#[tokio::test]
async fn a_provider_has_the_receipts_of_its_own_consents_and_of_no_others() {
    World::on_both(async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        let token = bank.machine.client_credentials("bank-app", "consents").await;
        let foreign = post.machine.client_credentials("post-app", "consents").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let other = anna.grants(&post, &EVERYTHING).await;
        let consent = grant.details["consentId"].as_str().unwrap();
        anna.revokes().await;
        anna.revokes().await;

        let court = Court::of(world).await;
        let own = receipts_of(&bank, &token, consent).await.unwrap();
        let kinds: Vec<&Value> = own.iter().map(|item| &item["facts"][0]["kind"]).collect();
        assert_eq!(kinds, ["granted", "ended"], "also when it is over");
        for (n, item) in own.iter().enumerate() {
            let document = &item["document"];
            let statement = court.proves(&format!("{n}.json"), &bytes_of(document)).await;
            assert_eq!(statement, stated(document));
            assert_eq!(statement["consent"]["consentId"], consent);
        }
        assert!(receipts_of(&post, &foreign, consent).await.is_none());
        assert!(receipts_of(&bank, &token, other.details["consentId"].as_str().unwrap()).await.is_none());
        let none = format!("cns_{}", "0".repeat(26));
        assert!(receipts_of(&bank, &token, &none).await.is_none());
        let path = format!("/mailbox/v1/consents/{consent}/receipts");
        bank.machine.get(&path, Some(&grant.access)).await.expect(401);
        let feed = bank.machine.client_credentials("bank-app", "feed").await;
        bank.machine.get(&path, Some(&feed)).await.expect(403);
    })
    .await;
}

/// The receipts that a provider's own token gets; `None` if there is no such consent.
async fn receipts_of(provider: &Provider<'_>, token: &str, consent: &str) -> Option<Vec<Value>> {
    let path = format!("/mailbox/v1/consents/{consent}/receipts");
    let answer = provider.machine.get(&path, Some(token)).await;
    if answer.status == 404 {
        answer.expect_problem(404, "resourceNotFound");
        return None;
    }
    Some(answer.expect(200)["items"].as_array().unwrap().clone())
}
