//! How often anybody may ask: an attacker slows down themselves and nobody else.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use system_tests::database::{TestDatabase, databases};
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::provider::EVERYTHING;

/// Runs a test on both databases with these limits.
async fn limited(limits: &[(&str, &str)], test: impl AsyncFn(&World)) {
    for database in databases().await {
        let change = |setting: &system_tests::world::setting::Setting| {
            limits.iter().for_each(|(key, value)| setting.configure(key, value));
        };
        World::on_changed(database, change, &test).await;
    }
}

#[track_caller]
fn expect_wait(answer: &Answer, limit: u64) -> u64 {
    let problem = answer.expect_problem(429, "tooManyRequests");
    assert_eq!(problem["limit"], limit, "{problem:#}");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert_eq!(problem["retryAfterSec"], seconds);
    assert!((1..=60).contains(&seconds), "{seconds}");
    seconds
}

#[tokio::test]
async fn a_provider_that_asks_too_often_waits_and_another_is_served_as_before() {
    limited(&[("per_second", "20"), ("burst", "40")], async |world| {
        let (bank, post, anna) =
            (world.provider("bank").await, world.provider("post").await, world.citizen("Anna"));
        let (at_bank, at_post) =
            (anna.grants(&bank, &EVERYTHING).await, anna.grants(&post, &EVERYTHING).await);
        let limits = post.get(&at_post, "/mailbox/v1/limits").await.expect(200);
        assert_eq!(limits["requestRate"], json!({"perSecond": 20, "burst": 40}));

        let hammer = async {
            let answers = join_all((0..400).map(|_| bank.messages(&at_bank))).await;
            let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
            assert!(refused.len() >= 300, "{} of 400 were refused", refused.len());
            refused.iter().map(|answer| expect_wait(answer, 20)).max().unwrap()
        };
        let other = async {
            let mut longest = Duration::ZERO;
            for _ in 0..25 {
                let begun = Instant::now();
                post.messages(&at_post).await.expect(200);
                longest = longest.max(begun.elapsed());
            }
            longest
        };
        let (wait, longest) = tokio::join!(hammer, other);
        figure(&format!(
            "{}: 400 requests of one provider at once, 25 of another all served, the slowest in {} ms",
            world.database(),
            longest.as_millis()
        ));

        // its token endpoint is on the same account
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", "bank-app"),
            ("refresh_token", at_bank.refresh.as_str()),
        ];
        let answers = join_all((0..200).map(|_| bank.machine.post_form("/token", &form))).await;
        let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(refused.len() >= 100, "{} of 200 were refused", refused.len());
        for answer in refused {
            answer.expect_oauth(429, "temporarily_unavailable");
            assert!(!answer.header("retry-after").is_empty());
        }
        tokio::time::sleep(Duration::from_secs(wait)).await;
        bank.messages(&at_bank).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_sender_that_asks_too_often_waits_by_the_limits_that_are_published() {
    limited(&[("per_second", "5"), ("burst", "10"), ("recipients_per_day", "3")], async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let limits = tax.machine.get("/sender/v1/limits", None).await.expect(200);
        assert_eq!(limits["requestRate"], json!({"perSecond": 5, "burst": 10}));
        assert_eq!(limits["recipientsPerDay"], 3);

        tax.reach(&[anna.person.recipient(), anna.person.recipient()]).await.expect(200);
        let beyond = tax.reach(&[anna.person.recipient(), anna.person.recipient()]).await;
        let problem = beyond.expect_problem(429, "tooManyRequests");
        assert_eq!(problem["limit"], 3, "the budget of the day: {problem:#}");
        assert_eq!(beyond.header("retry-after"), problem["retryAfterSec"].to_string());

        let message = "msg_00000000000000000000000000";
        let answers = join_all((0..60).map(|_| tax.status(message))).await;
        let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(refused.len() >= 40, "{} of 60 were refused", refused.len());
        assert!(refused.iter().all(|answer| expect_wait(answer, 5) > 0));
        // the document of a limited client's API is limited too
        let answers = join_all((0..30).map(|_| tax.machine.get("/sender/v1/doc/openapi.yaml", None))).await;
        assert!(answers.iter().any(|answer| answer.status == 429));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_on_the_machines_door_is_limited_by_network_and_clients_are_not() {
    limited(&[("per_second", "20"), ("burst", "40")], async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let stranger = world.machine(None);

        let answers = join_all((0..200).map(|_| stranger.get("/mailbox/v1/limits", None))).await;
        let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(refused.len() >= 100, "{} of 200 were refused", refused.len());
        assert!(refused.iter().all(|answer| expect_wait(answer, 20) > 0));

        bank.messages(&grant).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn login_attempts_are_limited_on_their_way_out_and_back() {
    limited(&[("logins_per_second", "1"), ("logins_burst", "5")], async |world| {
        let attacker = world.citizen("Emma");
        let begin = format!("{}/login", world.public);
        let back = format!("{}/login/callback?state=guessed&code=guessed", world.public);
        for (address, served) in [(&begin, 303), (&back, 400)] {
            let mut answers = Vec::new();
            for _ in 0..40 {
                answers.push(attacker.fetch(address).await);
            }
            let first = answers.iter().take_while(|answer| answer.status().as_u16() == served).count();
            assert!((5..10).contains(&first), "{address}: {first}");
            let limited = answers.iter().filter(|answer| answer.status() == 429).collect::<Vec<_>>();
            assert!(limited.len() > 20, "{address}: {}", limited.len());
            for answer in limited {
                let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=5).contains(&seconds), "{seconds}");
            }
        }
        let (begun,): (i64,) = world.row("SELECT COUNT(*) FROM login").await;
        assert!(begun < 10, "{begun} logins were written down");
        let page = attacker.open("/login").await;
        assert!(page.status != 429 || page.text_of("h1") == "It is very busy", "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn a_person_who_hammers_pages_waits_in_every_session_and_others_do_not() {
    limited(&[("pages_per_second", "2"), ("pages_burst", "20")], async |world| {
        let (emma, twin, bert) = (world.citizen("Emma"), world.citizen("Emma"), world.citizen("Bert"));
        for citizen in [&emma, &twin, &bert] {
            citizen.logs_in().await;
        }
        let consents = format!("{}/consents", world.public);
        let answers = join_all((0..60).map(|_| emma.fetch(&consents))).await;
        let limited = answers.iter().filter(|answer| answer.status() == 429).count();
        assert!(limited >= 30, "{limited} of 60 were refused");
        assert_eq!(twin.fetch(&consents).await.status(), 429, "another session is the same person");
        assert_eq!(bert.fetch(&consents).await.status(), 200);
    })
    .await;
}

#[tokio::test]
async fn the_limits_that_the_configuration_leaves_out_are_those_that_are_documented() {
    let example = include_str!("../../../hub/server/src/config/example.toml");
    let readme = std::fs::read_to_string(system_tests::environment::repository("README.md")).unwrap();
    let example: toml::Table = example.parse().unwrap();
    let limits = example["limits"].as_table().unwrap();
    let database = TestDatabase::sqlite().await;
    let setting = system_tests::world::setting::Setting::write(
        &database,
        &system_tests::world::setting::Ports::Any,
        "https://bank.localhost/callback",
    );
    let text = std::fs::read_to_string(setting.config_file()).unwrap();
    let without: String = text
        .lines()
        .filter(|line| !limits.keys().any(|key| line.starts_with(&format!("{key} ="))))
        .map(|line| format!("{line}\n"))
        .collect();
    setting.put("facteur.toml", &without);
    let usual = hub_server::config::Config::read(&setting.config_file()).unwrap().limits;

    let number = |key: &str| u32::try_from(limits[key].as_integer().unwrap()).unwrap();
    let rates = usual.rates();
    for (what, rate, key) in [
        ("clients", rates.clients, ("per_second", "burst")),
        ("logins", rates.logins, ("logins_per_second", "logins_burst")),
        ("pages", rates.pages, ("pages_per_second", "pages_burst")),
    ] {
        assert_eq!((rate.per_second.get(), rate.burst.get()), (number(key.0), number(key.1)), "{what}");
        let said = format!("| {} | {} |", rate.per_second, rate.burst);
        assert!(readme.contains(&said), "README does not say {said} of {what}");
    }
    assert_eq!(usual.recipients_per_day, number("recipients_per_day"));
}
