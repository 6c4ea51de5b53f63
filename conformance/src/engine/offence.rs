//! Offences: what breaks a rule whatever case is played.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A rule of the contract that a request broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offence {
    /// The requirement: `C4`.
    pub requirement: Cow<'static, str>,
    /// What the request should be.
    pub expected: Cow<'static, str>,
    /// What it was.
    pub actual: String,
}
