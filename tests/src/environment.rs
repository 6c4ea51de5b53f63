//! What `tests/run` tells the tests: the only place here that reads the environment.

use std::path::PathBuf;

/// A URL of PostgreSQL for a role that may create databases; tests that need it fail without it.
pub fn postgres() -> String {
    variable("FACTEUR_TEST_POSTGRES")
        .expect("FACTEUR_TEST_POSTGRES is not set: tests/run starts PostgreSQL and sets it")
}

/// The built binary `facteur`, made once by `tests/run`.
pub fn binary() -> PathBuf {
    variable("FACTEUR_TEST_BINARY")
        .expect("FACTEUR_TEST_BINARY is not set: tests/run builds it and sets it")
        .into()
}

/// Schemathesis, installed once by `tests/run`.
pub fn schemathesis() -> PathBuf {
    variable("FACTEUR_TEST_SCHEMATHESIS")
        .expect("FACTEUR_TEST_SCHEMATHESIS is not set: tests/run installs it and sets it")
        .into()
}

/// The S3 server (rclone), installed once by `tests/run`.
pub fn s3_server() -> PathBuf {
    variable("FACTEUR_TEST_S3").expect("FACTEUR_TEST_S3 is not set: tests/run installs it and sets it").into()
}

/// Whether the long form runs (`tests/run --full`); if not, `what` is named at the end of the run.
pub fn full(what: &str) -> bool {
    let full = variable("FACTEUR_TEST_FULL").is_some_and(|value| value == "1");
    if !full {
        println!("left out: {what}");
    }
    full
}

/// Whether the PostgreSQL databases of tests are spread over shards (see [`crate::spread`]).
pub fn spread() -> bool {
    variable("FACTEUR_TEST_SPREAD").is_some_and(|value| value == "1")
}

/// Whether pictures of the pages are kept, to be looked at: they take a third of the time of a tour.
pub fn keeps_pictures() -> bool {
    variable("FACTEUR_TEST_PICTURES").is_some_and(|value| value == "1")
}

/// Whether kept snapshots are written anew, to be read again.
pub fn writes_snapshots() -> bool {
    variable("FACTEUR_TEST_SNAPSHOTS").is_some_and(|value| value == "write")
}

/// The folder with the published schemas of MeMo, where somebody has them at hand.
pub fn memo_schemas() -> Option<PathBuf> {
    variable("FACTEUR_TEST_MEMO_XSD").map(PathBuf::from)
}

/// The folder with the published API documents of the e-Box, where somebody has them at hand.
pub fn ebox_documents() -> Option<PathBuf> {
    variable("FACTEUR_TEST_EBOX_OPENAPI").map(PathBuf::from)
}

/// The seed of the one random history that shall be played again.
pub fn seed() -> Option<String> {
    variable("FACTEUR_TEST_SEED")
}

/// The ids of the faulty providers and hubs that shall be judged; `None` is all of them.
pub fn mutants() -> Option<Vec<String>> {
    let ids = variable("FACTEUR_TEST_MUTANTS")?;
    Some(ids.split(',').map(str::to_owned).collect())
}

/// The process of PostgreSQL that the benchmark measures; `tests/bench/run` sets it.
pub fn postgres_process() -> u32 {
    let id = variable("FACTEUR_BENCH_POSTGRES").expect("tests/bench/run sets FACTEUR_BENCH_POSTGRES");
    id.parse().unwrap()
}

/// The folder with the unpacked packages of Cyrus that the benchmark starts; `tests/bench/run` sets it.
pub fn cyrus() -> PathBuf {
    variable("FACTEUR_BENCH_CYRUS").expect("tests/bench/run sets FACTEUR_BENCH_CYRUS").into()
}

/// How many faulty providers or hubs are judged at once: most of a run is waiting.
pub fn mutants_at_once() -> usize {
    let wished = variable("FACTEUR_MUTANTS_AT_ONCE").map(|text| text.parse().expect("a number"));
    wished.unwrap_or_else(|| 2 * std::thread::available_parallelism().map_or(1, usize::from))
}

/// Prints a figure that `tests/run` repeats when the group ends.
pub fn figure(text: &str) {
    println!("figure: {text}");
}

/// A file of the repository, by its path from the root.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[expect(clippy::disallowed_methods, reason = "the one place of the tests that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
