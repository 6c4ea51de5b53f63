//! The source of roles: what is wrong in it, what is old, what has another name; and forms that a role outlived.

use hub_core::access::operator::MandatesFile;
use hub_core::mandate::MandateRole::{AccessManager, Guardian};
use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::roles::Role;

use super::{event, tells, the_consent};

#[tokio::test]
async fn an_entry_that_is_wrong_is_no_mandate_and_the_others_count() {
    World::on_both(async |world| {
        let mut file = world.mandates(&[
            Role::for_enterprise("Bert", AccessManager),
            Role::for_person("Emma", Guardian, "Emma"),
            Role::for_enterprise("Fien", AccessManager),
            Role::for_person("Fien", Guardian, "Emma"),
        ]);
        file.mandates[2].person_ssin = "79072300049".to_owned();
        file.mandates[3].enterprise = Some("0000000000".to_owned());
        let loaded = world.hub().local_operator("mandates").load_mandates(&file).await.unwrap();
        assert_eq!((loaded.mandates, loaded.refused.len()), (1, 3), "{loaded:?}");
        assert!(loaded.refused[0].name.starts_with("mandate[1]."), "{loaded:?}");
        world.acting("Bert").await;
    })
    .await;
}

#[tokio::test]
async fn an_older_state_of_a_source_is_refused_and_another_name_takes_all_over() {
    World::on_both(async |world| {
        let local = || world.hub().local_operator("mandates");
        let newer = world.mandates(&[Role::for_enterprise("Bert", AccessManager)]);
        local().load_mandates(&newer).await.unwrap();
        let older = MandatesFile { checked_at: "2026-01-01T00:00:00Z".into(), ..world.mandates(&[]) };
        local().load_mandates(&older).await.unwrap_err();
        world.acting("Bert").await;

        let renamed = MandatesFile { source: "renamed".into(), ..world.mandates(&[]) };
        local().load_all_mandates(&renamed).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM mandate").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_a_role_outlived_touches_nobodys_own_mailbox() {
    World::on_both(async |world| {
        world.roles(&[Role::for_person("Anna", Guardian, "Emma")]).await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        let own_box =
            screen.html.split("name=\"mailbox\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = screen.form("/authorize/consent").with("mailbox", own_box).with("decision", "agree");
        let back = anna.submit(&screen, &form).await;
        let own = bank.redeems(&asked, &back.url).await;
        anna.logs_in().await;
        let overview = anna.open("/").await;
        let others: Vec<_> =
            overview.forms().into_iter().filter(|form| form.action.starts_with("/mailboxes/")).collect();
        anna.submit(&overview, others.last().unwrap()).await;
        let page = anna.open("/activation").await;
        let off = page.form("/activation").with("decision", "off");

        world.roles(&[]).await;
        let answer = anna.submit(&page, &off).await;

        assert_eq!(answer.status, 403, "{}", answer.text_of("main"));
        bank.messages(&own).await.expect(200);
        let off = "SELECT COUNT(*) FROM audit_write WHERE action = 'withdrawActivation'";
        assert_eq!(world.count(off).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_stands_still_is_renewed_under_its_own_grant() {
    World::on_both(async |world| {
        let manager = Role::for_enterprise("Bert", AccessManager);
        world.roles(&[manager]).await;
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let an = world.operator("an");
        let details = bank.details(&EVERYTHING, "enterprise");
        let asked = bank.asks_for(&details, json!({"grant_management_action": "create"})).await;
        let first = bank.try_redeem(&asked, &bert.agrees(&asked).await).await.unwrap();
        for action in ["merge", "replace"] {
            tells(&an, &event(&format!("{action}-1"), "incapable", "Bert")).await;
            tells(&an, &event(&format!("{action}-2"), "capable", "Bert")).await;
            assert_eq!(the_consent(world).await.0, "suspended");
            let more = json!({"grant_management_action": action, "grant_id": first["grant_id"]});
            let asked = bank.asks_for(&details, more).await;
            let tokens = bank.try_redeem(&asked, &bert.agrees(&asked).await).await.unwrap();
            assert_eq!(tokens["grant_id"], first["grant_id"]);
            bank.machine.get("/mailbox/v1/mailboxes", tokens["access_token"].as_str()).await.expect(200);
        }
        assert_eq!(the_consent(world).await, ("authorised".into(), None));
    })
    .await;
}
