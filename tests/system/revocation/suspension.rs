//! A provider that operators suspend through one node: none of its tokens opens anything at the other, until it is
//! resumed; then all do.

use futures_util::future::join_all;
use system_tests::environment::{figure, full};
use system_tests::world::provider::{EVERYTHING, Grant, Provider};

use super::load::under_load;
use super::questions::{INVALID_TOKEN, Questions, Tally};
use super::{Nodes, PEOPLE};

/// Everybody's consent for the bank.
async fn consents(nodes: &Nodes, bank: &Provider<'_>) -> Vec<Grant> {
    let mut grants = Vec::new();
    for name in PEOPLE {
        grants.push(nodes.stage().citizen(name).grants(bank, &EVERYTHING).await);
    }
    grants
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_provider_is_refused_by_the_other_node_at_once_and_served_again_when_resumed() {
    let rounds = if full("100 suspensions on two nodes instead of 3") { 100 } else { 3 };
    let nodes = Nodes::start().await;
    let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| nodes.stage().operator(name));
    let bank = nodes.stage().provider("bank").await;
    let there = nodes.at_other(&bank.credential);
    let tally = Tally::default();

    let suspending = async {
        let mut grants = consents(&nodes, &bank).await;
        for round in 0..rounds {
            if round % 30 == 29 {
                grants = join_all(grants.iter().map(|grant| bank.refreshes(grant))).await;
            }
            let own = there.client_credentials(&bank.client_id, "consents").await;
            let tokens = join_all(grants.iter().map(|grant| Questions::answered(&there, grant))).await;

            sofie.moves("demo-bank", "suspended").await.expect(200);
            join_all(tokens.iter().map(|token| token.refused(INVALID_TOKEN, &tally))).await;
            there.get("/mailbox/v1/limits", Some(&own)).await.expect_problem(401, "invalidAccessToken");

            let proposal = an.moves("demo-bank", "active").await.expect(202);
            // proposed is not resumed
            join_all(tokens.iter().map(|token| token.refused(INVALID_TOKEN, &tally))).await;
            bart.decides(&proposal, "approve").await.expect(200);
            join_all(tokens.iter().map(Questions::served)).await;
            there.get("/mailbox/v1/limits", Some(&own)).await.expect(200);
        }
    };
    let ((), load) = under_load(&nodes, suspending).await;

    let asked = rounds * 2 * u32::try_from(PEOPLE.len()).unwrap();
    tally.expect(asked);
    figure(&format!(
        "{rounds} suspensions of a provider through one node; list, message and attachment of 3 citizens at once through \
         the other: {} refused, 0 served, and all served again once resumed; {load}",
        asked * 3
    ));
    nodes.stop().await;
}
