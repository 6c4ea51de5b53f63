//! A second provider with a live consent of another citizen: the one that things are stolen from.
//!
//! It is the same library as the bank's app, over the same public API, run here so that its token is at hand.

use std::sync::Arc;

use anyhow::Context as _;
use hub_core::peer::Role;
use reference_provider::{Ask, Config, Granted, Options, Provider, Pushed, Tokens};
use reqwest::Url;

use super::consent::{agree, log_in};
use super::walk::{Citizen, Move};
use super::{Cast, Told, broken};
use crate::demo::ports::loopback;
use crate::demo::stage::Stage;

/// The provider and what it was granted.
pub(crate) struct Region {
    /// Its access token.
    pub(crate) token: String,
    /// The mailbox it may read, as it knows it.
    pub(crate) mailbox: String,
}

impl Cast<'_> {
    /// Bram gives the regional portal a consent.
    pub(super) async fn region(&mut self) -> Told<Region> {
        let step = self.story.sends("region", "prepares a request for Bram’s mailbox and pushes it");
        let begun = async {
            let provider = Provider::new(&config(self.stage)?, Arc::new(drop))?;
            let pushed = provider.push(&Ask::citizen()).await?;
            anyhow::Ok((provider, pushed))
        };
        let (provider, pushed) = match begun.await {
            Ok(begun) => begun,
            Err(error) => return broken(&mut self.story, &step, &error, "201 and a request_uri"),
        };
        self.story.came_back(&step, &format!("201, good for {} s", pushed.expires_in));

        let query = self.bram(&pushed).await?;
        let step = self.story.sends("region", "redeems the code for tokens");
        match redeemed(&provider, &query, &pushed).await {
            Ok((tokens, granted)) => {
                let answer = format!(
                    "{} on {} until {}",
                    granted.actions.join(", "),
                    granted.mailbox_id,
                    granted.until
                );
                self.story.came_back(&step, &answer);
                Ok(Region { token: tokens.access.expose().to_owned(), mailbox: granted.mailbox_id })
            }
            Err(error) => broken(&mut self.story, &step, &error, "200 and tokens"),
        }
    }

    /// Bram walks through the pages; gives the query by which the browser comes back to the provider.
    async fn bram(&mut self, pushed: &Pushed) -> Told<String> {
        let mut bram = match Citizen::new(self.stage, self.language, "bram") {
            Ok(bram) => bram,
            Err(error) => {
                let step = self.story.sends("bram", "takes a browser of his own");
                return broken(&mut self.story, &step, &error, "a browser");
            }
        };
        let landing = bram.walk(&mut self.story, Move::Open(pushed.url.as_str())).await?;
        let screen = log_in(&mut bram, &mut self.story, landing).await?;
        let decided = agree(&mut bram, &mut self.story, screen, self.stage.public()).await?;
        let back = decided.leads_to.as_ref().and_then(Url::query);
        back.map(str::to_owned).ok_or_else(|| self.missing("the way back to the provider"))
    }
}

async fn redeemed(provider: &Provider, query: &str, pushed: &Pushed) -> anyhow::Result<(Tokens, Granted)> {
    let code = provider.answer(query, pushed)?;
    let tokens = provider.redeem(code, pushed).await?;
    let granted = tokens.granted.first().cloned().context("nothing is granted")?;
    Ok((tokens, granted))
}

fn config(stage: &Stage) -> anyhow::Result<Config> {
    let setting = &stage.setting;
    let papers = setting.papers(Role::Provider, "demo-region")?;
    Ok(Config {
        issuer: stage.public().to_owned(),
        resource: Url::parse(&format!("{}/mailbox/v1", stage.mtls()))?,
        client_id: "demo-region".to_owned(),
        certificate: papers.certificate.clone(),
        key: papers.key.clone(),
        ca: setting.authority().to_owned(),
        listen: loopback(setting.ports.region),
        origin: Url::parse(&format!("https://region.localhost:{}", setting.ports.region))?,
        server_certificate: papers.certificate.clone(),
        server_key: papers.key.clone(),
        poll_seconds: 1,
        poll_limit: 1,
        once_story: false,
        options: Options::default(),
    })
}
