//! Receipts of consents: for the citizen in the portal, for the provider by the hub's own access.

use hub_core::access::MachineProof;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::peer::{PeerIdentity, Role};
use serde_json::Value;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::provider::EVERYTHING;

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
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let other = anna.grants(&post, &EVERYTHING).await;
        let consent = grant.details["consentId"].as_str().unwrap();
        anna.revokes().await;
        anna.revokes().await;

        let court = Court::of(world).await;
        let own = receipts_of(world, "bank", consent).await.unwrap();
        assert_eq!(own.len(), 2, "also when it is over");
        for (n, document) in own.iter().enumerate() {
            let statement = court.proves(&format!("{n}.json"), &bytes_of(document)).await;
            assert_eq!(statement, stated(document));
            assert_eq!(statement["consent"]["consentId"], consent);
        }
        assert!(receipts_of(world, "post", consent).await.is_none());
        assert!(receipts_of(world, "bank", other.details["consentId"].as_str().unwrap()).await.is_none());
        assert!(receipts_of(world, "bank", "cns_0").await.is_none());
    })
    .await;
}

/// The documents that the access of a provider's own token gives; `None` if there is no such consent.
async fn receipts_of(world: &World, provider: &str, consent: &str) -> Option<Vec<Value>> {
    let client_id = format!("{provider}-app");
    let identity = PeerIdentity {
        role: Role::Provider,
        anchor: "providers".into(),
        san_uris: vec![format!("urn:test:{client_id}")],
        san_dns: Vec::new(),
        subject: String::new(),
        organization: None,
        thumbprint: Sha256::of(client_id.as_bytes()).0,
        not_before: world.now(),
        not_after: world.now(),
    };
    let client = world.hub().client(&identity, &client_id).await.unwrap();
    let issued = client.client_credentials(None, None).await.unwrap();
    world.never_shown(issued.access.expose());
    let audience = world.hub().audiences().mailbox.clone();
    let proof =
        MachineProof { identity: &identity, token: Some(issued.access.expose()), audience: &audience };
    match world.hub().provider(&proof).await.unwrap().receipts(consent).await {
        Ok(receipts) => {
            Some(receipts.iter().map(|receipt| serde_json::to_value(&receipt.document).unwrap()).collect())
        }
        Err(Error::NotFound("consent")) => None,
        Err(error) => panic!("{error:?}"),
    }
}
