//! Logging in and out.

use system_tests::world::citizen::LOW;

use super::with_and_without_script;

#[tokio::test]
async fn a_citizen_logs_in_from_the_page_they_wanted_and_out_again() {
    with_and_without_script(async |world, browser| {
        browser.tab("Emma").await;
        browser.open("/").await;
        browser.expect(&["Your official mail, in one place", "We never ask you for a password"]).await;

        browser.open("/consents").await;
        browser.expect(&["You need to log in to see this page"]).await;
        browser.follow("Go on to log in").await;
        let page = browser.identifies("Emma").await;
        assert_eq!(page.url, format!("{}/consents", world.public));
        browser.expect(&["Logged in as Emma Roodborstweide", "No app may collect your messages"]).await;

        browser.press("Log out").await;
        let page = browser.press("Log out").await;
        assert!(page.url.starts_with(&world.public), "{}", page.url);
        browser.expect(&["You are logged out"]).await;
        browser.open("/consents").await;
        browser.expect(&["You need to log in to see this page"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_low_level_of_assurance_is_refused_with_what_to_do() {
    with_and_without_script(async |world, browser| {
        browser.tab("low").await;
        browser.open("/login").await;
        browser.identifies_at("Anna", LOW, 403).await;
        browser.expect(&["Please log in with a stronger means", "identity card with its PIN"]).await;
        browser.expect_not(&["Logged in as"]).await;
        let (sessions,): (i64,) = world.row("SELECT COUNT(*) FROM session").await;
        assert_eq!(sessions, 0);

        // trying again asks again instead of taking the weak login for granted
        browser.follow("Try again").await;
        browser.identifies("Anna").await;
        browser.expect(&["Logged in as Anna Kanariegeel"]).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_stops_at_the_identity_provider_is_told_that_nothing_changed() {
    with_and_without_script(async |_, browser| {
        browser.tab("cancels").await;
        browser.open("/login").await;
        browser.press_expecting("Cancel", 400).await;
        browser.expect(&["You did not log in", "Nothing was changed"]).await;
    })
    .await;
}
