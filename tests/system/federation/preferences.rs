//! Who is reached, for registered senders, and what an enterprise prefers.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};

use super::{Desk, FEDERATION, archive, expect_refusal, software};

fn search() -> String {
    format!("{FEDERATION}/eboxPreferences/search")
}

fn enterprises(numbers: &[String]) -> Value {
    json!({"eboxType": "ENTERPRISE", "eboxIdType": "EnterpriseNumber", "eboxIdValueList": numbers})
}

fn citizens(names: &[&str]) -> Value {
    let numbers: Vec<String> = names.iter().map(|name| Person::named(name).ssin()).collect();
    json!({"eboxType": "CITIZEN", "eboxIdType": "SSIN", "eboxIdValueList": numbers})
}

/// The numbers that an answer names.
fn named(answer: &Value) -> Vec<&str> {
    let found = answer.as_array().unwrap().iter();
    found.map(|found| found["eboxId"]["eboxIdValue"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn whoever_is_reached_is_named_and_nobody_else_for_whatever_reason() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let desk = Desk::of_sender(&tax, "federation").await;
        let bert = world.citizen("Bert");
        bert.logs_in().await;
        bert.switches("off").await;
        // active, turned off, never there, unknown
        let found =
            desk.send("POST", &search(), &citizens(&["Anna", "Bert", "Clara", "Dirk"])).await.expect(200);
        assert_eq!(named(&found), [anna.person.ssin()]);
        assert_eq!(found[0]["exclusivelyEbox"], false);
        let members: Vec<&String> = found[0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["eboxId", "exclusivelyEbox"]);
        for nobody in [citizens(&["Clara"]), citizens(&[]), enterprises(&[enterprise(77)])] {
            assert_eq!(desk.send("POST", &search(), &nobody).await.expect(200), json!([]));
        }
        // rule 9: a number without its leading zero; one with wrong check digits stands for nobody
        let bakery = enterprise(1);
        let asked = [bakery[1..].to_owned(), "0123456789".to_owned(), bakery.clone()];
        let found = desk.send("POST", &search(), &enterprises(&asked)).await.expect(200);
        assert_eq!(named(&found), [bakery.as_str(), &bakery]);
        assert_eq!(found[0]["eboxId"]["eboxType"], "ENTERPRISE");

        let (machine, credential, client) = software(world, &anna).await;
        let own = Desk::at(&machine, &credential, (&client, "federation")).await;
        own.get(&format!("{FEDERATION}/messageProviders")).await.expect(200);
        let preferred = |number: &str, wish: bool| {
            json!({"eboxId": {"eboxType": "ENTERPRISE", "eboxIdValue": number}, "exclusivelyEbox": wish})
        };
        let path = format!("{FEDERATION}/eboxPreferences");
        for wish in [true, false, true] {
            let said = preferred(&bakery, wish);
            assert_eq!(own.send("PATCH", &path, &said).await.expect(200), said);
            let found = desk.send("POST", &search(), &enterprises(std::slice::from_ref(&bakery))).await.expect(200);
            assert_eq!(found[0]["exclusivelyEbox"], wish);
        }
        let noted = world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'prefer'").await;
        assert_eq!(noted, 3);
        let other = own.send("PATCH", &path, &preferred(&enterprise(2), true)).await;
        expect_refusal(&other, 403, "MISSING_PERMISSION");
        let bank = world.provider("bank").await;
        let reader = Desk::of_provider(&bank, "federation").await;
        let provider = reader.send("PATCH", &path, &preferred(&bakery, true)).await;
        expect_refusal(&provider, 403, "MISSING_PERMISSION");
        let asked = reader.send("POST", &search(), &enterprises(&[bakery])).await;
        expect_refusal(&asked, 401, "CERTIFICATE_REFUSED");
    })
    .await;
}

#[tokio::test]
async fn each_number_counts_against_the_day_s_budget_and_malformed_questions_are_named() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let desk = Desk::of_sender(&tax, "federation").await;
        for (change, place) in [
            (json!({"eboxType": "PERSON"}), "eboxType"),
            (json!({"eboxIdType": "SSIN"}), "eboxIdType"),
            (json!({"eboxIdValueList": ["12"]}), "eboxIdValueList[0]"),
            (json!({"eboxIdValueList": ["x206731645"]}), "eboxIdValueList[0]"),
            (json!({"colour": "red"}), "colour"),
        ] {
            let mut wrong = enterprises(&[]);
            wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let said = expect_refusal(&desk.send("POST", &search(), &wrong).await, 400, "INVALID_INPUT");
            assert!(said.contains(place), "{place}: {said}");
        }
        // an application that speaks for no organization has no budget
        let archive = archive(world, "federation").await;
        let asked = archive.send("POST", &search(), &citizens(&["Anna"])).await;
        expect_refusal(&asked, 403, "MISSING_PERMISSION");

        let many: Vec<String> = (0..500).map(|n| enterprise(1_000 + n)).collect();
        assert_eq!(tax.reach(&[json!({"enterpriseNumber": enterprise(1)})]).await.status, 200);
        desk.send("POST", &search(), &enterprises(&many)).await.expect(200);
        let beyond = desk.send("POST", &search(), &enterprises(&many)).await;
        expect_refusal(&beyond, 429, "TOO_MANY_REQUESTS");
        assert!(beyond.header("retry-after").parse::<u64>().unwrap() > 0);
        desk.send("POST", &search(), &enterprises(&many[..499])).await.expect(200);
        expect_refusal(&desk.send("POST", &search(), &citizens(&["Anna"])).await, 429, "TOO_MANY_REQUESTS");
        let too_many: Vec<String> = (0..501).map(|n| enterprise(1_000 + n)).collect();
        let refused = desk.send("POST", &search(), &enterprises(&too_many)).await;
        expect_refusal(&refused, 400, "INVALID_INPUT");

        // a token is good for its own service and scopes
        let events = Desk::of_sender(&tax, "events").await;
        let answer = events.send("POST", &search(), &citizens(&["Anna"])).await;
        expect_refusal(&answer, 401, "INVALID_ACCESS_TOKEN");
        let resource = format!("{}/federation/v1", world.mtls);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", tax.client_id.as_str()),
            ("resource", &resource),
            ("scope", "registry"),
        ];
        let token = tax.machine.post_form("/token", &form).await.expect(200)["access_token"].clone();
        let narrow = Desk { token: token.as_str().unwrap().to_owned(), ..desk };
        expect_refusal(&narrow.send("POST", &search(), &citizens(&["Anna"])).await, 403, "MISSING_SCOPE");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", bank.client_id.as_str()),
            ("resource", &resource),
            ("scope", "recipients"),
        ];
        bank.machine.post_form("/token", &form).await.expect_oauth(400, "invalid_scope");
    })
    .await;
}
