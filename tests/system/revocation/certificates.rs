//! Certificates that end while their connection to the other node is open: by an operator at the first node, and by a
//! revocation list that each node rereads.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use system_tests::authority::Wish;
use system_tests::environment::{figure, full};
use system_tests::world::machine::Machine;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};
use system_tests::world::setting::authorities;

use super::load::under_load;
use super::questions::{NOT_REGISTERED, Questions, REVOKED, Tally};
use super::{Nodes, PEOPLE};

const CERTIFICATES: &str = "/v1/applications/bank-app/certificates";

/// The consent with a token of its own for this machine's certificate.
async fn bound_to(machine: &Machine<'_>, bank: &Provider<'_>, grant: &Grant) -> Grant {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", bank.client_id.as_str()),
        ("refresh_token", grant.refresh.as_str()),
    ];
    let tokens = machine.post_form("/token", &form).await.expect(200);
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    machine.stage.never_shown(&access);
    Grant { access, ..grant.clone() }
}

/// A consent of the first of those whose consents end.
async fn consent(nodes: &Nodes, bank: &Provider<'_>) -> Grant {
    nodes.stage().citizen(PEOPLE[0]).grants(bank, &EVERYTHING).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_an_operator_ends_is_refused_by_the_other_node_on_its_open_connection() {
    let rounds = if full("100 certificates ended on two nodes instead of 4") { 100 } else { 4 };
    let nodes = Nodes::start().await;
    let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| nodes.stage().operator(name));
    let bank = nodes.stage().provider("bank").await;
    let tally = Tally::default();

    let ending = async {
        let grant = consent(&nodes, &bank).await;
        for round in 0..rounds {
            let name = format!("urn:test:bank-{round}");
            let wanted = json!({"anchor": "providers", "nameKind": "sanUri", "name": name});
            an.with(&bart, an.post(CERTIFICATES, &wanted).await).await;
            let there = nodes.at_other(&authorities().providers.client(&name));
            let held = bound_to(&there, &bank, &grant).await;
            let questions = Questions::answered(&there, &held).await;
            let list = sofie.get(CERTIFICATES).await.expect(200);
            let known = list["items"].as_array().unwrap().iter().find(|one| one["name"] == name.as_str());
            let path = format!("/v1/certificates/{}", known.unwrap()["certificateId"].as_str().unwrap());

            sofie.delete(&path).await.expect(204);

            questions.refused(NOT_REGISTERED, &tally).await;
        }
    };
    let ((), load) = under_load(&nodes, ending).await;

    tally.expect(rounds);
    figure(&format!(
        "{rounds} certificates ended by an operator at one node; list, message and attachment at once on the open HTTP/2 \
         connection to the other: {} refused, 0 served; {load}",
        rounds * 3
    ));
    nodes.stop().await;
}

/// How often the other node has put new revocation lists in force.
fn reloads(nodes: &Nodes) -> usize {
    nodes.other.said().matches("revocation lists reloaded").count()
}

/// Waits until the other node has reread its lists once more.
async fn reread(nodes: &Nodes, before: usize) -> Duration {
    let begun = Instant::now();
    while reloads(nodes) == before {
        assert!(begun.elapsed() < Duration::from_secs(10), "not reread: {}", nodes.other.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_certificate_is_refused_by_each_node_on_its_open_connection_once_the_list_is_read() {
    let lists = if full("100 revoked certificates on two nodes instead of 5") { 20 } else { 1 };
    let nodes = Nodes::start().await;
    let bank = nodes.stage().provider("bank").await;
    let tally = Tally::default();

    let revoking = async {
        let (grant, mut serials, mut slowest) = (consent(&nodes, &bank).await, Vec::new(), Duration::ZERO);
        for list in 0..lists {
            let fresh: Vec<u64> = (0..5).map(|n| 5_000 + list * 5 + n).collect();
            let issued = fresh.iter().map(|serial| {
                let wish = Wish { serial: *serial, ..Wish::client("urn:test:bank-app") };
                nodes.at_other(&authorities().providers.issue(&wish))
            });
            let machines: Vec<Machine<'_>> = issued.collect();
            let held = join_all(machines.iter().map(|there| bound_to(there, &bank, &grant))).await;
            let asked = machines.iter().zip(&held).map(|(there, held)| Questions::answered(there, held));
            let asked = join_all(asked).await;

            let before = reloads(&nodes);
            serials.extend(fresh);
            nodes.stage().setting.revoke(&serials, &[]);
            slowest = slowest.max(reread(&nodes, before).await);

            join_all(asked.iter().map(|questions| questions.refused(REVOKED, &tally))).await;
        }
        slowest
    };
    let (slowest, load) = under_load(&nodes, revoking).await;

    let certificates = u32::try_from(lists * 5).unwrap();
    tally.expect(certificates);
    figure(&format!(
        "{certificates} certificates revoked by {lists} lists, each in force on the other node after {} ms at most; then \
         list, message and attachment on their open HTTP/2 connections: {} refused, 0 served; {load}",
        slowest.as_millis(),
        certificates * 3
    ));
    nodes.stop().await;
}
