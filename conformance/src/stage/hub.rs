//! A played hub: it answers honestly, unless a dial changes one thing of one answer, and remembers what it heard.

mod consents;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use http::Request;
use hyper::{Response, body::Incoming};

use super::{
    Setting,
    burnt::Burnt,
    dial::Dial,
    door::{Face, Wire as Connection},
    endpoint::{Endpoint, Route, machine, public},
    events::{Event, Seal, Signer},
    judge::Judge,
    log::{Heard, seen},
    random,
    truth::{Knobs, Truth},
    wire::{Answer, Call, HttpBody},
};
use crate::engine::{Offence, Party, Stopwatch, Wire};

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
    burnt: Burnt,
    wire: Option<Wire>,
}

impl Hub {
    pub(crate) fn new(party: Party, setting: Setting, signer: Signer) -> Self {
        let truth = Truth::new(setting.clone(), signer);
        let state = State {
            truth,
            judge: Judge::default(),
            dials: Vec::new(),
            heard: Vec::new(),
            burnt: Burnt::default(),
            wire: None,
        };
        Self { party, setting, state: Mutex::new(state) }
    }

    /// Who it says it is.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What the suite's browser shows at the authorization endpoint.
    pub(crate) fn browser_secret(&self) -> String {
        self.state().truth.browser.clone()
    }

    /// Where browsers arrive.
    pub fn authorization_endpoint(&self) -> String {
        format!("{}/authorize", self.setting.issuer)
    }

    /// Codes and tokens of the story so far belong to what an app has refused: none may come any more.
    pub fn burns(&self, case: &'static str) {
        let mut state = self.state();
        let State { truth, burnt, .. } = &mut *state;
        burnt.takes(case, &truth.grants);
    }

    /// Which burnt codes and tokens of that case came all the same, in words.
    pub fn late(&self, case: &str) -> Vec<String> {
        self.state().burnt.late(case)
    }

    /// As before the first customer; what the judge found stays, and what is burnt.
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

    /// What the judge found in the whole run behind the first `known` offences.
    pub fn offences_since(&self, known: usize) -> Vec<Offence> {
        self.state().judge.offences().into_iter().skip(known).collect()
    }

    /// Takes in what an earlier part of the run found.
    pub fn remember(&self, offences: Vec<Offence>) {
        self.state().judge.remember(offences);
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
        let State { truth, judge, dials, heard, burnt, .. } = &mut *state;
        judge.hears(&self.setting, truth, (face, &route), call);
        if let Some(what) = burnt.hears(route.endpoint, call) {
            judge.found("C12", "nothing with codes and tokens of an answer that was refused", what);
        }
        let mut answer = truth.answer(&route, call).with("belgov-trace-id", random::uuid());
        for dial in dials.iter() {
            dial.turn(route.endpoint, call, &mut answer);
        }
        let (endpoint, status) = (route.endpoint, answer.status);
        heard.push(Heard { endpoint, face, at: Instant::now(), call: call.clone(), status });
        answer
    }

    fn tell(&self, face: Face, call: &Call, answer: &Answer, micros: u64) {
        let (wire, browser) = {
            let state = self.state();
            (state.wire.clone(), state.truth.browser.clone())
        };
        let Some(wire) = wire else { return };
        let by_browser = call.header("x-suite-browser") == Some(browser.as_str());
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
