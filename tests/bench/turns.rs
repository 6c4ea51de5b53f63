//! Servers that do the same in turns.

use futures_util::future::BoxFuture;

use crate::machine::Processes;
use crate::outcome::Outcome;
use crate::report::Run;

/// A server in a row: its name, how it is asked, and its processes.
pub(crate) struct Contender<'a> {
    /// What the row calls it.
    pub(crate) name: &'static str,
    /// One run.
    pub(crate) asked: Box<dyn Fn() -> BoxFuture<'a, Outcome> + 'a>,
    /// The whole server side.
    pub(crate) processes: Vec<Processes>,
}

/// Each of them in each round.
pub(crate) async fn in_turns(contenders: &[Contender<'_>], rounds: usize) -> Vec<(&'static str, Vec<Run>)> {
    let mut servers: Vec<(&'static str, Vec<Run>)> =
        contenders.iter().map(|one| (one.name, Vec::with_capacity(rounds))).collect();
    for _ in 0..rounds {
        for (one, (_, runs)) in contenders.iter().zip(&mut servers) {
            let before = cpu_of(&one.processes);
            let outcome = (one.asked)().await;
            runs.push(run(&outcome, cpu_of(&one.processes) - before));
        }
    }
    servers
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
