//! The sender API: what it takes, what it refuses without a trace, and what it remembers.

mod bad_forms;
mod bad_input;
mod idempotency;
mod reach;
mod status;
mod together;
