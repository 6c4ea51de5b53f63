//! Reference data: kept for a day, complete, with logos.

use serde_json::{Value, json};
use system_tests::world::World;

use super::{BASE, Desk, expect_refusal, reader, sender};
use crate::mailbox::grants_all;

const KEPT: &str = "public, no-transform, proxy-revalidate, max-age=86400";
/// The smallest picture that there is.
const GIF: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// What somebody gets who follows the ids of a message.
async fn resolves(desk: &Desk<'_>, message: &Value) {
    for (kind, id, own) in [
        ("messageTypes", &message["messageTypeId"], "messageTypeId"),
        ("senderOrganizations", &message["senderOrganizationId"], "organizationId"),
        ("senderApplications", &message["senderApplicationId"], "applicationId"),
    ] {
        let answer = desk.get(&format!("/referenceData/{kind}/{}", id.as_str().unwrap())).await;
        assert_eq!(answer.expect(200)[own], *id);
    }
}

#[tokio::test]
async fn rules_6_and_7_ids_resolve_and_answers_are_kept_for_a_day() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Taupe egret form").await;
        family.publishes(&anna.person.recipient(), "Taupe egret benefits").await;
        let desk = reader(&bank, &grants_all(&anna, &bank).await).await;
        // whoever publishes no more is still named
        let over = format!(
            "environment = \"demo\"\n[[trio]]\norganization = \"{}\"\napplication = \"family-mailroom\"\n\
             message_type = \"family-benefits\"\nvalid_from = \"2020-01-01T00:00:00Z\"\n\
             valid_until = \"2021-01-01T00:00:00Z\"\n",
            family.organization
        );
        world.apply(&over).await;

        for message in desk.list("").await["items"].as_array().unwrap() {
            resolves(&desk, message).await;
        }
        let private = desk.get("/ebox/messages").await;
        assert_eq!(private.header("cache-control"), "no-store");
        for desk in [&desk, &sender(&tax).await] {
            for kind in ["messageTypes", "senderOrganizations", "senderApplications"] {
                let all = desk.get(&format!("/referenceData/{kind}")).await;
                assert_eq!(all.header("cache-control"), KEPT);
                assert_eq!(all.expect(200)["totalItems"], 2);
                let second = desk.get(&format!("/referenceData/{kind}?page=2&pageSize=1")).await.expect(200);
                assert_eq!(second["items"], json!([all.json()["items"][1]]));
                let missing = desk.get(&format!("/referenceData/{kind}/nobody")).await;
                expect_refusal(&missing, 404, "RESOURCE_NOT_FOUND");
                let wrong = desk.get(&format!("/referenceData/{kind}?page=x")).await;
                expect_refusal(&wrong, 400, "INVALID_INPUT");
            }
        }
        let kind = desk.get("/referenceData/messageTypes/tax-assessment").await;
        assert_eq!(kind.header("cache-control"), KEPT);
        let kind = kind.expect(200);
        assert_eq!(kind["validityPeriod"], json!({"validityPeriodNumber": 6, "validityPeriodUnit": "month"}));
        assert_eq!(kind["senderOrganizationIds"], json!([tax.organization]));
        assert_eq!(kind["senderApplicationIds"], json!(["test:tax:mailroom"]));
        let ended = desk.get("/referenceData/messageTypes/family-benefits").await.expect(200);
        assert_eq!(ended["senderOrganizationIds"], json!([]));
        // a provider's own token is good for this and for no mailbox
        let form = [("grant_type", "client_credentials"), ("client_id", "bank-app")];
        let own = Desk { token: super::token(&bank.machine, &form).await, machine: bank.machine.clone() };
        own.get("/referenceData/messageTypes").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_logo_is_shown_where_an_operator_gave_one() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let desk = sender(&tax).await;
        let organization = format!("/referenceData/senderOrganizations/{}", tax.organization);
        assert!(desk.get(&organization).await.expect(200).get("organizationLogos").is_none());
        std::fs::write(world.setting.path("logo.gif"), GIF).unwrap();
        world
            .apply(&format!(
                "environment = \"demo\"\n[[sender_organization]]\nnumber = \"{}\"\nname = {{ nl = \"Demo\" }}\n\
                 logo = \"logo.gif\"\n[[sender_application]]\nid = \"tax-mailroom\"\n\
                 code = \"test:tax:mailroom\"\nname = {{ nl = \"Postkamer\" }}\nlogo = \"logo.gif\"\n",
                tax.organization
            ))
            .await;

        for (path, member) in [
            (organization.clone(), "organizationLogos"),
            ("/referenceData/senderApplications/test:tax:mailroom".to_owned(), "applicationLogos"),
        ] {
            let image = desk.get(&path).await.expect(200)[member][0].clone();
            assert_eq!(image["mediaType"], "image/gif", "{image:#}");
            assert_eq!(image["size"], GIF.len() as f64 / 1024.0);
            let href = image["contentHref"].as_str().unwrap();
            let bytes = desk.machine.get(href, Some(&desk.token)).await;
            bytes.expect(200);
            assert_eq!((bytes.body.as_slice(), bytes.header("cache-control")), (GIF, KEPT));
            let other = desk.get(&format!("{path}/images/{}/content", "0".repeat(64))).await;
            expect_refusal(&other, 404, "RESOURCE_NOT_FOUND");
        }
        // a name that is given again keeps its logo
        let again = format!(
            "environment = \"demo\"\n[[sender_organization]]\nnumber = \"{}\"\nname = {{ nl = \"Demo\" }}\n",
            tax.organization
        );
        world.apply(&again).await;
        assert!(desk.get(&organization).await.expect(200).get("organizationLogos").is_some());
        assert!(desk.machine.get(&format!("{BASE}{organization}"), None).await.status == 401);
    })
    .await;
}
