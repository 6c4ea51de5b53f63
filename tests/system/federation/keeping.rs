//! What others keep: whose word it is, whom it is hidden from, and how much of it there can be.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{Grant, Provider};

use super::{ARCHIVE, Desk, EVENTS, archive, event, expect_refusal, software};

const SUBJECT: &str = "Hourglass of the demoiselle";
const ALL: [&str; 5] = ["list", "readContent", "markRead", "synchronise", "citizenStatus"];

/// Lets the bank read the bakery's mailbox, all but this sender's mail.
async fn lets_in(anna: &Citizen<'_>, bank: &Provider<'_>, left_out: &str) -> Grant {
    let asked = bank.asks_for(&bank.details(&ALL, "enterprise"), json!({})).await;
    let screen = anna.comes_from(&asked).await;
    let form = screen.form("/authorize/consent").with("decision", "agree");
    let mut form = form.with("withhold", left_out);
    for choice in ["synchronise", "citizenStatus"] {
        form.fields.push(("with".to_owned(), choice.to_owned()));
    }
    let back = anna.submit(&screen, &form).await;
    bank.redeems(&asked, &back.url).await
}

#[tokio::test]
async fn who_is_left_out_stays_so_however_their_number_is_written_and_leaves_no_gap() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "Windroos van de kluut").await;
        let grant = lets_in(&anna, &bank, &tax.organization).await;
        assert_eq!(grant.details["withheld"], true);
        let desk = Desk::of_provider(&bank, "events").await;
        let begin = desk.page(world, 0, 10).await["pageInfo"]["lastSequenceNbr"].as_i64().unwrap();

        let keeper = archive(world, "events").await;
        let of = |message: &str, organization: Value| {
            let mut event = event("newDocument", 1, message);
            event["senderOrganizationId"] = organization;
            event
        };
        let short = tax.organization.trim_start_matches('0');
        assert_ne!(short, tax.organization);
        let posted = [
            of("left-out", json!(tax.organization)),
            of("left-out-too", json!(short)),
            of("nameless", Value::Null),
            of("shown", json!(family.organization.trim_start_matches('0'))),
        ];
        keeper.posts(&json!(posted)).await;
        for wrong in [format!("BE{}", tax.organization), format!(" {short}"), String::new()] {
            let answer = keeper.send("POST", EVENTS, &json!([of("wrong", json!(wrong))])).await;
            let said = expect_refusal(&answer, 400, "INVALID_INPUT");
            assert!(said.contains("senderOrganizationId"), "{wrong}: {said}");
        }

        let page = desk.page(world, begin, 10).await;
        let items = page["EboxEnterpriseDocumentEvents"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page:#}");
        assert_eq!(items[0]["eventData"]["senderOrganizationId"], family.organization);
        assert_eq!(items[0]["eventSequenceNbr"], begin + 1, "what is hidden leaves no gap: {page:#}");
        assert_eq!(page["pageInfo"]["lastSequenceNbr"], begin + 1);
        let list = format!("/mailbox/v1/mailboxes/{}/keptElsewhere", grant.mailbox);
        let list = bank.get(&grant, &list).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list:#}");
        assert_eq!(list["items"][0]["senderOrganization"], family.organization);
    })
    .await;
}

#[tokio::test]
async fn the_register_s_name_stands_for_nobody_s_word_and_who_is_withdrawn_is_not_shown() {
    World::on_both(async |world| {
        let (keeper, anna) = (archive(world, "events").await, world.citizen("Anna"));
        let (machine, credential, client) = software(world, &anna).await;
        let own = Desk::at(&machine, &credential, (&client, "events")).await;
        keeper.posts(&json!([event("newDocument", 1, "doc-1")])).await;

        let told = format!("Enterprise {}, according to Demo Archive", enterprise(11));
        let page = anna.opens("Demo Bakkerij").await;
        page.expect(&[&told, SUBJECT]);
        page.expect_not(&["Demo Tax Administration"]);
        // the mailbox is empty, and yet its list showed something
        world.loads_journal().await;
        let noted = "SELECT COUNT(*) FROM reading WHERE role = 'citizen' AND what = 'list' AND number > 0";
        assert!(world.count(noted).await >= 1, "{}", world.database());
        let sends = format!(
            "environment = \"demo\"\n[[trio]]\norganization = \"{}\"\napplication = \"archive-app\"\n\
             message_type = \"tax-assessment\"\n",
            enterprise(11)
        );
        world.apply(&sends).await;
        let page = anna.opens("Demo Bakkerij").await;
        page.expect(&["Demo Tax Administration", SUBJECT]);
        page.expect_not(&[&told]);
        // whoever has written nowhere else can be left out too
        let bank = world.provider("bank").await;
        let asked = bank.asks_for(&bank.details(&ALL, "enterprise"), json!({})).await;
        anna.comes_from(&asked).await.expect(&["Demo Tax Administration"]);

        let form = [("grant_type", "client_credentials"), ("client_id", client.as_str())];
        let token = machine.post_form("/token", &form).await.expect(200)["access_token"].clone();
        let token = token.as_str().unwrap();
        let boxes = machine.get("/mailbox/v1/mailboxes", Some(token)).await.expect(200);
        let list = format!(
            "/mailbox/v1/mailboxes/{}/keptElsewhere",
            boxes["items"][0]["mailboxId"].as_str().unwrap()
        );
        for (file, shown) in [
            (ARCHIVE.replace("contact =", "active_until = \"2026-01-01\"\ncontact ="), 0),
            (ARCHIVE.replace("2020-01-01", "2099-01-01"), 0),
            (ARCHIVE.to_owned(), 1),
        ] {
            world.apply(&file).await;
            let listed = machine.get(&list, Some(token)).await.expect(200);
            assert_eq!(listed["items"].as_array().unwrap().len(), shown, "{file}");
            assert_eq!(own.told(world).await.len(), shown, "{file}");
            let page = anna.opens("Demo Bakkerij").await;
            assert_eq!(page.html.contains(SUBJECT), shown == 1, "{file}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_what_arrives_is_new_and_who_has_read_is_not_reminded() {
    World::on_both(async |world| {
        let (keeper, anna) = (archive(world, "events").await, world.citizen("Anna"));
        let (machine, credential, client) = software(world, &anna).await;
        let own = Desk::at(&machine, &credential, (&client, "events")).await;
        for kind in ["newDocumentReminder", "readDocument", "documentExpirationAlert"] {
            keeper.posts(&json!([event(kind, 1, "doc-never-told")])).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 0);
        for kind in ["newDocument", "readDocument", "newDocumentReminder", "documentExpirationAlert"] {
            keeper.posts(&json!([event(kind, 1, "doc-read")])).await;
        }
        for kind in ["newDocument", "newDocumentReminder", "documentExpirationAlert"] {
            keeper.posts(&json!([event(kind, 1, "doc-unread")])).await;
        }
        let told = own.told(world).await;
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        let unread = ["newDocument", "newDocumentReminder", "documentExpirationAlert"];
        assert_eq!(kinds, [&["newDocument", "readDocument"][..], &unread].concat());
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_takes_so_much_of_a_document_provider_in_a_day_and_no_answer_says_so() {
    World::on_both(async |world| {
        let (keeper, anna) = (archive(world, "events").await, world.citizen("Anna"));
        software(world, &anna).await;
        let some = |from: u32, count: u32| -> Value {
            (from..from + count).map(|n| event("newDocument", 1, &format!("doc-{n}"))).collect()
        };
        keeper.posts(&some(0, 1)).await;
        assert_eq!(world.count("SELECT told FROM kept_count").await, 1);
        let mut tx = world.db.write().await.unwrap();
        tx.execute("UPDATE kept_count SET told = 498", ()).await.unwrap();
        tx.commit().await.unwrap();
        keeper.posts(&some(1, 10)).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 3);
        let again = keeper.send("POST", EVENTS, &some(10, 1)).await;
        expect_refusal(&again, 409, "IDEMPOTENCY_CONFLICT");
        // a year at most, whatever end is told
        let late = "SELECT COUNT(*) FROM posted_event WHERE until > 1830000000000000";
        assert_eq!(
            (world.count(late).await, world.count("SELECT COUNT(*) FROM posted_event").await),
            (0, 11)
        );

        world.advance(Duration::from_secs(86_400));
        archive(world, "events").await.posts(&some(20, 1)).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM kept_elsewhere").await, 4);
    })
    .await;
}
