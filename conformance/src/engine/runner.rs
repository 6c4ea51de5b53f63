//! The runner: plays the chosen cases one after the other and forms their outcomes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    Case, Exchange, Finding, Mark, Offence, Polarity, Record, Scene, Stop, Stopwatch, Verdict, Wire,
};

/// Ends a run early; what was not played is `interrupted`.
pub type Cancel = CancellationToken;

/// Where progress is told, while the run goes on.
pub type Sink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What happens in a run.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum Progress {
    /// A case begins.
    Began {
        /// Its id.
        case: String,
    },
    /// A condition was checked, or something noted.
    Found {
        /// The case.
        case: String,
        /// What was found.
        finding: Finding,
    },
    /// A person must open an address.
    Waiting {
        /// The case.
        case: String,
        /// The address.
        url: String,
        /// How long the case waits.
        seconds: u64,
    },
    /// Nobody needs to do anything any more.
    Resumed {
        /// The case.
        case: String,
    },
    /// Rules were broken, whatever case is played.
    Offended {
        /// How.
        offences: Vec<Offence>,
    },
    /// A case ended.
    Ended {
        /// What came of it.
        outcome: Box<Outcome>,
    },
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The case.
    pub case: String,
    /// Its section.
    pub section: String,
    /// Its title.
    pub title: String,
    /// The requirements that it verifies.
    pub requirements: Vec<String>,
    /// What it asks of the app.
    pub polarity: Polarity,
    /// What it does.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What usually is the cause when it fails.
    pub causes: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why, where findings do not say it.
    pub reason: Option<String>,
    /// When the run began that played it, if it was an earlier one that this one goes on with.
    pub kept: Option<Timestamp>,
    /// How many conditions were checked.
    pub assertions: u32,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What went over the wire.
    pub exchanges: Vec<Exchange>,
    /// How long it took.
    pub micros: u64,
}

impl Outcome {
    /// What is known of a case that was not played.
    pub fn unplayed<S>(case: &Case<S>, verdict: Verdict, reason: String) -> Self {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Self {
            case: case.id.to_owned(),
            section: case.section.to_owned(),
            title: case.title.to_owned(),
            requirements: owned(case.requirements),
            polarity: case.polarity,
            what: case.what.to_owned(),
            why: case.why.to_owned(),
            causes: owned(case.causes),
            verdict,
            reason: Some(reason),
            kept: None,
            assertions: 0,
            findings: Vec::new(),
            exchanges: Vec::new(),
            micros: 0,
        }
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// One for each chosen case, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Whether it came to its end.
    pub complete: bool,
    /// How long it took.
    pub micros: u64,
}

/// What a run is played with.
pub struct Runner {
    /// Where exchanges are told; the scene tells the same wire.
    pub wire: Wire,
    /// Where progress is told.
    pub sink: Sink,
    /// Ends the run early.
    pub cancel: Cancel,
    /// The longest that one case may take.
    pub limit: Duration,
}

impl Runner {
    /// Plays each case that `decided` does not already answer, in their order.
    ///
    /// `decided` gives the outcome of a case that is not to be played: not applicable, or finished in an earlier run.
    pub async fn play<S: Scene>(
        &self,
        scene: &mut S,
        cases: &[Case<S>],
        decided: impl Fn(&Case<S>) -> Option<Outcome>,
    ) -> Run {
        let watch = Stopwatch::start();
        let mut outcomes = Vec::with_capacity(cases.len());
        for case in cases {
            let outcome = match decided(case) {
                Some(outcome) => outcome,
                None if self.cancel.is_cancelled() => cut_short(case),
                None => self.case(scene, case).await,
            };
            (self.sink)(Progress::Ended { outcome: Box::new(outcome.clone()) });
            outcomes.push(outcome);
        }
        let complete = outcomes.iter().all(|outcome| outcome.verdict != Verdict::Interrupted);
        Run { outcomes, complete, micros: watch.micros() }
    }

    async fn case<S: Scene>(&self, scene: &mut S, case: &Case<S>) -> Outcome {
        (self.sink)(Progress::Began { case: case.id.to_owned() });
        let watch = Stopwatch::start();
        self.wire.take();
        let mut record = Record::new(case.id, self.wire.clone(), self.sink.clone());

        let told = self.story(scene, case, &mut record).await;
        self.offences(scene);
        let (exchanges, left_out) = self.wire.take();
        if left_out > 0 {
            record.note(format!(
                "{left_out} more exchanges between the first and the last of these are not kept"
            ));
        }

        let assertions = record.assertions();
        let findings = record.into_findings();
        let (verdict, reason) = self.verdict(told, &findings, assertions);
        Outcome {
            verdict,
            reason,
            assertions,
            findings,
            exchanges,
            micros: watch.micros(),
            ..Outcome::unplayed(case, verdict, String::new())
        }
    }

    /// Tells offences that came to light, before the case is over: whoever goes on with this run must know them.
    fn offences<S: Scene>(&self, scene: &mut S) {
        let clean = |offence: Offence| Offence { actual: self.wire.clean(&offence.actual), ..offence };
        let offences: Vec<Offence> = scene.offences().into_iter().map(clean).collect();
        if !offences.is_empty() {
            (self.sink)(Progress::Offended { offences });
        }
    }

    /// Plays the story until it ends, breaks, takes too long or is cut short.
    async fn story<S: Scene>(&self, scene: &mut S, case: &Case<S>, record: &mut Record) -> Told {
        let story = AssertUnwindSafe(async {
            scene.reset(record).await?;
            (case.run)(scene, record).await
        });
        tokio::select! {
            () = self.cancel.cancelled() => Told::CutShort("the run was cut short".to_owned()),
            ended = tokio::time::timeout(self.limit, story.catch_unwind()) => match ended {
                Ok(Ok(ended)) => Told::Ended(ended),
                Ok(Err(_)) => Told::Ended(Err(Stop::Broken("the case stopped in the middle: a fault of the suite".to_owned()))),
                Err(_) => Told::CutShort(format!("the case did not end within {} seconds", self.limit.as_secs())),
            },
        }
    }

    fn verdict(&self, told: Told, findings: &[Finding], assertions: u32) -> (Verdict, Option<String>) {
        let has = |mark| findings.iter().any(|finding| finding.mark == mark);
        match told {
            // What was found broken stays so, whatever happened afterwards.
            _ if has(Mark::Broken) => (Verdict::Fail, None),
            Told::CutShort(reason) => (Verdict::Interrupted, Some(reason)),
            Told::Ended(Err(Stop::Failed)) => (Verdict::Error, Some("failed without a finding".to_owned())),
            Told::Ended(Err(Stop::Blocked(reason))) => (Verdict::Blocked, Some(reason)),
            Told::Ended(Err(Stop::Review(reason))) => (Verdict::Review, Some(reason)),
            Told::Ended(Err(Stop::Skipped(reason))) => (Verdict::Skipped, Some(reason)),
            Told::Ended(Err(Stop::Broken(reason))) => (Verdict::Error, Some(self.wire.clean(&reason))),
            Told::Ended(Ok(())) if assertions == 0 => {
                (Verdict::Error, Some("the case checked nothing".to_owned()))
            }
            Told::Ended(Ok(())) if has(Mark::Warned) => (Verdict::Warning, None),
            Told::Ended(Ok(())) => (Verdict::Pass, None),
        }
    }
}

enum Told {
    Ended(Result<(), Stop>),
    CutShort(String),
}

fn cut_short<S>(case: &Case<S>) -> Outcome {
    Outcome::unplayed(case, Verdict::Interrupted, "the run was cut short before this case".to_owned())
}

#[cfg(test)]
mod tests;
