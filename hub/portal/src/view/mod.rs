//! The pages: each one a struct of plain data that renders itself to HTML.
//!
//! A page knows no use case and no request. What it links to and posts to stands in its template when the address is
//! fixed, else in a field. Every page has a [`Frame`]; forms carry the session's anti-forgery value from it.

mod activation;
mod authorize;
mod consent_screen;
mod consents;
mod frame;
mod home;
mod login;
mod mailbox;
mod partitions;
mod problem;
mod proofs;
mod register;
mod resume;
mod software;
mod usage;

#[cfg(test)]
mod samples;

pub use askama::Template;

pub use activation::{Activation, ActivationDone, Switch, Withdrawal};
pub use authorize::{ConsentPage, Landing, Outcome, OutcomeKind};
pub use consent_screen::{Action, Before, Choice, ConsentScreen, TEXT_VERSION, Tick};
pub use consents::{
    ConsentEnded, ConsentLess, Consents, EndedConsent, Ending, GivenConsent, Giver, Standstill, StillConsent,
};
pub use frame::{Frame, Holder, Person};
pub use home::{Home, MailboxCard, MailboxState, Overview};
pub use login::{LoggedOut, LoginFault, LoginProblem, LoginStart};
pub use mailbox::{
    Attachment, Body, KeptRow, MailboxPage, MessagePage, MessageRow, Placing, ReplyForm, ReplyShown, Section,
    ToPay, Withdrawn,
};
pub use partitions::{AppRow, PartitionsPage, PartitionsRefusal, PersonRow, RuleRow};
pub use problem::{Fault, ProblemPage};
pub use proofs::{Proof, ProofsPage, ProvenFact, ProvenMessage};
pub use register::{Check, Register, RegisteredApp};
pub use resume::{Resume, Resumed};
pub use software::{RegisterSoftware, SoftwareRefusal, SoftwareRegistered};
pub use usage::{Day, Look, LookKind, Looks, Only, OwnChoice, Reader, Seen, Sight, UsagePage, Who};
