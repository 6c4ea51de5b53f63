//! A step as its people and machines take it, through the accesses of the hub.

use hub_core::access::MachineProof;
use hub_core::access::citizen::CitizenAccess;
use hub_core::access::citizen::VerifiedPerson;
use hub_core::access::client::{ClientAccess, Issued};
use hub_core::consent::Actions;
use hub_core::error::Error;
use hub_core::number::EnterpriseNumber;
use hub_core::outside::OutsideKind;

use super::super::model::{Model, told};
use super::super::step::{Acting, Acts, App, Less, MAILBOXES, Mailbox, Newest, Org, Step, Want};
use super::errors::{oauth, word};
use super::{Cast, Stage};

/// How a step ended at the hub, and what it handed out.
#[derive(Default)]
pub(in super::super) struct Played {
    pub(in super::super) outcome: String,
    /// The end that the consent screen named.
    pub(in super::super) until: Option<i64>,
    pub(super) request: Option<(App, String, String)>,
    pub(super) code: Option<(App, String)>,
    pub(super) tokens: Vec<String>,
    pub(super) grant: Option<String>,
}

/// What a step hands out, or the word of its refusal.
pub(super) type Ending = Result<Played, String>;

impl Stage {
    /// Plays a step; `model` says what it is about, as it was before the step.
    pub(in super::super) async fn play(&self, cast: &mut Cast, model: &Model, step: &Step) -> Played {
        let ended = match self.try_play(cast, model, step).await {
            Some(ended) => ended,
            None => Err("nothing".to_owned()),
        };
        ended.unwrap_or_else(|outcome| Played { outcome, ..Played::default() })
    }

    /// `None` if the step is about something that is not there.
    async fn try_play(&self, cast: &mut Cast, model: &Model, step: &Step) -> Option<Ending> {
        match step {
            Step::Ask { .. } => self.ask(cast, model, step).await,
            Step::Agree { app, chosen, actions, withheld } => {
                self.agree(cast, model, (*app, chosen, actions, withheld)).await
            }
            Step::Refuse { app } => {
                Some(self.refuse(cast, cast.secrets.requests[*app].as_ref()?, *app).await)
            }
            Step::Redeem { app, cert, proven } => {
                Some(self.redeem(cast, (*app, *cert), (cast.secrets.codes[*app].as_ref()?, *proven)).await)
            }
            Step::Refresh { app, cert, back, less } => {
                let token = &cast.secrets.tokens[model.newest_token(*app, true, *back)?];
                Some(self.refresh(cast, (*app, *cert), token, less).await)
            }
            Step::EndTokens { app, cert, refresh, back } => {
                let token = &cast.secrets.tokens[model.newest_token(*app, *refresh, *back)?];
                Some(self.end_tokens(cast, (*app, *cert), token).await)
            }
            Step::EndGrant { app, cert, grant } => {
                let grant = cast.secrets.grants[model.known_grant(grant)?].as_ref()?;
                Some(self.end_grant(cast, (*app, *cert), grant).await)
            }
            Step::Narrow { by, app, .. } | Step::Revoke { by, app } | Step::TakeOver { by, app } => {
                let consent = model.last_of(by.mailbox, *app)?;
                Some(self.change(cast, model, (*by, consent), step).await)
            }
            Step::Activate { by } | Step::Withdraw { by } => {
                Some(self.activation(cast, model, *by, step).await)
            }
            _ => self.operate(cast, model, step).await,
        }
    }

    /// Keeps what a step handed out, once the model agrees that it did.
    pub(in super::super) async fn keep(&self, cast: &mut Cast, model: &Model, played: Played) {
        let secrets = &mut cast.secrets;
        if let Some((app, uri, session)) = played.request {
            secrets.requests[app] = Some((uri, session));
        }
        secrets.tokens.extend(played.tokens);
        assert_eq!(secrets.tokens.len(), model.tokens.len());
        secrets.grants.resize(model.grants.len(), None);
        if let (Some(grant), Some(token)) = (played.grant, model.tokens.last()) {
            secrets.grants[token.grant] = Some(grant);
        }
        if let Some((app, code)) = played.code {
            secrets.codes[app] = Some(code);
            for n in cast.secrets.consents.len()..model.consents.len() {
                let consent = &model.consents[n];
                let sql = "SELECT id FROM consent WHERE mailbox_id = $1 AND application_id = $2";
                let place = (cast.mailboxes[consent.mailbox], cast.applications[consent.app]);
                let (id,): (hub_core::id::ConsentId,) =
                    self.db.fetch_optional(sql, place).await.unwrap().unwrap();
                cast.secrets.consents.push(id.0.into_bytes());
            }
        }
    }

    /// A client with one of its certificates.
    pub(super) async fn client(
        &self,
        cast: &Cast,
        (app, cert): (App, usize),
    ) -> Result<ClientAccess, String> {
        let identity = cast.certificate(app, cert);
        self.hub.client(&identity, &cast.client_id(app)).await.map_err(word)
    }

    async fn refresh(&self, cast: &Cast, client: (App, usize), token: &str, less: &Less) -> Ending {
        let details = match less {
            Less::Nothing => None,
            Less::Only(mailbox) => Some(format!(
                r#"[{{"type":"mailbox","mailboxId":"{}"}}]"#,
                self.mailbox_of(cast, client.0, *mailbox)
            )),
            Less::Actions(actions) => {
                Some(format!(r#"[{{"type":"mailbox","actions":{:?}}}]"#, actions.iter().collect::<Vec<_>>()))
            }
        };
        let issued =
            self.client(cast, client).await?.refresh(token, details.as_deref()).await.map_err(oauth)?;
        let outcome = format!("fresh: {}", self.granted(cast, client.0, &issued));
        Ok(Played { outcome, tokens: vec![issued.access.expose().to_owned()], ..Played::default() })
    }

    async fn end_tokens(&self, cast: &Cast, client: (App, usize), token: &str) -> Ending {
        self.client(cast, client).await?.revoke_token(token).await.map_err(oauth)?;
        Ok(done())
    }

    async fn end_grant(&self, cast: &Cast, (app, cert): (App, usize), grant: &str) -> Ending {
        let scope = "grant_management_revoke";
        let issued = self
            .client(cast, (app, cert))
            .await?
            .client_credentials(Some(scope), None)
            .await
            .map_err(oauth)?;
        let (identity, audience) = (cast.certificate(app, cert), self.hub.audiences().mailbox.clone());
        let proof =
            MachineProof { identity: &identity, token: Some(issued.access.expose()), audience: &audience };
        let provider = self.hub.provider(&proof).await.map_err(word)?;
        provider.end_grant(grant).await.map_err(word)?;
        Ok(done())
    }

    /// What a token answer says was granted, in the model's words.
    pub(super) fn granted(&self, cast: &Cast, app: App, issued: &Issued) -> String {
        let mut all: Vec<_> = issued
            .granted
            .iter()
            .map(|one| {
                let mailbox =
                    (0..MAILBOXES).find(|mailbox| self.mailbox_of(cast, app, *mailbox) == one.mailbox);
                told(mailbox.unwrap_or(usize::MAX), &names(one.actions), one.until.seconds(), one.withheld)
            })
            .collect();
        all.sort();
        all.join("; ")
    }

    async fn change(
        &self,
        cast: &Cast,
        model: &Model,
        (by, consent): (Acting, usize),
        step: &Step,
    ) -> Ending {
        let person = model.person_of(by.who).ok_or("nothing")?;
        let citizen = self.acting(cast, by, person).await?;
        let id = self.of_person(cast, person, (OutsideKind::Consent, cast.secrets.consents[consent]));
        match step {
            Step::Narrow { without, withheld, .. } => {
                let (without, withheld) = (actions(without), withheld.iter().copied().map(org).collect());
                citizen.narrow(&id, without, &withheld).await.map_err(word)?;
            }
            Step::TakeOver { .. } => citizen.take_over(&id).await.map_err(word)?,
            _ => drop(citizen.revoke(&id).await.map_err(word)?),
        }
        Ok(done())
    }

    async fn activation(&self, cast: &Cast, model: &Model, by: Acting, step: &Step) -> Ending {
        let person = model.person_of(by.who).ok_or("nothing")?;
        let citizen = self.acting(cast, by, person).await?;
        match step {
            Step::Activate { .. } => citizen.activate().await.map_err(word)?,
            _ => citizen.withdraw_activation().await.map_err(word)?,
        };
        Ok(done())
    }

    /// Somebody logs in and acts for a mailbox.
    pub(super) async fn acting(
        &self,
        cast: &Cast,
        by: Acting,
        person: Mailbox,
    ) -> Result<CitizenAccess, String> {
        let session = self.log_in(cast, by.who, None).await.map_err(word)?;
        let citizen = self.hub.citizen(&session).await.map_err(word)?;
        if by.mailbox == person {
            return Ok(citizen);
        }
        let id =
            self.of_person(cast, person, (OutsideKind::Mailbox, cast.mailboxes[by.mailbox].0.into_bytes()));
        let secret = citizen.act_for(&id).await.map_err(word)?;
        self.hub.citizen(secret.expose()).await.map_err(word)
    }

    /// Somebody logs in, perhaps for a request; gives the session's secret.
    pub(super) async fn log_in(
        &self,
        cast: &Cast,
        who: usize,
        request: Option<&str>,
    ) -> Result<String, Error> {
        let start = self.hub.begin_login(BROWSER, request, "/").await?;
        let login = self.hub.take_login(start.state.expose(), BROWSER).await?;
        let person = VerifiedPerson {
            ssin: cast.numbers[who].as_str().to_owned(),
            name: "Test Citizen".to_owned(),
            acr: "urn:facteur:demo:substantial".to_owned(),
            auth_time: self.hub.now(),
            id_token: "header.body.signature".to_owned(),
        };
        let session = self.hub.open_session(&login, &person).await?;
        Ok(session.expose().to_owned())
    }

    /// The grant that a request names, as its client knows it.
    pub(super) fn named_grant<'a>(
        cast: &'a Cast,
        model: &Model,
        want: &Want,
    ) -> Option<(Option<&'static str>, Option<&'a str>)> {
        let id = |grant: &Newest| cast.secrets.grants[model.known_grant(grant)?].as_deref();
        match want {
            Want::Nothing => Some((None, None)),
            Want::Create => Some((Some("create"), None)),
            Want::Merge(grant) => Some((Some("merge"), Some(id(grant)?))),
            Want::Replace(grant) => Some((Some("replace"), Some(id(grant)?))),
        }
    }
}

/// A step that ended well without more to say.
pub(super) fn done() -> Played {
    Played { outcome: "done".to_owned(), ..Played::default() }
}

/// The hub's actions by their words, and back.
pub(super) fn names(actions: Actions) -> Acts {
    actions.names().into_iter().collect()
}

pub(super) fn actions(names: &Acts) -> Actions {
    hub_core::consent::Action::ALL.into_iter().filter(|action| names.contains(action.name())).collect()
}

/// A sender organization's number.
pub(super) fn org(org: Org) -> EnterpriseNumber {
    EnterpriseNumber::parse(["0001001078", "0001002068"][org]).unwrap()
}

/// The secret of the one browser.
pub(super) const BROWSER: &str = "browser";
