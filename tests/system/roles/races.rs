//! Two acts at once on one consent: none puts back what the other took away.

use std::collections::BTreeSet;

use hub_core::consent::Action;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

#[tokio::test]
async fn two_narrowings_at_once_both_count() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let tax = world.sender("tax").await;
        tax.publishes(&anna.person.recipient(), "From the tax office").await;
        let (first, second) = {
            let ssin = Person::named("Anna").ssin();
            (world.session(&ssin, "Anna").await.unwrap(), world.session(&ssin, "Anna").await.unwrap())
        };
        for round in 0..8 {
            anna.grants(&bank, &EVERYTHING).await;
            let consents = first.consents().await.unwrap();
            let id = consents.into_iter().find(|consent| consent.live).unwrap().id;
            let sender = second.consent(&id).await.unwrap().senders[0].number;
            let (less, withheld) = ([Action::ReadContent].into_iter().collect(), BTreeSet::from([sender]));
            let nothing = (hub_core::consent::Actions::default(), BTreeSet::new());

            let (one, other) =
                tokio::join!(first.narrow(&id, less, &nothing.1), second.narrow(&id, nothing.0, &withheld));

            one.unwrap();
            other.unwrap();
            let terms = first.consent(&id).await.unwrap().terms;
            assert!(!terms.actions.contains(Action::ReadContent), "round {round}: it came back");
            assert!(terms.withheld.contains(&sender), "round {round}: it came back");
        }
    })
    .await;
}
