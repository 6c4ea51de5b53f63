//! What was played and compared, so that one sees that nothing was vacuous.

use std::collections::BTreeMap;
use std::time::Instant;

use system_tests::environment::figure;

/// Counts of one database.
pub(super) struct Tally {
    pub(super) histories: usize,
    /// Steps that did something, that were refused, and that were about nothing, by kind.
    steps: BTreeMap<&'static str, [usize; 3]>,
    /// Decisions compared, by verdict.
    verdicts: BTreeMap<&'static str, usize>,
    begun: Instant,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { histories: 0, steps: BTreeMap::new(), verdicts: BTreeMap::new(), begun: Instant::now() }
    }

    /// Counts a step by its outcome.
    pub(super) fn step(&mut self, kind: &'static str, outcome: &str) {
        let refused = ["oauth:", "certificate:", "token:", "forbidden", "notFound:", "invalid:", "conflict:"];
        let which = match outcome {
            "nothing" => 2,
            refusal if refused.iter().any(|word| refusal.starts_with(word)) => 1,
            _ => 0,
        };
        self.steps.entry(kind).or_default()[which] += 1;
    }

    /// Counts a decision that was compared.
    pub(super) fn verdict(&mut self, verdict: &'static str) {
        *self.verdicts.entry(verdict).or_default() += 1;
    }

    /// Prints everything.
    pub(super) fn tell(&self, database: &str) {
        let decisions: usize = self.verdicts.values().sum();
        let steps: usize = self.steps.values().flatten().sum();
        figure(&format!(
            "{database}: {} histories, {steps} steps, {decisions} decisions compared in {} s, none differs",
            self.histories,
            self.begun.elapsed().as_secs()
        ));
        let told: Vec<_> =
            self.steps.iter().map(|(kind, [done, refused, _])| format!("{kind} {done}/{refused}")).collect();
        figure(&format!("{database}: steps that did something / were refused: {}", told.join(", ")));
        let told: Vec<_> =
            self.verdicts.iter().map(|(verdict, count)| format!("{verdict} {count}")).collect();
        figure(&format!("{database}: decisions by verdict: {}", told.join(", ")));
    }

    /// Insists that every kind of step did something, and that every verdict was compared, often enough.
    pub(super) fn expect(&self) {
        // a short run may miss a few rare kinds; a long one meets each often
        let short = self.histories < 1_000;
        let (least, missing) = if short { (1, 5) } else { (self.histories / 200, 0) };
        let column = |kind: &&str, n: usize| self.steps.get(*kind).map_or(0, |counts| counts[n]);
        let idle: Vec<&str> = STEPS.into_iter().filter(|kind| column(kind, 0) < least).collect();
        assert!(idle.len() <= missing, "too seldom did something: {idle:?}");
        let granted: Vec<&str> = REFUSED.into_iter().filter(|kind| column(kind, 1) < least).collect();
        assert!(granted.len() <= missing, "too seldom refused: {granted:?}");
        for verdict in VERDICTS {
            let compared = self.verdicts.get(verdict).copied().unwrap_or_default();
            let enough = if short { 1 } else { self.histories / 10 };
            assert!(compared >= enough, "{verdict} was compared {compared} times only");
        }
    }
}

const STEPS: [&str; 30] = [
    "ask",
    "ask to merge",
    "ask to replace",
    "agree",
    "refuse",
    "redeem",
    "refresh",
    "refresh for less",
    "end tokens",
    "end grant",
    "narrow",
    "revoke",
    "take over",
    "mandate",
    "upkeep",
    "suspend provider",
    "resume provider",
    "remove provider",
    "end certificate",
    "register certificate",
    "replaced",
    "merged",
    "deceased",
    "incapable",
    "capable",
    "of age",
    "operator ends consent",
    "activate",
    "withdraw activation",
    "time passes",
];
const REFUSED: [&str; 9] = [
    "ask",
    "agree",
    "redeem",
    "refresh",
    "refresh for less",
    "narrow",
    "take over",
    "activate",
    "withdraw activation",
];
const VERDICTS: [&str; 13] = [
    "opened",
    "token:invalid",
    "token:expired",
    "certificate:notRegistered",
    "listed",
    "read",
    "withheld letter",
    "expired letter",
    "list not permitted",
    "content not permitted",
    "refresh token good",
    "refresh token refused",
    "consents of a mailbox",
];
