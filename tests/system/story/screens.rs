//! The pages of a request in the wrong order, in another browser, or by somebody not identified well enough.

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::LOW;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn a_low_level_of_assurance_does_not_log_in() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let anna = world.citizen("Anna");
        let page = anna.logs_in_at(LOW).await;
        assert_eq!(page.status, 403, "{}", page.text_of("main"));
        assert!(anna.open("/consents").await.html.contains("/login"));
        let (sessions,): (i64,) = world.row("SELECT COUNT(*) FROM session").await;
        assert_eq!(sessions, 0);
    })
    .await;
}

#[tokio::test]
async fn another_browser_cannot_answer_a_request() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;

        let phone = world.citizen("Anna");
        let page = phone.open(&asked.url).await;
        assert!(
            page.forms().iter().all(|form| !form.action.contains("authorize")),
            "{}",
            page.text_of("main")
        );

        // the first browser is not disturbed
        let callback = anna.decides(&screen, "agree").await;
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

#[tokio::test]
async fn a_decision_is_taken_once_however_often_the_button_is_pressed() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        let callback = anna.decides(&screen, "agree").await;

        let form = screen.form("/authorize/consent").with("decision", "agree");
        let again = anna.submit(&screen, &form).await;
        assert!(!again.url.contains("code="), "no second code: {}", again.url);
        assert_eq!(again.status, 200);
        let reload = anna.open(&asked.url).await;
        assert!(!reload.url.contains("code="));
        bank.redeems(&asked, &callback).await;
    })
    .await;
}

#[tokio::test]
async fn a_consent_form_without_its_token_or_from_elsewhere_is_refused() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;
        let good = screen.form("/authorize/consent").with("decision", "agree");

        let mut forged = good.clone();
        forged.fields.retain(|(name, _)| name != "csrf");
        let page = anna.submit(&screen, &forged).await;
        assert!(page.status >= 400, "{}", page.status);
        let page = anna.submit(&screen, &good.with("csrf", "x")).await;
        assert!(page.status >= 400, "{}", page.status);
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);
        anna.decides(&screen, "agree").await;
    })
    .await;
}

#[tokio::test]
async fn pages_that_do_not_exist_say_so_with_a_trace_id() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let anna = world.citizen("Anna");
        for path in
            ["/nothing", "/mailboxes/mbx_0/messages", "/authorize?client_id=bank-app&request_uri=urn:x"]
        {
            let page = anna.open(path).await;
            assert!((400..500).contains(&page.status), "{path}: {}", page.status);
            assert!(
                !page.text_of("h1").is_empty() && page.html.contains("lang=\"en\""),
                "{path}: {}",
                page.html
            );
        }
    })
    .await;
}
