//! Polling (RFC 8936): acknowledged and refused one by one, in order in each mailbox, again until acknowledged.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use system_tests::authority::Wish;
use system_tests::database::TestDatabase;
use system_tests::program::Program;
use system_tests::world::World;
use system_tests::world::machine::Machine;
use system_tests::world::receiver::{Heard, Receiver};
use system_tests::world::setting::authorities;

use crate::feed::waiting::while_waiting;

use super::{Facts, STREAM, consents_of, registered, rest, stream, until};

const POLL: &str = "/mailbox/v1/changes/poll";
const LETTERS: &str = "/v1/applications/bank-app/deadLetters";

/// A receiver that asks.
struct Asker<'w> {
    machine: &'w Machine<'w>,
    token: String,
}

impl<'w> Asker<'w> {
    async fn of(machine: &'w Machine<'w>) -> Self {
        Self { machine, token: machine.client_credentials("bank-app", "feed").await }
    }

    async fn asks(&self, body: Value) -> system_tests::world::answer::Answer {
        self.machine.send(self.machine.request("POST", POLL).bearer_auth(&self.token).json(&body)).await
    }

    /// What comes, by `jti`, and whether there is more.
    async fn polls(&self, mut body: Value) -> (BTreeMap<String, Heard>, bool) {
        body["returnImmediately"] = true.into();
        let page = self.asks(body).await.expect(200);
        let sets = page["sets"].as_object().unwrap();
        let read = |(jti, token): (&String, &Value)| (jti.clone(), heard(token.as_str().unwrap()));
        let sets: BTreeMap<String, Heard> = sets.iter().map(read).collect();
        assert!(sets.iter().all(|(jti, heard)| heard.jti() == jti));
        (sets, page["moreAvailable"].as_bool().unwrap())
    }
}

fn heard(token: &str) -> Heard {
    let claims = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    Heard { token: token.to_owned(), claims: serde_json::from_slice(&claims).unwrap(), taken: true }
}

async fn polled(world: &World) {
    let stream = world.operator("an").put(STREAM, &json!({"method": "poll"})).await.expect(200);
    assert_eq!((&stream["method"], &stream["state"]), (&json!("poll"), &json!("running")), "{stream:#}");
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again_and_what_is_comes_no_more() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 2).await;
        let asker = Asker::of(&bank.machine).await;
        asker.asks(json!({})).await.expect_problem(409, "streamNotOpen");
        polled(world).await;
        for _ in 0..3 {
            facts.happen().await;
        }
        until("all nine have their place", async || {
            world.count("SELECT COUNT(*) FROM change_queue").await == 0
        })
        .await;

        let (first, more) = asker.polls(json!({})).await;
        assert_eq!(
            (first.len(), more),
            (3, true),
            "the earliest of each mailbox, and nothing that could overtake"
        );
        assert!(first.values().all(|heard| heard.kind() == "messageRead"));
        let (again, _) = asker.polls(json!({})).await;
        assert!(again.keys().eq(first.keys()), "the same names");
        let jose = Program::start("events.mjs");
        let keys = world.machine(None);
        let keys = keys.request("GET", &format!("{}/.well-known/facteur-event-keys", world.public));
        let keys: Value = keys.send().await.unwrap().json().await.unwrap();
        for heard in again.values() {
            let args =
                json!({"keys": keys, "token": heard.token, "issuer": world.public, "audience": "bank-app"});
            jose.call("verify", args).await;
        }

        // the last one alone: the others come again, and the next of that mailbox
        let mut names: Vec<String> = first.keys().cloned().collect();
        let last = names.pop().unwrap();
        let (second, _) = asker.polls(json!({"ack": [last, "unknown"]})).await;
        assert_eq!(second.len(), 3);
        assert!(!second.contains_key(&last) && names.iter().all(|jti| second.contains_key(jti)));
        let (one, more) = asker.polls(json!({"maxEvents": 1})).await;
        assert_eq!((one.len(), more), (1, true));

        let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
        told.entry(first[&last].subject().to_owned()).or_default().push("messageRead".to_owned());
        let mut page = second;
        while !page.is_empty() {
            let names: Vec<&String> = page.keys().collect();
            for heard in page.values() {
                told.entry(heard.subject().to_owned()).or_default().push(heard.kind().to_owned());
            }
            page = asker.polls(json!({"ack": names})).await.0;
        }
        for (mailbox, _) in &facts.places {
            assert_eq!(told[mailbox], facts.kinds(), "{mailbox}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM delivery_settled").await, 0, "nothing is left behind");
        assert!(stream(world).await["waitingSince"].is_null());
    })
    .await;
}

#[tokio::test]
async fn what_a_poller_cannot_take_is_a_dead_letter() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let bank = world.provider("bank").await;
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 0).await;
        polled(world).await;
        let asker = Asker::of(&bank.machine).await;
        facts.happen().await;
        facts.happen().await;
        until("there is something", async || !asker.polls(json!({})).await.0.is_empty()).await;
        let (first, _) = asker.polls(json!({})).await;
        let jti = first.keys().next().unwrap().clone();
        let error = json!({"err": "invalid_request", "description": "Jan Janssens 79072300048"});
        // what is about keys and connections is about no event: it comes again, and an operator sees it
        let (again, _) = asker.polls(json!({"setErrs": {(jti.as_str()): {"err": "invalid_key"}}})).await;
        assert_eq!(again.keys().collect::<Vec<_>>(), [&jti]);
        let seen = stream(world).await;
        assert_eq!((&seen["deadLetters"], &seen["trouble"]), (&json!(0), &json!("unverified")), "{seen:#}");

        let (next, _) = asker.polls(json!({"setErrs": {(jti.as_str()): error}, "maxEvents": 9999})).await;
        assert_eq!(next.values().map(Heard::kind).collect::<Vec<_>>(), ["messageUnread"]);
        let an = world.operator("an");
        let letters = an.get(LETTERS).await.expect(200);
        assert_eq!(letters["items"][0]["reason"], "invalid_request");
        assert!(!letters.to_string().contains("Janssens"), "what a receiver writes is not kept");

        an.post(&format!("{LETTERS}/replay"), &json!({})).await.expect(200);
        let (again, _) = asker.polls(json!({"ack": next.keys().collect::<Vec<_>>()})).await;
        assert_eq!(again.keys().collect::<Vec<_>>(), [&jti], "told again, by its own name");
        let (nothing, more) = asker.polls(json!({"ack": [jti]})).await;
        assert!(nothing.is_empty() && !more);
        assert_eq!(stream(world).await["deadLetters"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_question_waits_for_what_happens_and_hears_the_end_of_its_consent() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let anna = world.citizen("Anna");
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        polled(world).await;
        let asker = Asker::of(&bank.machine).await;
        let begun = Instant::now();
        let (page, _) = tokio::join!(asker.asks(json!({})), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tax.publishes(&anna.person.recipient(), "Kieviten in het weiland").await;
        });
        let page = page.expect(200);
        assert_eq!(page["sets"].as_object().unwrap().len(), 1, "{page:#}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

        anna.revokes().await;
        until("only the end is told", async || {
            let (sets, _) = asker.polls(json!({})).await;
            sets.values().map(Heard::kind).collect::<Vec<_>>() == ["consentEnded"]
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_question_that_waits_is_judged_again_before_it_is_answered_and_what_it_tells_is_recorded() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let (anna, sofie) = (world.citizen("Anna"), world.operator("sofie"));
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        polled(world).await;
        let asker = Asker::of(&bank.machine).await;
        let told = "SELECT COUNT(*) FROM reading WHERE what = 'changes'";
        let (page, _) = while_waiting(asker.asks(json!({})), async {
            tax.publishes(&anna.person.recipient(), "Wulpen op het wad").await;
        })
        .await;
        let sets = page.expect(200)["sets"].as_object().unwrap().clone();
        asker.polls(json!({"ack": sets.keys().collect::<Vec<_>>()})).await;
        world.loads_journal().await;
        assert_eq!(world.count(told).await, 1, "what was told is in the citizen's log");

        let (page, _) = while_waiting(asker.asks(json!({})), async {
            sofie.moves("demo-bank", "suspended").await.expect(200);
            tax.publishes(&anna.person.recipient(), "Wulpen achter de dijk").await;
        })
        .await;
        page.expect_problem(401, "invalidAccessToken");
        world.loads_journal().await;
        assert_eq!(world.count(told).await, 1, "nothing more was told");
    })
    .await;
}

#[tokio::test]
async fn a_question_that_waits_is_refused_when_its_token_or_its_certificate_is_revoked() {
    let _turn = super::beside().await;
    World::on(TestDatabase::sqlite().await, async |world| {
        let wish = Wish { serial: 4714, ..Wish::client("urn:test:bank-app") };
        let machine = world.machine(Some(&authorities().providers.issue(&wish)));
        polled(world).await;
        let (tax, bank, anna) =
            (world.sender("tax").await, world.provider("bank").await, world.citizen("Anna"));
        let _grant = consents_of(&anna, &bank).await;
        rest(world).await;
        let asker = Asker::of(&machine).await;
        let known: Vec<String> = asker.polls(json!({})).await.0.into_keys().collect();
        asker.polls(json!({"ack": known})).await;
        let (answer, _) = while_waiting(asker.asks(json!({})), async {
            let form = [("token", asker.token.as_str()), ("client_id", "bank-app")];
            let revoked = machine.send(machine.request("POST", "/revoke").form(&form)).await;
            assert_eq!(revoked.status.as_u16(), 200);
            tax.publishes(&anna.person.recipient(), "Grutto in mei").await;
        })
        .await;
        answer.expect_problem(401, "invalidAccessToken");

        let asker = Asker::of(&machine).await;
        let known: Vec<String> = asker.polls(json!({})).await.0.into_keys().collect();
        asker.polls(json!({"ack": known})).await;
        let (answer, _) = while_waiting(asker.asks(json!({})), async {
            world.setting.revoke(&[4714], &[]);
            world.running().reload().await;
            tax.publishes(&anna.person.recipient(), "Grutto in juni").await;
        })
        .await;
        assert_eq!(answer.expect_problem(401, "certificateRefused")["reason"], "revoked");
    })
    .await;
}

#[tokio::test]
async fn who_may_ask_and_what() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        polled(world).await;
        let asker = Asker::of(&bank.machine).await;
        for (body, name) in [
            (json!({"maxEvents": -1}), "schemaViolation"),
            (json!({"maxEvents": null}), "schemaViolation"),
            (json!({"ack": ["with space"]}), "outOfRange"),
            (json!({"ack": vec!["x"; 1001]}), "outOfRange"),
            (json!({"setErrs": {"x": {}}}), "requiredInput"),
            (json!({"setErrs": {"x": {"err": ""}}}), "outOfRange"),
            (json!({"colour": "red"}), "unknownInput"),
        ] {
            let problem = asker.asks(body.clone()).await.expect_problem(400, "badRequest");
            let kind = problem["issues"][0]["type"].as_str().unwrap().to_owned();
            assert!(kind.ends_with(name), "{body}: {kind}");
        }
        let scopeless = bank.machine.client_credentials("bank-app", "synchronise").await;
        let asked = bank.machine.request("POST", POLL).bearer_auth(&scopeless).json(&json!({}));
        bank.machine.send(asked).await.expect_problem(403, "missingScope");
        // another application is not told by polling, and never of this one's
        let other = post.machine.client_credentials("post-app", "feed").await;
        let asked = post.machine.request("POST", POLL).bearer_auth(&other).json(&json!({}));
        post.machine.send(asked).await.expect_problem(409, "streamNotOpen");
        let paused = json!({"state": "paused"});
        world.operator("sofie").put(&format!("{STREAM}/state"), &paused).await.expect(200);
        asker.asks(json!({})).await.expect_problem(409, "streamNotOpen");
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_changes_its_way_goes_on_where_it_stood() {
    let _turn = super::beside().await;
    World::on_both(async |world| {
        let (bank, receiver) = (world.provider("bank").await, Receiver::start().await);
        let anna = world.citizen("Anna");
        let mut facts = Facts::over(world, &bank, &anna, 1).await;
        registered(world, &receiver).await;
        facts.happen().await;
        until("pushed", async || facts.all_taken(&receiver)).await;
        until("and noted", async || stream(world).await["waitingSince"].is_null()).await;

        polled(world).await;
        facts.happen().await;
        let asker = Asker::of(&bank.machine).await;
        until("both can be asked for", async || asker.polls(json!({})).await.0.len() == 2).await;
        assert_eq!(receiver.taken().len(), 2, "what is polled is not pushed");
        let (sets, _) = asker.polls(json!({})).await;
        let one = sets.keys().next().unwrap();
        asker.polls(json!({"ack": [one], "maxEvents": 0})).await;

        registered(world, &receiver).await;
        until("the other one is pushed", async || receiver.taken().len() == 3).await;
        facts.happen().await;
        until("and what comes", async || receiver.taken().len() == 5).await;
        assert!(
            !receiver.taken().iter().any(|heard| heard.jti() == one),
            "what was acknowledged is not pushed"
        );
        asker.asks(json!({})).await.expect_problem(409, "streamNotOpen");
    })
    .await;
}
