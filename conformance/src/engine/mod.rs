//! The engine: cases in, verdicts out. It knows nothing of hubs and apps.
//!
//! A case is one short story with conditions in it. The runner resets the scene before each case, lets the case
//! tell what it saw to its `Record`, and forms one `Outcome`. Whatever a case tells goes through the `Wire`,
//! which hides codes, tokens, keys and cookies before anything is kept: there is no way around it.

mod case;
mod clock;
mod exchange;
mod offence;
mod record;
mod redaction;
mod runner;
mod verdict;
mod wire;

pub use case::{Case, Polarity, Scene};
pub use clock::{Stopwatch, now};
pub use exchange::{Body, Exchange, Header, Message, Party, Seen, Tls};
pub use offence::Offence;
pub use record::{Finding, Mark, Record, Rule, Stop};
pub use redaction::Redactor;
pub use runner::{Cancel, Outcome, Progress, Run, Runner, Sink};
pub use verdict::Verdict;
pub use wire::Wire;
