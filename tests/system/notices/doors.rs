//! Who may follow the feed of a sender organization, with which cursor, and what is said to everybody else.

use sqlx::Connection as _;
use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::World;

use super::{Desk, FEED};

#[tokio::test]
async fn a_feed_takes_a_token_with_its_own_scope() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let other = tax.machine.client_credentials(&tax.client_id, "publish status recipients").await;
        let refused = tax.machine.get(FEED, Some(&other)).await.expect_problem(403, "missingScope");
        assert_eq!(refused["requiredScopes"][0], "feed");
        tax.machine.get(FEED, None).await.expect_problem(401, "noAccessToken");
        // the scope of that name that a provider holds opens the provider's own feed
        let theirs = bank.machine.client_credentials(&bank.client_id, "feed").await;
        bank.machine.get(FEED, Some(&theirs)).await.expect_problem(401, "certificateRefused");
        tax.machine.get(FEED, Some(&theirs)).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn what_a_question_says_wrong_is_named() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let desk = Desk::at_the_end(&tax).await;
        for (query, kind, name) in [
            ("pageSize=0", "outOfRange", "pageSize"),
            ("pageSize=501", "outOfRange", "pageSize"),
            ("pageSize=many", "schemaViolation", "pageSize"),
            ("wait=31", "outOfRange", "wait"),
            ("wait=-1", "schemaViolation", "wait"),
            ("after=Zm9s-bG93", "invalidInput", "after"),
            ("before=Zm9s", "unknownInput", "before"),
        ] {
            desk.ask(&format!("{FEED}?{query}")).await.expect_issue(kind, name);
        }
        let foreign = format!("{FEED}?senderOrganization={}", family.organization);
        desk.ask(&foreign).await.expect_issue("trioNotRegistered", "senderOrganization");
        let own = format!("{FEED}?senderOrganization={}&after=latest", tax.organization);
        let page = desk.ask(&own).await.expect(200);
        assert_eq!(page["senderOrganization"], tax.organization.as_str());

        let another = Desk::at_the_end(&family).await;
        another.ask(&desk.next).await.expect_issue("invalidInput", "after");
        let (start, cursor) = desk.next.split_once("after=").unwrap();
        let last = cursor.chars().last().unwrap();
        let altered =
            format!("{start}after={}{}", &cursor[..cursor.len() - 1], if last == 'A' { 'E' } else { 'A' });
        desk.ask(&altered).await.expect_issue("invalidInput", "after");
    })
    .await;
}

#[tokio::test]
async fn a_change_carries_ids_and_nothing_else() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.citizen("Anna");
        let (mut desk, others) = (Desk::at_the_end(&tax).await, Desk::at_the_end(&family).await);

        let message = tax.publishes(&anna.person.recipient(), "Bosanemonen van mei").await;

        let told = desk.hears(1).await.remove(0);
        let members: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["at", "changeId", "kind", "messageId"]);
        assert_eq!(
            (&told["kind"], &told["messageId"]),
            (&"messageAvailable".into(), &message.as_str().into())
        );
        assert_eq!(others.waits(1).await.expect(200)["items"].as_array().unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_life_of_the_data_is_outdated_and_the_way_back_is_named() {
    let hub = HubProcess::start(TestDatabase::postgresql().await).await;
    let tax = hub.stage.sender("tax").await;
    let desk = Desk::at_the_end(&tax).await;
    assert!(hub.terminate().await, "{}", hub.said());

    let mut connection = sqlx::PgConnection::connect(&hub.database.url).await.unwrap();
    sqlx::query("UPDATE hub SET incarnation = gen_random_uuid()").execute(&mut connection).await.unwrap();
    hub.start_again().await;

    let outdated = desk.ask(&desk.next).await.expect_problem(410, "resyncRequired");
    let said = outdated["detail"].as_str().unwrap();
    assert!(said.contains("after=latest") && said.contains("status"), "{said}");
    let begun = desk.ask(&format!("{FEED}?after=latest")).await.expect(200);
    desk.ask(begun["next"].as_str().unwrap()).await.expect(200);
    assert!(hub.terminate().await);
}
