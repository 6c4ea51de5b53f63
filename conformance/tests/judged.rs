//! The suite is judged: an app that does everything right passes, and one with a single fault fails where it should.

#[cfg(test)]
#[path = "judged/app.rs"]
mod app;
#[cfg(test)]
#[path = "judged/desk.rs"]
mod desk;
#[cfg(test)]
#[path = "judged/events.rs"]
mod events;
#[cfg(test)]
#[path = "judged/flaw.rs"]
mod flaw;
#[cfg(test)]
#[path = "judged/judging.rs"]
mod judging;
#[cfg(test)]
#[path = "judged/lazy.rs"]
mod lazy;
#[cfg(test)]
#[path = "judged/reading.rs"]
mod reading;
#[cfg(test)]
#[path = "judged/tokens.rs"]
mod tokens;
#[cfg(test)]
#[path = "judged/wrongs.rs"]
mod wrongs;
