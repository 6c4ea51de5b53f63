//! Corrections: linked both ways in the mailbox API, within one mailbox and one organization.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, messages_path};

#[tokio::test]
async fn a_correction_and_what_it_corrects_are_linked_both_ways() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let to = anna.person.recipient();
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let old = tax.publishes(&to, "Inventaris der ijsvogels").await;
        let mut letter = tax.letter(&to, "Inventaris der ijsvogels, verbeterd").body("Tekst");
        letter.metadata["replaces"] = old.as_str().into();
        tax.delivers(&letter).await;

        let list = bank.messages(&grant).await.expect(200);
        let link = |n: usize| {
            let id = list["items"][n]["messageId"].as_str().unwrap();
            json!({"messageId": id, "href": list["items"][n]["href"]})
        };
        assert_eq!((&list["items"][0]["replaces"], &list["items"][1]["replacedBy"]), (&link(1), &link(0)));
        let path = format!("{}/{}", messages_path(&grant), link(1)["messageId"].as_str().unwrap());
        let shown = bank.get(&grant, &path).await.expect(200);
        assert_eq!(shown["replacedBy"], link(0));

        for (key, sender, replaces) in
            [("a", &family, old.clone()), ("b", &tax, format!("msg_{}", "0".repeat(26)))]
        {
            let mut foreign = sender.letter(&to, "Inventaris der visdieven").pdf("brief.pdf", 500);
            foreign.metadata["replaces"] = replaces.into();
            foreign.key = format!("foreign-{key}");
            sender.publish(&foreign).await.expect_issue("referencedResourceNotFound", "replaces");
        }
        letter.key = "again".into();
        tax.publish(&letter).await.expect_issue("invalidInput", "replaces");
        let mut elsewhere = letter.clone();
        elsewhere.metadata["recipient"] = world.citizen("Emma").person.recipient();
        elsewhere.key = "elsewhere".into();
        tax.publish(&elsewhere).await.expect_issue("referencedResourceNotFound", "replaces");
    })
    .await;
}
