//! Pages for citizens: login, activation, mailbox, permissions and the consent screen.
//!
//! Pages are plain data in and HTML out ([`view`]), in four languages ([`i18n`]), without script and with one
//! stylesheet ([`assets`]). What a page may load and where its forms may lead stands in [`headers`].

pub mod assets;
pub mod back;
pub mod body;
pub mod headers;
pub mod i18n;
pub mod view;
