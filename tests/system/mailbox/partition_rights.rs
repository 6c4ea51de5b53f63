//! What lies in a partition that somebody may not see does not exist for them: not listed, not counted, not found, not told.

use hub_core::access::citizen::{Shelf, UsageAsked};
use hub_core::error::Error;
use hub_core::mandate::MandateRole::{AccessManager, LegalRepresentative, Reader};
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::provider::messages_path;
use system_tests::world::roles::Role;

use super::partitions::{bakery, from, grants_for_bakery, id_of, listed, partition, partitions};
use super::subjects;

const ROLES: [Role; 3] = [
    Role::for_enterprise("Anna", LegalRepresentative),
    Role::for_enterprise("Bert", AccessManager),
    Role::for_enterprise("Clara", Reader),
];

#[tokio::test]
async fn rule_8_a_consent_limited_to_partitions_leaks_nothing_of_the_others() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        let manager = world.acting("Anna").await;
        let books = manager.add_partition("Books").await.unwrap();
        let people = manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&tax, &books), from(&family, &people)]).await.unwrap();
        tax.publishes(&bakery(), "Lynx ledger").await;
        let secret = family.publishes(&bakery(), "Lynx dismissal").await;
        let grant = grants_for_bakery(&anna, &bank).await;
        let whole = listed(&bank, &grant, "").await;
        let (ledger, dismissal) = (id_of(&whole, "Lynx ledger"), id_of(&whole, "Lynx dismissal"));
        let personnel = partition(&bank, &grant, "Personnel").await;
        let content = bank.message(&grant, &dismissal).await.expect(200);
        let file = content["attachments"][0]["attachmentId"].as_str().unwrap().to_owned();
        let tag = bank.messages(&grant).await.header("etag").to_owned();
        let consent = manager.consents().await.unwrap().remove(0);

        manager.limit_consent(&consent.id, &[books.clone(), "general".to_owned()]).await.unwrap();

        // tokens from before its narrowing are over
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        let grant = bank.refreshes(&grant).await;
        let request = bank.machine.request("GET", &messages_path(&grant)).bearer_auth(&grant.access);
        let list = bank.machine.send(request.header("if-none-match", &tag)).await.expect(200);
        assert_eq!((subjects(&list), &list["total"]), (vec!["Lynx ledger"], &json!(1)), "{list:#}");
        for query in
            ["q=dismissal&qlang=en", "q=Family&qlang=en", "sort=receivedAt&messageType=family-benefits"]
        {
            let found = listed(&bank, &grant, query).await;
            assert_eq!((subjects(&found).len(), &found["total"]), (0, &json!(0)), "{query}: {found:#}");
        }
        assert_eq!(subjects(&listed(&bank, &grant, &format!("partition={personnel}")).await), [""; 0]);
        let shown = partitions(&bank, &grant).await;
        assert_eq!((shown["total"].as_u64(), shown.to_string().contains("Personnel")), (Some(2), false));
        let mailbox = bank.get(&grant, &format!("/mailbox/v1/mailboxes/{}", grant.mailbox)).await.expect(200);
        assert_eq!((&mailbox["total"], &mailbox["unread"]), (&json!(1), &json!(1)), "{mailbox:#}");
        let summary = bank.mailboxes(&grant).await.expect(200);
        assert_eq!(summary["items"][0]["total"], json!(1), "{summary:#}");

        let of = |rest: &str| format!("{}/{dismissal}{rest}", messages_path(&grant));
        for path in ["".to_owned(), "/replies".to_owned(), format!("/attachments/{file}/content")] {
            bank.get(&grant, &of(&path)).await.expect_problem(404, "resourceNotFound");
        }
        let opened = bank.machine.request("POST", &of("/opened")).bearer_auth(&grant.access);
        bank.machine.send(opened).await.expect_problem(404, "resourceNotFound");
        bank.marks(&grant, &dismissal, &json!({"read": true})).await.expect_problem(404, "resourceNotFound");
        let moved = bank.marks(&grant, &dismissal, &json!({"partition": "general"})).await;
        moved.expect_problem(404, "resourceNotFound");
        // a partition that is not seen and one that never was are one answer
        let there = bank.marks(&grant, &ledger, &json!({"partition": personnel})).await;
        let nowhere =
            bank.marks(&grant, &ledger, &json!({"partition": format!("prt_{}", "0".repeat(26))})).await;
        let said = |answer: &Value| (answer["status"].clone(), answer["issues"].clone());
        assert_eq!(said(&there.expect(400)), said(&nowhere.expect(400)));
        // neither does a correction that lies there show
        let mut letter = family.letter(&bakery(), "Lynx dismissal, corrected").body("Beter.");
        letter.metadata["replaces"] = secret.into();
        family.delivers(&letter).await;
        assert_eq!(subjects(&listed(&bank, &grant, "").await), ["Lynx ledger"]);

        // the next consent of the same application is limited as this one: no screen says anything else
        let again = grants_for_bakery(&anna, &bank).await;
        assert_eq!(subjects(&listed(&bank, &again, "").await), ["Lynx ledger"]);
        // new partitions are not among those that were named
        let plans = manager.add_partition("Plans").await.unwrap();
        manager.arrange_rules(|_| vec![from(&tax, &plans)]).await.unwrap();
        tax.publishes(&bakery(), "Lynx plan").await;
        assert_eq!(subjects(&listed(&bank, &again, "").await), ["Lynx ledger"]);
        let consent = manager.consents().await.unwrap().into_iter().find(|one| one.live).unwrap();
        let nothing = manager.limit_consent(&consent.id, &[plans]).await;
        assert!(matches!(nothing, Err(Error::Invalid(_))), "nothing would be left: {nothing:?}");
    })
    .await;
}

#[tokio::test]
async fn a_reader_limited_to_partitions_sees_nothing_of_the_others_in_the_portal() {
    World::on_both(async |world| {
        world.roles(&ROLES).await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.acting("Anna").await;
        let people = anna.add_partition("Personnel").await.unwrap();
        anna.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        tax.publishes(&bakery(), "Stoat ledger").await;
        family.publishes(&bakery(), "Stoat dismissal").await;
        let clara = world.acting("Clara").await;
        let mailbox = clara.mailbox().await.unwrap();
        assert_eq!(mailbox.total, 2);
        let mail = clara.messages(&mailbox.id, Shelf::Mailbox, None).await.unwrap().items;
        let (dismissal, ledger) = (mail[0].id.clone(), mail[1].id.clone());
        let content = clara.message(&mailbox.id, &dismissal).await.unwrap();
        let link = clara.attachment_link(&mailbox.id, &dismissal, &content.attachments[0].id).unwrap();
        let (about, proofs) = clara.message_evidence(&mailbox.id, &dismissal).await.unwrap();
        world.hub().content(&link).await.unwrap();

        let holders = anna.partition_holders().await.unwrap();
        let of_clara = holders.iter().find(|one| one.name.as_deref() == Some("Clara")).unwrap();
        anna.let_see(&of_clara.id, Some(&["general".to_owned()])).await.unwrap();

        // the session that is open sees it with its next page
        let same = world.hub().content(&link).await.err();
        assert!(matches!(same, Some(Error::NotFound(_))), "{same:?}");
        let clara = world.acting("Clara").await;
        let seen = clara.mailbox().await.unwrap();
        assert_eq!((seen.total, seen.unread), (1, 1), "neither is counted");
        let mail = clara.messages(&mailbox.id, Shelf::Mailbox, None).await.unwrap().items;
        assert_eq!(mail.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [ledger.as_str()]);
        assert_eq!(clara.partitions(&mailbox.id).await.unwrap().len(), 1);
        let not_found =
            |error: Option<Error>| assert!(matches!(error, Some(Error::NotFound(_))), "{error:?}");
        not_found(clara.message(&mailbox.id, &dismissal).await.err());
        not_found(clara.shelve(&mailbox.id, &dismissal, Shelf::Archive).await.err());
        not_found(clara.replies(&mailbox.id, &dismissal).await.err());
        // nor does she who only reads move what she sees
        let moved = clara.move_message(&mailbox.id, &ledger, "general").await;
        assert!(matches!(moved, Err(Error::Forbidden(_))), "{moved:?}");
        not_found(clara.message_evidence(&mailbox.id, &dismissal).await.err());
        not_found(clara.message_receipt(&mailbox.id, &about, &proofs[0].id).await.err());
        let proven = clara.proofs(&mailbox.id, None).await.unwrap();
        assert_eq!(proven.items.len(), 1, "evidence of what she sees");
        // the log of readings names no message of the other partition, not even her own reading of it
        world.loads_journal().await;
        let own = hub_core::access::citizen::Own::Shown;
        let asked = UsageAsked { own, ..UsageAsked::default() };
        let log = format!("{:?}", clara.usage(&mailbox.id, &asked).await.unwrap());
        assert!(!log.contains(&dismissal) && !log.contains("Stoat dismissal"), "{log}");
        let all = format!("{:?}", anna.usage(&anna.mailbox().await.unwrap().id, &asked).await.unwrap());
        assert!(all.contains("Stoat dismissal"), "{all}");

        anna.let_see(&of_clara.id, None).await.unwrap();
        let clara = world.acting("Clara").await;
        clara.message(&mailbox.id, &dismissal).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_consent_never_shows_more_than_its_giver_sees() {
    World::on_both(async |world| {
        world.roles(&ROLES).await;
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bert, bank) = (world.citizen("Bert"), world.provider("bank").await);
        let anna = world.acting("Anna").await;
        let people = anna.add_partition("Personnel").await.unwrap();
        anna.arrange_rules(|_| vec![from(&family, &people)]).await.unwrap();
        tax.publishes(&bakery(), "Vole ledger").await;
        family.publishes(&bakery(), "Vole dismissal").await;
        let grant = grants_for_bakery(&bert, &bank).await;
        let list = bank.messages(&grant).await;
        let tag = list.header("etag").to_owned();
        assert_eq!(subjects(&list.expect(200)).len(), 2);
        world.acting("Bert").await;
        let holders = anna.partition_holders().await.unwrap();
        let of_bert = holders.iter().find(|one| one.name.as_deref() == Some("Bert")).unwrap();
        assert_eq!(of_bert.sees, None);

        anna.let_see(&of_bert.id, Some(&["general".to_owned()])).await.unwrap();

        // the same token, in the next request; what was kept under the old tag does not stand for it
        let path = messages_path(&grant);
        let request = bank.machine.request("GET", &path).bearer_auth(&grant.access);
        let list = bank.machine.send(request.header("if-none-match", &tag)).await.expect(200);
        assert_eq!(subjects(&list), ["Vole ledger"]);
        let own = bank.machine.client_credentials(&bank.client_id, "synchronise").await;
        let boxes = bank.machine.get("/mailbox/v1/mailboxes", Some(&own)).await.expect(200);
        assert_eq!(boxes["items"][0]["total"], json!(1), "{boxes:#}");
        let synchronised = bank.machine.get(&path, Some(&own)).await.expect(200);
        assert_eq!(subjects(&synchronised), ["Vole ledger"]);
        let told = "SELECT (SELECT COUNT(*) FROM change_queue WHERE kind = 'consentChanged')
                         + (SELECT COUNT(*) FROM feed WHERE kind = 'consentChanged')";
        assert_eq!(world.count(told).await, 1);

        anna.let_see(&of_bert.id, None).await.unwrap();
        assert_eq!(subjects(&bank.messages(&grant).await.expect(200)).len(), 2);
    })
    .await;
}
