//! Revocation lists are reread while connections are open, and count for the next request on them.

use std::time::Duration;

use system_tests::authority::Wish;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::setting::authorities;

const STATUS: &str = "/sender/v1/messages/msg_00000000000000000000000000";

#[tokio::test]
async fn a_revoked_certificate_is_refused_on_its_open_connection() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let wish = Wish { serial: 4711, ..Wish::client("urn:test:tax-mailroom") };
        let credential = authorities().senders.issue(&wish);
        let machine = world.machine(Some(&credential));
        let token = machine.client_credentials("tax-mailroom", "status").await;
        machine.get(STATUS, Some(&token)).await.expect_problem(404, "resourceNotFound");

        world.setting.revoke(&[], &[4711]);
        world.running().reload().await;

        let problem = machine.get(STATUS, Some(&token)).await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "revoked");
        world.sender("tax").await.status("msg_00000000000000000000000000").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_changed_on_disk_is_found_by_itself() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let credential =
            authorities().senders.issue(&Wish { serial: 4712, ..Wish::client("urn:test:tax-mailroom") });
        let machine = world.machine(Some(&credential));
        machine.get("/sender/v1/doc/openapi.yaml", None).await.expect(200);

        world.setting.revoke(&[], &[4712]);
        for _ in 0..100 {
            if machine.get("/sender/v1/doc/openapi.yaml", None).await.status == 401 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the new revocation list is not in force after 10 s");
    })
    .await;
}

#[tokio::test]
async fn an_expired_list_closes_its_issuers_parties_only() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let now = world.now();
        let expired = authorities().senders.revokes(&[], now.minus(DAY * 9), now.minus(DAY));
        world.setting.put("senders.crl", &expired);
        world.running().reload().await;

        let problem = tax
            .machine
            .get("/sender/v1/doc/openapi.yaml", None)
            .await
            .expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "crlExpired");
        bank.machine.get("/mailbox/v1/doc/openapi.yaml", None).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_removed_registration_refuses_the_next_request() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        tax.status("msg_00000000000000000000000000").await.expect(404);

        world
            .apply(
                "environment = \"demo\"\n[[certificate]]\nrole = \"sender\"\nanchor = \"senders\"\n\
                 client_id = \"tax-mailroom\"\nsan_uri = \"urn:test:tax-mailroom\"\nstate = \"removed\"\n",
            )
            .await;

        let problem =
            tax.status("msg_00000000000000000000000000").await.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "notRegistered");
    })
    .await;
}

const DAY: Duration = Duration::from_secs(86_400);
