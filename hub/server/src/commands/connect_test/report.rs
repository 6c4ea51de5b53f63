//! What a connection test says: one step after the other, each well, failed with how to mend it, or left out.

use serde_json::{Value, json};

/// The steps so far.
pub(super) struct Report {
    json: bool,
    steps: Vec<Value>,
    sound: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { json, steps: Vec::new(), sound: true }
    }

    /// A step that went well.
    pub(super) fn well(&mut self, step: &str, said: impl Into<String>) {
        let said = said.into();
        self.line("ok", step, &said, None);
        self.steps.push(json!({ "step": step, "outcome": "ok", "said": said }));
    }

    /// A step that failed: what is wrong, and how to mend it.
    pub(super) fn failed(&mut self, step: &str, said: impl Into<String>, mend: impl Into<String>) {
        let (said, mend) = (said.into(), mend.into());
        self.sound = false;
        self.line("FAILED", step, &said, Some(&mend));
        self.steps.push(json!({ "step": step, "outcome": "failed", "said": said, "mend": mend }));
    }

    /// A refusal of the hub with its reason.
    pub(super) fn refused(&mut self, step: &str, reason: &str, (said, mend): (&str, &str)) {
        self.sound = false;
        self.line("FAILED", step, &format!("{reason}: {said}"), Some(mend));
        let told = json!({ "step": step, "outcome": "failed", "reason": reason, "said": said, "mend": mend });
        self.steps.push(told);
    }

    /// A step that was left out, and why.
    pub(super) fn left_out(&mut self, step: &str, why: &str) {
        self.line("-", step, why, None);
        self.steps.push(json!({ "step": step, "outcome": "leftOut", "said": why }));
    }

    /// Whether no step failed.
    pub(super) fn is_sound(&self) -> bool {
        self.sound
    }

    /// Prints what was kept for the end.
    pub(super) fn finish(&self) {
        if self.json {
            println!("{:#}", json!({ "sound": self.sound, "steps": self.steps }));
        } else if self.sound {
            println!("Nothing is wrong as far as this test can see.");
        } else {
            println!("The first step that failed is the one to mend first.");
        }
    }

    fn line(&self, outcome: &str, step: &str, said: &str, mend: Option<&str>) {
        if self.json {
            return;
        }
        println!("{outcome:<7} {step}: {said}");
        if let Some(mend) = mend {
            println!("        → {mend}");
        }
    }
}

/// An explanation of the hub, cut into what is wrong and what to do.
pub(super) fn halves(explanation: &str) -> (&str, &str) {
    explanation.split_once(". ").unwrap_or((explanation, ""))
}

#[cfg(test)]
mod tests {
    use hub_core::peer::Refusal;

    use super::*;

    #[test]
    fn every_reason_has_something_to_do() {
        for reason in Refusal::ALL {
            let (said, mend) = halves(reason.explanation());
            assert!(!said.is_empty() && mend.ends_with('.'), "{reason}");
        }
    }

    #[test]
    fn one_failure_makes_it_unsound() {
        let mut report = Report::new(true);
        report.well("name", "found");
        assert!(report.is_sound());
        report.failed("connection", "refused", "open the port");
        assert!(!report.is_sound());
    }
}
