//! Servers that do the same in turns.

use futures_util::future::BoxFuture;

use crate::machine::Processes;
use crate::outcome::Outcome;
use crate::profile::profiled;
use crate::report::{Goal, Row, Run};
use crate::rows::Plan;
use crate::subject::Subject;

/// A server in a row: its name, how it is asked, and its processes.
pub(crate) struct Contender<'a> {
    /// What the row calls it.
    pub(crate) name: &'static str,
    /// One run.
    pub(crate) asked: Box<dyn Fn() -> BoxFuture<'a, Outcome> + 'a>,
    /// The whole server side.
    pub(crate) processes: Vec<Processes>,
}

/// A row of this name: each of them in each round, the hub first.
pub(crate) async fn in_turns(
    name: String,
    contenders: &[Contender<'_>],
    (subject, plan): (&Subject, Plan),
    goals: Vec<Goal>,
) -> Row {
    let mut servers: Vec<(&'static str, Vec<Run>)> =
        contenders.iter().map(|one| (one.name, Vec::with_capacity(plan.rounds))).collect();
    for _ in 0..plan.rounds {
        for (one, (_, runs)) in contenders.iter().zip(&mut servers) {
            let before = cpu_of(&one.processes);
            let outcome = (one.asked)().await;
            runs.push(run(&outcome, cpu_of(&one.processes) - before));
        }
    }
    if let Some(hub) = contenders.first() {
        profiled(plan, &name, subject, (hub.asked)()).await;
    }
    Row { name, database: subject.database(), servers, goals }
}

/// Microseconds of CPU that processes took until now.
pub(crate) fn cpu_of(processes: &[Processes]) -> u64 {
    processes.iter().map(|one| one.cpu()).sum()
}

/// A run, and what it took of the processors.
pub(crate) fn run(outcome: &Outcome, cpu: u64) -> Run {
    Run {
        rate: outcome.rate(),
        latency: Some((outcome.within(0.5), outcome.within(0.99))),
        cpu: Some(cpu as f64 / outcome.answers as f64),
    }
}
