//! Who may read as MeMo: the consent says it, as everywhere.

use std::time::Duration;

use hub_core::access::citizen::CitizenAccess;
use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::Citizen;

use super::{Desk, desk, expect_problem, token, token_by};
use crate::mailbox::partitions::{bakery, from, grants_for_bakery};

#[tokio::test]
async fn what_the_consent_does_not_open_stays_closed() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        tax.publishes(&anna.person.recipient(), "Ochre siskin notice").await;
        let grant = anna.grants(&bank, &["list"]).await;
        let listing = desk(&bank, &grant).await;
        let id = listing.newest().await;
        expect_problem(&listing.get(&listing.path(&id)).await, 403, "missingPermission");
        let refused = listing.post(&id, "<Message/>").await;
        expect_problem(&refused, 403, "missingPermission");
        assert_eq!(world.count("SELECT COUNT(*) FROM mark WHERE retrieved_at IS NOT NULL").await, 0);

        let theirs = desk(&post, &bert.grants(&post, &["list", "readContent"]).await).await;
        for path in [
            listing.list(),
            listing.path(&id),
            theirs.path(&id),
            theirs.path("x"),
            format!("{}/x/messages", "/memo/v1/mailboxes"),
        ] {
            expect_problem(&theirs.get(&path).await, 404, "resourceNotFound");
        }
        let elsewhere = bank.machine.get(&listing.list(), Some(&grant.access)).await;
        expect_problem(&elsewhere, 401, "invalidAccessToken");
        assert!(
            elsewhere.header("www-authenticate").contains("/.well-known/oauth-protected-resource/memo/v1")
        );
        let not_ours = bank
            .machine
            .get(&format!("/mailbox/v1/mailboxes/{}/messages", grant.mailbox), Some(&listing.token))
            .await;
        not_ours.expect_problem(401, "invalidAccessToken");

        anna.logs_in().await;
        anna.revokes().await;
        expect_problem(&listing.get(&listing.list()).await, 401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn of_a_partition_that_is_not_shown_nothing_comes_as_memo() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let manager: CitizenAccess = world.acting("Anna").await;
        let people = manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        tax.publishes(&bakery(), "Siskin ledger in ochre").await;
        family.publishes(&bakery(), "Siskin dismissal in ochre").await;
        let grant = grants_for_bakery(&anna, &bank).await;
        let open = desk(&bank, &grant).await;
        let ids = open.ids().await;
        assert_eq!(ids.len(), 2);
        assert!(open.message(&ids[0], "nl").await.contains("Siskin dismissal in ochre"));

        let consent = manager.consents().await.unwrap().remove(0);
        manager.limit_consent(&consent.id, &["general".to_owned()]).await.unwrap();

        let limited = desk(&bank, &grant).await;
        assert_eq!(limited.ids().await, ids[1..]);
        expect_problem(&limited.get(&limited.path(&ids[0])).await, 404, "resourceNotFound");
        expect_problem(&limited.post(&ids[0], "<Message/>").await, 404, "resourceNotFound");
        assert!(limited.message(&ids[1], "nl").await.contains("Siskin ledger in ochre"));
    })
    .await;
}

#[tokio::test]
async fn an_application_reads_with_a_token_of_its_own_where_the_consent_says_so() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        for citizen in [&anna, &bert] {
            tax.publishes(&citizen.person.recipient(), "Teal avocet notice").await;
        }
        let (open, closed) =
            (crate::feed::consents(&anna, &bank).await, bert.grants(&bank, &["list", "readContent"]).await);
        let form =
            [("grant_type", "client_credentials"), ("client_id", "bank-app"), ("scope", "synchronise")];
        let own = token_by(&bank.machine, &form).await;
        let at = |mailbox: &str| Desk {
            machine: bank.machine.clone(),
            token: own.clone(),
            mailbox: mailbox.to_owned(),
        };

        let reading = at(&open.mailbox);
        let id = reading.newest().await;
        assert_eq!(super::contents(&reading.message(&id, "nl").await).len(), 2);
        let other = at(&closed.mailbox);
        expect_problem(&other.get(&other.list()).await, 404, "resourceNotFound");
        let by_grant = token(&bank, &closed).await;
        let by_grant = Desk { token: by_grant, ..at(&closed.mailbox) };
        by_grant.newest().await;

        let resource = format!("{}/memo/v1", world.mtls);
        let wide = [
            ("grant_type", "client_credentials"),
            ("client_id", "bank-app"),
            ("scope", "feed"),
            ("resource", resource.as_str()),
        ];
        bank.machine.post_form("/token", &wide).await.expect_oauth(400, "invalid_scope");
        anna.logs_in().await;
        anna.revokes().await;
        expect_problem(&reading.get(&reading.list()).await, 404, "resourceNotFound");
    })
    .await;
}

#[tokio::test]
async fn a_revocation_stops_a_document_that_is_going_out() {
    stops_what_goes_out(async |_, anna| {
        anna.logs_in().await;
        anna.revokes().await;
    })
    .await;
}

#[tokio::test]
async fn a_document_that_takes_longer_than_its_token_stops() {
    stops_what_goes_out(async |world, _| {
        world.advance(Duration::from_secs(11 * 60));
    })
    .await;
}

async fn stops_what_goes_out(ends: impl AsyncFn(&World, &Citizen<'_>)) {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        // far more than waits between two machines
        let mut file = b"%PDF-1.7\n".to_vec();
        file.resize(20 * 1024 * 1024, 0xa7);
        let letter = tax.letter(&anna.person.recipient(), "Indigo bustard volumes");
        let letter = letter.file("a.pdf", "application/pdf", &file).file("b.pdf", "application/pdf", &file);
        tax.delivers(&letter).await;
        let desk = desk(&bank, &anna.grants(&bank, &["list", "readContent"]).await).await;
        let path = desk.path(&desk.newest().await);
        let request = desk.machine.request("GET", &path).bearer_auth(&desk.token);
        let mut answer = desk.machine.execute(request.build().unwrap()).await.unwrap();
        let said: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
        let mut length = answer.chunk().await.unwrap().unwrap().len();

        ends(world, &anna).await;

        let ended = loop {
            match answer.chunk().await {
                Ok(Some(piece)) => length += piece.len(),
                other => break other,
            }
        };
        assert!(ended.is_err(), "the document ended well after {length} of {said}");
        assert!((file.len()..said * 3 / 4).contains(&length), "{length} of {said}");
        assert_eq!(world.count("SELECT COUNT(*) FROM mark WHERE retrieved_at IS NOT NULL").await, 1);
        world.loads_journal().await;
        assert_eq!(world.count("SELECT COUNT(*) FROM reading WHERE what = 'content'").await, 1, "one file");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_fetched_is_not_disclosed() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let letter = tax.letter(&anna.person.recipient(), "Puce wagtail ledger").body("Words.");
        tax.delivers(&letter.pdf("a.pdf", 20_000)).await;
        let desk = desk(&bank, &anna.grants(&bank, &["list", "readContent"]).await).await;
        let id = desk.newest().await;
        let content = world.setting.path("data/content");
        for object in system_tests::world::objects(&content) {
            std::fs::remove_file(content.join(object)).unwrap();
        }

        let request = desk.machine.request("GET", &desk.path(&id)).bearer_auth(&desk.token);
        let answer = desk.machine.execute(request.build().unwrap()).await.unwrap();

        assert_eq!(answer.status(), 500);
        assert_eq!(world.count("SELECT COUNT(*) FROM mark WHERE retrieved_at IS NOT NULL").await, 0);
        world.loads_journal().await;
        let told = "SELECT COUNT(*) FROM reading WHERE what IN ('message', 'content')";
        assert_eq!(world.count(told).await, 0);
    })
    .await;
}
