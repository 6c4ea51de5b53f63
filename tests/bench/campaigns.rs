//! Campaigns: one document to many, and what those notice who read meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, StatusCode, header};
use http_body_util::Full;
use hub_core::db::Db;
use serde_json::{Value, json};
use system_tests::world::letter::Letter;
use system_tests::world::people::enterprise;

use crate::audit::Kind;
use crate::figure::{Bound, Figure, amount};
use crate::load::Load;
use crate::pgbench::{PgBench, Script};
use crate::profile::profiled;
use crate::report::{Goal, Measure, Row, Run};
use crate::rows::{self, Plan};
use crate::subject::{Sender, Subject};
use crate::turns::{cpu_of, run};
use crate::wire::Line;

/// A sender of campaigns, and whom they are for.
pub(crate) struct Campaigner<'s> {
    subject: &'s Subject,
    sender: &'s Sender,
    recipients: usize,
    list: Vec<u8>,
    db: Db,
}

impl<'s> Campaigner<'s> {
    /// One whose campaigns are for so many enterprises.
    pub(crate) async fn new(subject: &'s Subject, recipients: usize) -> Self {
        let line = |n: usize| format!("{}\n", json!({"enterpriseNumber": enterprise(number(n))}));
        let list = (0..recipients).map(line).collect::<String>().into_bytes();
        Self { subject, sender: &subject.senders[0], recipients, list, db: subject.db().await }
    }

    /// Sends one, and waits until all have it and every feed has caught up; gives how long that took from the upload on.
    pub(crate) async fn sends(&self) -> Duration {
        let mut token = self.subject.token_of(self.sender).await;
        let mut line = Line::to(self.subject.target_of(self.sender)).await;
        let campaign = line.expect(beginning(&token), StatusCode::CREATED).await;
        let href = path(campaign["self"].as_str().unwrap());

        let (begun, mut fresh) = (Instant::now(), Instant::now());
        let upload = asking("PUT", &format!("{href}/recipients"), &token)
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(Full::from(self.list.clone()));
        line.expect(upload.unwrap(), StatusCode::ACCEPTED).await;
        loop {
            if fresh.elapsed() > Duration::from_secs(240) {
                (token, fresh) = (self.subject.token_of(self.sender).await, Instant::now());
            }
            let now = line
                .expect(asking("GET", &href, &token).body(Full::default()).unwrap(), StatusCode::OK)
                .await;
            if now["state"] == "completed" {
                assert_eq!(now["counts"]["delivered"], self.recipients, "{now:#}");
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        while self.queued().await > 0 {
            tokio::time::sleep(LOOK).await;
        }
        begun.elapsed()
    }

    async fn queued(&self) -> i64 {
        let row: Option<(i64,)> =
            self.db.fetch_optional("SELECT COUNT(*) FROM change_queue", ()).await.unwrap();
        row.unwrap().0
    }

    /// Rows of campaigns beside pgbench, and of lists beside a campaign; and the most memory that the hub had meanwhile.
    pub(crate) async fn rows(&self, pgbench: &PgBench, plan: Plan) -> (Vec<Row>, Vec<Figure>) {
        let hub = self.subject.hub_processes();
        hub.forget_peak();
        let rows = vec![self.beside_pgbench(pgbench, plan).await, self.beside_readers(plan).await];
        let name = format!("MiB of the hub at most during a campaign of {}", amount(self.recipients));
        let most = hub.peak() as f64 / 1_024.0;
        (rows, vec![Figure::told(name, self.subject.database(), most).within(Bound::AtMost(200.0))])
    }

    async fn beside_pgbench(&self, pgbench: &PgBench, plan: Plan) -> Row {
        let (mut hub, mut theirs) = (Vec::new(), Vec::new());
        let count = self.recipients as f64;
        for _ in 0..plan.rounds {
            let before = cpu_of(&self.subject.processes());
            let took = self.sends().await;
            let cpu = cpu_of(&self.subject.processes()) - before;
            hub.push(Run { rate: count / took.as_secs_f64(), latency: None, cpu: Some(cpu as f64 / count) });
            let statements = pgbench.run(Script::Hundred, 8, plan.time.as_secs().max(1));
            theirs.push(Run { rate: statements * 100.0, latency: None, cpu: None });
        }
        let name = format!("campaign, {} recipients, until the feed has caught up", amount(self.recipients));
        profiled(plan, &name, self.subject, self.sends()).await;
        Row {
            name,
            database: self.subject.database(),
            servers: vec![("hub", hub), ("pgbench, 100 rows", theirs)],
            goals: vec![Goal { against: 1, measure: Measure::Rate, wanted: 0.3, aim: 0.6 }],
        }
    }

    async fn beside_readers(&self, plan: Plan) -> Row {
        let subject = self.subject;
        let (target, opened) = (subject.target(), Arc::clone(&subject.opened));
        let asks: crate::load::Asks = Arc::new(move |n| {
            let one = &opened[rows::spread(n) % opened.len()];
            rows::asking(one, &rows::list_of(one)).body(Full::default()).unwrap()
        });
        let (mut beside, mut idle) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            let alone = Load::interactive(plan.time.max(Duration::from_secs(2)));
            let outcome = target.ask(alone, &asks, StatusCode::OK).await;
            subject.tally.add(Kind::List, outcome.answers);
            idle.push(Run { cpu: None, ..run(&outcome, 0) });

            let long = Load::interactive(Duration::from_secs(3_600));
            let (outcome, sent) = target.ask_beside(long, &asks, StatusCode::OK, self.sends()).await;
            assert!(sent.is_some(), "the campaign came to its end");
            subject.tally.add(Kind::List, outcome.answers);
            beside.push(Run { cpu: None, ..run(&outcome, 0) });
        }
        Row {
            name: "the newest 50 messages, while a campaign runs, HTTP/1.1".to_owned(),
            database: subject.database(),
            servers: vec![("hub with a campaign", beside), ("hub at rest", idle)],
            goals: vec![Goal { against: 1, measure: Measure::Tail, wanted: 3.0, aim: 2.0 }],
        }
    }

    /// Lets go of the database.
    pub(crate) async fn ends(self) {
        self.db.close().await;
    }
}

/// The request that begins a campaign.
fn beginning(token: &str) -> Request<Full<bytes::Bytes>> {
    let mut letter = Letter::to(&Value::Null, "Aan alle ondernemingen");
    letter.metadata.as_object_mut().unwrap().remove("recipient");
    letter.metadata["senderOrganization"] = enterprise(11).into();
    letter.metadata["messageType"] = "tax-assessment".into();
    let letter = letter.body("Beste, dit bericht gaat naar elke onderneming.").pdf("brief.pdf", 200 * 1_024);
    let (media_type, body) = letter.form();
    let body = String::from_utf8(body).unwrap().replace("name=\"message\"", "name=\"campaign\"");
    asking("POST", "/sender/v1/campaigns", token)
        .header("idempotency-key", format!("\"{}\"", letter.key))
        .header(header::CONTENT_TYPE, media_type)
        .body(Full::from(body))
        .unwrap()
}

fn asking(method: &str, path: &str, token: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.header(header::AUTHORIZATION, format!("Bearer {token}"))
}

/// The path of an address of the hub.
fn path(href: &str) -> String {
    url::Url::parse(href).map_or_else(|_| href.to_owned(), |url| url.path().to_owned())
}

/// Enterprises that are not among those whom single letters are for.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or_default() + 200_000
}

/// Between two looks at how far a campaign is.
const LOOK: Duration = Duration::from_millis(20);
