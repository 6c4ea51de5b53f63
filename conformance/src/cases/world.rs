//! What a case plays in: the stage, the app's hook, browsers, and who brings events; and the plain stories in which
//! cases put one wrong thing.

mod opening;
mod saying;

use futures_util::future::BoxFuture;
use url::Url;

pub use opening::OpenError;
pub(super) use opening::{addresses, authorities, read, setting};
pub(crate) use saying::{contract, found, told, without_query, word};

use crate::{
    app::{Begun, Browser, Delivered, Flow, Hook, Info, Outcome, Page, Pusher, Question},
    authority::Credential,
    engine::{Offence, Record, Scene, Stop, now},
    profile::Capability,
    stage::{Hub, Seal, Stage},
};

/// What an app asks for unless a case says otherwise.
pub const ACTIONS: [&str; 3] = ["list", "readContent", "markRead"];

/// The scene of the provider plan.
pub struct World {
    /// The played hubs.
    pub stage: Stage,
    /// The app's hook.
    pub hook: Hook,
    /// Who brings events, if the app takes any.
    pub pusher: Option<Pusher>,
    /// The app's next certificate.
    pub next: Option<Credential>,
    /// What the app said about itself at the last reset.
    pub info: Option<Info>,
    browser: Browser,
    declared: Vec<Capability>,
    trusted: Vec<String>,
    /// How many offences were told.
    offences: usize,
}

/// A consent at work, as a plain story brought it.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The connection at the app.
    pub connection: String,
    /// The consent at the hub.
    pub consent: String,
    /// The mailbox.
    pub mailbox: String,
    /// What the customer's browser holds.
    pub cookies: Vec<String>,
}

/// What came of a flow that may have gone wrong.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// The flow, as the app tells it in the end.
    pub flow: Flow,
    /// What the browser showed, if the app sent it to the hub.
    pub page: Option<Page>,
    /// What the browser holds.
    pub cookies: Vec<String>,
    /// Whose flow it is.
    pub customer: &'static str,
    /// The kind of mailbox that was asked for.
    pub kind: String,
    /// What the hub heard before it.
    pub mark: usize,
}

impl World {
    /// The honest hub.
    pub fn hub(&self) -> &Hub {
        &self.stage.hub
    }

    /// Says whether the app is declared to do something.
    pub fn declares(&self, capability: Capability) -> bool {
        self.declared.contains(&capability)
    }

    /// A browser of a customer with these cookies for the app.
    pub fn browser(&self, customer: &'static str, cookies: &[String]) -> Browser {
        self.browser.holding(customer, cookies)
    }

    /// The app forgets everything and the hub too, so that nothing of the story before is left.
    pub async fn renew(&mut self, record: &mut Record) -> Result<(), Stop> {
        self.stage.hub.reset(record.wire().clone());
        self.stage.hostile.reset(record.wire().clone());
        self.hook.reset().await.map_err(|fault| told(record, &fault))?;
        self.stage.hang_up();
        Ok(())
    }

    /// Asks the app what it is; where it takes events it says itself, if the profile does not.
    async fn meets(&mut self, record: &mut Record) -> Result<(), Stop> {
        let info = self.hook.app().await.map_err(|fault| told(record, &fault))?;
        if let (None, Some(to)) = (&self.pusher, &info.events) {
            let wire = record.wire().clone();
            let made = Pusher::new(to.clone(), &self.stage.authority, &self.trusted, seconds(), wire);
            self.pusher = Some(made.map_err(|error| record.broken(error))?);
        }
        self.info = Some(info);
        Ok(())
    }

    /// The app begins a consent.
    pub async fn begins(&self, record: &mut Record, customer: &str) -> Result<Begun, Stop> {
        self.begins_with(record, customer, &ACTIONS, "citizen").await
    }

    /// The app begins a consent for these actions.
    pub async fn begins_with(
        &self,
        record: &mut Record,
        customer: &str,
        actions: &[&str],
        kind: &str,
    ) -> Result<Begun, Stop> {
        let begun = self.hook.begin(customer, actions, kind).await.map_err(|fault| told(record, &fault))?;
        for cookie in &begun.cookies {
            if let Some((_, value)) = cookie.split_once('=') {
                record.wire().hide("cookie", value);
            }
        }
        Ok(begun)
    }

    /// The browser arrives at the hub, the citizen agrees: gives the address to which the browser is sent.
    pub async fn agrees(
        &self,
        record: &mut Record,
        customer: &'static str,
        begun: &Begun,
    ) -> Result<Option<Url>, Stop> {
        let Some(url) = &begun.authorize_url else { return Ok(None) };
        let right = Url::parse(&self.hub().authorization_endpoint()).ok().as_ref().map(without_query);
        if right != Some(without_query(url)) {
            let rule = contract(record, "authorizationEndpoint");
            return Err(record.fail(rule, "the hub's authorization endpoint", url));
        }
        let mut browser = self.browser(customer, &[]);
        let page = browser.opens(url).await.map_err(|why| {
            record.blocked(format!("the browser cannot open the address that the app gave: {why}"))
        })?;
        Ok(page.location.and_then(|to| Url::parse(&to).ok()))
    }

    /// The browser brings the hub's answer to the app.
    pub async fn brings(
        &self,
        record: &mut Record,
        customer: &'static str,
        cookies: &[String],
        answer: &Url,
    ) -> Result<Page, Stop> {
        let mut browser = self.browser(customer, cookies);
        let page = browser.visits(answer).await;
        page.map_err(|why| record.blocked(format!("the browser cannot open the app's redirect URI: {why}")))
    }

    /// What came of a flow, by the app's own word.
    pub async fn flow(&self, record: &mut Record, begun: &Begun) -> Result<Flow, Stop> {
        self.hook.flow(&begun.flow_id).await.map_err(|fault| told(record, &fault))
    }

    /// A whole flow, however it ends.
    pub async fn tries(&self, record: &mut Record, customer: &'static str) -> Result<Tried, Stop> {
        self.tries_with(record, customer, &ACTIONS, "citizen").await
    }

    /// A whole flow for these actions, however it ends.
    pub async fn tries_with(
        &self,
        record: &mut Record,
        customer: &'static str,
        actions: &[&str],
        kind: &str,
    ) -> Result<Tried, Stop> {
        let mark = self.hub().mark();
        let begun = self.begins_with(record, customer, actions, kind).await?;
        let tried = Tried { customer, kind: kind.to_owned(), mark, ..Tried::default() };
        let Some(answer) = self.agrees(record, customer, &begun).await? else {
            return Ok(Tried { flow: as_flow(&begun), ..tried });
        };
        let page = self.brings(record, customer, &begun.cookies, &answer).await?;
        let flow = self.flow(record, &begun).await?;
        Ok(Tried { flow, page: Some(page), cookies: begun.cookies, ..tried })
    }

    /// A plain flow, which must come to a connection: otherwise the case cannot be played.
    pub async fn connects(&self, record: &mut Record, customer: &'static str) -> Result<Linked, Stop> {
        self.connects_with(record, customer, &ACTIONS, "citizen").await
    }

    /// A plain flow for these actions.
    pub async fn connects_with(
        &self,
        record: &mut Record,
        customer: &'static str,
        actions: &[&str],
        kind: &str,
    ) -> Result<Linked, Stop> {
        let tried = self.tries_with(record, customer, actions, kind).await?;
        self.linked(record, tried).await
    }

    /// Reads through the hook.
    pub async fn reads(
        &self,
        record: &mut Record,
        linked: &Linked,
        question: &Question,
    ) -> Result<Outcome, Stop> {
        self.hook.read(&linked.connection, question).await.map_err(|fault| told(record, &fault))
    }

    /// The control: a plain story from the button to the letters. If it fails, no case can be played.
    pub async fn control(&mut self, record: &mut Record) -> Result<Linked, Stop> {
        let linked = self.connects(record, "one").await?;
        if self.declares(Capability::Read) {
            self.must_read(record, &linked, &Question::messages()).await?;
        }
        Ok(linked)
    }

    /// Makes everything plain and plays the control once more.
    pub async fn control_again(&mut self, record: &mut Record) -> Result<(), Stop> {
        self.plain(record)?;
        self.renew(record).await?;
        self.control(record).await.map(drop)
    }

    /// Turns dials, knobs and certificates back.
    pub fn plain(&self, record: &mut Record) -> Result<(), Stop> {
        self.stage.plain().map_err(|error| record.broken(error))
    }

    /// The hub brings an event.
    pub async fn pushes(&self, record: &mut Record, token: &str) -> Result<Delivered, Stop> {
        let Some(pusher) = &self.pusher else {
            return Err(record.blocked("the profile does not say where the app takes events"));
        };
        Ok(pusher.brings(token).await)
    }

    /// The hub brings a right event about a letter, which must be taken.
    pub async fn must_take(&self, record: &mut Record, linked: &Linked) -> Result<(), Stop> {
        let message = self.hub().letters(&linked.mailbox).into_iter().next();
        let event = self.hub().event("messageRead", &linked.consent, &linked.mailbox, message.as_deref());
        let delivered = self.pushes(record, &self.hub().seal(&event, Seal::Right)).await?;
        match delivered.status {
            Some(202) => Ok(()),
            other => Err(record.blocked(format!(
                "a right event was not taken: {other:?} {}",
                delivered.failure.or(delivered.err).unwrap_or_default()
            ))),
        }
    }
}

impl Scene for World {
    fn reset<'a>(&'a mut self, record: &'a mut Record) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            self.plain(record)?;
            self.renew(record).await?;
            if self.info.is_none() {
                self.meets(record).await?;
            }
            Ok(())
        })
    }

    fn offences(&mut self) -> Vec<Offence> {
        let found = self.hub().offences_since(self.offences);
        self.offences += found.len();
        found
    }

    fn remember(&mut self, offences: Vec<Offence>) {
        self.offences += offences.len();
        self.hub().remember(offences);
    }
}

fn as_flow(begun: &Begun) -> Flow {
    Flow {
        state: begun.state.clone(),
        refusal: begun.refusal.clone(),
        detail: begun.detail.clone(),
        ..Flow::default()
    }
}

pub(super) fn seconds() -> u64 {
    u64::try_from(now().as_second()).unwrap_or_default()
}
