//! The truth of the hub: mailboxes, messages, consents, tokens, and who may touch them.
//!
//! Knows SQL and no HTTP. Outsiders hold a [`Hub`], which can do one thing: turn a proven identity into an
//! access. What an access may do are its methods, one use case each.

pub mod access;
pub mod answer;
pub mod assertion;
pub mod audit;
pub mod blob;
pub mod campaign;
pub mod certification;
pub mod change;
mod claim;
pub mod clock;
pub mod conduct;
pub mod consent;
pub mod db;
pub mod delivery;
pub mod document_provider;
pub mod error;
pub mod evidence;
pub mod follow;
mod hub;
pub mod id;
pub mod journal;
pub mod kept;
pub mod keys;
mod lanes;
pub mod mailbox;
pub mod mandate;
pub mod message;
pub mod number;
pub mod operator;
pub mod outbox;
pub mod outside;
pub mod partition;
pub mod peer;
pub mod person;
mod posting;
pub mod provider;
pub mod random;
pub mod reply;
pub mod request;
pub mod sender;
pub mod session;
pub mod text;
pub mod token;

pub use hub::{Audiences, Hub, Parts};
pub use posting::LetterWork;
