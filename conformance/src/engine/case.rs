//! What a case is: which requirements it verifies, what it needs, and the story itself.

use futures_util::future::BoxFuture;

use super::{Offence, Record, Stop};
use crate::profile::Capability;

/// One case of a plan over scenes of type `S`.
pub struct Case<S: 'static> {
    /// Stable id, as people type it: `C6`, `N18`, `M3`.
    pub id: &'static str,
    /// The section of the plan it stands in: `callback`, `token`.
    pub section: &'static str,
    /// One line in plain words.
    pub title: &'static str,
    /// The ids of the requirements that it verifies.
    pub requirements: &'static [&'static str],
    /// What the app must have declared for the case to apply.
    pub needs: &'static [Capability],
    /// Whether the app has to go along or to refuse.
    pub polarity: Polarity,
    /// What the case does: the one thing that is different from a plain story.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What usually is the cause when it fails.
    pub causes: &'static [&'static str],
    /// The story.
    pub run: for<'a> fn(&'a mut S, &'a mut Record) -> BoxFuture<'a, Result<(), Stop>>,
}

impl<S: 'static> Case<S> {
    /// The case without its story: what a report tells of it, whoever plays it.
    pub fn outline(&self) -> Case<()> {
        let Self { id, section, title, requirements, needs, polarity, what, why, causes, .. } = *self;
        Case {
            id,
            section,
            title,
            requirements,
            needs,
            polarity,
            what,
            why,
            causes,
            run: |_, _| Box::pin(async { Ok(()) }),
        }
    }
}

impl<S: 'static> Clone for Case<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: 'static> Copy for Case<S> {}

/// What a case asks of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Polarity {
    /// To go along: what comes is right, if unusual.
    Accept,
    /// To refuse: what comes is wrong.
    Refuse,
    /// To be watched while it does something ordinary.
    Observe,
}

/// What cases play in: made once a run, as new before each case.
pub trait Scene: Send + 'static {
    /// Makes everything as new, and lets whatever happens from now on be told to the record's wire.
    ///
    /// `Stop::Blocked` says that the case cannot be played, for instance because the app does not answer.
    fn reset<'a>(&'a mut self, record: &'a mut Record) -> BoxFuture<'a, Result<(), Stop>>;

    /// Offences that were found since the last time this was asked, whatever case was played.
    fn offences(&mut self) -> Vec<Offence> {
        Vec::new()
    }

    /// Takes in the offences of an earlier part of the run. They are not told again.
    fn remember(&mut self, _: Vec<Offence>) {}
}
