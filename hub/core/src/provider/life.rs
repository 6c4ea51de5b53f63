//! A provider's life: applied → sandbox → certified → active → suspended → removed, and what each state reaches.
//!
//! Pure rules. Suspension freezes: it remembers where the provider stood, and only there it can be resumed. Removal
//! is the end. Going live for everybody and removal of somebody whom citizens may use take two operators.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a provider is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It asked to take part; its applications open nothing yet.
    Applied,
    /// It works, as far as its stage goes.
    Standing(Stage),
    /// Frozen where it stood: nothing is open, nothing is lost.
    Suspended(Stage),
    /// Gone for good; its consents end.
    Removed,
}

/// How far a provider that works has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It tries things out with mailboxes marked as test.
    Sandbox,
    /// It has passed certification and still sees mailboxes marked as test only.
    Certified,
    /// It serves citizens.
    Active,
}

/// Which mailboxes a provider can reach at all, consent apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// None.
    Nothing,
    /// Those marked as test.
    TestMailboxes,
    /// Every one.
    Everything,
}

/// Where an operator wants a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// Trying out.
    Sandbox,
    /// Certified.
    Certified,
    /// Serving citizens.
    Active,
    /// Frozen.
    Suspended,
    /// Gone.
    Removed,
}

/// What a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// An operator who keeps the register.
    Registrar,
    /// An operator who keeps the register or the security: freezing must never wait.
    Anyone,
    /// One who proposes it and another who approves.
    TwoOperators,
}

/// A step that the rules allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it leads.
    pub to: State,
    /// Who may do it.
    pub takes: Takes,
    /// The verb of its audit record.
    pub verb: &'static str,
}

impl Stage {
    /// Every stage, lowest first.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Certified, Self::Active];

    /// `sandbox`, `certified` or `active`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Certified => "certified",
            Self::Active => "active",
        }
    }

    /// The stage of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

impl State {
    /// The state as its two columns tell it; a suspended one says where it was suspended from.
    pub fn read(state: &str, suspended_from: Option<&str>) -> Option<Self> {
        match state {
            "applied" => Some(Self::Applied),
            "removed" => Some(Self::Removed),
            "suspended" => Stage::named(suspended_from?).map(Self::Suspended),
            stage => Stage::named(stage).map(Self::Standing),
        }
    }

    /// The state's one word, as files, rows and answers have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Standing(stage) => stage.name(),
            Self::Suspended(_) => "suspended",
            Self::Removed => "removed",
        }
    }

    /// Where a suspended provider stood.
    pub const fn suspended_from(self) -> Option<&'static str> {
        match self {
            Self::Suspended(stage) => Some(stage.name()),
            _ => None,
        }
    }

    /// Which mailboxes the provider can reach at all.
    pub const fn reach(self) -> Reach {
        match self {
            Self::Standing(Stage::Active) => Reach::Everything,
            Self::Standing(Stage::Sandbox | Stage::Certified) => Reach::TestMailboxes,
            Self::Applied | Self::Suspended(_) | Self::Removed => Reach::Nothing,
        }
    }

    /// The step from here to where an operator wants the provider; `None` if there is no such step.
    pub fn step(self, target: Target) -> Option<Step> {
        let step = |to, takes, verb| Some(Step { to, takes, verb });
        match (self, target) {
            (Self::Applied, Target::Sandbox) => {
                step(Self::Standing(Stage::Sandbox), Takes::Registrar, "sandboxProvider")
            }
            (Self::Standing(Stage::Sandbox), Target::Certified) => {
                step(Self::Standing(Stage::Certified), Takes::Registrar, "certifyProvider")
            }
            (Self::Standing(Stage::Certified), Target::Active) => {
                step(Self::Standing(Stage::Active), Takes::TwoOperators, "activateProvider")
            }
            (Self::Standing(stage), Target::Suspended) => {
                step(Self::Suspended(stage), Takes::Anyone, "suspendProvider")
            }
            (Self::Suspended(stage), _) if target.stage() == Some(stage) => {
                let takes = if stage == Stage::Active { Takes::TwoOperators } else { Takes::Registrar };
                step(Self::Standing(stage), takes, "resumeProvider")
            }
            (Self::Applied, Target::Removed) => step(Self::Removed, Takes::Registrar, "removeProvider"),
            (Self::Standing(_) | Self::Suspended(_), Target::Removed) => {
                step(Self::Removed, Takes::TwoOperators, "removeProvider")
            }
            _ => None,
        }
    }

    /// The state that a reference file asks for, whose owner holds the data itself: any, but never back from removal.
    pub fn applied_as(known: Option<Self>, word: &str) -> Option<Self> {
        let stood = match known {
            Some(Self::Removed) if word != "removed" => return None,
            Some(Self::Standing(stage) | Self::Suspended(stage)) => stage,
            _ => Stage::Active,
        };
        Self::read(word, Some(stood.name()))
    }
}

impl Reach {
    /// Whether it covers a mailbox.
    pub const fn covers(self, mailbox: Marked) -> bool {
        match self {
            Self::Nothing => false,
            Self::TestMailboxes => matches!(mailbox, Marked::Test),
            Self::Everything => true,
        }
    }
}

/// Whether a mailbox is marked as test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// For trying things out.
    Test,
    /// Somebody's own.
    Real,
}

impl Marked {
    /// What its column says.
    pub const fn of(test: bool) -> Self {
        if test { Self::Test } else { Self::Real }
    }
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 5] = [Self::Sandbox, Self::Certified, Self::Active, Self::Suspended, Self::Removed];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Certified => "certified",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    fn stage(self) -> Option<Stage> {
        Stage::named(self.name())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        found.ok_or_else(|| UnknownTarget(name.to_owned()))
    }
}

/// A word that names no target.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not one of sandbox, certified, active, suspended, removed")]
pub struct UnknownTarget(String);

#[cfg(test)]
mod tests;
