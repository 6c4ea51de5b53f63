//! The shortest history that still disagrees: steps are dropped as long as it does.

use system_tests::database::TestDatabase;

use super::history::{Disagreement, Origin, replay};
use super::step::Step;

/// How often a shorter history is tried at most.
const TRIES: usize = 120;

/// Drops steps while the hub and the model still differ; gives the rest as text.
pub(super) async fn told(database: &str, origin: Origin, found: Disagreement) -> String {
    let mut head = format!(
        "{database}, FACTEUR_TEST_SEED={}@{}: the hub and the model differ\n{}\n",
        origin.seed, origin.at, found.what
    );
    let mut steps = found.steps;
    let Some((n, mut what)) = replay(opened(database).await, origin, &steps).await else {
        head += "played alone, they agree; the steps were:\n";
        return head + &listed(&steps);
    };
    steps.truncate(n + 1);
    let mut tries = 0;
    let mut chunk = (steps.len() / 2).max(1);
    while tries < TRIES {
        let mut at = 0;
        let mut dropped = false;
        while at < steps.len() && tries < TRIES {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + chunk).min(steps.len()));
            tries += 1;
            match replay(opened(database).await, origin, &fewer).await {
                Some((n, differs)) => {
                    fewer.truncate(n + 1);
                    (steps, what, dropped) = (fewer, differs, true);
                }
                None => at += chunk,
            }
        }
        if chunk == 1 && !dropped {
            break;
        }
        chunk = (chunk / 2).max(1);
    }
    head + &format!("shortened to {} steps:\n{}{what}\n", steps.len(), listed(&steps))
}

fn listed(steps: &[Step]) -> String {
    steps.iter().map(|step| format!("  {step:?}\n")).collect()
}

/// A database of that kind.
pub(super) async fn opened(name: &str) -> TestDatabase {
    match name {
        "sqlite" => TestDatabase::sqlite().await,
        _ => TestDatabase::postgresql().await,
    }
}
