//! Pages that say that something is wrong: each with its status, a way on, and the trace id.

use serde_json::json;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::LOW;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::tab::Tab;

#[tokio::test]
async fn problems_are_told_in_words_with_a_trace_id() {
    World::on(TestDatabase::sqlite(), async |world| {
        let (bank, anna) = (world.provider("bank").await, Person::named("Anna"));
        let tab = Tab::open(world, "en").await;
        let open = async |path: &str, status: u16, name: &str| {
            let url = format!("{}{path}", world.public);
            tab.browser.call("open", json!({"url": url, "status": status})).await;
            tab.look(name).await;
            let text = tab.text("main").await;
            assert!(text.contains('-') && text.len() > 60, "{name}: {text}");
        };
        open("/nothing", 404, "problem-not-found").await;
        open("/authorize?client_id=bank-app&request_uri=urn:ietf:params:oauth:request_uri:x", 400, "problem-request").await;

        tab.go("/login").await;
        tab.identifies(&anna, LOW).await;
        tab.click_for("button[value=login]", 403).await;
        tab.look("problem-assurance").await;
        tab.go("/login").await;
        tab.click_for("button[value=cancel]", 400).await;
        tab.look("problem-cancelled").await;

        let asked = bank.asks(&EVERYTHING).await;
        world.advance(std::time::Duration::from_secs(91));
        tab.browser.call("open", json!({"url": asked.url})).await;
        tab.look("outcome-expired").await;
    })
    .await;
}
