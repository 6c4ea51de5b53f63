//! What was granted through a role stands still when the role is over, and can be taken over for 30 days.

use std::time::Duration;

use hub_core::access::citizen::Somebody;
use hub_core::consent::{Action, Actions};
use hub_core::error::{Conflict, Error};
use hub_core::mandate::MandateRole::{AccessManager, Helper, Parent, Reader};
use serde_json::json;
use system_tests::world::World;
use system_tests::world::people::{Person, enterprise};
use system_tests::world::provider::{Grant, Provider};
use system_tests::world::roles::Role;

use super::{grants_for_another, history, the_consent};

const MANAGER: Role = Role::for_enterprise("Bert", AccessManager);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A consent for the enterprise that its access manager gave.
async fn managed(world: &World) -> (Provider<'_>, Grant) {
    world.roles(&[MANAGER]).await;
    let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
    let tax = world.sender("tax").await;
    tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT of July").await;
    let grant = grants_for_another(&bert, &bank, "enterprise").await;
    bank.messages(&grant).await.expect(200);
    (bank, grant)
}

#[tokio::test]
async fn a_role_that_ends_lets_stand_still_what_was_granted_through_it() {
    World::on_both(async |world| {
        let (bank, grant) = managed(world).await;

        world.roles(&[]).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("roleEnded".into())));
        let refused = bank.program.ask("refresh", json!({"token": grant.refresh})).await.unwrap_err();
        assert_eq!(refused.0["oauth"], "unauthorized_client", "{:#}", refused.0);
        let changes = "SELECT (SELECT COUNT(*) FROM change_queue WHERE kind = 'consentChanged')
                              + (SELECT COUNT(*) FROM feed WHERE kind = 'consentChanged')";
        assert_eq!(world.count(changes).await, 1);
        let receipts = "SELECT COUNT(*) FROM evidence WHERE kind = 'suspended'";
        assert_eq!(world.count(receipts).await, 1);

        // the source names the role again: it was never taken away, and the same tokens read
        world.roles(&[MANAGER]).await;
        assert_eq!(the_consent(world).await, ("authorised".into(), None));
        bank.messages(&grant).await.expect(200);
        bank.refreshes(&grant).await;
        let kinds: Vec<String> = history(world).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["granted", "suspended", "resumed"]);
    })
    .await;
}

#[tokio::test]
async fn a_role_whose_time_is_over_refuses_at_once_and_is_noted_by_the_next_round() {
    World::on_both(async |world| {
        world.roles(&[Role { lasts: Duration::from_secs(120), ..MANAGER }]).await;
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let grant = grants_for_another(&bert, &bank, "enterprise").await;
        bank.messages(&grant).await.expect(200);

        world.advance(Duration::from_secs(121));

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        // nothing else says that it is granted, although no round has noted the end
        let refused = bank.program.ask("refresh", json!({"token": grant.refresh})).await.unwrap_err();
        assert_eq!(refused.0["oauth"], "unauthorized_client", "{:#}", refused.0);
        let token = bank.machine.client_credentials(&bank.client_id, "grant_management_query").await;
        let id = grant.id.as_deref().unwrap();
        let shown = bank.machine.get(&format!("/grants/{id}"), Some(&token)).await.expect(200);
        assert_eq!(shown["authorization_details"], json!([]), "{shown:#}");
        assert_eq!(the_consent(world).await, ("authorised".into(), None));

        while world.hub().upkeep().settle_roles().await.unwrap() > 0 {}
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("roleEnded".into())));
    })
    .await;
}

#[tokio::test]
async fn whoever_looks_before_the_next_round_sees_it_stand_still() {
    World::on_both(async |world| {
        let lasts = Duration::from_secs(120);
        world.roles(&[Role { lasts, ..MANAGER }, Role::for_enterprise("Clara", AccessManager)]).await;
        let bank = world.provider("bank").await;
        grants_for_another(&world.citizen("Bert"), &bank, "enterprise").await;

        world.advance(Duration::from_secs(121));

        let clara = world.acting("Clara").await;
        let consent = clara.consents().await.unwrap().remove(0);
        assert!(!consent.live && consent.suspended.is_some());
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("roleEnded".into())));
    })
    .await;
}

#[tokio::test]
async fn another_holder_takes_it_over_within_thirty_days_and_it_is_theirs() {
    World::on_both(async |world| {
        let (bank, grant) = managed(world).await;
        world.roles(&[]).await;
        world.advance(DAY * 29);

        // Anna represents the enterprise by law, from another source
        world.setting.write_mandates(world.now().plus(DAY * 300));
        let file = hub_core::access::operator::MandatesFile::read(&world.setting.path("mandates.toml")).await;
        world.hub().local_operator("mandates").load_mandates(&file.unwrap()).await.unwrap();
        let anna = world.acting("Anna").await;
        let consent = anna.consents().await.unwrap().remove(0);
        assert!(!consent.live && consent.given_by != Somebody::You);
        assert_eq!(consent.suspended.unwrap().until, consent.suspended.unwrap().since.plus(DAY * 30));
        anna.take_over(&consent.id).await.unwrap();

        let fresh = bank.refreshes(&grant).await;
        bank.messages(&fresh).await.expect(200);
        // once is enough, and the end of Bert's role means nothing any more
        let again = anna.take_over(&consent.id).await;
        assert!(matches!(again, Err(Error::Conflict(Conflict::AlreadyOver))), "{again:?}");
        world.roles(&[]).await;
        bank.messages(&fresh).await.expect(200);
        assert_eq!(world.count("SELECT COUNT(*) FROM consent_event WHERE kind = 'granted'").await, 1);
        let (hers,): (bool,) = world
            .row("SELECT c.person = g.person AND c.person <> c.mailbox_id FROM consent c JOIN grant_ g ON g.id = c.grant_id")
            .await;
        assert!(hers, "consent and grant are of the same person");
    })
    .await;
}

#[tokio::test]
async fn what_nobody_takes_over_ends_after_thirty_days() {
    World::on_both(async |world| {
        let (bank, grant) = managed(world).await;
        world.roles(&[]).await;
        let anna = world.acting("Anna").await;
        let consent = anna.consents().await.unwrap().remove(0).id;
        world.advance(DAY * 30 - Duration::from_secs(60));
        assert_eq!(world.hub().upkeep().end_forsaken_consents().await.unwrap(), 0);
        world.advance(Duration::from_secs(61));

        // too late, even before the job came by; and the role that is back changes nothing
        world.setting.write_mandates(world.now().plus(DAY * 300));
        let file = hub_core::access::operator::MandatesFile::read(&world.setting.path("mandates.toml")).await;
        world.hub().local_operator("mandates").load_mandates(&file.unwrap()).await.unwrap();
        let anna = world.acting("Anna").await;
        let late = anna.take_over(&consent).await;
        assert!(matches!(late, Err(Error::Conflict(Conflict::AlreadyOver))), "{late:?}");
        world.roles(&[MANAGER]).await;
        while world.hub().upkeep().end_forsaken_consents().await.unwrap() > 0 {}

        assert_eq!(the_consent(world).await, ("revoked".into(), Some("mandateEnded".into())));
        let refused = bank.program.ask("refresh", json!({"token": grant.refresh})).await.unwrap_err();
        assert_eq!(refused.0["oauth"], "invalid_grant", "{:#}", refused.0);
        assert_eq!(world.count("SELECT COUNT(*) FROM token WHERE grant_id IS NOT NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_consent_can_be_ended_by_its_provider_and_by_who_decides() {
    World::on_both(async |world| {
        let (bank, _) = managed(world).await;
        world.roles(&[]).await;
        let anna = world.acting("Anna").await;
        let consent = anna.consents().await.unwrap().remove(0).id;
        anna.revoke(&consent).await.unwrap();
        assert_eq!(the_consent(world).await, ("revoked".into(), Some("citizenRevoked".into())));

        let bert = world.citizen("Bert");
        world.roles(&[MANAGER]).await;
        let asked = bank
            .asks_for(&bank.details(&["list"], "enterprise"), json!({"grant_management_action": "create"}))
            .await;
        let tokens = bank.try_redeem(&asked, &bert.agrees(&asked).await).await.unwrap();
        let path = format!("/grants/{}", tokens["grant_id"].as_str().unwrap());
        world.roles(&[]).await;
        let scopes = "grant_management_query grant_management_revoke";
        let own = bank.machine.client_credentials("bank-app", scopes).await;
        let query = bank.machine.get(&path, Some(&own)).await.expect(200);
        assert_eq!(query["authorization_details"], json!([]), "nothing can be used now: {query:#}");
        bank.machine.send(bank.machine.request("DELETE", &path).bearer_auth(&own)).await.expect(204);
        assert_eq!(the_consent(world).await, ("revoked".into(), Some("providerEnded".into())));
        bank.machine.get(&path, Some(&own)).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn allowing_less_makes_nobody_the_giver() {
    World::on_both(async |world| {
        let (bank, grant) = managed(world).await;
        let anna = world.acting("Anna").await;
        let consent = anna.consents().await.unwrap().remove(0).id;
        let less = [Action::MarkRead].into_iter().collect();
        anna.narrow(&consent, less, &std::collections::BTreeSet::new()).await.unwrap();
        let fresh = bank.refreshes(&grant).await;
        bank.messages(&fresh).await.expect(200);

        // Anna's role stands; the consent is Bert's all the same
        world.roles(&[]).await;
        bank.messages(&fresh).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("roleEnded".into())));
    })
    .await;
}

#[tokio::test]
async fn who_reads_or_helps_sees_and_decides_nothing() {
    World::on_both(async |world| {
        world.roles(&[MANAGER, Role::for_enterprise("Emma", Reader)]).await;
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let grant = grants_for_another(&bert, &bank, "enterprise").await;

        let emma = world.acting("Emma").await;
        assert!(!emma.decides() && emma.mailbox().await.unwrap().roles == [Reader]);
        let consent = emma.consents().await.unwrap().remove(0);
        assert!(consent.live);
        let refused = emma.revoke(&consent.id).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let left_out = emma.narrow(&consent.id, Actions::default(), &std::collections::BTreeSet::new()).await;
        assert!(matches!(left_out, Err(Error::Forbidden(_))), "{left_out:?}");
        bank.messages(&grant).await.expect(200);
        // no screen offers the mailbox to her
        let asked = bank.asks_for(&bank.details(&["list"], "enterprise"), json!({})).await;
        let page = world.citizen("Emma").comes_from(&asked).await;
        assert!(!page.html.contains("value=\"agree\""), "{}", page.text_of("main"));

        // a reader who becomes the holder of nothing is no giver either: the guard asks for a role that decides
        world.roles(&[Role::for_enterprise("Bert", Reader)]).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        assert_eq!(the_consent(world).await, ("suspended".into(), Some("roleEnded".into())));

        world
            .roles(&[Role::for_person("Fien", Helper, "Emma"), Role::for_person("Anna", Parent, "Emma")])
            .await;
        let fien = world.acting("Fien").await;
        assert!(!fien.decides());
        assert!(matches!(fien.withdraw_activation().await, Err(Error::Forbidden(_))));
        let emmas = world.session(&Person::named("Emma").ssin(), "Emma").await.unwrap();
        assert!(emmas.decides(), "what others may do for her takes nothing from her");
    })
    .await;
}
