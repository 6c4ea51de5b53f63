//! Events and messages kept elsewhere, of a mailbox that is divided: nobody is told of a partition that they do not see.

use std::time::Duration;

use hub_core::access::citizen::Shelf;
use hub_core::mandate::MandateRole::{LegalRepresentative, Reader};
use serde_json::json;
use system_tests::world::World;
use system_tests::world::roles::Role;

use super::{Desk, archive, event};
use crate::mailbox::partition_limits::{GENERAL, known};
use crate::mailbox::partitions::{bakery, from, grants_for_bakery};

const KEPT: &str = "Hourglass of the demoiselle";
const PEOPLE: &str = "Sandglass of the dismissal";
const GENERAL_MAIL: &str = "Sandglass of the ledger";

#[tokio::test]
async fn events_and_what_others_keep_stay_in_the_partitions_that_are_seen() {
    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, keeper) = (world.provider("bank").await, archive(world, "events").await);
        let manager = world.acting("Anna").await;
        let people = manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        let (anna, clara) = (world.citizen("Anna"), world.citizen("Clara"));
        let post = world.provider("post").await;

        // the bank sees the personnel's partition alone, the post all but that
        let to_bank = grants_for_bakery(&anna, &bank).await;
        let first = manager.consents().await.unwrap().remove(0).id;
        manager.limit_consent(&first, std::slice::from_ref(&people)).await.unwrap();
        let to_post = grants_for_bakery(&anna, &post).await;
        let both = manager.consents().await.unwrap();
        let second = both.into_iter().find(|consent| consent.id != first).unwrap().id;
        manager.limit_consent(&second, &[GENERAL.to_owned()]).await.unwrap();
        family.publishes(&bakery(), PEOPLE).await;
        tax.publishes(&bakery(), GENERAL_MAIL).await;
        keeper.posts(&json!([event("newDocument", 1, "doc-1")])).await;

        for (provider, grant, shown) in
            [(&bank, to_bank, vec![PEOPLE]), (&post, to_post, vec![GENERAL_MAIL, KEPT])]
        {
            let grant = provider.refreshes(&grant).await;
            let told = Desk::of_provider(provider, "events").await.told(world).await;
            let told: Vec<&str> = told.iter().map(|(_, subject)| subject.as_str()).collect();
            assert_eq!(told, shown);
            let list = format!("/mailbox/v1/mailboxes/{}/keptElsewhere", grant.mailbox);
            let list = provider.get(&grant, &list).await.expect(200);
            let kept = shown.iter().filter(|subject| **subject == KEPT).count();
            assert_eq!(list["items"].as_array().unwrap().len(), kept, "{list:#}");
        }

        // who comes to see what was read long ago is told of nothing new
        let own = manager.mailbox().await.unwrap();
        let letters = manager.messages(&own.id, Shelf::Mailbox, None).await.unwrap().items;
        let ledger = letters.into_iter().find(|letter| letter.partition.is_none()).unwrap();
        manager.message(&own.id, &ledger.id).await.unwrap();
        world.advance(Duration::from_secs(60));
        manager.move_message(&own.id, &ledger.id, &people).await.unwrap();
        let told = Desk::of_provider(&bank, "events").await.told(world).await;
        assert_eq!(told, [("newDocument".to_owned(), PEOPLE.to_owned())]);
        manager.move_message(&own.id, &ledger.id, GENERAL).await.unwrap();

        // people on their pages
        clara.logs_in().await;
        clara.opens("Demo Bakkerij").await.expect(&[KEPT, PEOPLE]);
        let clara_s = known(&manager, "Clara Nachtegaalzang").await;
        manager.let_see(&clara_s, Some(std::slice::from_ref(&people))).await.unwrap();
        let page = clara.opens("Demo Bakkerij").await;
        page.expect(&[PEOPLE]);
        page.expect_not(&[KEPT, GENERAL_MAIL]);
        manager.let_see(&clara_s, Some(&[GENERAL.to_owned()])).await.unwrap();
        let page = clara.opens("Demo Bakkerij").await;
        page.expect(&[KEPT, GENERAL_MAIL]);
        page.expect_not(&[PEOPLE]);
    })
    .await;
}
