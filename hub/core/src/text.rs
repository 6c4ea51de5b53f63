//! Texts in several languages, as reference data and messages carry them.

use std::collections::BTreeMap;

/// A text in some of the languages nl, fr, de, en, by language.
pub type Texts = BTreeMap<String, String>;
