//! Messages that move between an enterprise's partitions: each application is told what it is to it.

use serde_json::Value;
use system_tests::world::World;

use super::{Follower, kinds};
use crate::mailbox::partitions::{bakery, grants_for_bakery, id_of, listed, partition};

#[tokio::test]
async fn what_moves_comes_goes_or_moves_as_each_consent_shows_it() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let manager = world.acting("Anna").await;
        let mailbox = manager.mailbox().await.unwrap().id;
        let books = manager.add_partition("Books").await.unwrap();
        tax.publishes(&bakery(), "Badger moves about").await;
        tax.publishes(&bakery(), "Badger stays").await;
        let of_bank = grants_for_bakery(&anna, &bank).await;
        let consent = manager.consents().await.unwrap().remove(0);
        manager.limit_consent(&consent.id, std::slice::from_ref(&books)).await.unwrap();
        let of_bank = bank.refreshes(&of_bank).await;
        let of_post = grants_for_bakery(&anna, &post).await;
        let mail = listed(&post, &of_post, "").await;
        let (moves, stays) = (id_of(&mail, "Badger moves about"), id_of(&mail, "Badger stays"));
        let (mut narrow, mut whole) = (Follower::at_the_end(&bank).await, Follower::at_the_end(&post).await);

        // from the general partition into the one that the bank sees
        let to = partition(&post, &of_post, "Books").await;
        let patch = serde_json::json!({"partition": to});
        post.marks(&of_post, &moves, &patch).await.expect(200);

        let page = narrow.until_now().await;
        assert_eq!(kinds(&page), ["messageAvailable"], "{page:#}");
        let seen = listed(&bank, &of_bank, "").await;
        assert_eq!(seen["items"].as_array().unwrap().len(), 1, "{seen:#}");
        assert_eq!(page["items"][0]["messageId"], seen["items"][0]["messageId"]);
        let told = whole.until_now().await;
        assert_eq!(kinds(&told), ["messageMoved"], "{told:#}");
        assert_eq!(told["items"][0]["messageId"], Value::from(moves.as_str()));

        // what happens elsewhere in the mailbox is nothing to the bank
        post.marks(&of_post, &stays, &serde_json::json!({"read": true})).await.expect(200);
        assert_eq!(kinds(&whole.until_now().await), ["messageRead"]);
        assert_eq!(kinds(&narrow.until_now().await), [""; 0]);

        // a person moves it back
        let shelf = hub_core::access::citizen::Shelf::Mailbox;
        let mail = manager.messages(&mailbox, shelf, None).await.unwrap().items;
        let one = mail.iter().find(|one| one.partition.is_some()).unwrap();
        manager.move_message(&mailbox, &one.id, "general").await.unwrap();
        assert_eq!(kinds(&whole.until_now().await), ["messageMoved"]);
        let gone = narrow.until_now().await;
        assert_eq!(kinds(&gone), ["messageGone"], "{gone:#}");
        assert_eq!(gone["items"][0]["messageId"], page["items"][0]["messageId"]);
        assert_eq!(listed(&bank, &of_bank, "").await["total"], 0);

        // what is removed under a consent says that it shows something else: nothing of the partition can be told any more
        manager.remove_partition(&books).await.unwrap();
        assert_eq!(kinds(&narrow.until_now().await), ["consentChanged"]);
        assert_eq!(kinds(&whole.until_now().await), [""; 0]);
        assert_eq!(listed(&bank, &of_bank, "").await["total"], 0, "and never more than before");
    })
    .await;
}
