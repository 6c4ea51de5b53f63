//! An enterprise's mailbox, for whoever legally represents it, for as long as the mandate says.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::page::Page;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{Asked, EVERYTHING, Provider};

async fn asks_for_the_enterprise(bank: &Provider<'_>) -> Asked {
    bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await
}

/// The overview's card of the enterprise, opened.
async fn opens(anna: &Citizen<'_>, overview: &Page) -> Page {
    let cards: Vec<_> =
        overview.forms().into_iter().filter(|form| form.action.starts_with("/mailboxes/")).collect();
    assert_eq!(cards.len(), 2, "her own and the enterprise's: {}", overview.text_of("main"));
    anna.submit(overview, &cards[1]).await
}

#[tokio::test]
async fn a_legal_representative_consents_for_the_enterprise_until_the_mandate_ends() {
    World::on_both(async |world| {
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT of June").await;
        tax.publishes(&anna.person.recipient(), "For Anna herself").await;

        let asked = asks_for_the_enterprise(&bank).await;
        let callback = anna.agrees(&asked).await;
        let grant = bank.redeems(&asked, &callback).await;

        let boxes = bank.mailboxes(&grant).await.expect(200);
        assert_eq!(boxes["items"][0]["enterpriseNumber"], enterprise(1));
        assert_eq!(boxes["items"][0]["mailboxKind"], "enterprise");
        let list = bank.messages(&grant).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(list["items"][0]["subject"]["en"], "VAT of June");

        let overview = anna.open("/").await;
        let opened = opens(&anna, &overview).await;
        assert!(opened.html.contains("VAT of June") && !opened.html.contains("For Anna herself"));

        // the mandate is valid for thirty days: no job has to run for its end
        world.advance(Duration::from_secs(29 * 86_400));
        let fresh = bank.refreshes(&grant).await;
        bank.messages(&fresh).await.expect(200);
        world.advance(Duration::from_secs(2 * 86_400));
        let late = bank.program.ask("refresh", json!({"token": grant.refresh})).await;
        if let Ok(tokens) = late {
            let answer = bank.machine.get("/mailbox/v1/mailboxes", tokens["access_token"].as_str()).await;
            assert_eq!(answer.status, 401, "{}", answer.text());
        }
    })
    .await;
}

#[tokio::test]
async fn a_mandate_that_ends_refuses_the_next_request_of_a_live_token() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = asks_for_the_enterprise(&bank).await;
        let callback = anna.agrees(&asked).await;
        let grant = bank.redeems(&asked, &callback).await;
        bank.messages(&grant).await.expect(200);

        world.setting.write_mandates(world.now().plus(Duration::from_secs(120)));
        let file = world.setting.path("mandates.toml");
        let mandates = hub_core::access::operator::MandatesFile::read(&file).await.unwrap();
        world.hub().local_operator("mandates").load_mandates(&mandates).await.unwrap();
        bank.messages(&grant).await.expect(200);
        world.advance(Duration::from_secs(121));

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn whoever_represents_nobody_is_offered_nothing() {
    World::on_both(async |world| {
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let asked = asks_for_the_enterprise(&bank).await;
        let page = bert.comes_from(&asked).await;
        assert!(page.forms().iter().all(|form| !form.action.contains("consent")), "{}", page.text_of("main"));
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);
    })
    .await;
}
