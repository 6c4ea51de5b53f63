//! A citizen at a browser: every page opened, every button pressed is a step.

use reqwest::Url;

use super::{Broken, Told, broken};
use crate::demo::browser::{Browser, Form, Page};
use crate::demo::language::Language;
use crate::demo::print::{Step, Story};
use crate::demo::stage::Stage;

/// A test citizen with a browser of their own.
pub(super) struct Citizen {
    browser: Browser,
    /// The `sub` to choose at the identity provider.
    pub(super) subject: &'static str,
}

/// What the citizen does next.
pub(super) enum Move<'a> {
    /// Types an address.
    Open(&'a str),
    /// Sends a form from a page.
    Submit(&'a Page, &'a Form),
}

impl Citizen {
    /// A citizen who has not opened any page.
    pub(super) fn new(stage: &Stage, language: Language, subject: &'static str) -> anyhow::Result<Self> {
        let browser = Browser::new(stage.setting.authority(), language)?;
        Ok(Self { browser, subject })
    }

    /// Does one thing and follows where it leads, hop by hop, to the first page that is shown.
    pub(super) async fn walk(&mut self, story: &mut Story, first: Move<'_>) -> Told<Page> {
        let page = self.step(story, first).await?;
        self.walk_on(story, page).await
    }

    /// Follows where a page leads, hop by hop, to the first that is shown.
    pub(super) async fn walk_on(&mut self, story: &mut Story, mut page: Page) -> Told<Page> {
        for _ in 0..HOPS {
            if page.leads_to.is_none() {
                return Ok(page);
            }
            page = self.hop(story, &page).await?;
        }
        let step = story.sends(self.subject, "follows one redirect after the other");
        broken(story, &step, &anyhow::anyhow!("{HOPS} redirects"), "a page")
    }

    /// Does one thing and goes no further than its answer.
    pub(super) async fn step(&mut self, story: &mut Story, first: Move<'_>) -> Told<Page> {
        let (what, sent) = match &first {
            Move::Open(url) => (format!("GET {}", address(Url::parse(url).ok().as_ref())), String::new()),
            Move::Submit(page, form) => (
                format!("POST {}", address(page.url.join(form.action()).ok().as_ref())),
                format!(", {} B", form.size()),
            ),
        };
        let step = story.sends(self.subject, &format!("{what}{sent}"));
        let page = match first {
            Move::Open(url) => self.browser.open(url).await,
            Move::Submit(page, form) => self.browser.submit(page, form).await,
        };
        shown(story, &step, page)
    }

    /// Opens an address and is shown a page with this status, which tells of a refusal.
    pub(super) async fn refused(&mut self, story: &mut Story, url: &str, status: u16) -> Told<()> {
        let step = story.sends(self.subject, &format!("GET {}", address(Url::parse(url).ok().as_ref())));
        let page = match self.browser.open(url).await {
            Ok(page) => page,
            Err(error) => return broken(story, &step, &error, "an answer"),
        };
        let answer = told(&page);
        if page.status.as_u16() == status {
            story.came_back(&step, &answer);
        } else {
            story.went_wrong(&step, &answer, &status.to_string());
        }
        Ok(())
    }

    /// Goes one hop of a redirect.
    pub(super) async fn hop(&mut self, story: &mut Story, page: &Page) -> Told<Page> {
        let step = story.sends(self.subject, &format!("GET {}", address(page.leads_to.as_ref())));
        let next = self.browser.follow(page).await;
        shown(story, &step, next)
    }
}

/// Tells what came back: a page or a way on is as told, anything else is not.
fn shown(story: &mut Story, step: &Step, page: anyhow::Result<Page>) -> Told<Page> {
    let page = match page {
        Ok(page) => page,
        Err(error) => return broken(story, step, &error, "an answer"),
    };
    let answer = told(&page);
    if page.status.is_success() || page.leads_to.is_some() {
        story.came_back(step, &answer);
        Ok(page)
    } else {
        story.went_wrong(step, &answer, "a page, or a way on");
        Err(Broken)
    }
}

/// What came back, in a line.
fn told(page: &Page) -> String {
    let status = page.status.as_u16();
    match &page.leads_to {
        Some(on) => format!("{status}, on to {}", address(Some(on))),
        None => format!("{status}, {} B: “{}”", page.html.len(), page.text_of("h1").unwrap_or_default()),
    }
}

/// An address as the story prints it: codes and states stay out of it.
fn address(url: Option<&Url>) -> String {
    let Some(url) = url else { return "nowhere".to_owned() };
    let mut names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    if names.len() > NAMES {
        names.truncate(NAMES);
        names.push("…".to_owned());
    }
    let query = if names.is_empty() { String::new() } else { format!("?{}", names.join("&")) };
    format!("{}{}{query}", url.authority(), url.path())
}

/// Names of parameters that are shown.
const NAMES: usize = 3;
/// More redirects than any way through the pages has.
const HOPS: usize = 8;
