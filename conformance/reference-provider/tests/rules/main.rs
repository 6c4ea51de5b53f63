//! The rules that the app keeps, one by one, against a small hub that answers as each test wishes.
//!
//! The app runs as it is, in this process, and is driven through its test hook; what it sent is looked at in the hub.

mod app;
mod background;
mod connecting;
mod hub;
mod papers;
mod reading;
