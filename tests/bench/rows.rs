//! The rows: what is asked of the hub and of the others, in turns.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Request, StatusCode, header};
use http_body_util::Full;

use crate::audit::Kind;
use crate::data::Opened;
use crate::load::{Asks, Load, Protocol, Target};
use crate::mail::{ASKERS, Cyrus, Dovecot};
use crate::peers::Peer;
use crate::report::{Goal, Measure, Row};
use crate::subject::Subject;
use crate::turns::{Contender, in_turns};

/// How long, how often, by how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Rounds of each row.
    pub(crate) rounds: usize,
    /// Of each run.
    pub(crate) time: Duration,
    /// The folder that profiles go to, if they are wanted.
    pub(crate) profiles: Option<&'static Path>,
}

/// The two servers that give the same bytes.
pub(crate) struct Others {
    /// nginx.
    pub(crate) nginx: Peer,
    /// axum over rustls.
    pub(crate) bare: Peer,
}

impl Others {
    /// Both, with these files.
    pub(crate) fn start(subject: &Subject, files: &BTreeMap<&str, Vec<u8>>) -> Self {
        let folder = subject.hub.stage.setting.path("others");
        Self {
            nginx: Peer::nginx(&folder.join("nginx"), files),
            bare: Peer::bare(&folder.join("bare"), files),
        }
    }
}

/// Lists, pages that have not changed, messages and files, by both protocols; then handshakes.
pub(crate) async fn reading(subject: &Subject, others: &Others, plan: Plan) -> Vec<Row> {
    let postgres = subject.database() == "postgresql";
    let goal = |against, measure, wanted, aim| Goal { against, measure, wanted, aim };
    let rate = |wanted, aim| goal(1, Measure::Rate, wanted, aim);
    let page = if postgres { rate(0.25, 0.6) } else { rate(0.4, 0.8) };
    let of_list = vec![page, goal(1, Measure::Cpu, 4.0, 1.5), goal(2, Measure::Rate, 0.4, 0.85)];
    let (http1, http2, fresh) = (Protocol::Http1, Protocol::Http2, Protocol::Handshakes);
    let handshakes = vec![rate(1.5, 1.8), goal(2, Measure::Rate, 0.9, 0.97)];

    let asked: [Asked; 7] = [
        ("the newest 50 messages", "page.json", Kind::List, list, http1, of_list.clone()),
        ("the same, unchanged", "page.json", Kind::Unchanged, unchanged, http1, vec![rate(0.5, 0.8)]),
        ("the newest 50 messages", "page.json", Kind::List, list, http2, of_list),
        ("the same, unchanged", "page.json", Kind::Unchanged, unchanged, http2, vec![rate(0.5, 0.8)]),
        ("one message", "message.json", Kind::Message, message, http1, vec![rate(0.35, 0.7)]),
        ("a file of 200 KiB", "file.pdf", Kind::Content, file, http1, vec![rate(0.7, 1.0)]),
        ("full handshakes, each with a list", "page.json", Kind::List, list, fresh, handshakes),
    ];
    let mut rows = Vec::new();
    for (name, file, kind, question, protocol, goals) in asked {
        let load = Load::steady(ASKERS, protocol, plan.time);
        let hub = ours(subject, (kind, question), load);
        rows.push(beside(hub, (name, file, goals), others, (subject, load), plan).await);
    }
    rows
}

/// A row: its name, the file of the others, what is disclosed, what is asked, how, and what is wanted.
type Asked = (&'static str, &'static str, Kind, Question, Protocol, Vec<Goal>);
type Question = fn(&Opened) -> Request<Full<Bytes>>;

/// A row of the hub beside nginx and, where a goal asks for it, the bare server.
async fn beside<'a>(
    hub: Contender<'a>,
    (name, file, goals): (&'static str, &'static str, Vec<Goal>),
    others: &'a Others,
    (subject, load): (&'a Subject, Load),
    plan: Plan,
) -> Row {
    let tag = match name {
        "the same, unchanged" => Some(subject.tag_at(&others.nginx, file).await),
        _ => None,
    };
    let mut contenders = vec![hub, theirs(("nginx", &others.nginx), file, tag, (subject, load))];
    if goals.iter().any(|goal| goal.against == 2) {
        contenders.push(theirs(("axum and rustls", &others.bare), file, None, (subject, load)));
    }
    in_turns(format!("{name}, {}", word(load.protocol)), &contenders, (subject, plan), goals).await
}

/// The list beside mail servers that hold the same letters.
pub(crate) async fn beside_mail(subject: &Subject, dovecot: &Dovecot, cyrus: &Cyrus, plan: Plan) -> Row {
    // both make their processes when they are asked first
    let first = Duration::from_millis(500);
    dovecot.ask(first).await;
    cyrus.ask(first).await;
    let contenders = [
        ours(subject, (Kind::List, list), Load::steady(ASKERS, Protocol::Http1, plan.time)),
        Contender {
            name: "Dovecot, IMAP",
            asked: Box::new(|| dovecot.ask(plan.time).boxed()),
            processes: vec![dovecot.processes()],
        },
        Contender {
            name: "Cyrus, JMAP",
            asked: Box::new(|| cyrus.ask(plan.time).boxed()),
            processes: vec![cyrus.processes()],
        },
    ];
    let goals = vec![
        Goal { against: 1, measure: Measure::Rate, wanted: 8.0, aim: 15.0 },
        Goal { against: 2, measure: Measure::Rate, wanted: 40.0, aim: 75.0 },
    ];
    let name = "the newest 50 messages, beside mail servers".to_owned();
    in_turns(name, &contenders, (subject, plan), goals).await
}

/// The hub, asked about mailbox after mailbox; its answers are counted.
fn ours<'a>(subject: &'a Subject, (kind, ask): (Kind, Question), load: Load) -> Contender<'a> {
    let opened = Arc::clone(&subject.opened);
    let asks: Asks = Arc::new(move |n| ask(&opened[spread(n) % opened.len()]));
    let right = if kind == Kind::Unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let asked = move || {
        let asks = Arc::clone(&asks);
        async move {
            let outcome = subject.target().ask(load, &asks, right).await;
            subject.tally.add(kind, outcome.answers);
            outcome
        }
        .boxed()
    };
    Contender { name: "hub", asked: Box::new(asked), processes: subject.processes() }
}

/// Another server, asked for the same file again and again; with its tag where 304 is right.
fn theirs<'a>(
    (name, peer): (&'static str, &'a Peer),
    file: &'static str,
    tag: Option<String>,
    (subject, load): (&'a Subject, Load),
) -> Contender<'a> {
    let target = Target::new("localhost", peer.port, &subject.bank);
    let right = if tag.is_some() { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let asks: Asks = Arc::new(move |_| {
        let request = Request::get(format!("/{file}")).header(header::HOST, "localhost");
        let request = match &tag {
            Some(tag) => request.header(header::IF_NONE_MATCH, tag),
            None => request,
        };
        request.body(Full::default()).unwrap()
    });
    let asked = move || {
        let (target, asks) = (target.clone(), Arc::clone(&asks));
        async move { target.ask(load, &asks, right).await }.boxed()
    };
    Contender { name, asked: Box::new(asked), processes: vec![peer.processes()] }
}

fn list(one: &Opened) -> Request<Full<Bytes>> {
    asking(one, &list_of(one)).body(Full::default()).unwrap()
}

fn unchanged(one: &Opened) -> Request<Full<Bytes>> {
    asking(one, &list_of(one)).header(header::IF_NONE_MATCH, &one.tag).body(Full::default()).unwrap()
}

fn message(one: &Opened) -> Request<Full<Bytes>> {
    asking(one, &message_of(one)).body(Full::default()).unwrap()
}

fn file(one: &Opened) -> Request<Full<Bytes>> {
    let path = format!("{}/attachments/{}/content", message_of(one), one.attachment);
    asking(one, &path).body(Full::default()).unwrap()
}

/// A request of the provider about one citizen's mailbox, to be completed.
pub(crate) fn asking(one: &Opened, path: &str) -> http::request::Builder {
    let request = Request::get(path).header(header::HOST, "localhost");
    request.header(header::AUTHORIZATION, format!("Bearer {}", one.token))
}

/// The newest page of a mailbox.
pub(crate) fn list_of(one: &Opened) -> String {
    format!("/mailbox/v1/mailboxes/{}/messages?pageSize=50", one.mailbox)
}

/// Its message with a file.
pub(crate) fn message_of(one: &Opened) -> String {
    format!("/mailbox/v1/mailboxes/{}/messages/{}", one.mailbox, one.message)
}

/// A place far from the one before it.
pub(crate) const fn spread(n: usize) -> usize {
    n.wrapping_mul(7_919)
}

/// What is spoken, in words.
pub(crate) const fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Http1 => "HTTP/1.1",
        Protocol::Http2 => "HTTP/2",
        Protocol::Handshakes => "TLS 1.3",
    }
}
