//! The app fetches list, letter and PDF, and the PDF is the one that was published.

use reference_provider::Event;

use super::senders::Published;
use super::{Cast, Told};
use crate::demo::print::Outcome;

impl Cast<'_> {
    /// The app fetches, and what it got is compared with what the sender sent.
    pub(super) async fn reading(&mut self, letter: &Published) -> Told<()> {
        self.story.chapter("The app fetches the letter over mutual TLS");
        let fetched = |event: &Event| match event {
            Event::Attachment { file_name, sha256, .. } => Some((file_name.clone(), sha256.clone())),
            _ => None,
        };
        let (file_name, sha256) = self.bank.until(&mut self.story, "the letter’s PDF", fetched).await?;

        let expected = format!("{} of “{}”, SHA-256 {}", letter.file_name, letter.subject, letter.sha256);
        let found = format!("{file_name} of “{}”, SHA-256 {sha256}", letter.subject);
        let same = Outcome::of(found, |found| found == expected, &expected);
        self.story.finds("demo", "compares the PDF that came with the one that was published", &same);
        let following = |event: &Event| matches!(event, Event::Following { .. }).then_some(());
        self.bank.until(&mut self.story, "the end of the first fetch", following).await
    }
}
