//! The whole system, with real components: one binary whose top modules are the groups of `tests/run`.
//!
//! Needs what `tests/run` starts and names in the environment. A group is run alone with `tests/run GROUP`.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod house;
#[cfg(test)]
mod store;
