//! What another representative of an enterprise read in its mailbox.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::enterprise;

use super::{found, kinds};

/// Logs in and opens the mailbox of the enterprise; gives its path.
async fn acts(citizen: &Citizen<'_>) -> String {
    citizen.logs_in().await;
    let overview = citizen.open("/").await;
    let cards: Vec<_> =
        overview.forms().into_iter().filter(|form| form.action.starts_with("/mailboxes/")).collect();
    assert_eq!(cards.len(), 2, "{}", overview.text_of("main"));
    citizen.submit(&overview, &cards[1]).await;
    cards[1].action.clone()
}

#[tokio::test]
async fn a_colleagues_reading_appears_to_the_other_representative_by_name() {
    World::on_both(async |world| {
        let until = world.now().plus(std::time::Duration::from_secs(86_400));
        world.setting.write_mandates_of(&["Anna", "Bert"], until);
        let file = world.setting.path("mandates.toml");
        let mandates = hub_core::access::operator::MandatesFile::read(&file).await.unwrap();
        world.hub().local_operator("mandates").load_mandates(&mandates).await.unwrap();
        let tax = world.sender("tax").await;
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT that Anna opened").await;

        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let of_anna = acts(&anna).await;
        let letters = anna.open(&of_anna).await;
        anna.open(&anna.link(&letters, "/messages/")).await;
        let of_bert = acts(&bert).await;
        assert_ne!(of_anna, of_bert, "each knows it by another id");

        let seen = found(world, &bert, &format!("{of_bert}/findUsage")).await;
        assert!(seen.iter().all(|usage| usage["receiver"] == "Anna Kanariegeel"), "{seen:#?}");
        assert!(seen.iter().all(|usage| usage["receiverKind"] == "representative"));
        assert!(kinds(&seen).contains(&"list") && kinds(&seen).contains(&"checked"), "{seen:#?}");
        let opened: Vec<_> = seen.iter().filter(|usage| usage["actionKind"] == "message").collect();
        assert_eq!((opened.len(), &opened[0]["subject"]), (1, &json!("VAT that Anna opened")));
        let page = bert.open(&format!("{of_bert}/usage")).await;
        assert!(page.html.contains("<h3>Anna Kanariegeel</h3>"), "{}", page.html);
        assert!(page.html.contains("A person who may act for this mailbox."));

        // Bert only looked at the list when he opened the mailbox, and Anna sees that
        let seen = found(world, &anna, &format!("{of_anna}/findUsage")).await;
        assert!(seen.iter().all(|usage| usage["receiver"] == "Bert Zilverberkdreef"), "{seen:#?}");
        assert!(!kinds(&seen).contains(&"message"));

        // nothing of it is in anybody's own mailbox
        let own = world.citizen("Anna");
        let mailbox = super::own_mailbox(&own).await;
        assert!(found(world, &own, &format!("{mailbox}/findUsage")).await.is_empty());
    })
    .await;
}
