//! The reference provider receives: it echoes, believes signatures only, wakes up, and takes what comes twice once.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reference_provider::{Received, Receiver, Refused, State, Synchroniser};
use serde_json::{Value, json};
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::receiver::Receiver as Ear;
use system_tests::world::setting::authorities;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::{STREAM, challenge, consents_of, registered, rest, until};
use crate::feed::synchronising::{follow, provider};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_wakes_the_app_which_then_follows_its_feed() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, an) = (world.provider("bank").await, world.sender("tax").await, world.operator("an"));
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        let (provider, _) = provider(world, &bank.credential);
        let mut synchroniser = Synchroniser::new(Arc::clone(&provider), State::default());
        synchroniser.take_over().await.unwrap();

        let server = authorities().servers.server(&["bank.localhost"]);
        world.setting.put("bank-server.pem", &server.certificate);
        world.setting.put("bank-server.key", &server.key);
        world.setting.put("hubs.pem", &authorities().hubs.certificate);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("https://bank.localhost:{}/events", listener.local_addr().unwrap().port());
        let receiver = Arc::new(Receiver::new(provider));
        let (own, shared) = (["bank-server.pem", "bank-server.key", "hubs.pem"], Arc::clone(&receiver));
        let [certificate, key, hubs] = own.map(|name| world.setting.path(name));
        let mut serving = JoinSet::new();
        serving.spawn(async move { shared.serve(&listener, (&certificate, &key), &hubs).await.unwrap() });

        an.put(STREAM, &json!({"method": "push", "address": address})).await.expect(200);
        assert_eq!(challenge(&an).await["outcome"], "verified");
        let begun = Instant::now();
        tax.delivers(&tax.letter(&anna.person.recipient(), "Wekker voor roerdompen").body("Op.")).await;
        tokio::time::timeout(Duration::from_secs(20), receiver.woken()).await.expect("the app is woken");
        let woken = begun.elapsed();
        follow(&mut synchroniser, |state| state.mailboxes.values().any(|messages| messages.len() == 1)).await;
        figure(&format!(
            "{}: an app is woken {} ms after a publication begins",
            world.database(),
            woken.as_millis()
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_for_this_app_is_refused_and_what_comes_twice_is_taken_once() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax, ear) = (world.provider("bank").await, world.sender("tax").await, Ear::start().await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        registered(world, &ear).await;
        tax.publishes(&anna.person.recipient(), "Tweemaal dezelfde grutto").await;
        until("a token is there", async || !ear.taken().is_empty()).await;
        let token = ear.taken().remove(0).token;
        let (provider, _) = provider(world, &bank.credential);
        let receiver = Receiver::new(Arc::clone(&provider));

        assert_eq!(receiver.take(&token).await, Err(Refused::Subject), "a mailbox that is not ours");
        provider.knows_mailbox(&mailbox_of(&token));
        assert_eq!(receiver.take(&token).await, Ok(Received::News));
        assert_eq!(receiver.take(&token).await, Ok(Received::Known));
        let parts: Vec<&str> = token.split('.').collect();
        let code = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let header = |text: &str| format!("{}.{}.{}", code(text.as_bytes()), parts[1], parts[2]);
        let claims =
            String::from_utf8(data_encoding::BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap()).unwrap();
        let changed = claims.replace("bank-app", "post-app");
        for (wrong, why) in [
            (format!("{}.{}.{}", parts[0], code(changed.as_bytes()), parts[2]), Refused::Signature),
            (header(r#"{"alg":"none","typ":"secevent+jwt","kid":"demo-events-1"}"#), Refused::Algorithm),
            (header(r#"{"alg":"HS256","typ":"secevent+jwt","kid":"demo-events-1"}"#), Refused::Algorithm),
            (header(r#"{"alg":"ES256","typ":"JWT","kid":"demo-events-1"}"#), Refused::Shape),
            (header(r#"{"alg":"ES256","typ":"secevent+jwt","kid":"demo-evidence-1"}"#), Refused::Key),
            (format!("{}.{}.", parts[0], parts[1]), Refused::Signature),
            ("garbage".to_owned(), Refused::Shape),
        ] {
            assert_eq!(receiver.take(&wrong).await, Err(why), "{wrong}");
        }
        // a token of the same hub for another application
        let post = world.provider("post").await;
        let other = Ear::start().await;
        let _other = consents_of(&anna, &post).await;
        rest(world).await;
        let (an, path) = (world.operator("an"), "/v1/applications/post-app/stream");
        an.put(path, &json!({"method": "push", "address": other.address})).await.expect(200);
        an.post(&format!("{path}/challenge"), &json!({})).await.expect(200);
        tax.publishes(&anna.person.recipient(), "Een andere grutto").await;
        until("the other token is there", async || !other.taken().is_empty()).await;
        assert_eq!(receiver.take(&other.taken()[0].token).await, Err(Refused::Audience));
    })
    .await;
}

/// The mailbox that a token is about.
fn mailbox_of(token: &str) -> String {
    let claims = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["sub_id"]["id"].as_str().unwrap().to_owned()
}
