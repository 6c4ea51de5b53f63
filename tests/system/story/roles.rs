//! Roles over an enterprise: who decides takes over what a colleague gave, who reads decides nothing whatever they send.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::page::{Form, Page};
use system_tests::world::people::enterprise;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};
use system_tests::world::roles::for_enterprise;

/// Anna consents for the enterprise.
async fn granted(world: &World, bank: &Provider<'_>) -> Grant {
    let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
    let callback = world.citizen("Anna").agrees(&asked).await;
    bank.redeems(&asked, &callback).await
}

#[tokio::test]
async fn an_access_manager_takes_over_what_a_legal_representative_gave() {
    World::on_both(async |world| {
        let (legal, manager) =
            (for_enterprise("Anna", "legalRepresentative"), for_enterprise("Bert", "accessManager"));
        world.has_roles(&[legal, manager]).await;
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let grant = granted(world, &bank).await;
        bert.logs_in().await;
        bert.opens("Your role: access manager").await;
        let consents = bert.open("/consents").await;
        consents
            .expect(&["A representative has authorised Demo Bank to collect the messages of Demo Bakkerij."]);
        consents.expect_not(&["Paused"]);

        world.has_roles(&[manager]).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let consents = bert.open("/consents").await;
        consents.expect(&["Paused", "The person who gave it no longer represents Demo Bakkerij."]);
        let question = bert.open(&bert.link(&consents, "/resume")).await;
        let done = bert.submit(&question, &question.form("/resume").with("decision", "on")).await;
        done.expect(&["Demo Bank is in use"]);
        bank.messages(&grant).await.expect(200);
        let consents = bert.open("/consents").await;
        consents.expect(&["You have authorised Demo Bank to collect the messages of Demo Bakkerij."]);

        // pressed again in another tab, it says how it is
        let again = bert.submit(&question, &question.form("/resume").with("decision", "on")).await;
        assert!(again.url.ends_with("/consents"), "{}", again.url);
        bert.submit(&consents, &consents.form("/revoke")).await.expect(&["Demo Bank has been stopped"]);
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        bert.open("/consents").await.expect(&["You stopped it."]);
        let anna = world.citizen("Anna");
        world.has_roles(&[legal, manager]).await;
        anna.logs_in().await;
        anna.opens("Demo Bakkerij").await;
        anna.open("/consents").await.expect(&["A representative stopped it."]);
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_and_stops_nothing_whatever_is_sent() {
    World::on_both(async |world| {
        world
            .has_roles(&[for_enterprise("Anna", "legalRepresentative"), for_enterprise("Bert", "reader")])
            .await;
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT that Bert may read").await;
        let grant = granted(world, &bank).await;
        let bert = world.citizen("Bert");
        bert.logs_in().await;
        let mailbox = bert.opens("Your role: reader").await;
        mailbox.expect(&["VAT that Bert may read"]);
        let consents = bert.open("/consents").await;
        consents.expect(&["You can only read here. Whoever decides for Demo Bakkerij can stop a permission"]);
        assert!(!consents.html.contains("/revoke") && consents.link("/less").is_none(), "{}", consents.html);
        assert!(consents.link("/software").is_none());

        // the same requests as the buttons would send, with the value of his own session
        let consent = shown_consent(&consents);
        let csrf = consents.form("/logout").fields;
        for (address, field) in [
            (format!("/consents/{consent}/revoke"), ("decision", "on")),
            (format!("/consents/{consent}/less"), ("without", "markRead")),
            (format!("/consents/{consent}/resume"), ("decision", "on")),
            ("/activation".to_owned(), ("decision", "off")),
            ("/software".to_owned(), ("name", "Bookkeeping")),
        ] {
            let form = Form { action: address.clone(), fields: csrf.clone(), buttons: Vec::new() };
            let page = bert.submit(&consents, &form.with(field.0, field.1)).await;
            assert_eq!(page.status, 403, "{address}: {}", page.words());
            page.expect(&["You may not do this here", "Nothing was changed."]);
        }
        for address in ["less", "resume"].map(|page| format!("/consents/{consent}/{page}")) {
            assert_eq!(bert.open(&address).await.status, 403, "{address}");
        }
        let list = bank.messages(&grant).await.expect(200);
        let message = list["items"][0]["messageId"].as_str().unwrap();
        bank.marks(&grant, message, &json!({"read": true})).await.expect(200);
        let changes = "SELECT COUNT(*) FROM consent_event";
        assert_eq!(world.count(changes).await, 1, "given, and nothing since");
    })
    .await;
}

/// The consent that a page links the log of.
fn shown_consent(page: &Page) -> String {
    let link = page.link("usage?consent=").unwrap();
    link.split_once("consent=").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_permission_of_a_paused_app_says_so_and_works_again_afterwards() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let (bank, emma) = (world.provider("bank").await, world.citizen("Emma"));
        let grant = emma.grants(&bank, &EVERYTHING).await;
        let paused = "We have paused this app for everybody since";
        emma.open("/consents").await.expect_not(&[paused]);

        sofie.moves("demo-bank", "suspended").await.expect(200);
        let consents = emma.open("/consents").await;
        consents.expect(&[paused, "It collects nothing now.", "Stop Demo Bank"]);

        an.with(&bart, an.moves("demo-bank", "active").await).await;
        emma.open("/consents").await.expect_not(&[paused]);
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_senders_that_are_left_out_are_named() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, emma) = (world.provider("bank").await, world.citizen("Emma"));
        tax.publishes(&emma.person.recipient(), "Of the tax office").await;
        family.publishes(&emma.person.recipient(), "Of the family office").await;
        emma.grants(&bank, &EVERYTHING).await;
        emma.open("/consents").await.expect_not(&["left out"]);
        let consents = emma.open("/consents").await;
        let less = emma.open(&emma.link(&consents, "/less")).await;

        let saved = emma.submit(&less, &less.form("/less").with("withhold", &tax.organization)).await;

        saved.expect(&["One sender is left out: Demo Tax Administration."]);
    })
    .await;
}
