//! What one node does, the other knows at the next request.

use std::collections::BTreeSet;

use hub_core::clock::Clock;
use system_tests::environment::figure;
use system_tests::world::letter::pdf;
use system_tests::world::machine::Machine;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, messages_path};

use super::Nodes;

#[tokio::test]
async fn a_letter_of_one_node_is_read_at_the_other_until_the_consent_ends_there() {
    let nodes = Nodes::start().await;
    let stage = nodes.stage();
    let (tax, anna) = (stage.sender("tax").await, stage.citizen("Anna"));
    let tax_there = nodes.sender_at_other(&tax);
    let bank = stage.provider("bank").await;
    let bank_there = nodes.at_other(&bank.credential);
    let grant = anna.grants(&bank, &EVERYTHING).await;

    // small content is in the database, then one object of one put, then one of several parts
    let sizes = [700, 40_000, 6_000_000];
    for (publisher, reader) in [(&tax, &bank_there), (&tax_there, &bank.machine)] {
        for size in sizes {
            let subject = format!("Nachtpauwoog {size} {}", publisher.machine.connections());
            let letter = publisher.letter(&Person::named("Anna").recipient(), &subject);
            let letter = letter.body("Zie de bijlage.").pdf("brief.pdf", size);
            publisher.delivers(&letter).await;
            is_read(reader, &grant, &pdf(size)).await;
        }
    }
    assert_eq!(nodes.s3.objects().len(), 4, "{:?}", nodes.s3.objects());

    let begun = Clock::System.now();
    anna.revokes().await;
    for machine in [&bank_there, &bank.machine] {
        let path = messages_path(&grant);
        machine.get(&path, Some(&grant.access)).await.expect_problem(401, "invalidAccessToken");
    }
    figure(&format!(
        "a consent ended at one node, refused at the other {} ms after the citizen pressed the button",
        Clock::System.now().since(begun).as_millis()
    ));
    nodes.stop().await;
}

/// The newest message's attachment is these bytes, whole and in ranges.
async fn is_read(machine: &Machine<'_>, grant: &Grant, content: &[u8]) {
    let token = Some(grant.access.as_str());
    let list = machine.get(&messages_path(grant), token).await.expect(200);
    let path = format!("{}/{}", messages_path(grant), list["items"][0]["messageId"].as_str().unwrap());
    let message = machine.get(&path, token).await.expect(200);
    let href = message["attachments"][0]["contentHref"].as_str().unwrap().to_owned();

    let whole = machine.get(&href, token).await;
    whole.expect(200);
    assert!(whole.body == content, "{} of {} bytes", whole.body.len(), content.len());
    let end = content.len();
    for (from, to) in [(0, 0), (end / 2, end / 2 + 70_000), (end - 5, end - 1)] {
        let to = to.min(end - 1);
        let asked = machine.request("GET", &href).bearer_auth(&grant.access);
        let part = machine.send(asked.header("range", format!("bytes={from}-{to}"))).await;
        part.expect(206);
        assert!(part.body == content[from..=to], "bytes {from}-{to} of {end}");
    }
}

#[tokio::test]
async fn a_feed_that_is_read_at_both_nodes_skips_nothing_of_either() {
    let nodes = Nodes::start().await;
    let stage = nodes.stage();
    let (bank, tax) = (stage.provider("bank").await, stage.sender("tax").await);
    let tax_there = nodes.sender_at_other(&tax);
    let there = nodes.at_other(&bank.credential);
    let _grant = stage.citizen("Anna").grants(&bank, &EVERYTHING).await;
    let token = bank.machine.client_credentials(&bank.client_id, "feed").await;
    let mut reader = Reader { next: "/mailbox/v1/changes".to_owned(), seen: Vec::new() };

    let published = async {
        for _ in 0..6 {
            let recipient = Person::named("Anna").recipient();
            tokio::join!(
                tax.publishes(&recipient, "Van de ene knoop"),
                tax_there.publishes(&recipient, "Van de andere knoop")
            );
        }
    };
    let read = async {
        for turn in 0.. {
            let machine = if turn % 2 == 0 { &bank.machine } else { &there };
            reader.turn(machine, &token).await;
            if reader.seen.len() >= 12 || turn > 60 {
                break;
            }
        }
    };
    tokio::join!(published, read);

    assert_eq!(reader.seen.len(), 12, "{:?}", reader.seen);
    assert_eq!(reader.seen.iter().collect::<BTreeSet<_>>().len(), 12, "{:?}", reader.seen);
    nodes.stop().await;
}

/// Follows a feed, wherever.
struct Reader {
    next: String,
    /// The messages of which it was told, in order.
    seen: Vec<String>,
}

impl Reader {
    async fn turn(&mut self, machine: &Machine<'_>, token: &str) {
        let join = if self.next.contains('?') { '&' } else { '?' };
        let page = machine.get(&format!("{}{join}wait=1", self.next), Some(token)).await.expect(200);
        let told = page["items"].as_array().unwrap().iter().filter(|it| it["kind"] == "messageAvailable");
        self.seen.extend(told.map(|change| change["messageId"].as_str().unwrap().to_owned()));
        self.next = page["next"].as_str().unwrap().replace("wait=1&", "").replace("&wait=1", "");
    }
}
