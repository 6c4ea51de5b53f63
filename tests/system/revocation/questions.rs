//! The three questions that disclose mail: the list, a message, an attachment.

use std::cell::Cell;

use futures_util::future::join_all;
use http::Version;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::provider::{Grant, messages_path};

/// List, message and attachment of one mailbox, with a token that opened them.
pub(super) struct Questions<'m, 'w> {
    machine: &'m Machine<'w>,
    token: String,
    paths: [String; 3],
    connections: u64,
}

/// How a question is refused: with 401 and this problem, and the reason if it has one.
pub(super) type Refusal = (&'static str, Option<&'static str>);

/// The token opens nothing any more.
pub(super) const INVALID_TOKEN: Refusal = ("invalidAccessToken", None);
/// The certificate is not known any more.
pub(super) const NOT_REGISTERED: Refusal = ("certificateRefused", Some("notRegistered"));
/// The certificate stands in a revocation list.
pub(super) const REVOKED: Refusal = ("certificateRefused", Some("revoked"));

/// What was answered to questions that had to be refused: list, message, attachment.
#[derive(Default)]
pub(super) struct Tally {
    refused: [Cell<u32>; 3],
    served: [Cell<u32>; 3],
}

impl<'m, 'w> Questions<'m, 'w> {
    /// Asks each of the three for the newest message and is answered: what is refused later was served before.
    pub(super) async fn answered(machine: &'m Machine<'w>, grant: &Grant) -> Self {
        let list = messages_path(grant);
        let found = machine.get(&list, Some(&grant.access)).await.expect(200);
        let message = format!("{list}/{}", found["items"][0]["messageId"].as_str().unwrap());
        let found = machine.get(&message, Some(&grant.access)).await.expect(200);
        let attachment = found["attachments"][0]["contentHref"].as_str().unwrap().to_owned();
        let content = machine.get(&attachment, Some(&grant.access)).await;
        assert!(content.status == 200 && content.body.starts_with(b"%PDF"), "{}", content.text());

        let connections = machine.connections();
        Self { machine, token: grant.access.clone(), paths: [list, message, attachment], connections }
    }

    /// Asks one of them.
    pub(super) async fn ask(&self, n: usize) -> Answer {
        self.machine.get(&self.paths[n], Some(&self.token)).await
    }

    /// Asks all three at once.
    pub(super) async fn ask_all(&self) -> Vec<Answer> {
        join_all((0..self.paths.len()).map(|n| self.ask(n))).await
    }

    /// Asks all three at once, which must be refused like this, on the connection that was open before.
    pub(super) async fn refused(&self, refusal: Refusal, tally: &Tally) {
        for (n, answer) in self.ask_all().await.iter().enumerate() {
            tally.count(n, answer, refusal);
        }
        self.on_the_same_connection();
    }

    /// Asks all three at once, which must be answered, on the connection that was open before.
    pub(super) async fn served(&self) {
        for answer in self.ask_all().await {
            answer.expect(200);
        }
        self.on_the_same_connection();
    }

    /// No connection was made since the first answer.
    pub(super) fn on_the_same_connection(&self) {
        assert_eq!(self.machine.connections(), self.connections, "another connection was made");
    }
}

impl Tally {
    /// Counts an answer, which must be this refusal or, if the hub is wrong, mail.
    pub(super) fn count(&self, n: usize, answer: &Answer, (problem, reason): Refusal) {
        assert_eq!(answer.version, Version::HTTP_2, "{}", answer.asked);
        let counted = if answer.status == 200 {
            &self.served[n]
        } else {
            assert_eq!(answer.expect_problem(401, problem)["reason"].as_str(), reason);
            &self.refused[n]
        };
        counted.set(counted.get() + 1);
    }

    /// Each question was refused so often, and none was answered.
    pub(super) fn expect(&self, refused: u32) {
        let counts = |cells: &[Cell<u32>; 3]| [cells[0].get(), cells[1].get(), cells[2].get()];
        let (served, counted) = (counts(&self.served), counts(&self.refused));
        assert_eq!((counted, served), ([refused; 3], [0; 3]), "list, message, attachment: refused, served");
    }
}
