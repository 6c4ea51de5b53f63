//! SIGTERM: what was begun is answered, then the process ends well.

use std::time::Duration;

use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::people::Person;
use tokio::sync::mpsc;
use tokio::time::sleep;

#[tokio::test]
async fn a_publication_that_has_begun_is_answered_before_the_hub_ends() {
    let hub = HubProcess::start(TestDatabase::sqlite().await).await;
    let tax = hub.stage.sender("tax").await;
    let letter = tax.letter(&Person::named("Anna").recipient(), "Slow letter").pdf("slow.pdf", 900_000);
    let (media_type, body) = letter.form();

    let (feed, fed) = mpsc::channel::<std::io::Result<Vec<u8>>>(1);
    let slow = reqwest::Body::wrap_stream(futures(fed));
    let sending = tax.machine.request("POST", "/sender/v1/messages").bearer_auth(&tax.token);
    let sending = sending.header("idempotency-key", "\"slow\"").header("content-type", media_type).body(slow);
    let halves = body.split_at(body.len() / 2);
    let feeding = async {
        feed.send(Ok(halves.0.to_vec())).await.unwrap();
        sleep(Duration::from_millis(300)).await;
        hub.signal("TERM").await;
        sleep(Duration::from_millis(700)).await;
        feed.send(Ok(halves.1.to_vec())).await.unwrap();
        drop(feed);
    };
    let (answer, ()) = tokio::join!(tax.machine.send(sending), feeding);

    assert_eq!(answer.expect(201)["delivered"], true);
    let late = tax.machine.try_send(tax.machine.request("GET", "/health")).await;
    assert!(late.is_err() || late.is_ok_and(|answer| answer.status == 503), "a draining hub takes new work");
    assert!(hub.ended().await, "{}", hub.said());

    hub.start_again().await;
    let tax = hub.stage.sender("tax").await;
    let again = tax.publish(&letter_again(letter)).await;
    assert_eq!(again.header("idempotency-replayed"), "true", "{}", again.text());
    assert!(hub.terminate().await);
    hub.check_logs();
}

fn letter_again(mut letter: system_tests::world::letter::Letter) -> system_tests::world::letter::Letter {
    letter.key = "slow".into();
    letter
}

/// The pieces as they come.
fn futures(
    mut pieces: mpsc::Receiver<std::io::Result<Vec<u8>>>,
) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    futures_util::stream::poll_fn(move |context| pieces.poll_recv(context))
}
