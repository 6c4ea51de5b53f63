//! Growth: the same page where there is ten times as much, after a restart, and in mailboxes that are unlike the others.
//!
//! Two hubs stand side by side and are asked in turns: one with a million messages, one with ten million. Both make every
//! page anew: with the answers that the hub keeps, most would not reach the database at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use http_body_util::Full;
use system_tests::database::TestDatabase;

use crate::campaigns::Campaigner;
use crate::crowd;
use crate::data::Opened;
use crate::feed::poll;
use crate::figure::{Bound, Figure, amount};
use crate::growth_data::{PARTITIONS, special};
use crate::load::{Asks, Load};
use crate::machine::Processes;
use crate::report::{Goal, Measure, Report, Row, Run};
use crate::rows::{self, Plan, spread};
use crate::subject::{Filling, Subject};
use crate::tokens;
use crate::turns::{cpu_of, run};

/// How much grows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Mailboxes of a hundred messages in the small hub, and in the large one.
    mailboxes: (usize, usize),
    /// Messages of the one large mailbox.
    large: usize,
    /// Consents of the provider in the large hub.
    consents: usize,
    /// Recipients of a campaign.
    recipients: usize,
}

impl Extent {
    /// Of a whole run, or of a short one.
    pub(crate) const fn of(quick: bool) -> Self {
        if quick {
            return Self {
                mailboxes: (10_000, 30_000),
                large: 200_000,
                consents: 100_000,
                recipients: 100_000,
            };
        }
        Self { mailboxes: (10_000, 100_000), large: 1_000_000, consents: 1_000_000, recipients: 1_000_000 }
    }
}

/// The two hubs, and the mailboxes of the large one that are unlike the others.
struct Hubs {
    small: Subject,
    large: Subject,
    /// One mailbox with very many messages.
    full: Arc<Vec<Opened>>,
    /// Enterprises with all their partitions.
    divided: Arc<Vec<Opened>>,
}

/// All rows of one database.
pub(crate) async fn measure(
    report: &mut Report,
    databases: (TestDatabase, TestDatabase),
    postgres: Processes,
    (plan, extent): (Plan, Extent),
) {
    let mut hubs = Hubs::start(databases, postgres, extent).await;
    let name = hubs.small.database();
    eprintln!("{name}: asking both");
    report.rows.push(hubs.pages(plan, extent).await);
    report
        .rows
        .push(hubs.unlike(plan, &hubs.full, format!("a mailbox of {} messages", amount(extent.large))).await);
    let divided = format!("enterprises with {PARTITIONS} partitions");
    report.rows.push(hubs.unlike(plan, &hubs.divided, divided).await);
    report.figures.push(
        Figure::told("partitions of an enterprise", name, PARTITIONS as f64).within(Bound::AtLeast(900.0)),
    );
    report.rows.push(hubs.polls(plan, extent).await);
    eprintln!("{name}: starting again");
    report.rows.push(hubs.restarts(plan).await);
    report.figures.extend(tokens::resting(&hubs.small).await);
    drop(hubs.large);

    eprintln!("{name}: sending a campaign to {}", amount(extent.recipients));
    hubs.small.hub_processes().forget_peak();
    let campaigner = Campaigner::new(&hubs.small, extent.recipients).await;
    let took = campaigner.sends().await.as_secs_f64();
    campaigner.ends().await;
    let most = hubs.small.hub_processes().peak() as f64 / 1_024.0;
    let told = |name: &str, value| {
        Figure::told(format!("{name} {}", amount(extent.recipients)), hubs.small.database(), value)
    };
    report.figures.push(told("seconds of a campaign that opens its mailboxes, of", took));
    report
        .figures
        .push(told("MiB of the hub at most during a campaign of", most).within(Bound::AtMost(200.0)));
}

impl Hubs {
    async fn start((one, other): (TestDatabase, TestDatabase), postgres: Processes, extent: Extent) -> Self {
        let name = one.name;
        let (few, many) = extent.mailboxes;
        eprintln!("{name}: making {} messages", amount(few * 100));
        let small = Subject::start(one, postgres, Filling::Growth(few, OPENED)).await;
        eprintln!("{name}: making {} messages", amount(many * 100));
        let large = Subject::start(other, postgres, Filling::Growth(many, OPENED)).await;
        eprintln!("{name}: making what is unlike the rest");
        assert!(large.hub.terminate().await, "{}", large.hub.said());
        let special = special(&large.hub, &large.grant, extent.large, ENTERPRISES).await;
        crowd::gather(&large.hub, extent.consents).await;
        large.hub.start_again().await;
        let full = Arc::new(large.find(special.large).await);
        let divided = Arc::new(large.find(special.divided).await);
        Self { small, large, full, divided }
    }

    /// The newest page of the mailboxes of both.
    async fn pages(&self, plan: Plan, extent: Extent) -> Row {
        let (few, many) = extent.mailboxes;
        let (mut small, mut large) = (Vec::new(), Vec::new());
        warm(&self.small).await;
        warm(&self.large).await;
        for _ in 0..plan.rounds {
            small.push(pages(&self.small, &self.small.opened, plan.time).await);
            large.push(pages(&self.large, &self.large.opened, plan.time).await);
        }
        self.row(
            format!("a page among {} messages, {} consents", amount(many * 100), amount(extent.consents)),
            [("hub, more", large), ("hub, less", small)],
            (1.3, 1.1),
            Some(format!("among {} messages", amount(few * 100))),
        )
    }

    /// Pages of these mailboxes, beside ordinary ones of the same hub.
    async fn unlike(&self, plan: Plan, these: &Arc<Vec<Opened>>, what: String) -> Row {
        let (mut theirs, mut ordinary) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            ordinary.push(pages(&self.large, &self.large.opened, plan.time).await);
            theirs.push(pages(&self.large, these, plan.time).await);
        }
        self.row(
            format!("a page of {what}"),
            [("hub, this", theirs), ("hub, ordinary", ordinary)],
            (1.2, 1.0),
            None,
        )
    }

    /// Polls of the feed of a provider with very many consents, beside one with fewer.
    async fn polls(&self, plan: Plan, extent: Extent) -> Row {
        let (mut many, mut few) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            few.push(poll(&self.small, plan.time).await);
            many.push(poll(&self.large, plan.time).await);
        }
        self.row(
            format!("a poll of the feed of {} consents", amount(extent.consents)),
            [("hub, more", many), ("hub, less", few)],
            (1.2, 1.0),
            Some(format!("of {} consents", amount(extent.mailboxes.0))),
        )
    }

    /// The first pages after a restart, beside those of the same hub once it is warm.
    async fn restarts(&mut self, plan: Plan) -> Row {
        let (mut first, mut warm) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            assert!(self.large.hub.terminate().await, "{}", self.large.hub.said());
            self.large.hub.start_again().await;
            first.push(first_pages(&self.large).await);
            warm.push(pages(&self.large, &self.large.opened, plan.time).await);
        }
        let name = format!("the first {} pages after a restart", amount(FIRST));
        self.row(name, [("hub, started again", first), ("hub, warm", warm)], (5.0, 5.0), None)
    }

    fn row(
        &self,
        name: String,
        [one, other]: [(&'static str, Vec<Run>); 2],
        (wanted, aim): (f64, f64),
        beside: Option<String>,
    ) -> Row {
        let beside = beside.map(|beside| format!(", beside {beside}")).unwrap_or_default();
        Row {
            name: name + &beside,
            database: self.small.database(),
            servers: vec![one, other],
            goals: vec![Goal { against: 1, measure: Measure::Tail, wanted, aim }],
        }
    }
}

/// The newest pages of these mailboxes, in no order that a cache could like.
async fn pages(subject: &Subject, opened: &Arc<Vec<Opened>>, time: Duration) -> Run {
    let asks = asks(opened, &Arc::default());
    let before = cpu_of(&subject.processes());
    let outcome = subject.target().ask(Load::paced(time), &asks, StatusCode::OK).await;
    run(&outcome, cpu_of(&subject.processes()) - before)
}

/// Each page once, so that the system holds what it will hold.
async fn warm(subject: &Subject) {
    let counted = Arc::new(AtomicUsize::new(0));
    let asks = asks(&subject.opened, &counted);
    let load = Load { pause: Duration::ZERO, ..Load::paced(Duration::from_secs(60)) };
    let all = reached(&counted, subject.opened.len());
    subject.target().ask_beside(load, &asks, StatusCode::OK, all).await;
}

async fn first_pages(subject: &Subject) -> Run {
    let counted = Arc::new(AtomicUsize::new(0));
    let asks = asks(&subject.opened, &counted);
    let load = Load::paced(Duration::from_secs(60));
    let all = reached(&counted, FIRST);
    let before = cpu_of(&subject.processes());
    let (outcome, _) = subject.target().ask_beside(load, &asks, StatusCode::OK, all).await;
    run(&outcome, cpu_of(&subject.processes()) - before)
}

fn asks(opened: &Arc<Vec<Opened>>, counted: &Arc<AtomicUsize>) -> Asks {
    let (opened, counted) = (Arc::clone(opened), Arc::clone(counted));
    Arc::new(move |n| {
        counted.fetch_add(1, Ordering::Relaxed);
        let one = &opened[spread(n) % opened.len()];
        rows::asking(one, &rows::list_of(one)).body(Full::default()).unwrap()
    })
}

/// Waits until so many were asked.
async fn reached(counted: &AtomicUsize, wanted: usize) {
    while counted.load(Ordering::Relaxed) < wanted {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Mailboxes that are read in each hub.
const OPENED: usize = 10_000;
/// Enterprises with all their partitions.
const ENTERPRISES: usize = 20;
/// Pages after a restart.
const FIRST: usize = 1_000;
