//! Stolen things: a token without its certificate, a certificate of nobody's, another party's mailbox.

use anyhow::Context as _;
use hub_core::peer::Role;

use super::region::Region;
use super::{Cast, Told, broken};
use crate::demo::connect::{self, Papers};
use crate::demo::parts::refused;
use crate::demo::print::Step;
use crate::demo::setting::Setting;

/// One attempt: who tries, with what, at which mailbox, and what must come back.
struct Attempt<'a> {
    what: &'a str,
    papers: Option<&'a Papers>,
    mailbox: &'a str,
    expected: (u16, &'a str),
}

impl Cast<'_> {
    /// A token of the regional portal gets into other hands, and is of no use there.
    pub(super) async fn strangers(&mut self) -> Told<()> {
        self.story.chapter("Bram consents too, to another provider");
        let region = self.region().await?;
        self.story.chapter("A stolen token is of no use");
        let (stage, annas) = (self.stage, self.mailbox.clone());
        let attempts = match attempts(&stage.setting, &region.mailbox, &annas) {
            Ok(attempts) => attempts,
            Err(error) => {
                let step = self.story.sends("stranger", "gets hold of some certificates");
                return broken(&mut self.story, &step, &error, "certificates");
            }
        };
        for attempt in attempts {
            let what = format!("GET …/messages with the portal’s token and {}", attempt.what);
            let step = self.story.sends("stranger", &what);
            let answer = self.attempt(&region, &attempt).await;
            self.judged(&step, &answer, attempt.expected);
        }
        self.region = Some(region);
        Ok(())
    }

    async fn attempt(&self, region: &Region, attempt: &Attempt<'_>) -> anyhow::Result<(u16, String)> {
        let client = connect::client(self.stage.setting.authority(), attempt.papers)?;
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
    fn judged(&mut self, step: &Step, answer: &anyhow::Result<(u16, String)>, (status, kind): (u16, &str)) {
        let (said, as_told) = match answer {
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

/// What a stranger could try.
fn attempts<'a>(setting: &'a Setting, brams: &'a str, annas: &'a str) -> anyhow::Result<Vec<Attempt<'a>>> {
    let own = setting.papers(Role::Provider, "demo-region")?;
    let bank = setting.papers(Role::Provider, "demo-bank")?;
    let sender = setting.papers(Role::Sender, "demo-tax")?;
    let invalid = (401, "urn:problem-type:belgif:invalidAccessToken");
    let attempt = |what, papers, expected| Attempt { what, papers, mailbox: brams, expected };
    Ok(vec![
        attempt("the certificate it was issued to", Some(own), (200, "")),
        attempt("the bank’s certificate", Some(bank), invalid),
        attempt("a revoked certificate of the same name", Some(&setting.revoked), (401, "revoked")),
        attempt("one of the same name by another authority", Some(&setting.forged), (401, "unknownIssuer")),
        attempt("a sender’s certificate", Some(sender), (401, "wrongRole")),
        attempt("no certificate", None, (401, "absent")),
        Attempt {
            mailbox: annas,
            ..attempt("its own, for Anna’s mailbox", Some(own), (404, "resourceNotFound"))
        },
    ])
}
