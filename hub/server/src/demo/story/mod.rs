//! The story: a letter, a consent, a fetch, a revocation, a refusal; and what becomes of stolen things.
//!
//! Every step says what was sent, what came back and how long it took, and is compared with what should come
//! back. A step that goes otherwise is counted; one that others build on ends the story.

mod bank;
mod consent;
mod consultation;
mod publication;
mod reading;
mod region;
mod revocation;
mod senders;
mod strangers;
mod walk;

use std::process::ExitCode;

use self::bank::Bank;
pub(crate) use self::region::Region;
use self::walk::Citizen;
use super::language::Language;
use super::print::{Ending, Step, Story};
use super::stage::Stage;
use super::{Options, guide};

/// The story cannot go on; what went otherwise has been told.
struct Broken;

/// What a step of the story brings.
type Told<T> = Result<T, Broken>;

/// Who plays after the stage is set.
struct Cast<'a> {
    stage: &'a Stage,
    story: Story,
    bank: Bank,
    anna: Citizen,
    language: Language,
    /// Anna's mailbox, as the bank knows it.
    mailbox: String,
    /// The other provider, once it has a consent.
    region: Option<Region>,
}

/// Tells the whole story; without `--once` it then stays until told to stop.
pub(crate) async fn tell(mut story: Story, stage: &Stage, options: &Options) -> anyhow::Result<ExitCode> {
    if let Err(Broken) = senders::seed(&mut story, stage).await {
        return Ok(verdict(story.end()));
    }
    if stage.setting.sample.is_some() {
        let [manager, user] = consultation::PEOPLE;
        let people =
            [Citizen::new(stage, options.language, manager)?, Citizen::new(stage, options.language, user)?];
        if let Err(Broken) = consultation::ready(&mut story, stage, people).await {
            return Ok(verdict(story.end()));
        }
    }
    let mut cast = Cast {
        bank: Bank::start(stage)?,
        anna: Citizen::new(stage, options.language, "anna")?,
        language: options.language,
        mailbox: String::new(),
        region: None,
        stage,
        story,
    };
    if let Err(Broken) = cast.play().await {
        cast.story.says("The story ends here: what follows builds on this step.");
    }
    cast.end(options).await
}

impl Cast<'_> {
    async fn play(&mut self) -> Told<()> {
        let letter = self.publication().await?;
        self.consent().await?;
        self.reading(&letter).await?;
        self.what_the_sender_learns(&letter).await?;
        self.revocation().await?;
        self.strangers().await
    }

    /// Gives the verdict; stays if asked to.
    async fn end(mut self, options: &Options) -> anyhow::Result<ExitCode> {
        if options.once {
            self.bank.end().await;
            return Ok(verdict(self.story.end()));
        }
        let ending = self.story.verdict();
        guide::print(&mut self.story, self.stage, self.region.as_ref())?;
        tokio::select! {
            biased;
            interrupted = super::interrupted() => interrupted?,
            () = self.bank.chat(&mut self.story) => super::interrupted().await?,
        }
        // Dropping the bank ends its process.
        Ok(verdict(ending))
    }
}

fn verdict(ending: Ending) -> ExitCode {
    if ending.wrong == 0 && ending.steps > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tells of an error where `expected` should have come back.
fn broken<T>(story: &mut Story, step: &Step, error: &anyhow::Error, expected: &str) -> Told<T> {
    story.went_wrong(step, &format!("{error:#}"), expected);
    Err(Broken)
}
