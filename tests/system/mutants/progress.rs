//! How far the judging of the faulty is, told while it goes on, and the score at its end.

use std::io::Write;
use std::time::Instant;

use system_tests::environment::figure;

/// What has been judged of a number of faulty things.
pub(super) struct Progress {
    /// What they are: `faulty providers`.
    of: &'static str,
    all: usize,
    judged: usize,
    survivors: Vec<String>,
    caught: usize,
    begun: Instant,
}

impl Progress {
    /// Begins to count.
    pub(super) fn begin(of: &'static str, all: usize) -> Self {
        Self { of, all, judged: 0, survivors: Vec::new(), caught: 0, begun: Instant::now() }
    }

    /// Takes what is not as it should be with one of them.
    ///
    /// It is told past what a test says, which is held back until the test ends.
    pub(super) fn tell(&mut self, (id, unmet): (String, Vec<String>)) {
        self.judged += 1;
        self.caught += usize::from(unmet.is_empty());
        let told = if unmet.is_empty() { "caught".to_owned() } else { format!("NOT: {}", unmet.join("; ")) };
        let (judged, all, seconds) = (self.judged, self.all, self.begun.elapsed().as_secs());
        let mut console = std::io::stderr();
        writeln!(console, "{judged} of {all}, {seconds} s: {id}: {told}")
            .and_then(|()| console.flush())
            .unwrap();
        self.survivors.extend(unmet.into_iter().map(|what| format!("{id}: {what}")));
    }

    /// Prints the score and gives all that was not as it should be.
    pub(super) fn end(self) -> Vec<String> {
        let Self { of, judged, caught, begun, .. } = &self;
        figure(&format!("mutation score: {caught} of {judged} {of}, in {} s", begun.elapsed().as_secs()));
        self.survivors
    }
}
