//! The portal's four languages: every sentence a citizen reads comes from `i18n/{nl,fr,de,en}/*.ftl`.
//!
//! [`Text`] is what templates hold. It never shows a sentence of another language instead: a key or a variable
//! that is missing fails a test, and in a debug build the program.

mod bundle;
mod format;
mod language;

#[cfg(test)]
mod check;

pub use bundle::{Sentence, Text};
pub use language::{Language, Wishes, negotiate};
