//! How requests end without a consent, and what their citizens find of it.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn if_another_person_logs_in_nothing_is_granted_and_the_provider_learns_that_only() {
    World::on_both(async |world| {
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let mut details = bank.details(&EVERYTHING, "citizen");
        details["expectedSsin"] = anna.person.ssin().into();

        let asked = bank.asks_for(&details, json!({})).await;
        let page = bert.comes_from(&asked).await;
        assert!(page.text_of("main").contains("expects someone else"), "{}", page.text_of("main"));
        let back = page.link("error=").unwrap().replace("&amp;", "&").replace("&#38;", "&");
        assert!(back.contains("error=access_denied") && back.contains("otherPerson"), "{back}");
        for secret in [anna.person.ssin(), bert.person.ssin(), bert.person.family_name.to_owned()] {
            assert!(!back.contains(&secret), "{back}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM consent").await, 0);
        // it is over for good: the right person begins again in the app
        let again = anna.open(&asked.url).await;
        assert!(!again.html.contains("value=\"agree\""), "{}", again.html);

        let asked = bank.asks_for(&details, json!({})).await;
        let callback = anna.agrees(&asked).await;
        bank.redeems(&asked, &callback).await;
        let kept = "SELECT COUNT(*) FROM authorization_request WHERE details LIKE '%expectedSsin%'";
        assert_eq!(world.count(kept).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_nobody_decides_lapses_after_an_hour_and_is_found_in_the_history() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let asked = bank.asks(&EVERYTHING).await;
        let screen = anna.comes_from(&asked).await;

        world.advance(Duration::from_secs(60 * 60 + 1));
        // the hub's own job may have been faster
        world.hub().upkeep().lapse_requests().await.unwrap();

        let form = screen.form("/authorize/consent").with("decision", "agree");
        let page = anna.submit(&screen, &form).await;
        assert!(!page.url.contains("code="), "{}", page.url);
        let kept = "SELECT COUNT(*) FROM consent_event WHERE kind = 'rejected' AND reason = 'timedOut' AND actor = 'hub'";
        assert_eq!(world.count(kept).await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM consent").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_is_never_claimed_ends_by_itself_and_a_claimed_one_stays() {
    World::on_both(async |world| {
        let (bank, anna, bert) = (world.provider("bank").await, world.citizen("Anna"), world.citizen("Bert"));
        let claimed = anna.grants(&bank, &EVERYTHING).await;
        let asked = bank.asks(&EVERYTHING).await;
        bert.agrees(&asked).await;
        let given = "SELECT COUNT(*) FROM consent WHERE state = 'authorised'";
        assert_eq!(world.count(given).await, 2);

        world.advance(Duration::from_secs(60 + 15 * 60 + 1));
        // the hub's own job may have been faster
        world.hub().upkeep().end_unclaimed_grants().await.unwrap();

        assert_eq!(world.count(given).await, 1);
        let kept = "SELECT COUNT(*) FROM consent_event WHERE kind = 'revoked' AND reason = 'neverClaimed'";
        assert_eq!(world.count(kept).await, 1);
        let fresh = bank.refreshes(&claimed).await;
        bank.messages(&fresh).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_ran_out_is_ended_with_its_tokens_and_told() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        anna.grants(&bank, &EVERYTHING).await;
        assert_eq!(world.hub().upkeep().expire_consents().await.unwrap(), 0);

        world.advance(Duration::from_secs(93 * 24 * 3600));
        // the hub's own job may have been faster
        world.hub().upkeep().expire_consents().await.unwrap();

        for (figure, sql) in [
            (1, "SELECT COUNT(*) FROM consent WHERE state = 'expired' AND reason = 'expired'"),
            (1, "SELECT COUNT(*) FROM consent_event WHERE kind = 'expired' AND actor = 'hub'"),
            (
                1,
                "SELECT (SELECT COUNT(*) FROM change_queue WHERE kind = 'consentEnded')
                     + (SELECT COUNT(*) FROM feed WHERE kind = 'consentEnded')",
            ),
            (1, "SELECT COUNT(*) FROM grant_ WHERE ended_at IS NOT NULL"),
            (0, "SELECT COUNT(*) FROM token WHERE grant_id IS NOT NULL"),
        ] {
            assert_eq!(world.count(sql).await, figure, "{sql}");
        }
    })
    .await;
}
