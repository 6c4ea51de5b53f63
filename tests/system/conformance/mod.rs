//! The conformance suite against what it judges: our hub as the hub on trial.

mod hub;
