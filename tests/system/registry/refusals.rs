//! Tokens and mailboxes that are not the caller's: refused, and nothing told.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{Asked, Grant, Provider};
use system_tests::world::roles::{for_enterprise, for_person};

use super::{BASE, Desk, expect_refusal, reader, sender, token};
use crate::mailbox::grants_all;
use crate::mailbox::partitions::grants_for_bakery;

#[tokio::test]
async fn rule_8_tokens_that_are_over_or_for_something_else_open_nothing() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        tax.publishes(&anna.person.recipient(), "Cobalt heron form").await;
        tax.publishes(&bert.person.recipient(), "Cobalt heron of Bert").await;
        let grant = grants_all(&anna, &bank).await;
        let desk = reader(&bank, &grant).await;
        let of_bert = reader(&bank, &grants_all(&bert, &bank).await).await;
        let on = |token: &str| Desk { token: token.to_owned(), machine: bank.machine.clone() };

        let none = bank.machine.get(&format!("{BASE}/ebox"), None).await;
        expect_refusal(&none, 401, "NO_ACCESS_TOKEN");
        let challenge = none.header("www-authenticate");
        assert!(
            challenge.contains("/.well-known/oauth-protected-resource/messageRegistry/v2"),
            "{challenge}"
        );
        // the mailbox API's token is for the mailbox API, and this one is not
        expect_refusal(&on(&grant.access).get("/ebox").await, 401, "INVALID_ACCESS_TOKEN");
        let other = bank.machine.get("/mailbox/v1/mailboxes", Some(&desk.token)).await;
        other.expect_problem(401, "invalidAccessToken");
        let stolen = Desk { token: desk.token.clone(), machine: world.provider("post").await.machine };
        expect_refusal(&stolen.get("/ebox").await, 401, "INVALID_ACCESS_TOKEN");

        // another mailbox's message is not there, in every way of asking
        let theirs = of_bert.newest().await;
        let whole = of_bert.get(&format!("/ebox/messages/{theirs}")).await.expect(200);
        let file = whole["attachments"]["items"][0]["attachmentId"].as_str().unwrap();
        for path in [
            format!("/ebox/messages/{theirs}"),
            format!("/ebox/messages/{theirs}/body"),
            format!("/ebox/messages/{theirs}/attachments"),
            format!("/ebox/messages/{theirs}/attachments/{file}/content"),
            format!("/ebox/messages/{}/attachments/{file}/content", desk.newest().await),
            "/ebox/messages/nothing".to_owned(),
        ] {
            expect_refusal(&desk.get(&path).await, 404, "RESOURCE_NOT_FOUND");
        }

        // a sender's token covers its scopes, and no mailbox
        let form =
            [("grant_type", "client_credentials"), ("client_id", "tax-mailroom"), ("scope", "publish")];
        let narrow = Desk { token: token(&tax.machine, &form).await, machine: tax.machine.clone() };
        let asked = json!([{"messageId": theirs, "eboxId": super::citizen_box("Bert")}]);
        let refused = narrow.send("POST", "/searchMessageStatus", &asked).await;
        expect_refusal(&refused, 403, "MISSING_SCOPE");
        let mailbox = sender(&tax).await.get("/ebox/messages").await;
        let said = expect_refusal(&mailbox, 401, "CERTIFICATE_REFUSED");
        assert!(said.starts_with("wrongRole: "), "{said}");

        anna.revokes().await;
        expect_refusal(&desk.get("/ebox").await, 401, "INVALID_ACCESS_TOKEN");
        world.advance(Duration::from_secs(11 * 60));
        expect_refusal(&of_bert.get("/ebox").await, 401, "EXPIRED_ACCESS_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn a_call_concerns_one_mailbox_and_any_other_token_is_refused_in_words() {
    World::on_both(async |world| {
        world.has_roles(&[for_person("Anna", "parent", "Emma")]).await;
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Vermilion koala form").await;
        let asked = bank.asks(&["list", "readContent"]).await;
        let grant = chooses_both(&bank, &anna, (&asked, &[])).await;

        let both = reader(&bank, &grant).await;
        let said = expect_refusal(&both.get("/ebox").await, 403, "MISSING_PERMISSION");
        assert!(said.contains("several mailboxes") && said.contains("mailboxId"), "{said}");

        let details = json!([{"type": "mailbox", "mailboxId": grant.mailbox}]).to_string();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", "bank-app"),
            ("refresh_token", grant.refresh.as_str()),
            ("authorization_details", details.as_str()),
        ];
        let one = Desk { token: token(&bank.machine, &form).await, machine: bank.machine.clone() };
        one.get("/ebox").await.expect(200);
        // the element may name the API too
        let there = format!("{}{BASE}", world.mtls);
        let details =
            json!([{"type": "mailbox", "mailboxId": grant.mailbox, "locations": [there]}]).to_string();
        let mut form = form;
        form[3].1 = details.as_str();
        let narrowed = bank.machine.post_form("/token", &form).await.expect(200);
        assert_eq!(narrowed["authorization_details"][0]["locations"], json!([there]), "{narrowed:#}");
        let access = narrowed["access_token"].as_str().unwrap().to_owned();
        world.never_shown(&access);
        Desk { token: access, machine: bank.machine.clone() }.get("/ebox").await.expect(200);
        let nowhere = details.replace("messageRegistry", "elsewhere");
        form[3].1 = nowhere.as_str();
        let refused = bank.machine.post_form("/token", &form).await;
        refused.expect_oauth(400, "invalid_authorization_details");

        let form = [("grant_type", "client_credentials"), ("client_id", "bank-app")];
        let own = Desk { token: token(&bank.machine, &form).await, machine: bank.machine.clone() };
        for path in ["/ebox", "/ebox/messages", "/ebox/messages/msg_00000000000000000000000000"] {
            let said = expect_refusal(&own.get(path).await, 403, "MISSING_PERMISSION");
            assert!(said.contains("without saying for whom"), "{said}");
        }
    })
    .await;
}

/// Agrees for both mailboxes that the screen offers, with these choices ticked.
async fn chooses_both(bank: &Provider<'_>, anna: &Citizen<'_>, (asked, choices): (&Asked, &[&str])) -> Grant {
    let screen = anna.comes_from(asked).await;
    let offered = screen.html.split("<input type=\"checkbox\" name=\"mailbox\" value=\"").skip(1);
    let offered: Vec<String> = offered.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(offered.len(), 2, "{}", screen.words());
    let mut form = screen.form("/authorize/consent").with("decision", "agree");
    form.fields.retain(|(name, _)| name != "mailbox");
    form.fields.extend(offered.into_iter().map(|id| ("mailbox".to_owned(), id)));
    form.fields.extend(choices.iter().map(|choice| ("with".to_owned(), (*choice).to_owned())));
    bank.redeems(asked, &anna.submit(&screen, &form).await.url).await
}

#[tokio::test]
async fn among_several_enterprises_the_header_names_one_and_opens_no_other() {
    World::on_both(async |world| {
        let legal = for_enterprise("Anna", "legalRepresentative");
        world.has_roles(&[legal, legal.of_enterprise(2)]).await;
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        for (n, subject) in
            [(1, "Ochre walrus ledger"), (2, "Cobalt gecko ledger"), (3, "Sepia heron ledger")]
        {
            tax.publishes(&json!({"enterpriseNumber": enterprise(n)}), subject).await;
        }
        let details = bank.details(&["list", "readContent", "archive"], "enterprise");
        let asked = bank.asks_for(&details, json!({})).await;
        let grant = chooses_both(&bank, &anna, (&asked, &["archive"])).await;
        let desk = reader(&bank, &grant).await;

        let said = expect_refusal(&desk.get("/ebox").await, 403, "MISSING_PERMISSION");
        assert!(said.contains("On-Behalf-Of-Enterprise-Number"), "{said}");
        let mut newest = Vec::new();
        for (n, subject) in [(1, "Ochre walrus ledger"), (2, "Cobalt gecko ledger")] {
            let list = desk.get_for("/ebox/messages", &enterprise(n)).await.expect(200);
            assert_eq!(
                (&list["totalItems"], &list["items"][0]["subject"]["nl"]),
                (&json!(1), &json!(subject))
            );
            let bare = enterprise(n).trim_start_matches('0').to_owned();
            assert_eq!(desk.get_for("/ebox", &bare).await.expect(200)["numberOfMessages"], 1);
            newest.push(list["items"][0]["messageId"].as_str().unwrap().to_owned());
        }
        // a message is its own mailbox's, whoever is named
        let message = |n: usize| format!("/ebox/messages/{}", newest[n]);
        desk.get_for(&message(1), &enterprise(2)).await.expect(200);
        expect_refusal(&desk.get_for(&message(1), &enterprise(1)).await, 404, "RESOURCE_NOT_FOUND");
        desk.send_for("PATCH", "/ebox/messages", &enterprise(1), &hidden(&newest[0])).await.expect(200);
        let other = desk.send_for("PATCH", "/ebox/messages", &enterprise(2), &hidden(&newest[0])).await;
        assert!(other.status.is_client_error(), "{}", other.text());

        // an enterprise with a mailbox, one without and no number at all are one answer
        let words =
            async |n: &str| expect_refusal(&desk.get_for("/ebox", n).await, 403, "MISSING_PERMISSION");
        let said = words(&enterprise(3)).await;
        assert!(said.contains("mandate"), "{said}");
        assert_eq!(words(&enterprise(4)).await, said);
        assert_eq!(words("1234567890").await, said);

        // and of a token for one of them the header makes no other
        let details = json!([{"type": "mailbox", "mailboxId": grant.mailbox}]).to_string();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", "bank-app"),
            ("refresh_token", grant.refresh.as_str()),
            ("authorization_details", details.as_str()),
        ];
        let one = Desk { token: token(&bank.machine, &form).await, machine: bank.machine.clone() };
        one.get("/ebox").await.expect(200);
        let answers =
            [one.get_for("/ebox", &enterprise(1)).await, one.get_for("/ebox", &enterprise(2)).await];
        let mut statuses = answers.map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
    })
    .await;
}

#[tokio::test]
async fn an_application_s_own_token_reads_for_the_enterprise_that_it_names_while_that_lets_it() {
    World::on_both(async |world| {
        let legal = for_enterprise("Anna", "legalRepresentative");
        world.has_roles(&[legal, for_enterprise("Bert", "legalRepresentative").of_enterprise(2)]).await;
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        for (n, subject) in [(1, "Ochre gannet ledger"), (2, "Cobalt gannet ledger")] {
            tax.publishes(&json!({"enterpriseNumber": enterprise(n)}), subject).await;
        }
        // two clients of an accountant, each by a consent of its own
        let granted = grants_for_bakery(&anna, &bank).await;
        let details = bank.details(&["list", "readContent", "synchronise"], "enterprise");
        let asked = bank.asks_for(&details, json!({})).await;
        let screen = bert.comes_from(&asked).await;
        let mut form = screen.form("/authorize/consent").with("decision", "agree");
        form.fields.push(("with".to_owned(), "synchronise".to_owned()));
        bank.redeems(&asked, &bert.submit(&screen, &form).await.url).await;
        let form = [("grant_type", "client_credentials"), ("client_id", "bank-app")];
        let desk = Desk { token: token(&bank.machine, &form).await, machine: bank.machine.clone() };

        for (n, subject) in [(1, "Ochre gannet ledger"), (2, "Cobalt gannet ledger")] {
            let list = desk.get_for("/ebox/messages", &enterprise(n)).await.expect(200);
            assert_eq!(list["items"][0]["subject"]["nl"], subject, "{list:#}");
            let message = format!("/ebox/messages/{}", list["items"][0]["messageId"].as_str().unwrap());
            desk.get_for(&message, &enterprise(n)).await.expect(200);
            expect_refusal(&desk.get_for(&message, &enterprise(3 - n)).await, 404, "RESOURCE_NOT_FOUND");
            // what the consent does not allow stays refused
            let hide = hidden(message.rsplit('/').next().unwrap());
            let answer = desk.send_for("PATCH", "/ebox/messages", &enterprise(n), &hide).await;
            assert_eq!(answer.status, if n == 1 { 200 } else { 403 }, "{}", answer.text());
        }
        let said = expect_refusal(&desk.get("/ebox").await, 403, "MISSING_PERMISSION");
        assert!(said.contains("without saying for whom"), "{said}");
        let of_post = [("grant_type", "client_credentials"), ("client_id", "post-app")];
        let of_post = Desk { token: token(&post.machine, &of_post).await, machine: post.machine.clone() };
        for other in [enterprise(1), enterprise(3), "1234567890".to_owned()] {
            let said = expect_refusal(&of_post.get_for("/ebox", &other).await, 403, "MISSING_PERMISSION");
            assert!(said.contains("mandate"), "{said}");
        }

        // a consent that does not let it synchronise opens nothing this way, nor one that is over
        let details = bank.details(&["list", "readContent"], "enterprise");
        let asked = bank.asks_for(&details, json!({})).await;
        bank.redeems(&asked, &bert.agrees(&asked).await).await;
        expect_refusal(&desk.get_for("/ebox", &enterprise(2)).await, 403, "MISSING_PERMISSION");
        desk.get_for("/ebox", &enterprise(1)).await.expect(200);
        let consents = bank.machine.client_credentials("bank-app", "consents").await;
        let consent = granted.details["consentId"].as_str().unwrap();
        let ends = bank.machine.request("DELETE", &format!("/mailbox/v1/consents/{consent}"));
        assert_eq!(bank.machine.send(ends.bearer_auth(consents)).await.status, 204);
        expect_refusal(&desk.get_for("/ebox", &enterprise(1)).await, 403, "MISSING_PERMISSION");
    })
    .await;
}

fn hidden(message: &str) -> Value {
    json!({"items": [{"messageId": message, "visible": false}], "totalItems": 1})
}

#[tokio::test]
async fn a_grant_can_be_asked_for_the_registry_from_the_beginning() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Magenta okapi form").await;
        let mut details = bank.details(&["list", "readContent"], "citizen");
        details["locations"] = json!([format!("{}{BASE}", world.mtls)]);
        let asked = bank.asks_for(&details, json!({})).await;
        let grant = bank.redeems(&asked, &anna.agrees(&asked).await).await;

        assert_eq!(grant.details["locations"], details["locations"]);
        for access in [grant.access.clone(), bank.refreshes(&grant).await.access] {
            let desk = Desk { token: access, machine: bank.machine.clone() };
            assert_eq!(desk.subjects("").await, ["Magenta okapi form"]);
        }
        let elsewhere = [
            ("grant_type", "refresh_token"),
            ("client_id", "bank-app"),
            ("refresh_token", grant.refresh.as_str()),
            ("resource", "https://elsewhere.test/messageRegistry/v2"),
        ];
        bank.machine.post_form("/token", &elsewhere).await.expect_oauth(400, "invalid_target");
    })
    .await;
}
