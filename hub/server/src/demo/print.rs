//! The story as it is printed: chapters, what was sent, what came back, how long it took.
//!
//! Coloured only where the output is a terminal that wants colour; progress of long steps goes to standard
//! error and only to a terminal, so that a file or a pipe gets plain lines.

use std::io::Write;
use std::time::Duration;

use console::Style;
use hub_core::clock::{Clock, Timestamp};
use indicatif::{ProgressBar, ProgressStyle};

/// Prints steps and counts those that went otherwise than told.
pub(crate) struct Story {
    out: Box<dyn Write + Send>,
    paint: Paint,
    clock: Clock,
    began: Timestamp,
    chapters: u32,
    steps: u32,
    wrong: u32,
}

/// A step that waits for its answer.
#[must_use = "a step ends with what came back"]
pub(crate) struct Step {
    began: Timestamp,
}

/// What came back, and whether it is what should have.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// As told.
    AsTold(String),
    /// Something else.
    Otherwise {
        /// What came back.
        answer: String,
        /// What should have.
        expected: String,
    },
}

impl Outcome {
    /// Compares what came back with what should have.
    pub(crate) fn of(answer: String, as_told: impl FnOnce(&str) -> bool, expected: &str) -> Self {
        if as_told(&answer) {
            Self::AsTold(answer)
        } else {
            Self::Otherwise { answer, expected: expected.to_owned() }
        }
    }
}

/// How the story ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Steps told.
    pub(crate) steps: u32,
    /// Steps that went otherwise.
    pub(crate) wrong: u32,
}

/// Whether lines are coloured.
#[derive(Clone, Copy)]
enum Paint {
    Coloured,
    Plain,
}

impl Story {
    /// Tells on standard output.
    pub(crate) fn on_stdout(clock: Clock) -> Self {
        let paint = if console::colors_enabled() { Paint::Coloured } else { Paint::Plain };
        Self::new(Box::new(std::io::stdout()), paint, clock)
    }

    fn new(out: Box<dyn Write + Send>, paint: Paint, clock: Clock) -> Self {
        let began = clock.now();
        Self { out, paint, clock, began, chapters: 0, steps: 0, wrong: 0 }
    }

    /// Begins a numbered chapter.
    pub(crate) fn chapter(&mut self, title: &str) {
        self.chapters += 1;
        let heading = self.styled(&format!("{}. {title}", self.chapters), &Style::new().bold());
        self.line("");
        self.line(&heading);
    }

    /// Tells what one party sends.
    pub(crate) fn sends(&mut self, who: &str, what: &str) -> Step {
        let who = self.styled(&format!("{who:<12}"), &Style::new().cyan());
        self.line(&format!("   {who} {what}"));
        Step { began: self.clock.now() }
    }

    /// Tells what came back, and that this was as it should be.
    pub(crate) fn came_back(&mut self, step: &Step, answer: &str) {
        let took = self.clock.now().since(step.began);
        self.outcome(&Outcome::AsTold(answer.to_owned()), Some(took));
    }

    /// Tells what came back although something else should have.
    pub(crate) fn went_wrong(&mut self, step: &Step, answer: &str, expected: &str) {
        let (answer, expected) = (answer.to_owned(), expected.to_owned());
        let took = self.clock.now().since(step.began);
        self.outcome(&Outcome::Otherwise { answer, expected }, Some(took));
    }

    /// Tells of a step that another process took and timed.
    pub(crate) fn tells(&mut self, who: &str, what: &str, outcome: &Outcome, took: Duration) {
        drop(self.sends(who, what));
        self.outcome(outcome, Some(took));
    }

    /// Tells of something that was looked at and takes no time.
    pub(crate) fn finds(&mut self, who: &str, what: &str, outcome: &Outcome) {
        drop(self.sends(who, what));
        self.outcome(outcome, None);
    }

    /// A line of explanation.
    pub(crate) fn says(&mut self, text: &str) {
        let text = self.styled(text, &Style::new().dim());
        self.line(&format!("   {text}"));
    }

    /// A line as it is, for commands and addresses to copy.
    pub(crate) fn line(&mut self, text: &str) {
        // A closed pipe is no reason to stop the hub.
        let _ = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// Tells how long it all took and gives the count.
    pub(crate) fn end(mut self) -> Ending {
        self.verdict()
    }

    /// The same, for a story after which more is told.
    pub(crate) fn verdict(&mut self) -> Ending {
        let ending = Ending { steps: self.steps, wrong: self.wrong };
        let time = duration(self.clock.now().since(self.began));
        let (style, verdict) = match ending.wrong {
            0 => (Style::new().green().bold(), "every step went as told".to_owned()),
            wrong => (Style::new().red().bold(), format!("{wrong} went otherwise")),
        };
        let text = self.styled(&format!("{} steps in {time}: {verdict}", ending.steps), &style);
        self.line("");
        self.line(&text);
        ending
    }

    fn outcome(&mut self, outcome: &Outcome, took: Option<Duration>) {
        self.steps += 1;
        let time = took.map_or_else(String::new, |took| format!("  {}", duration(took)));
        let time = self.styled(&time, &Style::new().dim());
        match outcome {
            Outcome::AsTold(answer) => {
                let mark = self.styled("✓", &Style::new().green());
                self.line(&format!("{INDENT}{mark} {answer}{time}"));
            }
            Outcome::Otherwise { answer, expected } => {
                self.wrong += 1;
                let mark = self.styled("✗", &Style::new().red().bold());
                self.line(&format!("{INDENT}{mark} {answer}{time}"));
                self.line(&format!("{INDENT}  expected: {expected}"));
            }
        }
    }

    fn styled(&self, text: &str, style: &Style) -> String {
        match self.paint {
            Paint::Coloured => style.clone().force_styling(true).apply_to(text).to_string(),
            Paint::Plain => text.to_owned(),
        }
    }
}

/// A bar on standard error for a step of `length` parts; invisible where that is no terminal.
pub(crate) fn progress(label: &'static str, length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(label);
    match ProgressStyle::with_template("   {msg} {bar:30} {pos}/{len} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Where answers begin: under what was sent.
const INDENT: &str = "                ";

/// `850 µs`, `12.3 ms`, `4.20 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match time.as_micros() {
        0..1_000 => format!("{} µs", time.as_micros()),
        1_000..1_000_000 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn told(paint: Paint, tell: impl FnOnce(&mut Story, &Clock)) -> (String, Ending) {
        let (page, clock) = (Page::default(), Clock::manual());
        let mut story = Story::new(Box::new(page.clone()), paint, clock.clone());
        tell(&mut story, &clock);
        let ending = story.end();
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        (text, ending)
    }

    #[test]
    fn a_step_tells_what_was_sent_what_came_back_and_how_long_it_took() {
        let (text, ending) = told(Paint::Plain, |story, clock| {
            story.chapter("A public body publishes a letter");
            let step = story.sends("sender", "POST /sender/v1/messages");
            clock.advance(Duration::from_micros(12_340));
            story.came_back(&step, "201 Created");
        });
        assert!(
            text.contains("1. A public body publishes a letter\n   sender       POST /sender/v1/messages\n")
        );
        assert!(text.contains("✓ 201 Created  12.3 ms\n"));
        assert_eq!(ending, Ending { steps: 1, wrong: 0 });
    }

    #[test]
    fn a_step_that_went_otherwise_is_counted() {
        let (text, ending) = told(Paint::Plain, |story, _| {
            let step = story.sends("provider", "GET /mailbox/v1/mailboxes");
            story.went_wrong(&step, "200 OK", "401");
        });
        assert!(text.contains("expected: 401") && text.contains("1 went otherwise"));
        assert_eq!(ending.wrong, 1);
    }

    #[test]
    fn colour_is_for_terminals_only() {
        let (plain, _) = told(Paint::Plain, |story, _| story.says("quietly"));
        let (coloured, _) = told(Paint::Coloured, |story, _| story.says("quietly"));
        assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
    }
}
