//! What the hub must be: plain values and the rules of the specification, without a database, written from the documents
//! and not from the hub's code.
//!
//! A step is applied with [`Model::take`], which says how it must end. What a token opens is asked with
//! [`Model::presented`]. Times are whole seconds.

mod asking;
mod citizen;
mod consents;
mod operator;
mod people;
mod reading;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use super::step::{
    APPS, Acts, App, LETTERS, MAILBOXES, Mailbox, NUMBERS, Number, Org, PERSONS, PROVIDERS, Role, Step,
};

pub(super) use reading::Opened;
pub(super) use tokens::told;

pub(super) const MINUTE: i64 = 60;
pub(super) const DAY: i64 = 86_400;
/// How long what stands still can be taken over.
pub(super) const TAKE_OVER_WITHIN: i64 = 30 * DAY;

/// Everything that is true at one moment.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) now: i64,
    pub(super) boxes: Vec<Place>,
    /// To whose mailbox a number leads, before mergers; the spare ones lead nowhere yet.
    pub(super) numbers: [Option<Mailbox>; NUMBERS],
    /// What the mandates source says: by number, mailbox and role, from when until when.
    pub(super) source: BTreeMap<(Number, Mailbox, Role), (i64, i64)>,
    /// The roles as they were loaded.
    pub(super) roles: BTreeMap<(Mailbox, Mailbox, Role), (i64, i64)>,
    pub(super) apps: Vec<Application>,
    pub(super) providers: [&'static str; PROVIDERS],
    pub(super) registrations: Vec<Registration>,
    pub(super) consents: Vec<Consent>,
    pub(super) grants: Vec<Grant>,
    pub(super) tokens: Vec<Token>,
}

/// A mailbox, and the person whose it is.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) open: bool,
    pub(super) active: bool,
    /// `deceased` or `incapable`.
    pub(super) person_state: Option<&'static str>,
    pub(super) of_age: Option<i64>,
    /// Whether digital mail was ever stopped here.
    pub(super) withdrew: bool,
    pub(super) moved_to: Option<Mailbox>,
    pub(super) letters: Vec<Letter>,
}

#[derive(Clone)]
pub(super) struct Letter {
    pub(super) org: Org,
    pub(super) expires_at: i64,
    /// Expiry has taken it out of lists and counts.
    pub(super) removed: bool,
}

#[derive(Clone, Default)]
pub(super) struct Application {
    /// Its two certificates have one name under one registration, or each its own.
    pub(super) one_name: bool,
    pub(super) request: Option<Request>,
    pub(super) code: Option<Code>,
}

/// A request for which somebody has logged in.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) person: Mailbox,
    pub(super) at: i64,
    /// When the session was last used.
    pub(super) seen: i64,
    pub(super) session_ended: bool,
    pub(super) decided: bool,
    /// How often somebody agreed in vain.
    pub(super) tried: usize,
    pub(super) enterprise: bool,
    pub(super) asked: Acts,
    pub(super) days: Option<i64>,
    /// Whether the client named an action, and so learns the grant's id.
    pub(super) named: bool,
    pub(super) grant: Option<usize>,
    pub(super) merges: bool,
    pub(super) expected: Option<Number>,
}

#[derive(Clone)]
pub(super) struct Code {
    pub(super) grant: usize,
    pub(super) asked_at: i64,
    pub(super) until: i64,
    pub(super) redeemed: bool,
    /// How often it was presented.
    pub(super) tried: usize,
    pub(super) once: bool,
    pub(super) named: bool,
    pub(super) forgotten: bool,
}

#[derive(Clone)]
pub(super) struct Registration {
    pub(super) app: App,
    pub(super) slot: usize,
    pub(super) from: i64,
    pub(super) until: Option<i64>,
    pub(super) ended: bool,
}

/// Where a consent is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Lives,
    Still { why: &'static str, since: i64 },
    Over,
}

#[derive(Clone, Debug)]
pub(super) struct Consent {
    pub(super) mailbox: Mailbox,
    pub(super) app: App,
    pub(super) grant: usize,
    pub(super) giver: Mailbox,
    pub(super) asked: Acts,
    pub(super) actions: Acts,
    pub(super) until: i64,
    pub(super) withheld: BTreeSet<Org>,
    pub(super) life: Life,
    /// The last word of its history, and the reason.
    pub(super) last: (&'static str, Option<&'static str>),
}

#[derive(Clone)]
pub(super) struct Grant {
    pub(super) app: App,
    pub(super) person: Mailbox,
    /// Whether its client knows its id.
    pub(super) known: bool,
    /// Until when its first code could be redeemed, if nobody did.
    pub(super) unclaimed: Option<i64>,
}

#[derive(Clone)]
pub(super) struct Token {
    pub(super) app: App,
    pub(super) cert: usize,
    pub(super) registration: usize,
    pub(super) refresh: bool,
    pub(super) grant: usize,
    pub(super) only: Option<Mailbox>,
    pub(super) actions: Option<Acts>,
    pub(super) until: i64,
    /// It was ended, or forgotten.
    pub(super) gone: bool,
}

/// How a step ends: in words, the same for the model and the hub.
pub(super) type Outcome = String;

impl Model {
    /// The cast at the beginning: everybody is active, both certificates of every application are registered.
    pub(super) fn new(now: i64, expiry: [i64; 2], one_name: [bool; APPS]) -> Self {
        let letter = |org: &Org| Letter { org: *org, expires_at: expiry[*org], removed: false };
        let boxes = LETTERS.iter().map(|orgs| Place {
            open: true,
            active: true,
            person_state: None,
            of_age: None,
            withdrew: false,
            moved_to: None,
            letters: orgs.iter().map(letter).collect(),
        });
        let mut numbers = [None; NUMBERS];
        for (number, mailbox) in numbers.iter_mut().zip(0..PERSONS) {
            *number = Some(mailbox);
        }
        let slots = |app: App| if one_name[app] { 0..1 } else { 0..2 };
        let registered = |(app, slot)| Registration { app, slot, from: now, until: None, ended: false };
        let model = Self {
            now,
            boxes: boxes.collect(),
            numbers,
            source: BTreeMap::new(),
            roles: BTreeMap::new(),
            apps: one_name.map(|one_name| Application { one_name, ..Application::default() }).to_vec(),
            providers: ["active"; PROVIDERS],
            registrations: (0..APPS)
                .flat_map(|app| slots(app).map(move |slot| (app, slot)))
                .map(registered)
                .collect(),
            consents: Vec::new(),
            grants: Vec::new(),
            tokens: Vec::new(),
        };
        assert_eq!(model.boxes.len(), MAILBOXES);
        model
    }

    /// Applies a step; `until` is the end that the screen named, if one was shown.
    pub(super) fn take(&mut self, step: &Step, until: Option<i64>) -> Outcome {
        let taken = match step {
            Step::Ask { .. } => self.ask(step),
            Step::Agree { app, chosen, actions, withheld } => {
                self.agree(*app, (chosen, actions, withheld), until)
            }
            Step::Refuse { app } => self.refuse(*app),
            Step::Redeem { app, cert, proven } => self.redeem(*app, *cert, *proven),
            Step::Refresh { app, cert, back, less } => self.refresh((*app, *cert), *back, less),
            Step::EndTokens { app, cert, refresh, back } => self.end_tokens((*app, *cert), *refresh, *back),
            Step::EndGrant { app, cert, grant } => self.end_grant((*app, *cert), grant),
            Step::Narrow { by, app, without, withheld } => self.narrow((*by, *app), without, withheld),
            Step::Revoke { by, app } => self.revoke(*by, *app),
            Step::TakeOver { by, app } => self.take_over(*by, *app),
            Step::Mandate { .. } => self.mandate(step),
            Step::Upkeep(job) => self.upkeep(*job),
            Step::Provider { provider, to } => self.move_provider(*provider, to),
            Step::EndCertificate { app, slot } => self.end_certificate(*app, *slot),
            Step::Register { app, slot, from, until } => self.register((*app, *slot), *from, *until),
            Step::Person { who, fate } => self.tell(*who, fate),
            Step::EndConsent { app, mailbox } => self.operator_ends(*app, *mailbox),
            Step::Activate { by } => self.activate(*by),
            Step::Withdraw { by } => self.withdraw(*by),
            Step::Pass(seconds) => {
                self.now += seconds;
                Ok("done".to_owned())
            }
        };
        taken.unwrap_or_else(str::to_owned)
    }
}

/// A refusal is a word that never changes.
pub(super) type Taken = Result<Outcome, &'static str>;

/// The outcome of a step without more to say.
pub(super) fn done() -> Taken {
    Ok("done".to_owned())
}

/// The outcome of a step about something that is not there.
pub(super) const NOTHING: &str = "nothing";
