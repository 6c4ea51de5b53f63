//! Consents that end: what is asked after the answer to the citizen must be refused, on every node.

use std::net::Ipv4Addr;

use futures_util::future::join_all;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use system_tests::world::provider::{EVERYTHING, messages_path};

use crate::figure::{Bound, Figure};
use crate::subject::Subject;
use crate::wire::Line;

/// Ends so many consents of each of three citizens, and counts what is served under them afterwards; on PostgreSQL by two
/// nodes, of which the other one took the revocation.
pub(crate) async fn figure(subject: &Subject, each: usize) -> Figure {
    let other = match subject.database() {
        "postgresql" => Some(subject.hub.start_beside().await),
        _ => None,
    };
    let nodes: Vec<Ipv4Addr> =
        std::iter::once(Ipv4Addr::LOCALHOST).chain(other.as_ref().map(|node| node.address)).collect();
    let post = subject.hub.stage.provider("post").await;
    let target = subject.target_with(&post.credential);
    let mut lines = Vec::new();
    for n in 0..LINES {
        lines.push(Line::to(target.clone().at(nodes[n % nodes.len()])).await);
    }

    let mut served = 0;
    for name in CITIZENS {
        let citizen = subject.hub.stage.citizen(name);
        for _ in 0..each {
            let grant = citizen.grants(&post, &EVERYTHING).await;
            let list = messages_path(&grant);
            assert_eq!(
                answered(&mut lines, &list, &grant.access).await,
                LINES,
                "the consent opens the mailbox"
            );
            let page = citizen.revokes().await;
            assert_eq!(page.status, 200, "{}", page.words());
            served += answered(&mut lines, &list, &grant.access).await;
        }
    }
    if let Some(node) = other {
        assert!(node.terminate().await, "{}", node.said());
    }
    let name = format!(
        "requests served after the answer to a revocation; {} revocations, {LINES} requests each, {} nodes",
        each * CITIZENS.len(),
        nodes.len()
    );
    Figure::told(name, subject.database(), served as f64).within(Bound::AtMost(0.0)).binding()
}

/// How many of the requests that are made at once are answered with 200; the others must be refused with 401.
async fn answered(lines: &mut [Line], path: &str, token: &str) -> usize {
    let asked = lines.iter_mut().map(|line| {
        let request = Request::get(path)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        line.ask(request.body(Full::default()).unwrap())
    });
    let statuses: Vec<StatusCode> = join_all(asked).await.into_iter().map(|answer| answer.status).collect();
    let known = [StatusCode::OK, StatusCode::UNAUTHORIZED];
    assert!(statuses.iter().all(|status| known.contains(status)), "{statuses:?}");
    statuses.iter().filter(|status| **status == StatusCode::OK).count()
}

/// Connections over which is asked, spread over the nodes.
const LINES: usize = 8;
const CITIZENS: [&str; 3] = ["Bert", "Emma", "Fien"];
