//! The plans that this program plays, by name: a report is held against them, whatever it says of its own plan.

use crate::cases::{all, by_hand};
use crate::engine::Case;
use crate::requirement::Register;

/// A plan without its stories.
#[derive(Clone)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// What it verifies.
    pub register: Register,
    /// Its cases, in their order.
    pub cases: Vec<Case<()>>,
}

impl Known {
    /// The plan of this name; `None` if this program has no such plan.
    pub fn named(name: &str) -> Result<Option<Self>, toml::de::Error> {
        let cases = match name {
            "provider" => outlines(&all()),
            "providerByHand" => outlines(&by_hand()),
            _ => return Ok(None),
        };
        Ok(Some(Self { name: name.to_owned(), register: Register::of_providers()?, cases }))
    }
}

/// The cases without their stories.
pub(crate) fn outlines<S>(cases: &[Case<S>]) -> Vec<Case<()>> {
    cases.iter().map(Case::outline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_of_this_program_are_known_and_no_other() {
        let plan = Known::named("provider").unwrap().unwrap();
        assert_eq!(plan.cases.len(), all().len());
        assert!(Known::named("providerByHand").unwrap().is_some());
        assert!(Known::named("easy").unwrap().is_none());
    }
}
