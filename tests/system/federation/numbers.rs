//! Numbers of events: the caller's own, growing, and honest about what is gone.

use system_tests::world::World;

use super::{Desk, EVENTS, expect_refusal};
use crate::feed::consents;

#[tokio::test]
async fn numbers_are_the_caller_s_own_and_lead_on_from_page_to_page() {
    World::on_both(async |world| {
        let (tax, anna, bert) = (world.sender("tax").await, world.citizen("Anna"), world.citizen("Bert"));
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        consents(&bert, &post).await;
        for n in 0..4 {
            tax.publishes(&bert.person.recipient(), &format!("Logboek voor Bert {n}")).await;
        }
        consents(&anna, &bank).await;
        let desk = Desk::of_provider(&bank, "events").await;
        let empty = desk.page(world, 0, 10).await;
        let begin = empty["pageInfo"]["lastSequenceNbr"].as_i64().unwrap();
        assert_eq!(empty["pageInfo"]["hasNext"], false);
        for n in 0..5 {
            tax.publishes(&anna.person.recipient(), &format!("Logboek voor Anna {n}")).await;
        }

        let (mut after, mut numbers) = (begin, Vec::new());
        for (size, more) in [(2, true), (2, true), (2, false)] {
            let page = desk.page(world, after, size).await;
            assert_eq!(page["pageInfo"]["hasNext"], more, "{page:#}");
            after = page["pageInfo"]["lastSequenceNbr"].as_i64().unwrap();
            let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
            numbers.extend(items.iter().map(|item| item["eventSequenceNbr"].as_i64().unwrap()));
        }
        // what happens to others leaves no gap in them
        assert_eq!(numbers, (begin + 1..=begin + 5).collect::<Vec<_>>());
        assert_eq!(after, begin + 5);
        assert!(after < 1 << 53, "exact where numbers are those of IEEE 754");
        let page = desk.page(world, after, 10).await;
        assert_eq!(page["EboxEnterpriseDocumentEvents"].as_array().unwrap().len(), 0);
        assert_eq!(page["pageInfo"]["lastSequenceNbr"], after);
        let again = desk.page(world, begin + 3, 100).await;
        assert_eq!(again["EboxEnterpriseDocumentEvents"].as_array().unwrap().len(), 2, "{again:#}");
        let late = world.now().plus(std::time::Duration::from_secs(60)).rfc3339();
        let path = format!("{EVENTS}?lastSequenceNbr=0&pageSize=9&startTime={late}&clientId=me&filter=");
        let page = desk.get(&path).await.expect(200);
        assert_eq!(page["EboxEnterpriseDocumentEvents"].as_array().unwrap().len(), 0);
        assert_eq!(page["pageInfo"]["lastSequenceNbr"], after);

        // never given out; of another life of the data; malformed
        for outdated in [after + 1, 1, 5, begin - (1 << 29), begin + (1 << 29), i64::MAX] {
            let answer = desk.get(&format!("{EVENTS}?lastSequenceNbr={outdated}&pageSize=9")).await;
            expect_refusal(&answer, 400, "RESYNC_REQUIRED");
        }
        for wrong in [
            "pageSize=9",
            "lastSequenceNbr=0",
            "lastSequenceNbr=-1&pageSize=9",
            "lastSequenceNbr=x&pageSize=9",
            "lastSequenceNbr=0&pageSize=0",
            "lastSequenceNbr=0&pageSize=3000000000",
            "lastSequenceNbr=0&pageSize=9&startTime=2026-01-01",
            "lastSequenceNbr=0&pageSize=9&filter=x",
            "lastSequenceNbr=0&pageSize=9&colour=red",
        ] {
            expect_refusal(&desk.get(&format!("{EVENTS}?{wrong}")).await, 400, "INVALID_INPUT");
        }
        expect_refusal(
            &desk.machine.get(&format!("{EVENTS}?lastSequenceNbr=0&pageSize=9"), None).await,
            401,
            "NO_ACCESS_TOKEN",
        );

        // what was read long ago and is not kept any more
        world.advance(std::time::Duration::from_secs(31 * 86_400));
        world.hub().upkeep().forget().await.unwrap();
        let desk = Desk::of_provider(&bank, "events").await;
        let answer = desk.get(&format!("{EVENTS}?lastSequenceNbr={begin}&pageSize=9")).await;
        expect_refusal(&answer, 400, "RESYNC_REQUIRED");
        let anew = desk.page(world, 0, 9).await;
        let next = anew["pageInfo"]["lastSequenceNbr"].as_i64().unwrap();
        assert!(next >= after, "numbers never go back: {anew:#}");
        goes_on(world, next).await;
    })
    .await;
}

/// After starting again the numbers go on.
async fn goes_on(world: &World, next: i64) {
    let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
    tax.publishes(&world.citizen("Anna").person.recipient(), "Logboek na lange tijd").await;
    let page = Desk::of_provider(&bank, "events").await.page(world, next, 9).await;
    // reminders of the other letters may have come meanwhile
    let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
    let arrived = |item: &&serde_json::Value| item["eventData"]["eventType"] == "newDocument";
    let new: Vec<_> = items.iter().filter(arrived).collect();
    assert_eq!(new.len(), 1, "{page:#}");
    assert!(items.iter().all(|item| item["eventSequenceNbr"].as_i64().unwrap() > next));
}
