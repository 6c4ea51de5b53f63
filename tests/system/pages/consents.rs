//! "My permissions": what is in force, one click to stop it, and what becomes of it when digital mail is turned off.

use serde_json::json;
use system_tests::world::provider::EVERYTHING;

use super::with_and_without_script;

#[tokio::test]
async fn a_citizen_sees_what_they_authorised_and_stops_it_with_one_click() {
    with_and_without_script(async |world, browser| {
        let (bank, post, fien) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Fien"));
        browser.keep_time();
        let grant = fien.grants(&bank, &EVERYTHING).await;
        let kept = fien.grants(&post, &["list"]).await;
        bank.messages(&grant).await.expect(200);

        browser.logs_in("Fien").await;
        browser.follow("Permissions").await;
        browser
            .expect(&[
                "You have authorised Demo Bank to collect your messages.",
                "You have authorised Demo Post to collect your messages.",
                "read messages and their attachments",
                "Stop Demo Post",
            ])
            .await;
        let page = browser.press("Stop Demo Bank").await;
        assert_eq!(page.status, 200);
        browser.expect(&["Demo Bank has been stopped", "Number of this permission"]).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        post.messages(&kept).await.expect(200);
        // loading the page again stops nothing else
        browser.reload(200).await;
        browser.follow("Back to the permissions").await;
        browser.expect(&["You stopped it.", "You have authorised Demo Post"]).await;
        browser.expect_not(&["Stop Demo Bank"]).await;
    })
    .await;
}

#[tokio::test]
async fn turning_digital_mail_off_ends_every_permission_and_new_mail() {
    with_and_without_script(async |world, browser| {
        let (tax, bank, fien) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Fien"));
        tax.publishes(&fien.person.recipient(), "Before the end").await;
        browser.keep_time();
        let grant = fien.grants(&bank, &EVERYTHING).await;

        browser.logs_in("Fien").await;
        browser.follow("Digital mail").await;
        browser.expect(&["Digital mail is on", "The permission for Demo Bank ends at once."]).await;
        browser.press("Keep it on").await;
        bank.messages(&grant).await.expect(200);

        browser.open("/activation").await;
        browser.press("Turn off").await;
        browser.expect(&["Digital mail is off"]).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let late = tax.letter(&fien.person.recipient(), "After the end").body("Too late");
        assert_eq!(tax.publish(&late).await.expect(201)["delivered"], json!(false));

        // what arrived stays readable
        browser.follow("Go to the mailbox").await;
        browser
            .expect(&["Digital mail is off. Public bodies send you new letters on paper.", "Before the end"])
            .await;
        browser.open("/consents").await;
        browser.expect(&["Digital mail was turned off."]).await;
    })
    .await;
}
