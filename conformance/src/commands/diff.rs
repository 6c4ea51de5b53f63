//! `diff`: what is different between two runs.

use std::path::PathBuf;

use clap::Args;
use conformance::report::{Change, Ending, changes, differences};

use super::{Stop, report};

/// What `diff` is told.
#[derive(Args)]
pub(crate) struct Diff {
    /// The earlier report, or its folder.
    before: PathBuf,
    /// The later one.
    after: PathBuf,
}

impl Diff {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        let (before, after) = (report(&self.before)?, report(&self.after)?);
        for difference in differences(&before, &after) {
            say!("{difference}");
        }
        let changes = changes(&before, &after);
        for change in &changes {
            say!("{change}");
        }
        if changes.is_empty() {
            say!("no case came out differently");
        }
        let worse = changes.iter().any(Change::is_worse);
        Ok(if worse { Ending::Failed } else { Ending::Passed })
    }
}
