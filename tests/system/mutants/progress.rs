//! How far the judging of the faulty is, told while it goes on, and the score at its end.

use std::io::Write;
use std::time::Instant;

use system_tests::environment::figure;

/// What came of judging one of them.
pub(super) struct Judged {
    pub(super) id: String,
    /// What is not as it should be.
    pub(super) unmet: Vec<String>,
    /// What was not as it should be the first time, if it was judged a second time.
    pub(super) before: Option<Vec<String>>,
}

/// What has been judged of a number of faulty things.
pub(super) struct Progress {
    /// What they are: `faulty providers`.
    of: &'static str,
    all: usize,
    judged: usize,
    survivors: Vec<String>,
    caught: usize,
    /// Those that were judged a second time.
    twice: Vec<String>,
    begun: Instant,
}

impl Progress {
    /// Begins to count.
    pub(super) fn begin(of: &'static str, all: usize) -> Self {
        Self {
            of,
            all,
            judged: 0,
            survivors: Vec::new(),
            caught: 0,
            twice: Vec::new(),
            begun: Instant::now(),
        }
    }

    /// Takes what came of one of them.
    ///
    /// It is told past what a test says, which is held back until the test ends.
    pub(super) fn tell(&mut self, Judged { id, unmet, before }: Judged) {
        self.judged += 1;
        self.caught += usize::from(unmet.is_empty());
        let told = if unmet.is_empty() { "caught".to_owned() } else { format!("NOT: {}", unmet.join("; ")) };
        let first = before.map(|before| format!(", judged twice, first: {}", before.join("; ")));
        self.twice.extend(first.as_ref().map(|_| id.clone()));
        let told = told + &first.unwrap_or_default();
        let (judged, all, seconds) = (self.judged, self.all, self.begun.elapsed().as_secs());
        let mut console = std::io::stderr();
        writeln!(console, "{judged} of {all}, {seconds} s: {id}: {told}")
            .and_then(|()| console.flush())
            .unwrap();
        self.survivors.extend(unmet.into_iter().map(|what| format!("{id}: {what}")));
    }

    /// Prints the score and gives all that was not as it should be.
    pub(super) fn end(self) -> Vec<String> {
        let Self { of, judged, caught, twice, begun, .. } = &self;
        figure(&format!("mutation score: {caught} of {judged} {of}, in {} s", begun.elapsed().as_secs()));
        if !twice.is_empty() {
            figure(&format!("judged twice: {}", twice.join(", ")));
        }
        self.survivors
    }
}
