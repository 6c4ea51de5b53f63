//! Two nodes over one PostgreSQL: what happens at one is told by the other.

use std::time::Instant;

use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::process::HubProcess;

use super::{Follower, consents, kinds};

#[tokio::test]
async fn what_happens_at_one_node_is_told_by_the_other() {
    let first = HubProcess::start(TestDatabase::postgresql().await).await;
    let other = first.start_beside().await;
    let stage = &first.stage;
    let (bank, tax) = (stage.provider("bank").await, stage.sender("tax").await);
    let anna = stage.citizen("Anna");
    let _grant = consents(&anna, &bank).await;
    let here = Follower::at_the_end(&bank).await;
    let there = stage.machine_at(other.address, Some(&bank.credential));
    let mut there = Follower { machine: &there, token: here.token.clone(), next: here.next.clone() };

    let mut slowest = 0;
    for n in 0..5 {
        let ((heard, at), published) = tokio::join!(
            async {
                let heard = there.hears().await;
                (heard, Instant::now())
            },
            async {
                tax.publishes(&anna.person.recipient(), &format!("Weidebeekjuffer {n}")).await;
                Instant::now()
            }
        );
        assert_eq!(heard, ["messageAvailable"]);
        slowest = slowest.max(at.saturating_duration_since(published).as_millis());
    }
    figure(&format!(
        "a poll that waits at the other node hears of a publication {slowest} ms after it at most, of 5"
    ));

    let mut metrics = String::new();
    for address in [first.address, other.address] {
        let asked = stage.machine_at(address, None);
        let asked = asked.request("GET", &format!("{}/metrics", stage.operations));
        metrics += &asked.send().await.unwrap().text().await.unwrap();
    }
    for name in ["facteur_feed_lag_seconds", "facteur_feed_sequenced_total"] {
        assert!(metrics.contains(name), "{name} is not among the metrics: {metrics}");
    }

    // a cursor is good at both, and each node ends a poll whose consent the other ended
    assert_eq!(kinds(&here.ask(&here.next).await.expect(200)).len(), 5);
    let (heard, _) = tokio::join!(there.hears(), anna.revokes());
    assert_eq!(heard, ["consentEnded"]);
    assert_eq!(kinds(&here.ask(&here.next).await.expect(200)), ["consentEnded"]);

    for node in [&other, &*first] {
        assert!(node.terminate().await, "{}", node.said());
        node.check_logs_of(stage);
    }
}
