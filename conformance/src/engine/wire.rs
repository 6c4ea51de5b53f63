//! The wire: where everything that happens in a run is told, and where it loses its secrets.
//!
//! One wire lasts for a run and is shared by all who play in it. What it hands out is redacted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Exchange, Redactor, Seen, Stopwatch};

/// Takes what was seen and keeps it redacted. Clones share one memory.
#[derive(Clone)]
pub struct Wire {
    began: Stopwatch,
    memory: Arc<Mutex<Memory>>,
}

struct Memory {
    redactor: Redactor,
    exchanges: Vec<Exchange>,
    /// The latest ones, once there are too many to keep.
    latest: VecDeque<Exchange>,
    left_out: u64,
}

impl Wire {
    /// Begins a run.
    pub fn new(redactor: Redactor) -> Self {
        let memory = Memory { redactor, exchanges: Vec::new(), latest: VecDeque::new(), left_out: 0 };
        Self { began: Stopwatch::start(), memory: Arc::new(Mutex::new(memory)) }
    }

    /// Keeps an exchange, redacted. Of very many in a row the first and the last are kept.
    pub fn saw(&self, seen: &Seen) {
        let at = self.began.micros();
        let mut memory = self.memory();
        let exchange = memory.redactor.exchange(seen, at);
        if memory.exchanges.len() < FIRST {
            return memory.exchanges.push(exchange);
        }
        memory.latest.push_back(exchange);
        if memory.latest.len() > LAST {
            memory.latest.pop_front();
            memory.left_out = memory.left_out.saturating_add(1);
        }
    }

    /// Makes a value secret wherever it stands from now on: a code, a token, a key that the stage hands out.
    pub fn hide(&self, kind: &str, value: &str) {
        self.memory().redactor.learn(kind, value);
    }

    /// Like [`Self::hide`], and gives the mark that stands for the value.
    pub fn mark(&self, kind: &str, value: &str) -> String {
        self.memory().redactor.learn(kind, value)
    }

    /// Gives `text` without secrets.
    pub fn clean(&self, text: &str) -> String {
        self.memory().redactor.text(text)
    }

    /// Goes once more over the free texts of an exchange, with all that has become secret since.
    pub fn sweep(&self, exchange: &mut Exchange) {
        self.memory().redactor.sweep(exchange);
    }

    /// Takes the exchanges since the last time, and how many of them were left out.
    pub fn take(&self) -> (Vec<Exchange>, u64) {
        let mut memory = self.memory();
        let mut exchanges = std::mem::take(&mut memory.exchanges);
        exchanges.extend(std::mem::take(&mut memory.latest));
        (exchanges, std::mem::take(&mut memory.left_out))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many exchanges are kept from the first on.
const FIRST: usize = 200;
/// How many of the last are kept beyond those.
const LAST: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Party;

    #[test]
    fn of_very_many_exchanges_the_first_and_the_last_are_kept() {
        let wire = Wire::new(Redactor::new().unwrap());
        let sees =
            |n: usize| wire.saw(&Seen::request(Party::App, Party::Hub, "GET", &format!("https://hub/{n}")));
        (0..1_000).for_each(sees);
        let (kept, left_out) = wire.take();
        let urls: Vec<&str> = kept.iter().map(|exchange| exchange.url.as_str()).collect();
        assert_eq!((urls.len(), left_out), (FIRST + LAST, 780));
        assert_eq!(
            (urls[199], urls[200], urls[219]),
            ("https://hub/199", "https://hub/980", "https://hub/999")
        );
        assert_eq!(wire.take(), (Vec::new(), 0));
    }
}
