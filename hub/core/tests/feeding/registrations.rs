//! What an application hears when the types that are registered for it change.

use std::time::Duration;

use hub_core::mailbox::Number;

use crate::common::for_each_database;
use crate::notices::{Desk, opens};
use crate::parties::write_to;

#[tokio::test]
async fn an_application_hears_of_letters_from_before_its_registration_ended_and_of_no_later_ones() {
    for_each_database(async |world| {
        let sister = r#"
            environment = "demo"
            [[sender_application]]
            id = "demo-refunds"
            code = "demo:tax:refunds"
            name = { en = "Refunds" }
            [[message_type]]
            id = "tax-refund"
            name = { nl = "Terugbetaling" }
            validity = "P6M"
            media_types = ["application/pdf"]
            [[trio]]
            organization = "0001001078"
            application = "demo-refunds"
            message_type = "tax-refund"
            [[trio]]
            organization = "0001001078"
            application = "demo-refunds"
            message_type = "tax-assessment"
            [[certificate]]
            role = "sender"
            anchor = "test"
            client_id = "demo-refunds"
            san_uri = "urn:test:demo-refunds"
            "#;
        world.apply(sister).await;
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let early = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        world.clock.advance(Duration::from_secs(60));
        let ended = format!(
            "environment = \"demo\"\n[[trio]]\norganization = \"0001001078\"\napplication = \"demo-refunds\"\n\
             message_type = \"tax-assessment\"\nvalid_from = \"2020-01-01T00:00:00Z\"\nvalid_until = \"{}\"\n",
            world.hub.now().rfc3339()
        );
        world.apply(&ended).await;
        world.clock.advance(Duration::from_secs(60));

        write_to(world, &Number::Ssin(bart.clone()), "Aanslag").await;
        opens(world, &anna).await;

        let told = Desk::of(world, "demo-refunds").await.news().await;
        let told: Vec<_> = told.iter().map(|change| (change.kind.name(), change.message.as_deref())).collect();
        let early = Some(early.as_str());
        assert_eq!(told, [("messageAvailable", early), ("messageOpened", early)]);
    })
    .await;
}
