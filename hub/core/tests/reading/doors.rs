//! Who gets in, and with what.

use std::time::Duration;

use hub_core::access::MachineProof;
use hub_core::access::provider::AskedPage;
use hub_core::error::{Error, TokenRefusal};
use hub_core::mailbox::Number;
use hub_core::peer::{PeerIdentity, Refusal, Role};

use crate::common::{World, enterprise, for_each_database, identity};
use crate::parties::{
    BANK, Held, admitted, grants, grants_for_enterprise, provider_state, represents, second_provider,
    set_read, write_to,
};
use crate::{ALL, expect_forbidden, expect_not_found, token_refusal};

async fn presented(
    world: &World,
    identity: &PeerIdentity,
    token: Option<&str>,
    audience: &str,
) -> Result<(), Error> {
    world.hub.provider(&MachineProof { identity, token, audience }).await.map(|_| ())
}

fn certificate_refusal(result: Result<(), Error>) -> Refusal {
    match result {
        Err(Error::Certificate(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_opens_with_its_certificate_and_audience_only() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        second_provider(world).await;
        let api = world.hub.audiences().clone();
        let own = identity(Role::Provider, BANK);
        let try_with = async |identity: &PeerIdentity, token: Option<&str>, audience: &str| {
            presented(world, identity, token, audience).await
        };

        assert!(try_with(&own, Some(&held.access), &api.mailbox).await.is_ok());
        assert_eq!(token_refusal(try_with(&own, None, &api.mailbox).await), TokenRefusal::Absent);
        assert_eq!(token_refusal(try_with(&own, Some("fat_x"), &api.mailbox).await), TokenRefusal::Invalid);
        assert_eq!(
            token_refusal(try_with(&own, Some(&held.refresh), &api.mailbox).await),
            TokenRefusal::Invalid
        );
        assert_eq!(
            token_refusal(try_with(&own, Some(&held.access), &api.sender).await),
            TokenRefusal::Invalid
        );

        let other = identity(Role::Provider, "demo-other-app");
        assert_eq!(
            token_refusal(try_with(&other, Some(&held.access), &api.mailbox).await),
            TokenRefusal::Invalid
        );
        let renewed = PeerIdentity { thumbprint: [7; 32], ..own.clone() };
        assert_eq!(
            token_refusal(try_with(&renewed, Some(&held.access), &api.mailbox).await),
            TokenRefusal::Invalid
        );
        let stranger = identity(Role::Provider, "demo-stranger");
        let sender = identity(Role::Sender, "demo-tax");
        for token in [None, Some(held.access.as_str())] {
            let (stranger, sender) =
                (try_with(&stranger, token, &api.mailbox), try_with(&sender, token, &api.mailbox));
            assert_eq!(certificate_refusal(stranger.await), Refusal::NotRegistered);
            assert_eq!(certificate_refusal(sender.await), Refusal::WrongRole);
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_with_its_time() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut held = grants(world, &anna, BANK, &ALL).await;

        world.clock.advance(Duration::from_secs(10 * 60));

        assert_eq!(token_refusal(held.access(world).await), TokenRefusal::Expired);
        held.renew(world).await;
        assert!(held.access(world).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_revoked_consent_refuses_the_next_request() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        assert!(held.list(world).await.is_empty());

        held.revoke(world).await;

        assert_eq!(token_refusal(held.access(world).await), TokenRefusal::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_new_consent_refuses_the_tokens_of_the_old_one() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let old = grants(world, &anna, BANK, &ALL).await;
        let new = grants(world, &anna, BANK, &["list"]).await;

        assert_eq!(token_refusal(old.access(world).await), TokenRefusal::Invalid);
        assert!(new.access(world).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn withdrawn_activation_refuses_the_next_request() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;

        world.hub.citizen(&held.session).await.unwrap().withdraw_activation().await.unwrap();

        assert_eq!(token_refusal(held.access(world).await), TokenRefusal::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_provider_is_refused_and_its_tokens_work_again_when_it_is_resumed() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;

        provider_state(world, "suspended").await;
        assert_eq!(token_refusal(held.access(world).await), TokenRefusal::Invalid);
        provider_state(world, "active").await;
        assert!(held.access(world).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_removed_certificate_is_refused_by_name() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;

        world
            .apply(
                "environment = \"demo\"\n[[certificate]]\nrole = \"provider\"\nanchor = \"test\"\n\
                 client_id = \"demo-bank-app\"\nsan_uri = \"urn:test:demo-bank-app\"\nstate = \"removed\"\n",
            )
            .await;

        assert_eq!(certificate_refusal(held.access(world).await.map(|_| ())), Refusal::NotRegistered);
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_is_read_while_its_representatives_mandate_lasts() {
    for_each_database(async |world| {
        let (anna, firm) = (world.citizen(1, true).await, enterprise(1));
        let until = world.clock.now().plus(Duration::from_secs(300)).rfc3339();
        represents(world, &[&anna], &firm, &until).await;
        let held = grants_for_enterprise(world, &anna, BANK, &ALL).await;
        write_to(world, &Number::Enterprise(firm), "Kohier").await;

        let open = held.open(world).await.mailboxes(None, None).await.unwrap().items;
        assert_eq!((open[0].kind.name(), open[0].enterprise_number), ("enterprise", Some(firm)));
        assert_eq!((open[0].total, open[0].unread), (1, 1));
        assert_eq!(held.list(world).await.len(), 1);

        world.clock.advance(Duration::from_secs(300));
        assert_eq!(token_refusal(held.access(world).await), TokenRefusal::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_citizens_number_is_never_shown() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &["markRead"]).await;

        let open = held.open(world).await.mailboxes(None, None).await.unwrap().items;

        assert_eq!(open.len(), 1);
        assert_eq!((open[0].kind.name(), open[0].enterprise_number), ("citizen", None));
        assert_eq!(
            (open[0].id.as_str(), open[0].consent.as_str()),
            (held.mailbox(), held.granted.consent.as_str())
        );
        assert_eq!((open[0].actions.names(), open[0].until), (vec!["markRead"], held.granted.until));
        assert!(!format!("{open:?}").contains(anna.as_str()));
    })
    .await;
}

#[tokio::test]
async fn each_method_needs_its_own_action() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        write_to(world, &Number::Ssin(anna.clone()), "Aanslagbiljet").await;
        let full = grants(world, &anna, BANK, &ALL).await;
        let message = full.list(world).await.remove(0).id;
        let outcome = async |held: &Held| {
            let (access, mailbox) = (held.open(world).await, held.mailbox().to_owned());
            [
                access.messages(&mailbox, AskedPage::default()).await.map(|_| ()),
                access.message(&mailbox, &message).await.map(|_| ()),
                access.mark(&mailbox, &message, set_read(true)).await.map(|_| ()),
            ]
        };

        for (at, action) in ALL.into_iter().enumerate() {
            let held = grants(world, &anna, BANK, &[action]).await;
            for (n, result) in outcome(&held).await.into_iter().enumerate() {
                if n == at { result.unwrap() } else { expect_forbidden(result, ALL[n]) }
            }
        }
        let lists_only = grants(world, &anna, BANK, &["list"]).await.open(world).await;
        let attachment = message.replace("msg_", "att_");
        expect_forbidden(lists_only.content(full.mailbox(), &message, &attachment).await, "readContent");
    })
    .await;
}

#[tokio::test]
async fn a_token_without_a_consent_reads_no_mailbox() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let client = world.hub.client(&identity(Role::Provider, BANK), BANK).await.unwrap();
        let issued = client.client_credentials(Some("feed consents"), None).await.unwrap();
        let access = admitted(world, BANK, issued.access.expose()).await.unwrap();

        assert_eq!(access.client_id(), BANK);
        expect_forbidden(access.mailboxes(None, None).await, "reading without a consent");
        expect_forbidden(
            access.messages(held.mailbox(), AskedPage::default()).await,
            "reading without a consent",
        );
    })
    .await;
}

#[tokio::test]
async fn another_citizens_mailbox_is_not_found() {
    for_each_database(async |world| {
        second_provider(world).await;
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        write_to(world, &Number::Ssin(bart.clone()), "Voor Bart").await;
        let (annas, barts) = (grants(world, &anna, BANK, &ALL).await, grants(world, &bart, BANK, &ALL).await);
        let elsewhere = grants(world, &anna, "demo-other-app", &ALL).await;
        let barts_message = barts.list(world).await.remove(0).id;
        let access = annas.open(world).await;

        for mailbox in [barts.mailbox(), elsewhere.mailbox(), "mbx_", "", &annas.mailbox().to_uppercase()] {
            expect_not_found(access.messages(mailbox, AskedPage::default()).await, "mailbox");
            expect_not_found(access.message(mailbox, &barts_message).await, "mailbox");
            expect_not_found(access.mark(mailbox, &barts_message, set_read(true)).await, "mailbox");
        }
        expect_not_found(access.message(annas.mailbox(), &barts_message).await, "message");
        expect_not_found(access.mark(annas.mailbox(), &barts_message, set_read(true)).await, "message");
        assert_ne!(annas.mailbox(), elsewhere.mailbox());
        assert_eq!(world.count("SELECT COUNT(*) FROM mark").await, 0);
    })
    .await;
}
