//! A citizen gives a provider's app a consent, on the real pages.

use reference_provider::Event;

use super::walk::{Citizen, Move};
use super::{Broken, Cast, Told};
use crate::demo::browser::{Form, Page};
use crate::demo::print::{Outcome, Story};

impl Cast<'_> {
    /// Anna connects her bank's app and agrees.
    pub(super) async fn consent(&mut self) -> Told<()> {
        self.story.chapter("Anna connects her bank’s app and consents");
        self.story.says(&format!(
            "the app is process {}, with a URL, an authority, certificates and keys",
            self.bank.id()
        ));
        let listening = |event: &Event| matches!(event, Event::Listening { .. }).then_some(());
        self.bank.until(&mut self.story, "the app’s front", listening).await?;

        let origin = self.stage.setting.bank_origin();
        let home = self.anna.walk(&mut self.story, Move::Open(&origin)).await?;
        let connect = self.form(&home, "/connect")?;
        let asked = self.anna.step(&mut self.story, Move::Submit(&home, &connect)).await?;
        let pushed = |event: &Event| is_answered(event, "push the authorization request", 201);
        self.bank.until(&mut self.story, "a pushed request", pushed).await?;

        let landing = self.anna.walk_on(&mut self.story, asked).await?;
        let screen = log_in(&mut self.anna, &mut self.story, landing).await?;
        self.story.says("what the consent screen says:");
        for (heading, text) in screen.sections() {
            self.story.says(&format!("  {heading}: {}", shortened(&text)));
        }
        let decided = agree(&mut self.anna, &mut self.story, screen, self.stage.public()).await?;
        self.anna.walk_on(&mut self.story, decided).await?;
        let connected = |event: &Event| match event {
            Event::Connected { mailbox_id, .. } => Some(mailbox_id.clone()),
            _ => None,
        };
        self.mailbox = self.bank.until(&mut self.story, "a consent", connected).await?;
        Ok(())
    }

    /// The form on a page; its absence ends the story.
    pub(super) fn form(&mut self, page: &Page, action: &str) -> Told<Form> {
        form(&mut self.story, page, action)
    }
}

/// From the landing page over the identity provider to the consent screen.
pub(super) async fn log_in(citizen: &mut Citizen, story: &mut Story, landing: Page) -> Told<Page> {
    let log_in = form(story, &landing, "/authorize")?;
    let login = citizen.walk(story, Move::Submit(&landing, &log_in)).await?;
    identify(citizen, story, login).await
}

/// Chooses the test citizen on the login page; gives where that leads.
pub(super) async fn identify(citizen: &mut Citizen, story: &mut Story, login: Page) -> Told<Page> {
    let choice = form(story, &login, "/login")?;
    let choice = choice.choose("citizen", citizen.subject).and_then(|form| form.choose("answer", "login"));
    let chosen = offered(story, choice, "the test citizen on the login page")?;
    citizen.walk(story, Move::Submit(&login, &chosen)).await
}

/// Presses *Agree* on the consent screen; gives the redirect to the provider.
pub(super) async fn agree(citizen: &mut Citizen, story: &mut Story, screen: Page, hub: &str) -> Told<Page> {
    let decision =
        form(story, &screen, "/authorize/consent")?.choose_first("mailbox").choose("decision", "agree");
    let agreed = offered(story, decision, "the button Agree")?;
    let mut page = citizen.step(story, Move::Submit(&screen, &agreed)).await?;
    while page.leads_to.as_ref().is_some_and(|url| url.origin().ascii_serialization() == hub) {
        page = citizen.hop(story, &page).await?;
    }
    Ok(page)
}

pub(super) fn form(story: &mut Story, page: &Page, action: &str) -> Told<Form> {
    match page.form(action) {
        Ok(form) => Ok(form),
        Err(error) => {
            let expected = format!("a form that goes to {action}");
            let outcome = Outcome::Otherwise { answer: format!("{error:#}"), expected };
            story.finds("demo", "looks for the form on the page", &outcome);
            Err(Broken)
        }
    }
}

pub(super) fn offered<T>(story: &mut Story, found: Option<T>, what: &str) -> Told<T> {
    found.ok_or_else(|| {
        let answer = "it is not on the page".to_owned();
        let outcome = Outcome::Otherwise { answer, expected: what.to_owned() };
        story.finds("demo", "looks for what can be chosen", &outcome);
        Broken
    })
}

/// Whether an exchange with this purpose got this status.
fn is_answered(event: &Event, wanted: &str, with: u16) -> Option<()> {
    matches!(event, Event::Exchange { purpose, status, .. } if purpose == wanted && *status == with)
        .then_some(())
}

/// The first words of a long text.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LINE {
        return text.to_owned();
    }
    let first: String = text.chars().take(LINE).collect();
    format!("{}…", first.trim_end())
}

/// Characters of a section that are shown.
const LINE: usize = 150;
