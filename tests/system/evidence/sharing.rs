//! Who gets evidence: those concerned, and nobody else.

use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::{downloads, evidence};

#[tokio::test]
async fn another_sender_finds_no_evidence() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let message = tax.publishes(&Person::named("Bert").recipient(), "For the tax office").await;
        let path = format!("/sender/v1/messages/{message}/evidence");

        family.machine.get(&path, Some(&family.token)).await.expect_problem(404, "resourceNotFound");
        family.machine.get(&path, Some(&tax.token)).await.expect_problem(401, "invalidAccessToken");
        let publisher = tax.machine.client_credentials(&tax.client_id, "publish").await;
        tax.machine.get(&path, Some(&publisher)).await.expect_problem(403, "missingScope");
        tax.machine.get(&path, None).await.expect_problem(401, "noAccessToken");
        let none = format!("/sender/v1/messages/msg_{}/evidence", "0".repeat(26));
        tax.machine.get(&none, Some(&tax.token)).await.expect_problem(404, "resourceNotFound");
        assert_eq!(evidence(&tax, &message).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_citizen_finds_no_receipt() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        anna.grants(&bank, &EVERYTHING).await;
        bert.grants(&bank, &EVERYTHING).await;
        tax.publishes(&anna.person.recipient(), "For Anna only").await;
        let page = anna.open("/").await;
        let inbox = anna.submit(&page, &page.form("/mailboxes/")).await;
        let message = anna.open(&anna.link(&inbox, "/messages/")).await;

        let of_message = downloads(&message, "json").remove(0);
        let of_consent = downloads(&anna.open("/consents").await, "json").remove(0);
        let own = downloads(&bert.open("/consents").await, "json").remove(0);
        let status = async |citizen: &system_tests::world::citizen::Citizen<'_>, href: &str| {
            citizen.fetch(&format!("{}{href}", world.public)).await.status().as_u16()
        };
        for href in [&of_message, &of_consent] {
            assert_eq!(status(&anna, href).await, 200);
            assert_eq!(status(&bert, href).await, 404, "{href}");
            // nobody is logged in: first the login, as for every page
            let stranger = world.citizen("Emma");
            let answer = stranger.fetch(&format!("{}{href}", world.public)).await;
            assert_ne!(answer.status(), 200, "{href}");
            assert!(!answer.text().await.unwrap().contains("statement"));
        }
        // a proof of one's own under another's consent, and another's proof under one's own
        let (anna_consent, anna_proof) = of_consent.split_once("/proofs/").unwrap();
        let (bert_consent, bert_proof) = own.split_once("/proofs/").unwrap();
        for href in
            [format!("{anna_consent}/proofs/{bert_proof}"), format!("{bert_consent}/proofs/{anna_proof}")]
        {
            assert_eq!(status(&bert, &href).await, 404, "{href}");
        }
        assert_eq!(status(&bert, &own.replace("/json", "/exe")).await, 404);
    })
    .await;
}
