//! The main job, end to end, on both databases: publish, log in, consent, fetch, revoke, be refused.

mod enterprise;
mod main_job;
mod others;
mod persons;
mod roles;
mod screens;
mod software;
mod time;
mod tokens;
