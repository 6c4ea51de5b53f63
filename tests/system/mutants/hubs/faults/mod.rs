//! What can be wrong with a hub: one rule each, as a small function over request, answer and memory.
//!
//! `tests/mutants/hubs.toml` says of each, by its id, which rules it breaks and which cases must notice.

mod agreeing;
mod content;
mod conventions;
mod endings;
mod feed;
mod isolation;
mod metadata;
mod pushing;
mod registry;
mod renewing;
mod resource;
mod tokens;

use super::memory::Memory;
use super::message::{Answer, Request};

/// How a faulty door greets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// As it should.
    Usual,
    /// TLS 1.3 alone.
    NewestOnly,
    /// TLS 1.2 alone.
    OlderOnly,
    /// It agrees to versions below 1.2.
    GreetsOldVersions,
    /// It agrees to suites without forward secrecy.
    GreetsWeakSuites,
}

/// Changes a request on its way, or answers it at once.
type Ask = fn(&mut Request, &mut Memory) -> Option<Answer>;
/// Changes an answer on its way.
type Change = fn(&Request, &mut Answer, &mut Memory);

/// A fault.
pub(super) struct Fault {
    pub(super) id: &'static str,
    pub(super) habit: Habit,
    pub(super) ask: Ask,
    pub(super) answer: Change,
}

impl Fault {
    /// With something that is done to answers too.
    const fn then(self, answer: Change) -> Self {
        Self { answer, ..self }
    }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Fault> {
    let themes = [
        metadata::FAULTS,
        pushing::FAULTS,
        agreeing::FAULTS,
        tokens::FAULTS,
        renewing::FAULTS,
        resource::FAULTS,
        conventions::FAULTS,
        content::FAULTS,
        isolation::FAULTS,
        feed::FAULTS,
        registry::FAULTS,
        endings::FAULTS,
    ];
    themes.into_iter().flatten()
}

/// The fault of that id.
pub(super) fn named(id: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.id == id)
}

const fn greets(id: &'static str, habit: Habit) -> Fault {
    Fault { habit, ..both(id, |_, _| None, |_, _, _| {}) }
}

const fn asks(id: &'static str, ask: Ask) -> Fault {
    both(id, ask, |_, _, _| {})
}

const fn answers(id: &'static str, answer: Change) -> Fault {
    both(id, |_, _| None, answer)
}

const fn both(id: &'static str, ask: Ask, answer: Change) -> Fault {
    Fault { id, habit: Habit::Usual, ask, answer }
}
