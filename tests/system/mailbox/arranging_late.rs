//! A request to arrange whose body is long in coming: what ended or was limited meanwhile counts.

use hub_core::access::MachineProof;
use hub_core::access::citizen::Routing;
use hub_core::access::provider::ProviderAccess;
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::peer::{PeerIdentity, Role};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use system_tests::world::World;

use super::arranging::Software;

/// The access as it is given when the head of a request is there.
async fn begun(world: &World, software: &Software<'_>) -> ProviderAccess {
    let token = software.token(Some("routing")).await;
    let leaf = CertificateDer::from_pem_slice(software.credential.certificate.as_bytes()).unwrap();
    let identity = PeerIdentity {
        role: Role::OwnSoftware,
        anchor: String::new(),
        san_uris: Vec::new(),
        san_dns: Vec::new(),
        subject: String::new(),
        organization: None,
        thumbprint: Sha256::of(&leaf).0,
        not_before: Timestamp(0),
        not_after: Timestamp(i64::MAX),
    };
    let audience = &world.hub().audiences().mailbox;
    world.hub().provider(&MachineProof { identity: &identity, token: Some(&token), audience }).await.unwrap()
}

#[tokio::test]
async fn nothing_is_arranged_under_a_consent_that_ended_while_the_body_came() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        software.is_let(&manager, Routing::Told).await;
        let access = begun(world, &software).await;
        access.add_partition(&software.mailbox, "Before").await.unwrap();

        manager.revoke(&software.consent(&manager).await).await.unwrap();

        let refused = access.add_partition(&software.mailbox, "After").await.unwrap_err();
        assert!(matches!(refused, Error::Token(_)), "{refused}");
        let refused = access.put_routing_rules(&software.mailbox, &[], None).await.unwrap_err();
        assert!(matches!(refused, Error::Token(_)), "{refused}");
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'addPartition'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_arranged_under_a_consent_that_was_limited_while_the_body_came() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        software.is_let(&manager, Routing::Told).await;
        let access = begun(world, &software).await;

        manager.limit_consent(&software.consent(&manager).await, &["general".to_owned()]).await.unwrap();

        let refused = access.put_routing_rules(&software.mailbox, &[], None).await.unwrap_err();
        assert!(matches!(refused, Error::Token(_)), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn who_saw_how_the_mailbox_is_divided_is_in_its_access_log() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        software.is_let(&manager, Routing::Told).await;
        let token = software.token(Some("routing")).await;

        software.get("partitionRights", &token).await.expect(200);

        world.loads_journal().await;
        let seen = "SELECT COUNT(*) FROM reading WHERE what = 'rights' AND role = 'ownSoftware'";
        assert_eq!(world.count(seen).await, 1);
    })
    .await;
}
