//! The rules that the app keeps, one by one, against a small hub that answers as each test wishes.
//!
//! The app runs as it is, in this process, and is driven through its test hook; what it sent is looked at in the hub.

#[cfg(test)]
mod app;
#[cfg(test)]
mod background;
#[cfg(test)]
mod connecting;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod reading;
