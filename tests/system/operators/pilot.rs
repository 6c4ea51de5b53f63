//! A pilot: until an application is open to everybody, only the citizens listed may grant.

use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

const PILOT: &str = "/v1/applications/bank-app/pilot";
const CITIZENS: &str = "/v1/applications/bank-app/pilot/citizens";

#[tokio::test]
async fn while_in_pilot_only_the_citizens_listed_may_grant() {
    World::on_both(async |world| {
        let (an, bart, bank) = (world.operator("an"), world.operator("bart"), world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        assert_eq!(an.put(PILOT, &json!({"pilot": true})).await.expect(200)["pilot"], true);
        let listed = an.post(CITIZENS, &Person::named("Bert").recipient()).await.expect(200);
        assert_eq!(an.get(CITIZENS).await.expect(200)["items"][0]["citizenId"], listed["citizenId"]);

        // Anna is told so in plain words, and the app that she refused nothing but gets nothing
        let asked = bank.asks(&EVERYTHING).await;
        let page = anna.comes_from(&asked).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.text_of("h1"), "Demo Bank is not open to you yet");
        assert!(page.forms().iter().all(|form| !form.action.contains("consent")), "{}", page.html);
        let back = page.links().into_iter().find(|href| href.starts_with(&world.landing.url)).unwrap();
        assert!(back.contains("error=access_denied") && !back.contains("code="), "{back}");

        let grant = bert.grants(&bank, &EVERYTHING).await;
        bank.messages(&grant).await.expect(200);

        let path = format!("{CITIZENS}/{}", listed["citizenId"].as_str().unwrap());
        an.delete(&path).await.expect(204);
        an.delete(&path).await.expect_problem(404, "resourceNotFound");
        bank.messages(&grant).await.expect(200);

        let opening = an.put(PILOT, &json!({"pilot": false})).await;
        let asked = bank.asks(&EVERYTHING).await;
        assert_eq!(anna.comes_from(&asked).await.text_of("h1"), "Demo Bank is not open to you yet");
        an.with(&bart, opening).await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        bank.messages(&grant).await.expect(200);
        an.put(PILOT, &json!({"pilot": false})).await.expect_problem(409, "noSuchStep");
    })
    .await;
}

#[tokio::test]
async fn a_pilot_that_begins_while_the_screen_is_open_grants_nothing() {
    World::on_both(async |world| {
        let (an, bank, anna) = (world.operator("an"), world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        an.put(PILOT, &json!({"pilot": true})).await.expect(200);

        let form = screen.form("/authorize/consent").with("decision", "agree");
        let page = anna.submit(&screen, &form).await;

        assert!(!page.url.contains("code="), "{}", page.url);
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);
    })
    .await;
}

#[tokio::test]
async fn who_tries_out_is_closed_to_real_mailboxes_and_open_to_test_ones() {
    World::on_both(async |world| {
        let (an, bank) = (world.operator("an"), world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        world
            .apply(
                "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\n\
                 state = \"sandbox\"\n",
            )
            .await;
        an.post("/v1/testMailboxes", &Person::named("Bert").recipient()).await.expect(200);

        let asked = bank.asks(&EVERYTHING).await;
        assert_eq!(anna.comes_from(&asked).await.text_of("h1"), "Demo Bank is not open to you yet");
        let grant = bert.grants(&bank, &EVERYTHING).await;
        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_new_application_begins_in_pilot() {
    World::on_both(async |world| {
        let an = world.operator("an");
        an.put("/v1/providers/demo-new", &json!({"legalName": "New NV"})).await.expect(200);
        let form = json!({"providerId": "demo-new", "brand": "New", "purpose": {"en": "x"}, "retention": {"en": "x"},
            "redirectUris": ["https://bank.localhost/callback"]});
        let new = an.put("/v1/applications/new-app", &form).await.expect(200);
        assert_eq!((&new["pilot"], &new["reach"]), (&json!(true), &json!("nothing")));
        let form = json!({"providerId": "demo-bank", "brand": "Better Bank", "purpose": {"en": "x"},
            "retention": {"en": "x"}, "redirectUris": [world.landing.url]});
        let replaced = an.put("/v1/applications/bank-app", &form).await.expect(200);
        assert_eq!(replaced["pilot"], false, "what is known stays as it is");
    })
    .await;
}
