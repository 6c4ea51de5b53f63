//! Whom inside an enterprise a message is meant for: the enterprise's own software is told the number, a provider an id (T8).

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::Person;

use super::partitions::{bakery, grants_for_bakery, id_of};
use crate::registry::registered_software;

#[tokio::test]
async fn a_person_s_number_is_an_id_to_each_provider_and_itself_to_own_software() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let number = Person::named("Fien").ssin();
        let mut letter = tax.letter(&bakery(), "Heather dormouse slip").body("Voor één persoon.");
        letter.metadata["forTheAttentionOf"] = json!({"name": "Dienst Loon", "ssin": number});
        letter.metadata["businessData"] = json!([{"key": "SPINDBESSIN", "values": [number]}]);
        tax.delivers(&letter).await;

        let mut ids = Vec::new();
        for provider in [world.provider("bank").await, world.provider("post").await] {
            let grant = grants_for_bakery(&anna, &provider).await;
            let list = provider.messages(&grant).await.expect(200);
            let answer = provider.message(&grant, &id_of(&list, "Heather dormouse slip")).await;
            let message = answer.expect(200);
            assert!(!answer.text().contains(&number), "{message:#}");
            let person = &message["forTheAttentionOf"];
            assert_eq!((&person["name"], person.get("ssin")), (&json!("Dienst Loon"), None));
            let id = person["personId"].as_str().unwrap().to_owned();
            assert_eq!(message["businessData"][0]["values"], json!([id]));
            ids.push(id);
        }
        assert_ne!(ids[0], ids[1], "two providers see two ids");

        let (credential, client_id) = registered_software(&anna).await;
        let machine = world.machine(Some(&credential));
        let form = [("grant_type", "client_credentials"), ("client_id", client_id.as_str())];
        let answer = machine.post_form("/token", &form).await.expect(200);
        let token = answer["access_token"].as_str().unwrap();
        world.never_shown(token);
        let mailboxes = machine.get("/mailbox/v1/mailboxes", Some(token)).await.expect(200);
        let mailbox = mailboxes["items"][0]["mailboxId"].as_str().unwrap();
        let list = format!("/mailbox/v1/mailboxes/{mailbox}/messages");
        let items = machine.get(&list, Some(token)).await.expect(200);
        let path = format!("{list}/{}", id_of(&items, "Heather dormouse slip"));
        let message = machine.get(&path, Some(token)).await.expect(200);
        assert_eq!(message["forTheAttentionOf"], json!({"name": "Dienst Loon", "ssin": number}));
        assert_eq!(message["businessData"][0]["values"], json!([number]));
    })
    .await;
}
