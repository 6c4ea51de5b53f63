//! Inputs that nobody needs: each has its clear answer, and none a 5xx.

use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::messages_path;

use super::grants_all;

#[tokio::test]
async fn hostile_questions_are_refused_by_their_parameter() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&Person::named("Anna").recipient(), "Ebony lynx letter").await;
        let grant = grants_all(&anna, &bank).await;
        let list = messages_path(&grant);
        let long = "x".repeat(4_000);
        for (query, kind, name) in [
            ("q=%00&qlang=nl".to_owned(), "invalidInput", "q"),
            ("q=a%0Ab&qlang=nl".to_owned(), "invalidInput", "q"),
            ("q=&qlang=nl".to_owned(), "outOfRange", "q"),
            ("q=%CC%81&qlang=nl".to_owned(), "outOfRange", "q"),
            (format!("q={long}&qlang=nl"), "outOfRange", "q"),
            ("q=a&qlang=es".to_owned(), "invalidInput", "qlang"),
            ("q=a".to_owned(), "requiredInput", "qlang"),
            ("qlang=nl".to_owned(), "requiredInput", "q"),
            ("q=a&q=b&qlang=nl".to_owned(), "schemaViolation", "q"),
            ("read=true&read=false".to_owned(), "schemaViolation", "read"),
            ("read=1".to_owned(), "schemaViolation", "read"),
            ("archived=".to_owned(), "schemaViolation", "archived"),
            ("receivedFrom=2026-11-21".to_owned(), "schemaViolation", "receivedFrom"),
            (
                format!("receivedFrom=2026-11-21T09:30:00.{}Z", "0".repeat(500)),
                "schemaViolation",
                "receivedFrom",
            ),
            ("expiresBefore=99999-01-01T00:00:00Z".to_owned(), "schemaViolation", "expiresBefore"),
            ("expiresBefore=2026-11-21T09:30:00+01:00".to_owned(), "schemaViolation", "expiresBefore"),
            ("senderOrganization=0123456789".to_owned(), "invalidStructure", "senderOrganization"),
            ("senderOrganization=%00".to_owned(), "invalidStructure", "senderOrganization"),
            ("messageType=%00".to_owned(), "invalidStructure", "messageType"),
            (format!("messageType={long}"), "invalidStructure", "messageType"),
            ("sort=subject".to_owned(), "schemaViolation", "sort"),
            ("sort=receivedAt,-receivedAt".to_owned(), "schemaViolation", "sort"),
            (format!("after={long}"), "invalidInput", "after"),
            ("unread=true".to_owned(), "unknownInput", "unread"),
        ] {
            let answer = bank.get(&grant, &format!("{list}?{query}")).await;
            answer.expect_issue(kind, name);
            assert!(!answer.text().contains(&long), "what was sent is not repeated");
        }
        // quotes and wildcards are letters like any other
        for q in ["%25", "'%20OR%201=1--", "_", "%5C", "%F0%9F%90%99", "%EF%BF%BD"] {
            let found = bank.get(&grant, &format!("{list}?q={q}&qlang=en")).await.expect(200);
            assert_eq!(found["total"], 0, "{q}");
        }
        // unknown headers are accepted
        let request = bank.machine.request("GET", &list).bearer_auth(&grant.access).header("x-unknown", "1");
        bank.machine.send(request).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_question_of_a_megabyte_ends_without_harm() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let grant = grants_all(&anna, &bank).await;
        let path = format!("{}?qlang=nl&q={}", messages_path(&grant), "x".repeat(1024 * 1024));
        let url = format!("{}{path}", world.mtls);
        let request = bank.machine.request("GET", &url).bearer_auth(&grant.access).build();
        // the address is larger than any that a request may have: no client sends it, or the door refuses it
        if let Ok(request) = request {
            let answer = bank.machine.execute(request).await;
            assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status().is_client_error()));
        }
        bank.messages(&grant).await.expect(200);
    })
    .await;
}
