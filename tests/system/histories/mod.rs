//! Random histories of grants, narrowings, suspensions, renewals, mandate, certificate and person changes, played on the
//! hub and on a plain model of it: after every step they agree on every read decision.
//!
//! A history that disagrees is told with its seed and shortened; `FACTEUR_TEST_SEED=SEED@SECOND` plays it again.

mod dice;
mod generate;
mod history;
mod model;
mod shrink;
mod stage;
mod step;
mod tally;

use hub_core::clock::Clock;
use hub_core::random::Random;
use system_tests::environment::{self, figure};

use dice::Dice;
use history::Origin;
use stage::Stage;
use tally::Tally;

#[tokio::test]
async fn random_histories_agree_with_the_model_on_sqlite() {
    agree("sqlite").await;
}

#[tokio::test]
async fn random_histories_agree_with_the_model_on_postgresql() {
    agree("postgresql").await;
}

async fn agree(database: &str) {
    let mut tally = Tally::new();
    if let Some(origin) = environment::seed() {
        let (seed, at) = origin.split_once('@').expect("FACTEUR_TEST_SEED is SEED@SECOND");
        let origin = Origin { seed: seed.parse().unwrap(), at: at.parse().unwrap() };
        play((database, origin.at), &[origin.seed], &mut tally).await;
        return;
    }

    let full = environment::full("10,000 random histories on each database");
    let base = u64::from_be_bytes(Random::system().bytes());
    let mut seeds = Dice::new(base);
    let seeds: Vec<u64> = (0..if full { FULL } else { SHORT }).map(|_| seeds.throw()).collect();
    figure(&format!("{database}: histories from seed {base}"));
    for some in seeds.chunks(ON_ONE_HUB) {
        play((database, Clock::System.now().seconds()), some, &mut tally).await;
    }

    tally.tell(database);
    tally.expect();
}

/// Plays histories one after the other on a new hub.
async fn play((database, now): (&str, i64), seeds: &[u64], tally: &mut Tally) {
    let stage = Stage::open(shrink::opened(database).await, now).await;
    for (n, seed) in seeds.iter().enumerate() {
        let origin = Origin { seed: *seed, at: stage.now() };
        if let Err(found) = history::random(&stage, (n, *seed), tally).await {
            eprintln!("{database}, {}@{}, to be shortened: {}", origin.seed, origin.at, found.what);
            let told = shrink::told(stage.name(), origin, found).await;
            panic!("after {} histories that agree, on {told}", tally.histories);
        }
    }
    stage.close().await;
}

/// Histories of the short form, and of the long one.
const SHORT: usize = 60;
const FULL: usize = 10_000;
/// Histories after which another hub is opened: the clock only goes forward, and rows stay.
const ON_ONE_HUB: usize = 200;
