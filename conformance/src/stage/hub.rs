//! A played hub: it answers honestly, unless a dial changes one thing of one answer, and remembers what it heard.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use http::Request;
use hyper::{Response, body::Incoming};

use super::{
    Setting,
    dial::Dial,
    door::{Face, Wire as Connection},
    endpoint::{Endpoint, Route, machine, public},
    events::{Event, Seal, Signer},
    judge::Judge,
    log::{Heard, Offence, seen},
    random,
    truth::{Knobs, Truth},
    wire::{Answer, Call, HttpBody},
};
use crate::engine::{Party, Stopwatch, Wire};

/// One hub, honest or hostile.
pub struct Hub {
    /// As what it is recorded.
    pub party: Party,
    setting: Setting,
    state: Mutex<State>,
}

struct State {
    truth: Truth,
    judge: Judge,
    dials: Vec<Dial>,
    heard: Vec<Heard>,
    wire: Option<Wire>,
}

impl Hub {
    pub(crate) fn new(party: Party, setting: Setting, signer: Signer) -> Self {
        let truth = Truth::new(setting.clone(), signer);
        let state =
            State { truth, judge: Judge::default(), dials: Vec::new(), heard: Vec::new(), wire: None };
        Self { party, setting, state: Mutex::new(state) }
    }

    /// Who it says it is.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// As before the first customer; what the judge found stays.
    pub fn reset(&self, wire: Wire) {
        let mut state = self.state();
        state.truth.reset();
        state.dials.clear();
        state.heard.clear();
        state.wire = Some(wire);
    }

    /// Turns a dial; it stays turned until [`Hub::plain`].
    pub fn turn(&self, dial: &Dial) {
        self.state().dials.push(dial.clone());
    }

    /// Turns all dials and knobs back.
    pub fn plain(&self) {
        let mut state = self.state();
        state.dials.clear();
        state.truth.knobs = Knobs::default();
    }

    /// Changes how the hub behaves, honestly.
    pub fn set(&self, change: impl FnOnce(&mut Knobs)) {
        change(&mut self.state().truth.knobs);
    }

    /// How much was heard so far: a place to look on from.
    pub fn mark(&self) -> usize {
        self.state().heard.len()
    }

    /// What was heard of an operation behind a mark.
    pub fn heard(&self, endpoint: Endpoint, since: usize) -> Vec<Heard> {
        let state = self.state();
        state.heard.iter().skip(since).filter(|heard| heard.endpoint == endpoint).cloned().collect()
    }

    /// Everything that was heard behind a mark.
    pub fn all(&self, since: usize) -> Vec<Heard> {
        self.state().heard.iter().skip(since).cloned().collect()
    }

    /// What the judge found in the whole run about a requirement.
    pub fn offences(&self, requirement: &str) -> Vec<Offence> {
        let all = self.state().judge.offences();
        all.into_iter().filter(|offence| offence.requirement == requirement).collect()
    }

    /// The id of a customer's mailbox.
    pub fn mailbox(&self, customer: &str, kind: &str) -> String {
        let state = self.state();
        let place = state.truth.mailbox_of(customer, kind);
        let found = place.and_then(|place| state.truth.mailboxes.get(place));
        found.map(|mailbox| mailbox.id.clone()).unwrap_or_default()
    }

    /// The ids of the letters of a mailbox, newest first.
    pub fn letters(&self, mailbox: &str) -> Vec<String> {
        let state = self.state();
        let found = state.truth.mailbox(mailbox);
        found
            .map(|(_, mailbox)| mailbox.letters.iter().map(|letter| letter.id.clone()).collect())
            .unwrap_or_default()
    }

    /// The letter with an attachment of a mailbox: its id, the attachment's, its size and SHA-256.
    pub fn file(&self, mailbox: &str) -> Option<(String, String, u64, String)> {
        let state = self.state();
        let (_, mailbox) = state.truth.mailbox(mailbox)?;
        mailbox.letters.iter().find_map(|letter| {
            let file = letter.files.first()?;
            Some((letter.id.clone(), file.id.clone(), file.content.len() as u64, file.sha256()))
        })
    }

    /// Puts a letter into a mailbox; gives its id.
    pub fn publish(&self, mailbox: &str, subject: &str) -> String {
        let mut state = self.state();
        let place = state.truth.mailbox(mailbox).map(|(place, _)| place);
        place.and_then(|place| state.truth.publishes(place, subject)).unwrap_or_default()
    }

    /// Ends a consent at the hub, as its citizen.
    pub fn end(&self, consent: &str) {
        let mut state = self.state();
        if let Some(place) = state.truth.grants.place(consent) {
            state.truth.ends(place);
        }
    }

    /// Lets a consent stand still, or go on.
    pub fn suspend(&self, consent: &str, suspended: bool) {
        use super::grants::Life::{Standing, Suspended};
        let mut state = self.state();
        let Some(place) = state.truth.grants.place(consent) else { return };
        if let Some(consent) = state.truth.grants.consents.get_mut(place) {
            consent.life = if suspended { Suspended } else { Standing };
        }
    }

    /// Says whether a consent is over at the hub.
    pub fn has_ended(&self, consent: &str) -> bool {
        let state = self.state();
        let place = state.truth.grants.place(consent);
        let found = place.and_then(|place| state.truth.grants.consents.get(place));
        found.is_none_or(|consent| consent.life == super::grants::Life::Ended)
    }

    /// Lets the access tokens of a consent run out: the app has to renew.
    pub fn expire_access(&self, consent: &str) {
        let mut state = self.state();
        if let Some(place) = state.truth.grants.place(consent) {
            state.truth.grants.expire_access(place);
        }
    }

    /// A right event of that kind about a mailbox, with what the feed says about it.
    pub fn event(&self, kind: &str, consent: &str, mailbox: &str, message: Option<&str>) -> Event {
        let state = self.state();
        let mut about = serde_json::json!({
            "changeId": random::id("chg"), "mailboxId": mailbox, "consentId": consent,
        });
        if let Some(message) = message {
            super::letters::put(&mut about, "messageId", message.into());
        }
        let setting = &self.setting;
        let from = (setting.issuer.as_str(), setting.client_id.as_str(), state.truth.signer.kid.as_str());
        Event::about(kind, mailbox, &about, from)
    }

    /// Writes an event as a token.
    pub fn seal(&self, event: &Event, seal: Seal) -> String {
        self.state().truth.signer.seal(event, seal)
    }

    /// The hub's keys change: the former one signs nothing any more and stands in no set.
    pub fn rolls_event_key(&self) {
        if let Ok(signer) = Signer::new() {
            self.state().truth.signer = signer;
        }
    }

    /// Answers one request.
    pub(crate) async fn serve(
        &self,
        face: Face,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Response<HttpBody> {
        let watch = Stopwatch::start();
        let call = Call::read(request, connection).await;
        let answer = self.answer(face, &call);
        self.tell(face, &call, &answer, watch.micros());
        if answer.delay > Duration::ZERO {
            tokio::time::sleep(answer.delay).await;
        }
        answer.into_http()
    }

    fn answer(&self, face: Face, call: &Call) -> Answer {
        let route = match face {
            Face::Public => public(&call.method, &self.setting.public_path(&call.path)),
            Face::Machine => machine(&call.method, &call.path),
        };
        let mut state = self.state();
        let State { truth, judge, dials, heard, .. } = &mut *state;
        judge.hears(&self.setting, &truth.grants, (face, &route), call);
        let mut answer = truth.answer(&route, call).with("belgov-trace-id", random::uuid());
        for dial in dials.iter() {
            dial.turn(route.endpoint, call, &mut answer);
        }
        let (endpoint, status) = (route.endpoint, answer.status);
        heard.push(Heard { endpoint, face, at: Instant::now(), call: call.clone(), status });
        answer
    }

    fn tell(&self, face: Face, call: &Call, answer: &Answer, micros: u64) {
        let Some(wire) = self.state().wire.clone() else { return };
        let by_browser = call.header("x-suite-customer").is_some();
        let from = if by_browser { Party::Browser } else { Party::App };
        let origin = match face {
            Face::Public => self.setting.origin(),
            Face::Machine => self.setting.machines.clone(),
        };
        wire.saw(&seen(&origin, (from, self.party), call, answer, micros));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Truth {
    /// What an honest hub answers.
    fn answer(&mut self, route: &Route, call: &Call) -> Answer {
        match route.endpoint {
            Endpoint::Metadata => self.metadata(),
            Endpoint::ResourceMetadata => self.resource_metadata(),
            Endpoint::SsfConfiguration => self.ssf_configuration(),
            Endpoint::Jwks => self.jwks(),
            Endpoint::Par => self.par(call),
            Endpoint::Authorize => self.authorize(call),
            Endpoint::Token => self.token(call),
            Endpoint::Introspect => self.introspect(call),
            Endpoint::Revoke => self.revoke(call),
            Endpoint::Grant => self.grant(call, route.ids.first().map_or("", String::as_str)),
            Endpoint::Trap | Endpoint::Unknown => Answer::empty(404),
            _ => self.api(route, call),
        }
    }
}
