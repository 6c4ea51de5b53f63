//! The nine verdicts, and which of them make a run red.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What came of a case. Only `Pass` and `Fail` judge the app; `Blocked` and `Error` never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Every condition held, and at least one was checked.
    Pass,
    /// A binding condition did not hold.
    Fail,
    /// Something that should be, is not. Fails with `--strict`.
    Warning,
    /// A person must look: there is no evidence but silence.
    Review,
    /// A condition on which the case stands was not met by the app, through no fault.
    Skipped,
    /// The app did not declare what the case is about.
    NotApplicable,
    /// The case could not be played: the configuration, or a control story that failed.
    Blocked,
    /// The suite broke.
    Error,
    /// The case did not come to its end.
    Interrupted,
}

impl Verdict {
    /// All verdicts, in the order in which reports count them.
    pub const ALL: [Self; 9] = [
        Self::Pass,
        Self::Fail,
        Self::Warning,
        Self::Review,
        Self::Skipped,
        Self::NotApplicable,
        Self::Blocked,
        Self::Error,
        Self::Interrupted,
    ];

    /// The word in plain text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warning => "warning",
            Self::Review => "review",
            Self::Skipped => "skipped",
            Self::NotApplicable => "not applicable",
            Self::Blocked => "blocked",
            Self::Error => "error",
            Self::Interrupted => "interrupted",
        }
    }

    /// Says whether the case need not be played again when a run is resumed.
    pub fn is_finished(self) -> bool {
        !matches!(self, Self::Blocked | Self::Error | Self::Interrupted)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
