//! The doctor: can a run be played at all? Each finding says how to mend it, and none of them judges the app.

mod app;
pub(crate) mod files;
pub(crate) mod network;

use std::fmt;

use crate::profile::Profile;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is.
    pub what: String,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub told: String,
    /// How to mend it.
    pub mend: Option<&'static str>,
}

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As it has to be.
    Fine,
    /// A run can be played, and somebody should look.
    Look,
    /// A run cannot be played.
    Wrong,
}

/// Looks at everything that a run with this profile needs. The app must run already.
pub async fn examine(profile: &Profile) -> Vec<Check> {
    let mut checks = files::look(profile);
    checks.extend(network::hub(profile).await);
    checks.extend(network::app(profile).await);
    checks.extend(app::look(profile).await);
    checks
}

impl Check {
    pub(crate) fn fine(what: impl Into<String>, told: impl Into<String>) -> Self {
        Self { what: what.into(), standing: Standing::Fine, told: told.into(), mend: None }
    }

    pub(crate) fn look(what: impl Into<String>, told: impl Into<String>, mend: &'static str) -> Self {
        Self { what: what.into(), standing: Standing::Look, told: told.into(), mend: Some(mend) }
    }

    pub(crate) fn wrong(what: impl Into<String>, told: impl Into<String>, mend: &'static str) -> Self {
        Self { what: what.into(), standing: Standing::Wrong, told: told.into(), mend: Some(mend) }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.standing {
            Standing::Fine => "fine ",
            Standing::Look => "look ",
            Standing::Wrong => "wrong",
        };
        write!(f, "{word}  {}: {}", self.what, self.told)?;
        match self.mend {
            Some(mend) => write!(f, "\n       {mend}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
