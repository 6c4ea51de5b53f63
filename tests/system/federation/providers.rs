//! The registry of document providers.

use serde_json::{Value, json};
use system_tests::world::World;

use super::{ARCHIVE, Desk, FEDERATION, archive, expect_refusal};

const PROVIDERS: &str = "/federation/v1/messageProviders";

#[tokio::test]
async fn everybody_reads_the_list_and_each_document_provider_changes_its_own_entry() {
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let keeper = archive(world, "federation").await;
        let (reader, sender) =
            (Desk::of_provider(&bank, "federation").await, Desk::of_sender(&tax, "federation").await);
        for (service, document) in
            [("federation", specs::FEDERATION_OPENAPI), ("events", specs::EVENTS_OPENAPI)]
        {
            let metadata = format!("/.well-known/oauth-protected-resource/{service}/v1");
            let metadata = world.machine(None).get(&metadata, None).await.expect(200);
            assert_eq!(metadata["resource"], format!("{}/{service}/v1", world.mtls));
            for machine in [&bank.machine, &tax.machine] {
                let answer = machine.get(&format!("/{service}/v1/doc/openapi.yaml"), None).await;
                assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, document));
            }
        }
        for desk in [&reader, &sender, &keeper] {
            let list = desk.get(PROVIDERS).await.expect(200);
            let ids: Vec<&Value> =
                list.as_array().unwrap().iter().map(|entry| &entry["messageProviderId"]).collect();
            assert_eq!(ids, ["demo-archive", "facteur"]);
        }
        let hub = reader.get(&format!("{PROVIDERS}/facteur")).await.expect(200);
        assert_eq!(hub["messageProviderUrl"], format!("{}/messageRegistry/v2/", world.mtls));
        assert_eq!(hub["messageProviderActivationDate"], &world.now().rfc3339()[..10]);
        let entry = reader.get(&format!("{PROVIDERS}/demo-archive")).await.expect(200);
        assert_eq!(entry["messageProviderName"]["fr"], "Demo Archive", "what is missing is filled in");
        assert_eq!(entry["apiSupportedVersion"], "2.1");
        // rule 22: date-times carry an offset
        let planned = &entry["messageProviderPlannedMaintenance"][0];
        assert_eq!(*planned, json!({"startDate": "2030-01-01T00:00:00Z", "endDate": "2030-01-01T02:00:00Z"}));
        let own = format!("{FEDERATION}/messageProviders/demo-archive");
        assert_eq!(entry["_links"]["self"]["href"], format!("{}{own}", world.mtls));
        expect_refusal(&reader.get(&format!("{PROVIDERS}/nobody")).await, 404, "RESOURCE_NOT_FOUND");

        let change = json!({"messageProviderDeactivationDate": "2031-12-31", "messageProviderPlannedMaintenance": null,
            "messageProviderTechnicalContact": "desk@archive.example.org", "_links": entry["_links"],
            "messageProviderName": entry["messageProviderName"], "messageProviderId": "demo-archive"});
        let changed = keeper.send("PATCH", &own, &change).await.expect(200);
        assert_eq!(changed["messageProviderDeactivationDate"], "2031-12-31");
        assert_eq!(changed["messageProviderTechnicalContact"], "desk@archive.example.org");
        assert!(changed.get("messageProviderPlannedMaintenance").is_none(), "{changed:#}");
        assert_eq!(reader.get(&own).await.expect(200), changed);
        // operators who say the same again undo nothing
        world.apply(ARCHIVE).await;
        assert_eq!(reader.get(&own).await.expect(200), changed);
        let back = json!({"messageProviderDeactivationDate": null});
        let changed = keeper.send("PATCH", &own, &back).await.expect(200);
        assert!(changed.get("messageProviderDeactivationDate").is_none());
        let noted = world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'changeDocumentProvider'").await;
        assert_eq!(noted, 2);

        for (wrong, place) in [
            (json!({"messageProviderName": {"en": "Demo Bank"}}), "messageProviderName"),
            (json!({"messageProviderUrl": "https://elsewhere.example.org/"}), "messageProviderUrl"),
            (json!({"messageProviderActivationDate": "2019-01-01"}), "messageProviderActivationDate"),
            (json!({"messageProviderDeactivationDate": "2019-01-01"}), "messageProviderDeactivationDate"),
            (json!({"messageProviderDeactivationDate": "soon"}), "messageProviderDeactivationDate"),
            (json!({"messageProviderTechnicalContact": ""}), "messageProviderTechnicalContact"),
            (
                json!({"messageProviderPlannedMaintenance": [{"startDate": "2030-01-01", "endDate": "2030-01-02"}]}),
                "startDate",
            ),
            (json!({"colour": "red"}), "colour"),
        ] {
            let said = expect_refusal(&keeper.send("PATCH", &own, &wrong).await, 400, "INVALID_INPUT");
            assert!(said.contains(place), "{place}: {said}");
        }
        let other = json!({"messageProviderTechnicalContact": "me"});
        expect_refusal(&sender.send("PATCH", &own, &other).await, 403, "MISSING_PERMISSION");
        let of_hub = format!("{PROVIDERS}/facteur");
        expect_refusal(&keeper.send("PATCH", &of_hub, &other).await, 403, "MISSING_PERMISSION");
        let nobody = format!("{PROVIDERS}/nobody");
        expect_refusal(&keeper.send("PATCH", &nobody, &other).await, 404, "RESOURCE_NOT_FOUND");
        expect_refusal(&reader.send("PATCH", &own, &other).await, 401, "CERTIFICATE_REFUSED");
        assert_eq!(reader.get(&own).await.expect(200), changed, "nothing that was refused is kept");
    })
    .await;
}

#[tokio::test]
async fn what_operators_say_anew_counts_and_nobody_puts_themselves_back() {
    World::on_both(async |world| {
        let keeper = archive(world, "federation").await;
        let own = format!("{PROVIDERS}/demo-archive");
        let until = |day: &str| ARCHIVE.replace("contact =", &format!("active_until = \"{day}\"\ncontact ="));
        let patch = async |day: Value| {
            let change = json!({"messageProviderDeactivationDate": day});
            keeper.send("PATCH", &own, &change).await
        };
        let last = async || keeper.get(&own).await.expect(200)["messageProviderDeactivationDate"].clone();
        patch(json!("2029-12-31")).await.expect(200);
        world.apply(&until("2031-01-01")).await;
        assert_eq!(last().await, "2031-01-01");
        for later in [json!("2031-01-02"), Value::Null] {
            let said = expect_refusal(&patch(later).await, 400, "INVALID_INPUT");
            assert!(said.contains("messageProviderDeactivationDate"), "{said}");
        }
        for sooner in ["2030-06-01", "2031-01-01", "2030-06-01"] {
            patch(json!(sooner)).await.expect(200);
            world.apply(&until("2031-01-01")).await;
            assert_eq!(last().await, sooner);
        }

        world.apply(&until("2026-01-01")).await;
        for back in [Value::Null, json!("2031-01-01"), json!("2025-01-01")] {
            expect_refusal(&patch(back).await, 403, "MISSING_PERMISSION");
        }
        let contact = json!({"messageProviderTechnicalContact": "me"});
        expect_refusal(&keeper.send("PATCH", &own, &contact).await, 403, "MISSING_PERMISSION");
        assert_eq!(last().await, "2026-01-01");
        world.apply(ARCHIVE).await;
        assert_eq!(last().await, Value::Null);
        // who has yet to begin may
        world.apply(&ARCHIVE.replace("2020-01-01", "2027-01-01")).await;
        patch(json!("2029-12-31")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn operators_register_document_providers_in_a_file_and_what_breaks_a_rule_is_named() {
    World::on_both(async |world| {
        world.apply(ARCHIVE).await;
        let words = "name = { nl = \"Postkamer\", en = \"Mail room\" }\ndescription = { en = \"Ours\" }\n\
                     active_from = \"2026-01-01\"\ncontact = \"ops\"\n";
        let file = |entry: &str| format!("environment = \"demo\"\n[[document_provider]]\n{words}{entry}");
        world.apply(&file("id = \"facteur\"\n")).await;
        let tax = world.sender("tax").await;
        let desk = Desk::of_sender(&tax, "federation").await;
        let hub = desk.get(&format!("{PROVIDERS}/facteur")).await.expect(200);
        assert_eq!(hub["messageProviderName"]["en"], "Mail room");
        assert_eq!(hub["messageProviderUrl"], format!("{}/messageRegistry/v2/", world.mtls));

        for (entry, place) in [
            ("id = \"facteur\"\nurl = \"https://a.example.org/\"\n", "url"),
            ("id = \"second\"\nurl = \"https://a.example.org/\"\n", "client_id"),
            ("id = \"second\"\nclient_id = \"nobody-app\"\nurl = \"https://a.example.org/\"\n", "client_id"),
            ("id = \"second\"\nclient_id = \"archive-app\"\nurl = \"https://a.example.org/\"\n", "client_id"),
            ("id = \"second\"\nclient_id = \"tax-mailroom\"\nurl = \"http://a.example.org/\"\n", "url"),
            ("id = \"a b\"\nclient_id = \"tax-mailroom\"\nurl = \"https://a.example.org/\"\n", "id"),
            (
                "id = \"b\"\nclient_id = \"tax-mailroom\"\nurl = \"https://a.example.org/\"\nactive_until = \"x\"\n",
                "active_until",
            ),
        ] {
            let error = world.try_apply(&file(entry)).await.unwrap_err();
            let hub_core::error::Error::Invalid(issues) = &error else { panic!("{entry}: {error}") };
            assert_eq!(issues[0].name, format!("document_provider[0].{place}"), "{entry}");
        }
        let list = desk.get(PROVIDERS).await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), 2, "{list:#}");
    })
    .await;
}
