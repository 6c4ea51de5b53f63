//! An enterprise sorts its mail into partitions: rules for what comes, moving what is there, and what becomes of a partition
//! that is removed.

use hub_core::access::citizen::{CitizenAccess, RoutingRule};
use hub_core::error::Error;
use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{Grant, Provider, messages_path};
use system_tests::world::sender::Sender;

use super::subjects;

/// What a provider is allowed in these tests.
const EVERYTHING: [&str; 7] =
    ["list", "readContent", "markRead", "synchronise", "citizenStatus", "archive", "reply"];

/// The enterprise as a recipient.
pub(crate) fn bakery() -> Value {
    json!({"enterpriseNumber": enterprise(1)})
}

/// A consent for the enterprise with every choice ticked.
pub(crate) async fn grants_for_bakery(citizen: &Citizen<'_>, provider: &Provider<'_>) -> Grant {
    let asked = provider.asks_for(&provider.details(&EVERYTHING, "enterprise"), json!({})).await;
    let screen = citizen.comes_from(&asked).await;
    let mut form = screen.form("/authorize/consent").with("decision", "agree");
    for choice in ["synchronise", "citizenStatus", "archive", "reply"] {
        form.fields.push(("with".to_owned(), choice.to_owned()));
    }
    let back = citizen.submit(&screen, &form).await;
    provider.redeems(&asked, &back.url).await
}

/// A rule by the sender organization of a sender.
pub(crate) fn from(sender: &Sender<'_>, partition: &str) -> RoutingRule {
    let organization = Some(sender.organization.clone());
    RoutingRule { organization, partition: partition.to_owned(), ..RoutingRule::default() }
}

/// The partitions of the grant's mailbox, by name.
pub(crate) async fn partitions(provider: &Provider<'_>, grant: &Grant) -> Value {
    let path = format!("/mailbox/v1/mailboxes/{}/partitions", grant.mailbox);
    provider.get(grant, &path).await.expect(200)
}

/// The id by which a provider knows a partition.
pub(crate) async fn partition(provider: &Provider<'_>, grant: &Grant, name: &str) -> String {
    let list = partitions(provider, grant).await;
    let named = list["items"].as_array().unwrap().iter().find(|item| item["name"] == name);
    named.unwrap_or_else(|| panic!("{name}: {list:#}"))["partitionId"].as_str().unwrap().to_owned()
}

/// The list that a query asks for.
pub(crate) async fn listed(provider: &Provider<'_>, grant: &Grant, query: &str) -> Value {
    provider.get(grant, &format!("{}?{query}", messages_path(grant))).await.expect(200)
}

/// The id of the message of that subject.
pub(crate) fn id_of(list: &Value, subject: &str) -> String {
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["subject"]["en"] == subject);
    found.unwrap_or_else(|| panic!("{subject}: {list:#}"))["messageId"].as_str().unwrap().to_owned()
}

fn issue(error: Error) -> String {
    let Error::Invalid(issues) = error else { panic!("{error:?}") };
    format!("{} {}", issues[0].kind, issues[0].name)
}

#[tokio::test]
async fn what_comes_goes_where_the_first_rule_that_fits_says() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let (anna, bank) = (world.citizen("Anna"), world.provider("bank").await);
        tax.publishes(&bakery(), "Otter before all rules").await;
        let manager = world.acting("Anna").await;
        let people = manager.add_partition(" Personnel ").await.unwrap();
        let books = manager.add_partition("Books").await.unwrap();
        assert_eq!(issue(manager.add_partition("BOOKS").await.unwrap_err()), "invalidInput name");
        let by_type = |id: &str, partition: &str| RoutingRule {
            message_type: Some(id.to_owned()),
            partition: partition.to_owned(),
            ..RoutingRule::default()
        };
        let by_application = RoutingRule {
            application: Some("tax-mailroom".to_owned()),
            partition: "general".to_owned(),
            ..RoutingRule::default()
        };
        let wrong = [from(&tax, &books), from(&tax, &people), by_type("x", "prt_none")];
        assert_eq!(
            issue(manager.arrange_rules(|_| wrong.to_vec()).await.unwrap_err()),
            "invalidInput rules[1]"
        );
        let rules = [by_type("family-benefits", &people), from(&tax, &books), by_application];
        manager.arrange_rules(|_| rules.to_vec()).await.unwrap();
        assert_eq!(manager.routing_rules().await.unwrap(), rules);

        tax.publishes(&bakery(), "Otter ledger").await;
        family.publishes(&bakery(), "Otter payslip").await;
        family.publishes(&anna.person.recipient(), "Otter for a citizen").await;

        let grant = grants_for_bakery(&anna, &bank).await;
        let shown = partitions(&bank, &grant).await;
        let ids: Vec<&Value> =
            shown["items"].as_array().unwrap().iter().map(|item| &item["partitionId"]).collect();
        assert_eq!((shown["total"].as_u64(), ids[0]), (Some(3), &json!("general")), "{shown:#}");
        let of_books = partition(&bank, &grant, "Books").await;
        assert!(of_books != books && ids.contains(&&json!(of_books)), "ids are each party's own");
        let all = listed(&bank, &grant, "").await;
        assert_eq!(subjects(&all), ["Otter payslip", "Otter ledger", "Otter before all rules"]);
        assert_eq!(all["items"][1]["partition"], json!(of_books), "{all:#}");
        assert_eq!(all["items"][2].get("partition"), None, "{all:#}");
        let one = bank.message(&grant, &id_of(&all, "Otter ledger")).await.expect(200);
        assert_eq!(one["partition"], json!(of_books));
        let within = async |partition: &str| {
            let list = listed(&bank, &grant, &format!("partition={partition}")).await;
            assert_eq!(list["total"], json!(list["items"].as_array().unwrap().len()), "{list:#}");
            subjects(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(within(&of_books).await, ["Otter ledger"]);
        assert_eq!(within("general").await, ["Otter before all rules"]);
        assert!(within(&format!("prt_{}", "0".repeat(26))).await.is_empty());
        assert!(within(&books).await.is_empty(), "somebody else's id stands for nothing");
        let malformed = bank.get(&grant, &format!("{}?partition=books", messages_path(&grant))).await;
        malformed.expect_issue("schemaViolation", "partition");

        // a citizen's mailbox has no partitions, whatever rules others have
        let citizen: Vec<(i64,)> = vec![
            world
                .row(
                    "SELECT COUNT(*) FROM message m JOIN mailbox b ON b.id = m.mailbox_id
                 WHERE b.kind = 'citizen' AND m.partition <> 0",
                )
                .await,
        ];
        assert_eq!(citizen, [(0,)]);
    })
    .await;
}

#[tokio::test]
async fn messages_move_and_come_back_from_a_partition_that_is_removed() {
    World::on_both(async |world| {
        let (tax, anna, bank) =
            (world.sender("tax").await, world.citizen("Anna"), world.provider("bank").await);
        let manager = world.acting("Anna").await;
        let books = manager.add_partition("Books").await.unwrap();
        manager.add_partition("Personnel").await.unwrap();
        manager.arrange_rules(|_| vec![from(&tax, &books)]).await.unwrap();
        let ids =
            [tax.publishes(&bakery(), "Marten one").await, tax.publishes(&bakery(), "Marten two").await];
        let grant = grants_for_bakery(&anna, &bank).await;
        let list = listed(&bank, &grant, "").await;
        let (one, two) = (id_of(&list, "Marten one"), id_of(&list, "Marten two"));
        let (people, of_books) =
            (partition(&bank, &grant, "Personnel").await, partition(&bank, &grant, "Books").await);

        let tag = bank.messages(&grant).await.header("etag").to_owned();
        let moved = bank.marks(&grant, &one, &json!({"partition": people, "read": true})).await.expect(200);
        assert_eq!((&moved["partition"], &moved["read"]), (&json!(people), &json!(true)), "{moved:#}");
        assert_ne!(bank.messages(&grant).await.header("etag"), tag, "the version moved");
        // saying it again changes nothing
        let version = "SELECT MAX(version) FROM mailbox WHERE kind = 'enterprise'";
        let (before,): (i64,) = world.row(version).await;
        bank.marks(&grant, &one, &json!({"partition": people})).await.expect(200);
        assert_eq!(world.row::<(i64,)>(version).await, (before,));
        for nowhere in [format!("prt_{}", "1".repeat(26)), books.clone()] {
            let answer = bank.marks(&grant, &one, &json!({"partition": nowhere})).await;
            answer.expect_issue("referencedResourceNotFound", "partition");
        }
        bank.marks(&grant, &one, &json!({"partition": null})).await.expect_problem(400, "badRequest");
        let back = bank.marks(&grant, &one, &json!({"partition": "general"})).await.expect(200);
        assert_eq!(back.get("partition"), None, "{back:#}");
        bank.marks(&grant, &one, &json!({"partition": of_books})).await.expect(200);

        manager.rename_partition(&books, "Ledgers").await.unwrap();
        assert_eq!(partition(&bank, &grant, "Ledgers").await, of_books);
        manager.remove_partition(&books).await.unwrap();

        let gone = manager.remove_partition(&books).await.unwrap_err();
        assert!(matches!(gone, Error::NotFound("partition")), "{gone:?}");
        tax.publishes(&bakery(), "Marten three").await;
        let general = listed(&bank, &grant, "partition=general").await;
        assert_eq!(subjects(&general), ["Marten three", "Marten two", "Marten one"]);
        assert!(subjects(&listed(&bank, &grant, &format!("partition={of_books}")).await).is_empty());
        bank.marks(&grant, &two, &json!({"partition": of_books})).await.expect(400);
        // its number rests: another one of the same name is another one
        manager.add_partition("Ledgers").await.unwrap();
        assert_ne!(partition(&bank, &grant, "Ledgers").await, of_books);
        // nothing of it is the sender's to know
        for id in ids {
            let status = tax.status(&id).await.expect(200);
            assert!(status["availableAt"].is_string(), "{status:#}");
            assert!(!status.to_string().contains("artition"), "{status:#}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_write WHERE action = 'move'").await, 5);
    })
    .await;
}

#[tokio::test]
async fn only_who_decides_and_sees_everything_manages() {
    use hub_core::mandate::MandateRole::{AccessManager, LegalRepresentative, Reader};
    use system_tests::world::roles::Role;

    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Bert", AccessManager),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let (anna, clara) = (world.acting("Anna").await, world.acting("Clara").await);
        let bert: CitizenAccess = world.acting("Bert").await;
        let books = bert.add_partition("Books").await.unwrap();
        let forbidden = |outcome: Result<(), Error>| {
            assert!(matches!(outcome, Err(Error::Forbidden(_))), "{outcome:?}");
        };

        forbidden(clara.add_partition("Mine").await.map(drop));
        forbidden(clara.remove_partition(&books).await);
        forbidden(clara.arrange_rules(|_| vec![]).await);
        forbidden(clara.partition_holders().await.map(drop));
        assert!(!clara.manages_partitions().await.unwrap() && bert.manages_partitions().await.unwrap());

        let holders = anna.partition_holders().await.unwrap();
        assert_eq!(holders.len(), 3, "{holders:?}");
        let named = |name: &str| holders.iter().find(|one| one.name.as_deref() == Some(name)).unwrap();
        // nobody limits themselves, nor a legal representative: somebody has to see everything
        assert!(named("Anna").you && !named("Anna").can_be_limited());
        let own = anna.let_see(&named("Anna").id, Some(&[])).await;
        assert!(matches!(own, Err(Error::Conflict(_))), "{own:?}");
        anna.let_see(&named("Bert").id, Some(&["general".to_owned()])).await.unwrap();
        let bert = world.acting("Bert").await;
        forbidden(bert.add_partition("More").await.map(drop));
        forbidden(bert.let_see(&named("Bert").id, None).await);
        // whoever becomes legal representative sees everything again
        world
            .roles(&[
                Role::for_enterprise("Bert", LegalRepresentative),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let bert = world.acting("Bert").await;
        bert.add_partition("More").await.unwrap();
        let mayor = world.session(&system_tests::world::people::Person::named("Anna").ssin(), "Anna").await;
        forbidden(mayor.unwrap().add_partition("For a citizen").await.map(drop));
    })
    .await;
}
