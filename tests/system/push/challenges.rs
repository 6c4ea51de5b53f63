//! An address is used only after it has echoed a signed challenge, and why it did not is said in words.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::receiver::{Mood, Receiver};
use system_tests::world::setting::authorities;

use super::{STREAM, challenge, consents_of, registered, rest, stream, until};

fn says(status: u16, body: &str) -> Mood {
    Mood::Says(status, "content-type: application/json\r\n".to_owned(), body.to_owned())
}

#[tokio::test]
async fn an_address_that_does_not_echo_is_told_nothing_and_the_operator_hears_why() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, receiver) =
            (world.provider("bank").await, world.sender("tax").await, Receiver::start().await);
        let (an, anna) = (world.operator("an"), world.citizen("Anna"));
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        an.put(STREAM, &json!({"method": "push", "address": receiver.address})).await.expect(200);
        tax.publishes(&anna.person.recipient(), "Brief aan niemand").await;

        let redirect =
            Mood::Says(302, "location: https://bank.localhost/elsewhere\r\n".to_owned(), String::new());
        let moods = [
            (Mood::FalseEcho, "notEchoed", None),
            (says(202, ""), "notEchoed", None),
            (says(200, "{\"state\":7}"), "notEchoed", None),
            (Mood::Says(202, "content-type: text/html\r\n".to_owned(), "<p>".to_owned()), "notEchoed", None),
            (says(400, "{\"err\":\"invalid_request\"}"), "refused", Some("invalid_request")),
            (says(400, "{\"err\":\"invalid_audience\"}"), "failed", Some("unverified")),
            (says(500, "no"), "failed", Some("failing")),
            (says(404, ""), "failed", Some("missing")),
            (redirect, "failed", Some("redirect")),
            (Mood::Down, "failed", Some("connection")),
        ];
        for (mood, outcome, trouble) in moods {
            receiver.is(mood.clone());
            let told = challenge(&an).await;
            assert_eq!(told["outcome"], outcome, "{mood:?}: {told:#}");
            assert_eq!(told["trouble"].as_str(), trouble, "{mood:?}: {told:#}");
        }
        assert!(receiver.heard().is_empty(), "nothing is pushed to an address that echoed nothing");
        assert_eq!(stream(world).await["method"], json!(null));
        assert_eq!(stream(world).await["addressToVerify"], receiver.address.as_str());

        // what happened before an address echoed is not pushed; the feed has it
        receiver.is(Mood::Well);
        assert_eq!(challenge(&an).await["outcome"], "verified");
        tax.publishes(&anna.person.recipient(), "Brief aan iemand").await;
        until("the letter after it is pushed", async || receiver.taken().len() == 1).await;
        an.post(&format!("{STREAM}/challenge"), &json!({})).await.expect_problem(409, "noSuchStep");
    })
    .await;
}

#[tokio::test]
async fn an_echo_that_comes_too_late_opens_nothing() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (an, receiver) = (world.operator("an"), Receiver::start().await);
        an.put(STREAM, &json!({"method": "push", "address": receiver.address})).await.expect(200);
        // the clock goes on between the question and the echo
        let clock = world.clock.clone();
        receiver.is(Mood::Slow(Duration::from_secs(2)));
        let before = receiver.challenges().len();
        let (told, ()) = tokio::join!(challenge(&an), async {
            until("another challenge is there", async || receiver.challenges().len() > before).await;
            clock.advance(Duration::from_secs(61));
        });
        assert_eq!(told["outcome"], "expired", "{told:#}");
        assert_eq!(stream(world).await["addressToVerify"], receiver.address.as_str());
    })
    .await;
}

#[tokio::test]
async fn a_new_address_takes_over_when_it_has_echoed_and_the_old_one_goes_on_until_then() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let (old, new) = (Receiver::start().await, Receiver::start().await);
        let (an, anna) = (world.operator("an"), world.citizen("Anna"));
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        registered(world, &old).await;

        an.put(STREAM, &json!({"method": "push", "address": new.address})).await.expect(200);
        tax.publishes(&anna.person.recipient(), "Nog naar de oude plaats").await;
        until("the old address is told", async || old.taken().len() == 1).await;
        assert!(new.heard().is_empty());

        assert_eq!(challenge(&an).await["outcome"], "verified");
        tax.publishes(&anna.person.recipient(), "Naar de nieuwe plaats").await;
        until("the new address is told", async || new.taken().len() == 1).await;
        assert_eq!(old.taken().len(), 1);
        assert_ne!(old.taken()[0].jti(), new.taken()[0].jti());
    })
    .await;
}

#[tokio::test]
async fn a_receiver_with_anothers_certificate_or_without_a_public_address_is_refused() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let an = world.operator("an");
        for server in [
            authorities().servers.server(&["elsewhere.localhost"]),
            authorities().strangers.server(&["bank.localhost"]),
        ] {
            let receiver = Receiver::with(&server).await;
            an.put(STREAM, &json!({"method": "push", "address": receiver.address})).await.expect(200);
            let told = challenge(&an).await;
            assert_eq!((&told["outcome"], &told["trouble"]), (&json!("failed"), &json!("tls")), "{told:#}");
            assert!(receiver.challenges().is_empty(), "the token was shown to somebody else");
        }
        for address in [
            "http://bank.localhost:9000/events",
            "https://10.0.0.5/events",
            "https://169.254.169.254/latest",
            "https://user:secret@bank.localhost/events",
            "bank.localhost",
        ] {
            let refused = an.put(STREAM, &json!({"method": "push", "address": address})).await;
            refused.expect_problem(400, "badRequest");
        }
        for body in
            [json!({"method": "push"}), json!({"method": "poll", "address": "https://bank.localhost/"})]
        {
            an.put(STREAM, &body).await.expect_problem(400, "badRequest");
        }
        // a name that leads away from this machine: in a demo nobody outside is called
        an.put(STREAM, &json!({"method": "push", "address": "https://nowhere.invalid/events"}))
            .await
            .expect(200);
        let told = challenge(&an).await;
        assert_eq!(told["trouble"], "name", "{told:#}");
    })
    .await;
}
