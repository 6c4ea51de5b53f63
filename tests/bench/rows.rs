//! The rows: what is asked of the hub and of the others, in turns.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use system_tests::world::people::enterprise;

use crate::data::Opened;
use crate::load::{Asks, Load, Outcome, Protocol, Target};
use crate::machine::Processes;
use crate::peers::Peer;
use crate::pgbench::PgBench;
use crate::report::{Figure, Goal, Measure, Row, Run};
use crate::subject::Subject;

/// How long, how often, by how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Rounds of each row.
    pub(crate) rounds: usize,
    /// Of each run.
    pub(crate) time: Duration,
}

/// The two servers that give the same bytes.
pub(crate) struct Others {
    /// nginx.
    pub(crate) nginx: Peer,
    /// axum over rustls.
    pub(crate) bare: Peer,
}

/// A server in a row: its name, where it is, what is asked, what is right, and its processes.
struct Contender {
    name: &'static str,
    target: Target,
    asks: Asks,
    right: StatusCode,
    processes: Vec<Processes>,
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
    let list: fn(&Opened) -> Request<Full<Bytes>> =
        |one| asking(one, &list_of(one)).body(Full::default()).unwrap();
    let unchanged: fn(&Opened) -> Request<Full<Bytes>> = |one| {
        asking(one, &list_of(one)).header(header::IF_NONE_MATCH, &one.tag).body(Full::default()).unwrap()
    };
    let message: fn(&Opened) -> Request<Full<Bytes>> =
        |one| asking(one, &message_of(one)).body(Full::default()).unwrap();
    let file: fn(&Opened) -> Request<Full<Bytes>> = |one| {
        let path = format!("{}/attachments/{}/content", message_of(one), one.attachment);
        asking(one, &path).body(Full::default()).unwrap()
    };
    let postgres = subject.database() == "postgresql";
    let mut rows = Vec::new();
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let (rate, aim) = if postgres { (0.25, 0.6) } else { (0.4, 0.8) };
        let goals = vec![
            Goal { against: 1, measure: Measure::Rate, wanted: rate, aim },
            Goal { against: 1, measure: Measure::Cpu, wanted: 4.0, aim: 1.5 },
            Goal { against: 2, measure: Measure::Rate, wanted: 0.4, aim: 0.85 },
        ];
        let row = ("the newest 50 messages", "page.json", StatusCode::OK);
        rows.push(beside(subject, others, (row, list), (protocol, goals), plan).await);
        let goals = vec![Goal { against: 1, measure: Measure::Rate, wanted: 0.5, aim: 0.8 }];
        let row = ("the same, unchanged", "page.json", StatusCode::NOT_MODIFIED);
        rows.push(beside(subject, others, (row, unchanged), (protocol, goals), plan).await);
    }
    let goals = vec![Goal { against: 1, measure: Measure::Rate, wanted: 0.35, aim: 0.7 }];
    let row = ("one message", "message.json", StatusCode::OK);
    rows.push(beside(subject, others, (row, message), (Protocol::Http1, goals), plan).await);
    let goals = vec![Goal { against: 1, measure: Measure::Rate, wanted: 0.7, aim: 1.0 }];
    let row = ("a file of 200 KiB", "file.pdf", StatusCode::OK);
    rows.push(beside(subject, others, (row, file), (Protocol::Http1, goals), plan).await);
    let goals = vec![
        Goal { against: 1, measure: Measure::Rate, wanted: 1.5, aim: 1.8 },
        Goal { against: 2, measure: Measure::Rate, wanted: 0.9, aim: 0.97 },
    ];
    let row = ("full handshakes, each with a list", "page.json", StatusCode::OK);
    rows.push(beside(subject, others, (row, list), (Protocol::Handshakes, goals), plan).await);
    rows
}

type Question = fn(&Opened) -> Request<Full<Bytes>>;

/// A row of the hub beside nginx and the bare server.
async fn beside(
    subject: &Subject,
    others: &Others,
    ((name, file, right), ask): ((&'static str, &'static str, StatusCode), Question),
    (protocol, goals): (Protocol, Vec<Goal>),
    plan: Plan,
) -> Row {
    let opened = Arc::clone(&subject.opened);
    let hub = Contender {
        name: "hub",
        target: subject.target(),
        asks: Arc::new(move |n| ask(&opened[spread(n) % opened.len()])),
        right,
        processes: subject.processes(),
    };
    let same = |name, peer: &Peer, tag: Option<String>| Contender {
        name,
        target: Target::new("localhost", peer.port, &subject.bank),
        right: if tag.is_some() { StatusCode::NOT_MODIFIED } else { StatusCode::OK },
        asks: Arc::new(move |_| {
            let request = Request::get(format!("/{file}")).header(header::HOST, "localhost");
            let request = match &tag {
                Some(tag) => request.header(header::IF_NONE_MATCH, tag),
                None => request,
            };
            request.body(Full::default()).unwrap()
        }),
        processes: vec![peer.processes()],
    };
    let tag = match right {
        StatusCode::NOT_MODIFIED => Some(subject.tag_at(&others.nginx, file).await),
        _ => None,
    };
    let mut contenders = vec![hub, same("nginx", &others.nginx, tag)];
    if goals.iter().any(|goal| goal.against == 2) {
        contenders.push(same("axum and rustls", &others.bare, None));
    }
    let load = Load { askers: 32, protocol, time: plan.time };
    let servers = in_turns(&contenders, load, plan.rounds).await;
    let name = format!("{name}, {}", word(protocol));
    Row { name, database: subject.database(), servers, goals }
}

/// Each of them in each round.
async fn in_turns(contenders: &[Contender], load: Load, rounds: usize) -> Vec<(&'static str, Vec<Run>)> {
    let mut servers: Vec<(&'static str, Vec<Run>)> =
        contenders.iter().map(|one| (one.name, Vec::with_capacity(rounds))).collect();
    for _ in 0..rounds {
        for (one, (_, runs)) in contenders.iter().zip(&mut servers) {
            let cpu = || one.processes.iter().map(|processes| processes.cpu()).sum::<u64>();
            let before = cpu();
            let outcome = one.target.ask(load, &one.asks, one.right).await;
            let cpu = (cpu() - before) as f64 / outcome.answers as f64;
            let latency = Some((outcome.within(0.5), outcome.within(0.99)));
            runs.push(Run { rate: outcome.rate(), latency, cpu: Some(cpu) });
        }
    }
    servers
}

/// Publications, each its own request that is answered once it is durable, beside pgbench in the same minutes.
pub(crate) async fn publishing(subject: &Subject, pgbench: &PgBench, plan: Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for (askers, protocol, wanted, aim) in PUBLISHING {
        let (mut hub, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            let each = Load { askers: askers / subject.senders.len(), protocol, time: plan.time };
            let cpu = || subject.processes().iter().map(|one| one.cpu()).sum::<u64>();
            let before = cpu();
            let asked = subject.senders.iter().map(|sender| {
                let (target, asks) = (subject.target_of(sender), sender.publications());
                async move { target.ask(each, &asks, StatusCode::CREATED).await }
            });
            let outcome = Outcome::whole(join_all(asked).await);
            hub.push(Run {
                rate: outcome.rate(),
                latency: Some((outcome.within(0.5), outcome.within(0.99))),
                cpu: Some((cpu() - before) as f64 / outcome.answers as f64),
            });
            theirs.push(Run { rate: pgbench.run(32, plan.time.as_secs().max(1)), latency: None, cpu: None });
        }
        rows.push(Row {
            name: format!("durable publication, {askers} at once, {}", word(protocol)),
            database: subject.database(),
            servers: vec![("hub", hub), ("pgbench, 32 clients", theirs)],
            goals: vec![Goal { against: 1, measure: Measure::Rate, wanted, aim }],
        });
    }
    rows
}

/// Tokens a second, and what a connection that rests takes.
pub(crate) async fn figures(subject: &Subject, plan: Plan) -> Vec<Figure> {
    let load = Load { askers: 32, protocol: Protocol::Http1, time: plan.time };
    let form = "grant_type=client_credentials&client_id=bank-app&scope=feed";
    let asks: Asks = Arc::new(move |_| {
        let request = Request::post("/token").header(header::HOST, "localhost");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Full::from(form)).unwrap()
    });
    let tokens = subject.target().ask(load, &asks, StatusCode::OK).await;
    let figure = |name: &str, value: f64, most: Option<f64>| Figure {
        name: name.to_owned(),
        database: subject.database(),
        value,
        most,
    };
    let health: Asks = Arc::new(|_| {
        Request::get("/health").header(header::HOST, "localhost").body(Full::default()).unwrap()
    });
    let before = subject.hub_memory();
    let held = subject.target().idle(IDLE, &health).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let each = (subject.hub_memory() - before) / IDLE as f64;
    drop(held);
    vec![
        figure("tokens of client credentials, a second", tokens.rate(), None),
        figure("KiB of an idle connection of mutual TLS", each, Some(60.0 * 1_000.0 / 1_024.0)),
        figure("MiB of the hub at the end", subject.hub_memory() / 1_024.0, Some(200.0)),
    ]
}

/// A publication for one of a thousand enterprises, each with a key of its own.
pub(crate) fn publication(n: usize, (token, organization): (&str, &str)) -> Request<Full<Bytes>> {
    let to = json!({"enterpriseNumber": enterprise(u32::try_from(n % 1_000).unwrap_or_default() + 100)});
    let mut letter = system_tests::world::letter::Letter::to(&to, "Mededeling");
    letter.metadata["senderOrganization"] = organization.into();
    letter.metadata["messageType"] = "tax-assessment".into();
    let letter = letter.body(&"Beste, dit is een bericht. ".repeat(30));
    let (media_type, body) = letter.form();
    Request::post("/sender/v1/messages")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("idempotency-key", format!("\"{}\"", letter.key))
        .header(header::CONTENT_TYPE, media_type)
        .body(Full::from(body))
        .unwrap()
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
const fn spread(n: usize) -> usize {
    n.wrapping_mul(7_919)
}

const fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Http1 => "HTTP/1.1",
        Protocol::Http2 => "HTTP/2",
        Protocol::Handshakes => "TLS 1.3",
    }
}

/// How many publish at once, how, and what is wanted.
const PUBLISHING: [(usize, Protocol, f64, f64); 2] =
    [(32, Protocol::Http1, 0.5, 1.2), (256, Protocol::Http2, 1.0, 2.5)];
/// Connections that rest.
const IDLE: usize = 1_000;
