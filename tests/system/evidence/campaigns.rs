//! What is proven about messages of a campaign: as much as of any other, under one seal for many.

use data_encoding::BASE64URL_NOPAD;
use hub_core::id::Sha256;
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::letter::digest;
use system_tests::world::people::Person;

use super::{Court, bytes_of, evidence, kinds};

#[tokio::test]
async fn messages_of_a_campaign_are_proven_one_by_one_under_one_seal() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let anna = Person::named("Anna");
        let mut letter = tax.letter(&json!({}), "Proven to many").body("Aan allen.");
        world.never_shown("Proven to many");
        letter.metadata.as_object_mut().unwrap().remove("recipient");
        let (media_type, body) = letter.form();
        let body = String::from_utf8(body).unwrap().replace("name=\"message\"", "name=\"campaign\"");
        let request = tax.posted(&letter.key, &media_type, body.into_bytes()).build().unwrap();
        let url = request.url().as_str().replace("/messages", "/campaigns");
        let request = tax
            .machine
            .request("POST", &url)
            .headers(request.headers().clone())
            .body(request.body().unwrap().as_bytes().unwrap().to_vec());
        let campaign = tax.machine.send(request).await.expect(201);
        let list: String =
            ["Anna", "Clara", "Bert"].map(|name| format!("{}\n", Person::named(name).recipient())).concat();
        let put =
            tax.machine.request("PUT", campaign["recipientsHref"].as_str().unwrap()).bearer_auth(&tax.token);
        tax.machine.send(put.header("content-type", "application/x-ndjson").body(list)).await.expect(202);
        let items = loop {
            let page = tax
                .machine
                .get(campaign["recipientsHref"].as_str().unwrap(), Some(&tax.token))
                .await
                .expect(200);
            let items = page["items"].as_array().unwrap().clone();
            if items.iter().all(|item| item["outcome"] != "waiting") {
                break items;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        let id = |n: usize| items[n]["messageId"].as_str().unwrap();
        let court = Court::of(world).await;

        let of_anna = evidence(&tax, id(0)).await;
        assert_eq!(kinds(&of_anna), ["published", "madeAvailable"]);
        let statement = court.proves("anna.json", &bytes_of(&of_anna[0]["document"])).await;
        let about = &statement["message"];
        assert_eq!(about["messageId"], id(0));
        let text = json!({"en": "Aan allen.", "nl": "Aan allen."}).to_string();
        assert_eq!(about["contents"][0]["digest"], digest(text.as_bytes()));
        let salt =
            BASE64URL_NOPAD.decode(of_anna[0]["opening"]["salt"].as_str().unwrap().as_bytes()).unwrap();
        let salted = BASE64URL_NOPAD.encode(&Sha256::of(&[&salt, anna.ssin().as_bytes()].concat()).0);
        assert_eq!(about["recipient"], salted);
        let schema: Value = serde_json::from_str(specs::EVIDENCE_STATEMENT_SCHEMA).unwrap();
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&statement));

        let of_clara = evidence(&tax, id(1)).await;
        let refused = court.proves("clara.json", &bytes_of(&of_clara[0]["document"])).await;
        assert_eq!(refused["message"], json!({"messageId": id(1), "organization": tax.organization}));
        let of_bert = evidence(&tax, id(2)).await;
        court.proves("bert.json", &bytes_of(&of_bert[0]["document"])).await;
        let seal = |items: &[Value]| items[0]["document"]["seal"].clone();
        assert_eq!(
            (seal(&of_anna), seal(&of_clara)),
            (seal(&of_bert), seal(&of_bert)),
            "one signature for all"
        );

        // a changed document proves nothing
        let mut forged = of_anna[0]["document"].clone();
        forged["statement"] = of_bert[0]["document"]["statement"].clone();
        let file = court.file("forged.json", &bytes_of(&forged));
        court.refuses(&[file]).await;
    })
    .await;
}
