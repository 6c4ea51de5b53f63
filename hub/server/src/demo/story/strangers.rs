//! Stolen things: a token without its certificate, a certificate of nobody's, another party's mailbox.

use anyhow::Context as _;
use hub_core::peer::Role;

use super::region::Region;
use super::{Cast, Told};
use crate::demo::connect::{self, Papers};
use crate::demo::parts::refused;
use crate::demo::print::Step;

/// One attempt: who tries, with what, at which mailbox, and what must come back.
struct Attempt<'a> {
    what: &'a str,
    papers: Option<Papers>,
    mailbox: &'a str,
    expected: (u16, &'a str),
}

impl Cast<'_> {
    /// A token of the regional portal gets into other hands, and is of no use there.
    pub(super) async fn strangers(&mut self) -> Told<()> {
        self.story.chapter("Bram consents too, to another provider");
        let region = self.region().await?;
        self.story.chapter("A stolen token is of no use");
        let annas = self.mailbox.clone();
        for attempt in self.attempts(&region, &annas) {
            let step = self.story.sends("stranger", &format!("GET …/messages with the token and {}", attempt.what));
            let answer = self.attempt(&region, &attempt).await;
            self.judged(&step, answer, attempt.expected);
        }
        self.region = Some(region);
        Ok(())
    }

    fn attempts<'a>(&self, region: &'a Region, annas: &'a str) -> Vec<Attempt<'a>> {
        let setting = &self.stage.setting;
        let own = Some(self.stage.region.clone());
        let forged = setting.forged(Role::Provider, "demo-region").ok();
        let sender = setting.papers(Role::Sender, "demo-tax").ok();
        let brams = region.mailbox.as_str();
        let invalid = "urn:problem-type:belgif:invalidAccessToken";
        let attempt = |what, papers, mailbox, expected| Attempt { what, papers, mailbox, expected };
        vec![
            attempt("the certificate it was issued to", own.clone(), brams, (200, "")),
            attempt("the bank’s certificate", Some(self.stage.bank.clone()), brams, (401, invalid)),
            attempt("a certificate of the same name by another authority", forged, brams, (401, "unknownIssuer")),
            attempt("a sender’s certificate", sender, brams, (401, "wrongRole")),
            attempt("no certificate", None, brams, (401, "absent")),
            attempt("its certificate, for Anna’s mailbox as the bank knows it", own, annas, (404, "resourceNotFound")),
        ]
    }

    async fn attempt(&self, region: &Region, attempt: &Attempt<'_>) -> anyhow::Result<(u16, String)> {
        let client = connect::client(&self.stage.setting.authority(), attempt.papers.as_ref())?;
        let url = format!("{}/mailbox/v1/mailboxes/{}/messages", self.stage.mtls(), attempt.mailbox);
        let response = client.get(url).bearer_auth(&region.token).send().await?;
        let status = response.status().as_u16();
        if response.status().is_success() {
            let body = response.bytes().await.context("the list")?;
            return Ok((status, format!("{} B of the list", body.len())));
        }
        Ok((status, refused(response).await))
    }

    /// What strangers get does not end the story; it is counted.
    fn judged(&mut self, step: &Step, answer: anyhow::Result<(u16, String)>, (status, kind): (u16, &str)) {
        let (said, as_told) = match &answer {
            Ok((came, text)) => (format!("{came} {text}"), *came == status && text.contains(kind)),
            Err(error) => (format!("{error:#}"), false),
        };
        if as_told {
            self.story.came_back(step, &said);
        } else {
            self.story.went_wrong(step, &said, &format!("{status} {kind}"));
        }
    }
}
