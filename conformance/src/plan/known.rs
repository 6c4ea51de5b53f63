//! The plans that this program plays, by name: a report is held against them, whatever it says of its own plan.

use crate::cases::{all, by_hand};
use crate::engine::Case;
use crate::hub_plan::{self, RegisterFault};
use crate::profile::Capability;
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
    pub fn named(name: &str) -> Result<Option<Self>, RegisterFault> {
        let of_providers = Register::of_providers;
        let (register, cases) = match name {
            "provider" => (of_providers()?, outlines(&all())),
            "providerByHand" => (of_providers()?, outlines(&by_hand())),
            HUB => (hub_plan::register()?, outlines(&hub_plan::plan())),
            _ => return Ok(None),
        };
        Ok(Some(Self { name: name.to_owned(), register, cases }))
    }

    /// What a profile must have declared for its run to be one of this plan: every app has flows, a hub need not do anything.
    pub fn always(&self) -> Option<Capability> {
        (self.name != HUB).then_some(Capability::Flows)
    }
}

/// The cases without their stories.
pub(crate) fn outlines<S>(cases: &[Case<S>]) -> Vec<Case<()>> {
    cases.iter().map(Case::outline).collect()
}

/// The name of the plan by which hubs are judged.
pub const HUB: &str = "hub";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_of_this_program_are_known_and_no_other() {
        let plan = Known::named("provider").unwrap().unwrap();
        assert_eq!(plan.cases.len(), all().len());
        assert!(Known::named("providerByHand").unwrap().is_some());
        assert_eq!(Known::named(HUB).unwrap().unwrap().cases.len(), hub_plan::plan().len());
        assert!(Known::named("easy").unwrap().is_none());
    }
}
