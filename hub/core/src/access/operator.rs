//! What an operator may do: register and replace reference data, providers, certificates and mandates.
//!
//! `facteur apply` and the demo both come here; nobody writes SQL by hand. Every act leaves an audit record.

mod apply;
mod mandates;

pub use apply::Summary;
pub use mandates::{MandateEntry, MandatesFile};

use crate::hub::Hub;

/// An operator at the hub's data.
pub struct OperatorAccess {
    pub(crate) hub: Hub,
    pub(crate) operator: String,
}

impl Hub {
    /// The access of whoever holds the data itself: `facteur apply`, the mandates job, the demo (TRUST T24).
    ///
    /// `operator` names who acts, for the audit: never a person's number.
    pub fn local_operator(&self, operator: &str) -> OperatorAccess {
        OperatorAccess { hub: self.clone(), operator: operator.to_owned() }
    }
}
