//! One certificate follows another without a gap, and a certificate that was ended is refused at once.

use std::time::Duration;

use data_encoding::HEXLOWER;
use hub_core::id::Sha256;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use system_tests::authority::{Credential, Wish};
use system_tests::world::World;
use system_tests::world::machine::Machine;
use system_tests::world::provider::{EVERYTHING, Grant, messages_path};
use system_tests::world::setting::authorities;

const CERTIFICATES: &str = "/v1/applications/bank-app/certificates";

fn thumbprint(credential: &Credential) -> String {
    let der = CertificateDer::from_pem_slice(credential.certificate.as_bytes()).unwrap();
    HEXLOWER.encode(&Sha256::of(&der).0)
}

/// What an operator registers: the bank's name, pinned to one certificate.
fn pinned(credential: &Credential) -> Value {
    json!({"anchor": "providers", "nameKind": "sanUri", "name": "urn:test:bank-app", "thumbprint": thumbprint(credential)})
}

async fn read(machine: &Machine<'_>, grant: &Grant, token: &str) -> system_tests::world::answer::Answer {
    machine.get(&messages_path(grant), Some(token)).await
}

async fn refreshed(machine: &Machine<'_>, grant: &Grant) -> String {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "bank-app"),
        ("refresh_token", grant.refresh.as_str()),
    ];
    let token = machine.post_form("/token", &form).await.expect(200)["access_token"].clone();
    token.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_certificate_is_rolled_over_with_an_overlap() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let bank = world.provider("bank").await;
        let new = authorities().providers.client("urn:test:bank-app");
        let (old, other) = (&bank.machine, world.machine(Some(&new)));
        // from now on each certificate of the bank is pinned
        an.with(&bart, an.post(CERTIFICATES, &pinned(&bank.credential)).await).await;
        let list = an.get(CERTIFICATES).await.expect(200);
        let unpinned =
            list["items"].as_array().unwrap().iter().find(|one| one["thumbprint"].is_null()).unwrap();
        an.delete(&format!("/v1/certificates/{}", unpinned["certificateId"].as_str().unwrap()))
            .await
            .expect(204);
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let problem = read(&other, &grant, &grant.access).await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "notRegistered", "one person alone adds no key");

        let proposal = an.post(CERTIFICATES, &pinned(&new)).await.expect(202);
        read(&other, &grant, &grant.access).await.expect_problem(401, "certificateRefused");
        bart.decides(&proposal, "approve").await.expect(200);

        // both are accepted, each with tokens of its own
        read(old, &grant, &grant.access).await.expect(200);
        read(&other, &grant, &grant.access).await.expect_problem(401, "invalidAccessToken");
        let fresh = refreshed(&other, &grant).await;
        read(&other, &grant, &fresh).await.expect(200);
        read(old, &grant, &fresh).await.expect_problem(401, "invalidAccessToken");

        // the old one is ended: refused by the next request on its open connection, the new one goes on
        let list = sofie.get(CERTIFICATES).await.expect(200);
        let gone = thumbprint(&bank.credential);
        let ended =
            list["items"].as_array().unwrap().iter().find(|one| one["thumbprint"] == gone.as_str()).unwrap();
        let path = format!("/v1/certificates/{}", ended["certificateId"].as_str().unwrap());
        sofie.delete(&path).await.expect(204);
        let problem = read(old, &grant, &grant.access).await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "notRegistered");
        read(&other, &grant, &fresh).await.expect(200);
        let again = refreshed(&other, &grant).await;
        read(&other, &grant, &again).await.expect(200);
        sofie.delete(&path).await.expect_problem(404, "resourceNotFound");
    })
    .await;
}

#[tokio::test]
async fn a_token_of_a_certificate_that_ended_does_not_come_back_with_it() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let bank = world.provider("bank").await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let list = an.get(CERTIFICATES).await.expect(200);
        an.delete(&format!("/v1/certificates/{}", list["items"][0]["certificateId"].as_str().unwrap()))
            .await
            .expect(204);
        bank.messages(&grant).await.expect_problem(401, "certificateRefused");

        an.with(&bart, an.post(CERTIFICATES, &pinned(&bank.credential)).await).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let fresh = refreshed(&bank.machine, &grant).await;
        read(&bank.machine, &grant, &fresh).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_accepted_in_its_time_only() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let bank = world.provider("bank").await;
        let new = authorities().providers.issue(&Wish::client("urn:test:bank-new"));
        let machine = world.machine(Some(&new));
        let mut certificate = pinned(&new);
        certificate["name"] = "urn:test:bank-new".into();
        certificate["validFrom"] = world.now().plus(HOUR).rfc3339().into();
        certificate["validUntil"] = world.now().plus(HOUR * 2).rfc3339().into();
        an.with(&bart, an.post(CERTIFICATES, &certificate).await).await;
        let grant = world.citizen("Anna").grants(&bank, &EVERYTHING).await;
        let document = "/mailbox/v1/doc/openapi.yaml";

        let state = async || {
            let list = an.get(CERTIFICATES).await.expect(200);
            let mut items = list["items"].as_array().unwrap().iter();
            items.find(|one| one["name"] == "urn:test:bank-new").unwrap()["state"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        machine.get(document, None).await.expect_problem(401, "certificateRefused");
        assert_eq!(state().await, "notYet");
        world.advance(HOUR + Duration::from_secs(1));
        machine.get(document, None).await.expect(200);
        assert_eq!(state().await, "accepted");
        world.advance(HOUR - Duration::from_secs(5));
        let fresh = refreshed(&machine, &grant).await;
        read(&machine, &grant, &fresh).await.expect(200);
        world.advance(Duration::from_secs(10));
        let problem = read(&machine, &grant, &fresh).await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "notRegistered", "its token is not over, its registration is");
        assert_eq!(state().await, "over");
    })
    .await;
}

#[tokio::test]
async fn a_name_belongs_to_one_client_whoever_is_faster() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let new = authorities().providers.client("urn:test:shared");
        let mut certificate = pinned(&new);
        certificate["name"] = "urn:test:shared".into();
        let of_bank = an.post(CERTIFICATES, &certificate).await.expect(202);
        let of_post = an.post("/v1/applications/post-app/certificates", &certificate).await.expect(202);

        bart.decides(&of_bank, "approve").await.expect(200);
        bart.decides(&of_post, "approve").await.expect_problem(409, "noSuchStep");
        an.post("/v1/applications/post-app/certificates", &certificate)
            .await
            .expect_problem(409, "noSuchStep");
    })
    .await;
}

const HOUR: Duration = Duration::from_secs(3_600);
