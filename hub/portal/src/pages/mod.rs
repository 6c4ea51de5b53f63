//! What each address answers: a request becomes a use case, its result a page.

pub(crate) mod activation;
pub(crate) mod authorize;
pub(crate) mod consents;
pub(crate) mod deciding;
pub(crate) mod documents;
pub(crate) mod home;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod partitions;
pub(crate) mod proofs;
pub(crate) mod register;
pub(crate) mod resuming;
pub(crate) mod software;
pub(crate) mod usage;
