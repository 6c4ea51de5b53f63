//! The whole system, with real components: one binary whose top modules are the groups of `tests/run`.
//!
//! Needs what `tests/run` starts and names in the environment. A group is run alone with `tests/run GROUP`.

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod campaigns;
#[cfg(test)]
mod certification;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod contracts;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod federation;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod house;
#[cfg(test)]
mod issuer;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod memo;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod push;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod sender;
#[cfg(test)]
mod spread;
#[cfg(test)]
mod store;
#[cfg(test)]
mod story;
#[cfg(test)]
mod usage;
