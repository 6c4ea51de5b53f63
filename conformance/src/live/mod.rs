//! The live page: a run while it goes on, on this machine only.
//!
//! What it shows is what the run's sink was told, and so went through the wire that hides secrets.

mod page;
mod state;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::engine::{Cancel, Case, Progress};
use crate::report::Report;
use crate::requirement::Register;
use state::State;

/// A run as it can be watched. Clones watch the same one.
#[derive(Clone)]
pub struct Live {
    state: Arc<Mutex<State>>,
    register: Arc<Register>,
}

impl Live {
    /// Begins with the cases that are going to be played against the app of this name.
    pub fn new<S>(name: &str, cases: &[Case<S>], register: Register) -> Self {
        Self { state: Arc::new(Mutex::new(State::new(name, cases))), register: Arc::new(register) }
    }

    /// Takes in what happened.
    pub fn take(&self, progress: Progress) {
        self.state().take(progress);
    }

    /// The run is over.
    pub fn end(&self, report: &Report) {
        self.state().end(report.judgement.result.word());
    }

    /// Opens the page at a loopback port, or at any free one for 0.
    pub async fn open(&self, port: u16) -> io::Result<Page> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let routes: Router = page::routes(self.clone(), port);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes).await });
        Ok(Page { port, _tasks: tasks })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page, as long as this value lives.
pub struct Page {
    port: u16,
    _tasks: JoinSet<io::Result<()>>,
}

impl Page {
    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Keeps it open until the reader ends the program.
    pub async fn until(self, ended: &Cancel) {
        ended.cancelled().await;
    }
}

#[cfg(test)]
mod tests;
