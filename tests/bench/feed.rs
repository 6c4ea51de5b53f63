//! The change feed of a provider with many consents: how soon a question is answered, how fast it is read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::figure::{Bound, Figure, amount};
use crate::load::{Asks, Load};
use crate::profile::profiled;
use crate::report::{Row, Run, Spread};
use crate::rows::Plan;
use crate::subject::Subject;
use crate::turns::{cpu_of, run};
use crate::wire::Line;

/// A page of the feed, of which only the number of its changes counts here.
#[derive(Deserialize)]
struct Page {
    items: Vec<IgnoredAny>,
    next: String,
}

/// Polls that find nothing new, and the whole feed read page by page by one reader, beside so many consents.
pub(crate) async fn rows(subject: &Subject, plan: Plan, consents: usize) -> (Vec<Row>, Vec<Figure>) {
    let (mut polls, mut reads) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        polls.push(poll(subject, plan.time).await);
        reads.push(read(subject, plan.time).await);
    }
    let polled = format!("change feed of {} consents, polled, HTTP/1.1", amount(consents));
    let taken = format!("change feed of {} consents, read by one reader, changes", amount(consents));
    profiled(plan, &polled, subject, poll(subject, plan.time)).await;
    profiled(plan, &taken, subject, read(subject, plan.time)).await;
    let tail = polls.iter().filter_map(|run| run.latency).map(|(_, tail)| f64::from(tail) / 1_000.0);
    let tail = Spread::of(tail.collect()).middle;
    let rate = Spread::of(reads.iter().map(|run| run.rate).collect()).middle;
    let told = |name: &str, value: f64| Figure::told(name, subject.database(), value);
    let row = |name: String, runs| Row {
        name,
        database: subject.database(),
        servers: vec![("hub", runs)],
        goals: Vec::new(),
    };
    let rows = vec![row(polled, polls), row(taken, reads)];
    let figures = vec![
        told("ms of a poll of the change feed, p99", tail).within(Bound::AtMost(5.0)).aiming(2.0),
        told("changes read from the feed, a second", rate).within(Bound::AtLeast(20_000.0)).aiming(50_000.0),
    ];
    (rows, figures)
}

/// Questions at the end of the feed, by many who ask now and then.
pub(crate) async fn poll(subject: &Subject, time: Duration) -> Run {
    let token = subject.token_for("feed").await;
    let mut line = Line::to(subject.target()).await;
    let end = page(&mut line, &format!("{FEED}?after=latest"), &token).await;
    let asks: Asks = {
        let next = local(&end.next);
        Arc::new(move |_| asking(&next, &token))
    };
    let before = cpu_of(&subject.processes());
    let outcome = subject.target().ask(Load::interactive(time), &asks, StatusCode::OK).await;
    run(&outcome, cpu_of(&subject.processes()) - before)
}

/// The feed from its beginning, again and again: changes a second.
async fn read(subject: &Subject, time: Duration) -> Run {
    let token = subject.token_for("feed").await;
    let mut line = Line::to(subject.target()).await;
    let (begun, before) = (Instant::now(), cpu_of(&subject.processes()));
    let (mut changes, mut next) = (0, START.to_owned());
    while begun.elapsed() < time {
        let page = page(&mut line, &next, &token).await;
        changes += page.items.len();
        next = if page.items.is_empty() { START.to_owned() } else { local(&page.next) };
    }
    assert!(changes > 0, "the feed is empty");
    let cpu = (cpu_of(&subject.processes()) - before) as f64 / changes as f64;
    Run { rate: changes as f64 / begun.elapsed().as_secs_f64(), latency: None, cpu: Some(cpu) }
}

async fn page(line: &mut Line, path: &str, token: &str) -> Page {
    let answer = line.ask(asking(path, token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}

fn asking(path: &str, token: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header(header::HOST, "localhost");
    request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Full::default()).unwrap()
}

/// The path of a link.
pub(crate) fn local(link: &str) -> String {
    let Ok(url) = url::Url::parse(link) else { return link.to_owned() };
    url[url::Position::BeforePath..].to_owned()
}

const FEED: &str = "/mailbox/v1/changes";
const START: &str = "/mailbox/v1/changes?pageSize=500";
