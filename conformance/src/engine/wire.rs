//! The wire: where everything that happens in a run is told, and where it loses its secrets.
//!
//! One wire lasts for a run and is shared by all who play in it. What it hands out is redacted.

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
}

impl Wire {
    /// Begins a run.
    pub fn new(redactor: Redactor) -> Self {
        let memory = Memory { redactor, exchanges: Vec::new() };
        Self { began: Stopwatch::start(), memory: Arc::new(Mutex::new(memory)) }
    }

    /// Keeps an exchange, redacted.
    pub fn saw(&self, seen: &Seen) {
        let at = self.began.micros();
        let mut memory = self.memory();
        let exchange = memory.redactor.exchange(seen, at);
        memory.exchanges.push(exchange);
    }

    /// Makes a value secret wherever it stands from now on: a code, a token, a key that the stage hands out.
    pub fn hide(&self, kind: &str, value: &str) {
        self.memory().redactor.learn(kind, value);
    }

    /// Gives `text` without secrets.
    pub fn clean(&self, text: &str) -> String {
        self.memory().redactor.text(text)
    }

    /// Gives `document` without secrets in any of its strings.
    pub fn clean_json(&self, document: &mut serde_json::Value) {
        self.memory().redactor.sweep(document);
    }

    /// Takes the exchanges since the last time.
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.memory().exchanges)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
