//! The profile: the one file that a run needs.

mod capability;

pub use capability::Capability;
