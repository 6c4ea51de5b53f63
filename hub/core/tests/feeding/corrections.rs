//! Corrections: two letters of one mailbox that name each other.

use hub_core::error::Error;
use hub_core::mailbox::Number;

use crate::common::for_each_database;
use crate::parties::{BANK, grants, letter, write_to};
use crate::withdrawals::{WITH_REPLIES, withdraw};

#[tokio::test]
async fn a_correction_and_what_it_corrects_name_each_other_until_one_is_gone() {
    for_each_database(async |world| {
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let (to_anna, to_bart) = (Number::Ssin(anna.clone()), Number::Ssin(bart.clone()));
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let old = write_to(world, &to_anna, "Aanslag").await;
        crate::notices::opens(world, &anna).await;
        let sender = world.sender("demo-tax", "publish").await;
        let correction = async |to: &Number, replaces: &str, key: &str| {
            let mut draft = letter(to, "Verbetering", &[]);
            draft.replaces = Some(replaces.to_owned());
            sender.begin(key).await.unwrap().publish(&draft).await
        };
        let issue = |result: Result<hub_core::access::sender::Publication, Error>| match result {
            Err(Error::Invalid(issues)) => (issues[0].kind, issues[0].name.clone()),
            other => panic!("{other:?}"),
        };
        let not_there = ("referencedResourceNotFound", "replaces".to_owned());
        assert_eq!(issue(correction(&to_bart, &old, "1").await), not_there, "another mailbox");
        let nobodys = format!("msg_{}", "0".repeat(26));
        assert_eq!(issue(correction(&to_anna, &nobodys, "2").await), not_there);
        assert_eq!(issue(correction(&to_anna, "msg", "3").await), not_there);

        let new = correction(&to_anna, &old, "4").await.unwrap().published.message_id;
        let list = held.list(world).await;
        assert_eq!(list[0].sequel.replaces.as_deref(), Some(list[1].id.as_str()));
        assert_eq!(list[1].sequel.replaced_by.as_deref(), Some(list[0].id.as_str()));
        assert!(list[0].sequel.replaced_by.is_none() && list[1].sequel.replaces.is_none());
        assert_eq!(issue(correction(&to_anna, &old, "5").await), ("invalidInput", "replaces".to_owned()));

        // a correction of the correction, withdrawn: the link leads to what is left of it
        let last = correction(&to_anna, &new, "6").await.unwrap().published.message_id;
        withdraw(world, &last).await.unwrap();
        let list = held.list(world).await;
        assert!(list[0].sequel.withdrawn.is_some());
        assert_eq!(list[1].sequel.replaced_by.as_deref(), Some(list[0].id.as_str()));

        world.clock.advance(std::time::Duration::from_secs(86_400));
        let younger = correction(&to_anna, &last, "7").await;
        assert!(younger.is_ok(), "what was withdrawn can be followed by another letter");
        world.clock.advance(std::time::Duration::from_secs(183 * 86_400 + 43_200));
        while world.hub.upkeep().expire().await.unwrap() > 0 {}
        let left: Vec<(i64, Option<i64>)> =
            world.db.fetch_all("SELECT number, replaces FROM sequel", ()).await.unwrap();
        assert!(left.iter().all(|(_, replaces)| replaces.is_none()), "{left:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_corrected_says_the_same_whoever_the_recipient_is() {
    for_each_database(async |world| {
        let (anna, inactive) = (world.citizen(1, true).await, world.citizen(2, true).await);
        crate::followed::switches(world, &inactive, false).await;
        let old = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let sender = world.sender("demo-tax", "publish").await;
        for (key, person) in [("1", inactive.clone()), ("2", crate::common::ssin(77))] {
            let mut draft = letter(&Number::Ssin(person), "Verbetering", &[]);
            draft.replaces = Some(old.clone());
            match sender.begin(key).await.unwrap().publish(&draft).await {
                Err(Error::Invalid(issues)) => assert_eq!(
                    (issues[0].kind, issues[0].name.as_str()),
                    ("referencedResourceNotFound", "replaces")
                ),
                other => panic!("recipient {key}: {other:?}"),
            }
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM sent").await, 1, "nothing is kept of either");

        // who was active when the letter came, and is not any more, is answered like any letter
        crate::followed::switches(world, &anna, false).await;
        let mut draft = letter(&Number::Ssin(anna), "Verbetering", &[]);
        draft.replaces = Some(old);
        let published = sender.begin("3").await.unwrap().publish(&draft).await.unwrap().published;
        assert_eq!(published.outcome, hub_core::access::sender::Outcome::NoDigitalUser);
    })
    .await;
}
