//! The API documents against a running hub: Schemathesis asks what they allow and what they do not, with client
//! certificates, and finds no 5xx and nothing that the documents do not say.
//!
//! That every answer in all other tests is as documented is checked where machines get them (`Stage::check_answer`).
//! Here stands also which operations exist, so that none is left without a test by its name.

mod coverage;
mod schemathesis;
