//! Steps of more than one act: asking and deciding, and what operators and the hub do.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use hub_core::access::citizen::Chosen;
use hub_core::access::client::PushRequest;
use hub_core::access::operator::{MandateEntry, MandatesFile, Outcome};
use hub_core::clock::Timestamp;
use hub_core::consent::Screen;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::outside::OutsideKind;
use hub_core::person::{Happening, PersonEvent};
use hub_core::provider::{NameKind, NewCertificate, Target};

use super::super::model::Model;
use super::super::step::{Acts, App, ENTERPRISE, Fate, Job, Mailbox, Org, Role, Step, provider_of};
use super::cast::CALLBACK;
use super::errors::{oauth, word};
use super::play::{BROWSER, Ending, Played, actions, done, org};
use super::{Cast, Stage};

impl Stage {
    pub(super) async fn ask(&self, cast: &Cast, model: &Model, step: &Step) -> Option<Ending> {
        let Step::Ask { app, cert, want, who, .. } = step else { return None };
        model.person_of(*who)?;
        let (action, grant) = Self::named_grant(cast, model, want)?;
        let request = PushRequest {
            response_type: Some("code".into()),
            redirect_uri: Some(CALLBACK.into()),
            code_challenge: Some(BASE64URL_NOPAD.encode(&Sha256::of(VERIFIER.as_bytes()).0)),
            code_challenge_method: Some("S256".into()),
            authorization_details: Some(self.details(cast, step)),
            grant_management_action: action.map(str::to_owned),
            grant_id: grant.map(str::to_owned),
            ..PushRequest::default()
        };
        Some(self.pushed(cast, (*app, *cert), &request, *who).await)
    }

    async fn pushed(&self, cast: &Cast, client: (App, usize), request: &PushRequest, who: usize) -> Ending {
        let pushed = self.client(cast, client).await?.push(request).await.map_err(oauth)?;
        let (uri, client_id) = (pushed.request_uri, cast.client_id(client.0));
        let opened = self.hub.request(&client_id, &uri, Some(BROWSER)).await.map_err(word)?;
        opened.bind(BROWSER).await.map_err(word)?;
        let session = self.log_in(cast, who, Some(&uri)).await.map_err(word)?;
        Ok(Played { request: Some((client.0, uri, session)), ..done() })
    }

    fn details(&self, cast: &Cast, step: &Step) -> String {
        let Step::Ask { enterprise, actions, days, expected, .. } = step else { return String::new() };
        let expected =
            expected.map(|number| format!(r#","expectedSsin":"{}""#, cast.numbers[number].as_str()));
        format!(
            r#"[{{"type":"mailbox","locations":["{}"],"actions":{:?},"mailboxKind":"{}","duration":"{}"{}}}]"#,
            self.hub.audiences().mailbox,
            actions.iter().collect::<Vec<_>>(),
            if *enterprise { "enterprise" } else { "citizen" },
            days.map_or("once".to_owned(), |days| format!("P{days}D")),
            expected.unwrap_or_default(),
        )
    }

    pub(super) async fn agree(
        &self,
        cast: &Cast,
        model: &Model,
        (app, chosen, chosen_actions, withheld): (App, &BTreeSet<Mailbox>, &Acts, &BTreeSet<Org>),
    ) -> Option<Ending> {
        let person = model.apps[app].request.as_ref()?.person;
        let chosen = Chosen {
            mailboxes: chosen
                .iter()
                .map(|mailbox| {
                    let id = cast.mailboxes[*mailbox].0.into_bytes();
                    self.of_person(cast, person, (OutsideKind::Mailbox, id))
                })
                .collect(),
            actions: actions(chosen_actions),
            withheld: withheld.iter().copied().map(org).collect(),
        };
        Some(self.agreed(cast, cast.secrets.requests[app].as_ref()?, app, chosen).await)
    }

    async fn agreed(
        &self,
        cast: &Cast,
        (uri, session): &(String, String),
        app: App,
        chosen: Chosen,
    ) -> Ending {
        let citizen = self.hub.citizen(session).await.map_err(word)?;
        let request = self.hub.request(&cast.client_id(app), uri, Some(BROWSER)).await.map_err(word)?;
        let question = citizen.question(&request).await.map_err(word)?;
        let screen = Screen {
            html: b"<p>?</p>".to_vec(),
            text_version: "1".to_owned(),
            language: "en".to_owned(),
            until: (!question.term.is_once()).then_some(question.until),
        };
        let decided = citizen.agree(&request, &chosen, &screen, "https://hub.test").await.map_err(word)?;
        let code = decided.query.into_iter().find(|(name, _)| *name == "code").ok_or("no code")?.1;
        Ok(Played { until: Some(question.until.seconds()), code: Some((app, code)), ..done() })
    }

    pub(super) async fn refuse(&self, cast: &Cast, (uri, session): &(String, String), app: App) -> Ending {
        let citizen = self.hub.citizen(session).await.map_err(word)?;
        let request = self.hub.request(&cast.client_id(app), uri, Some(BROWSER)).await.map_err(word)?;
        citizen.refuse(&request, "https://hub.test").await.map_err(word)?;
        Ok(done())
    }

    pub(super) async fn redeem(
        &self,
        cast: &Cast,
        client: (App, usize),
        (code, proven): (&str, bool),
    ) -> Ending {
        let verifier = if proven { VERIFIER } else { "another-verifier-another-verifier-another-verifier" };
        let issued =
            self.client(cast, client).await?.redeem(code, CALLBACK, verifier).await.map_err(oauth)?;
        let with = match (&issued.refresh, &issued.grant) {
            (None, _) => "once",
            (Some(_), Some(_)) => "with refresh and grant",
            (Some(_), None) => "with refresh",
        };
        let outcome = format!("{with}: {}", self.granted(cast, client.0, &issued));
        let mut tokens = vec![issued.access.expose().to_owned()];
        tokens.extend(issued.refresh.map(|refresh| refresh.expose().to_owned()));
        Ok(Played { outcome, tokens, grant: issued.grant, ..Played::default() })
    }

    /// What operators and the hub do.
    pub(super) async fn operate(&self, cast: &mut Cast, model: &Model, step: &Step) -> Option<Ending> {
        let ended = match step {
            Step::Mandate { by, role, .. } => {
                let known = model.edited(step).keys().all(|(who, ..)| model.person_of(*who).is_some());
                known.then_some((by, role))?;
                self.hub.local_operator("test").load_mandates(&mandates(cast, model, step)).await.map(drop)
            }
            Step::Upkeep(job) => self.upkeep(*job).await,
            Step::Provider { provider, to } => self.move_provider(&cast.provider(*provider), to).await,
            Step::EndCertificate { app, slot } => {
                model.standing(*app, *slot)?;
                self.end_certificate(cast, (*app, *slot)).await
            }
            Step::Register { app, slot, from, until } => {
                self.register(cast, (*app, *slot), (*from, *until)).await
            }
            Step::Person { who, fate } => {
                let known = |number: &usize| model.person_of(*number).map(drop);
                known(who)?;
                if let Fate::Merged(into) = fate {
                    known(into)?;
                }
                cast.secrets.events += 1;
                let event = event(cast, self.hub.now(), *who, fate);
                self.operator("operator-an").await.tell(&event).await.map(drop)
            }
            Step::EndConsent { app, mailbox } => {
                let consent = self.consent_of(cast, *app, model.last_of(*mailbox, *app)?);
                let provider = cast.provider(provider_of(*app));
                self.operator("operator-bart").await.end_consent(&provider, &consent).await
            }
            Step::Pass(seconds) => {
                self.pass(*seconds);
                Ok(())
            }
            _ => return None,
        };
        Some(ended.map(|()| done()).map_err(word))
    }

    async fn upkeep(&self, job: Job) -> Result<(), Error> {
        let upkeep = self.hub.upkeep();
        match job {
            Job::SettleRoles => while upkeep.settle_roles().await? > 0 {},
            Job::EndForsaken => while upkeep.end_forsaken_consents().await? > 0 {},
            Job::ExpireConsents => while upkeep.expire_consents().await? > 0 {},
            Job::EndUnclaimed => while upkeep.end_unclaimed_grants().await? > 0 {},
            Job::ExpireLetters => while upkeep.expire().await? > 0 {},
            Job::Outbox => while upkeep.work_outbox().await? > 0 {},
            Job::Everything => {
                while upkeep.expire().await? > 0 {}
                while upkeep.expire_consents().await? > 0 {}
                while upkeep.end_unclaimed_grants().await? > 0 {}
                upkeep.lapse_requests().await?;
                while upkeep.settle_roles().await? > 0 {}
                while upkeep.end_forsaken_consents().await? > 0 {}
                while upkeep.work_outbox().await? > 0 {}
                upkeep.forget().await?;
            }
        }
        Ok(())
    }

    /// Moves a provider on; what takes two operators is approved by the second.
    async fn move_provider(&self, provider: &str, to: &str) -> Result<(), Error> {
        let target: Target = to.parse().map_err(|_| Error::NotFound("target"))?;
        match self.operator("operator-an").await.move_provider(provider, target).await? {
            Outcome::Done(_) => Ok(()),
            Outcome::Proposed(view) => self.operator("operator-bart").await.approve(&view.id).await.map(drop),
        }
    }

    async fn end_certificate(&self, cast: &Cast, (app, slot): (App, usize)) -> Result<(), Error> {
        let operator = self.operator("operator-bart").await;
        let name = format!("urn:test:{}", cast.name(app, slot));
        let all = operator.certificates(&cast.client_id(app)).await?;
        let found = all.into_iter().find(|one| one.certificate.name == name && one.state != "ended");
        operator.end_certificate(&found.ok_or(Error::NotFound("certificate"))?.id).await
    }

    async fn register(
        &self,
        cast: &Cast,
        (app, slot): (App, usize),
        (from, until): (i64, Option<i64>),
    ) -> Result<(), Error> {
        let at = |seconds: i64| Timestamp::from_seconds(self.now() + seconds);
        let certificate = NewCertificate {
            client_id: cast.client_id(app),
            anchor: "test".to_owned(),
            name_kind: NameKind::SanUri,
            name: format!("urn:test:{}", cast.name(app, slot)),
            thumbprint: cast.pin(app, slot),
            valid_from: (from != 0).then(|| at(from)),
            valid_until: until.map(at),
        };
        match self.operator("operator-an").await.register_certificate(certificate).await? {
            Outcome::Done(_) => Ok(()),
            Outcome::Proposed(view) => self.operator("operator-bart").await.approve(&view.id).await.map(drop),
        }
    }
}

/// The mandates file after a step that changes it.
fn mandates(cast: &Cast, model: &Model, step: &Step) -> MandatesFile {
    let time = |seconds: i64| Timestamp::from_seconds(seconds).rfc3339();
    let entry = |((who, mailbox, role), (from, until)): (&(usize, Mailbox, Role), &(i64, i64))| {
        let person = (*mailbox != ENTERPRISE).then(|| cast.numbers[*mailbox].as_str().to_owned());
        let enterprise = (*mailbox == ENTERPRISE).then(|| cast.enterprise.clone());
        MandateEntry {
            person_ssin: cast.numbers[*who].as_str().to_owned(),
            enterprise_name: enterprise.as_ref().map(|_| "Demo NV".to_owned()),
            enterprise,
            for_name: person.as_ref().map(|_| "Test Citizen".to_owned()),
            for_ssin: person,
            role: role.name().to_owned(),
            reference: "test/1".to_owned(),
            valid_from: time(*from),
            valid_until: time(*until),
        }
    };
    MandatesFile {
        checked_at: time(model.now),
        source: format!("source-{}", cast.n),
        mandates: model.edited(step).iter().map(entry).collect(),
    }
}

fn event(cast: &Cast, at: Timestamp, who: usize, fate: &Fate) -> PersonEvent {
    let number = |n: &usize| cast.numbers[*n].clone();
    PersonEvent {
        source: format!("source-{}", cast.n),
        id: cast.secrets.events.to_string(),
        person: number(&who),
        what: match fate {
            Fate::Replaced(by) => Happening::Replaced(number(by)),
            Fate::Merged(into) => Happening::Merged(number(into)),
            Fate::Deceased => Happening::Deceased,
            Fate::Incapable => Happening::Incapable,
            Fate::Capable => Happening::Capable,
            Fate::NotDeceased => Happening::NotDeceased,
            Fate::OfAge => Happening::OfAge,
        },
        at,
    }
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
