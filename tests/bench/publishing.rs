//! Durable publications, one message a request, beside pgbench.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use system_tests::world::people::enterprise;

use crate::load::{Asks, Load, Protocol};
use crate::outcome::Outcome;
use crate::pgbench::{PgBench, Script};
use crate::profile::profiled;
use crate::report::{Goal, Measure, Row, Run};
use crate::rows::{Plan, word};
use crate::subject::Subject;
use crate::turns::{cpu_of, run};

/// Publications, each its own request that is answered once it is durable, beside pgbench in the same minutes.
pub(crate) async fn publishing(subject: &Subject, pgbench: &PgBench, plan: Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for (askers, protocol, wanted, aim) in PUBLISHING {
        let (mut hub, mut theirs) = (Vec::new(), Vec::new());
        let load = Load::steady(askers / subject.senders.len(), protocol, plan.time);
        for _ in 0..plan.rounds {
            let asked = asked(subject, load).await;
            let before = cpu_of(&subject.processes());
            let outcome = asked.await;
            hub.push(run(&outcome, cpu_of(&subject.processes()) - before));
            let rate = pgbench.run(Script::One, 32, plan.time.as_secs().max(1));
            theirs.push(Run { rate, latency: None, cpu: None });
        }
        let name = format!("durable publication, {askers} at once, {}", word(protocol));
        profiled(plan, &name, subject, async { asked(subject, load).await.await }).await;
        rows.push(Row {
            name,
            database: subject.database(),
            servers: vec![("hub", hub), ("pgbench, 32 clients", theirs)],
            goals: vec![Goal { against: 1, measure: Measure::Rate, wanted, aim }],
        });
    }
    rows
}

/// One run: all senders at once, each with a new token.
async fn asked(subject: &Subject, each: Load) -> impl Future<Output = Outcome> {
    let mut asked = Vec::new();
    for sender in &subject.senders {
        let asks = publications(subject.token_of(sender).await);
        let target = subject.target_of(sender);
        asked.push(async move { target.ask(each, &asks, StatusCode::CREATED).await });
    }
    join_all(asked).map(Outcome::whole)
}

/// Publications, each another one.
fn publications(token: String) -> Asks {
    Arc::new(move |n| publication(n, (&token, &enterprise(11))))
}

/// A publication for one of a thousand enterprises, each with a key of its own.
fn publication(n: usize, (token, organization): (&str, &str)) -> Request<Full<Bytes>> {
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

/// How many publish at once, how, and what is wanted.
const PUBLISHING: [(usize, Protocol, f64, f64); 2] =
    [(32, Protocol::Http1, 0.5, 1.2), (256, Protocol::Http2, 1.0, 2.5)];
