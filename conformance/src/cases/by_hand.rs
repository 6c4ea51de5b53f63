//! The plan for an app without a test hook: a person opens the app's own page, again and again, and the suite looks at
//! what the app sends.
//!
//! It shows less. Whether the app went no further because it saw what was wrong, nobody tells: such a case ends as
//! `review`, and a person looks at what the app showed.

use std::time::Duration;

use futures_util::future::BoxFuture;
use url::Url;

use super::world::{OpenError, addresses, authorities, read, setting};
use crate::{
    authority::Credential,
    engine::{Case, Polarity, Record, Rule, Scene, Stop},
    profile::Profile,
    stage::{Dial, Endpoint, Heard, Stage},
};

/// The scene: the played hubs, and a person at the app's page.
pub struct ByHand {
    stage: Stage,
    start: Url,
    patience: Duration,
    /// Whether the last plain story worked: then it is the control before the next wrong thing.
    works: bool,
    begun: bool,
}

impl ByHand {
    /// Opens the doors where the profile says.
    pub async fn open(profile: &Profile) -> Result<Self, OpenError> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (hub, app) = (&profile.hub, &profile.app);
        let start = app.start_url.clone().ok_or(OpenError::NoHook)?;
        let registered = Credential { certificate: read(&app.certificate)?, key: String::new() };
        let setting = setting(profile, vec![registered.thumbprint()?]);
        let stage = Stage::open(addresses(hub), setting, hub.hostile_issuer(), authorities(hub)?).await?;
        let patience = Duration::from_secs(profile.limits.person_seconds);
        Ok(Self { stage, start, patience, works: false, begun: false })
    }

    /// A person opens the page and goes through a consent: says whether the app then asked for a token.
    async fn consents(&self, record: &Record) -> Result<bool, Stop> {
        let mark = self.stage.hub.mark();
        record.waits_for_person(self.start.as_str(), self.patience);
        let came =
            Self::comes(self.patience, || !self.stage.hub.heard(Endpoint::Authorize, mark).is_empty()).await;
        record.no_longer_waits();
        if !came {
            let seconds = self.patience.as_secs();
            return Err(
                record.blocked(format!("nobody came to the hub from that page within {seconds} seconds"))
            );
        }
        // The app may renew tokens of its own accord meanwhile.
        let redeems = |heard: &Heard| heard.call.field("grant_type") == Some("authorization_code");
        Ok(Self::comes(SETTLING, || self.stage.hub.heard(Endpoint::Token, mark).iter().any(redeems)).await)
    }

    /// A plain story, which must come to a token: otherwise no case can be played.
    async fn control(&mut self, record: &Record) -> Result<(), Stop> {
        self.stage.plain().map_err(|error| record.broken(error))?;
        self.works = self.consents(record).await?;
        if self.works {
            Ok(())
        } else {
            Err(record.blocked("a plain story did not come to a request for a token"))
        }
    }

    async fn comes(limit: Duration, there: impl Fn() -> bool) -> bool {
        let comes = async {
            while !there() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(limit, comes).await.is_ok()
    }
}

impl Scene for ByHand {
    fn reset<'a>(&'a mut self, record: &'a mut Record) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            // The app cannot be told to forget: what it was given stays good for the whole run.
            if !self.begun {
                self.stage.hub.reset(record.wire().clone());
                self.stage.hostile.reset(record.wire().clone());
                self.begun = true;
            }
            self.stage.plain().map_err(|error| record.broken(error))
        })
    }
}

/// The cases that a person can play.
pub fn by_hand() -> Vec<Case<ByHand>> {
    CASES.to_vec()
}

const BASE: Case<ByHand> = Case {
    id: "",
    section: "by hand",
    title: "",
    requirements: &[],
    needs: &[],
    polarity: Polarity::Refuse,
    what: "",
    why: "",
    causes: &[],
    run: |_, _| Box::pin(async { Ok(()) }),
};

const CASES: &[Case<ByHand>] = &[
    Case {
        id: "H1",
        title: "A consent, from the app's page to the token",
        requirements: &["C1", "C2", "C3", "C4", "C5"],
        polarity: Polarity::Observe,
        what: "A person opens the app's page and agrees; every request of the app is looked at.",
        why: "Everything else stands on this story.",
        causes: &[
            "the app is not configured with the issuer, the certificate or the redirect URI of the profile",
        ],
        run: |scene, record| Box::pin(plain(scene, record)),
        ..BASE
    },
    Case {
        id: "H2",
        title: "An answer without iss",
        requirements: &["N18"],
        what: "The answer has code and state, and no `iss`.",
        why: "Without the sender's name an app cannot know which hub answers.",
        causes: &["iss is compared only where it is there"],
        run: |scene, record| Box::pin(refuses(scene, record, "N18", Dial::no_parameter("iss"))),
        ..BASE
    },
    Case {
        id: "H3",
        title: "An answer of another hub",
        requirements: &["N19"],
        what: "`iss` names the hostile hub.",
        why: "A hostile hub would be given the honest hub's code.",
        causes: &["iss is not compared with the issuer that was asked"],
        run: |scene, record| {
            Box::pin(async move {
                let issuer = scene.stage.hostile.setting().issuer.clone();
                refuses(scene, record, "N19", Dial::parameter("iss", issuer)).await
            })
        },
        ..BASE
    },
    Case {
        id: "H4",
        title: "An answer without state",
        requirements: &["N21"],
        what: "The answer has code and iss, and no `state`.",
        why: "Without it anybody's code can be put into a customer's browser.",
        causes: &["state is compared only where it is there"],
        run: |scene, record| Box::pin(refuses(scene, record, "N21", Dial::no_parameter("state"))),
        ..BASE
    },
];

async fn plain(scene: &mut ByHand, record: &mut Record) -> Result<(), Stop> {
    scene.control(record).await?;
    for requirement in ["C1", "C2", "C3", "C4", "C5"] {
        let offence = scene.stage.hub.offences(requirement).into_iter().next();
        let rule = Rule::new("plainStory", requirement);
        match offence {
            None => record.expect(rule, true, "nothing against it", "nothing against it")?,
            Some(offence) => record.expect(rule, false, &offence.expected, &offence.actual)?,
        }
    }
    Ok(())
}

/// A story in which one thing is wrong, before a plain one: the app must ask for no token.
async fn refuses(
    scene: &mut ByHand,
    record: &mut Record,
    requirement: &'static str,
    dial: Dial,
) -> Result<(), Stop> {
    if !scene.works {
        scene.control(record).await?;
    }
    scene.stage.hub.turn(&dial);
    record.note(dial.says());
    let asked = scene.consents(record).await?;
    let found = if asked { "a request for a token" } else { "none" };
    record.expect(Rule::new("noTokenRequest", requirement), !asked, "no request for a token", found)?;
    scene.control(record).await?;
    Err(record.review("the app asked for no token, and the plain story works: look whether it told its customer what was wrong"))
}

/// How long the app may take from the hub's answer to its request for a token.
const SETTLING: Duration = Duration::from_secs(5);
/// How often the suite looks.
const GLANCE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Register;

    #[test]
    fn every_case_cites_requirements_that_exist_and_has_an_id_of_its_own() {
        let register = Register::of_providers().unwrap();
        let mut ids: Vec<&str> = by_hand().iter().map(|case| case.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), by_hand().len());
        for case in by_hand() {
            assert!(!case.requirements.is_empty());
            assert!(case.requirements.iter().all(|id| register.requirement(id).is_some()), "{}", case.id);
        }
    }
}
