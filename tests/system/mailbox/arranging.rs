//! An enterprise's own software arranges its partitions over the mailbox API, by the rules that hold for people in the portal.

use hub_core::access::citizen::{CitizenAccess, Routing};
use hub_core::mandate::MandateRole::{LegalRepresentative, Reader};
use serde_json::{Value, json};
use system_tests::authority::Credential;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::roles::Role;

use super::grants_all;
use super::partitions::bakery;
use crate::registry::registered_software;

/// A system of the first test enterprise, which Anna registered.
pub(crate) struct Software<'w> {
    machine: Machine<'w>,
    pub(crate) credential: Credential,
    client_id: String,
    /// The enterprise's mailbox, as it knows it.
    pub(crate) mailbox: String,
}

impl<'w> Software<'w> {
    pub(crate) async fn of(world: &'w World, anna: &Citizen<'_>) -> Self {
        let (credential, client_id) = registered_software(anna).await;
        let machine = world.machine(Some(&credential));
        let software = Self { machine, credential, client_id, mailbox: String::new() };
        let token = software.token(None).await;
        let boxes = software.machine.get("/mailbox/v1/mailboxes", Some(&token)).await.expect(200);
        Self { mailbox: boxes["items"][0]["mailboxId"].as_str().unwrap().to_owned(), ..software }
    }

    /// Somebody who manages the partitions lets it arrange them, or no more.
    pub(crate) async fn is_let(&self, manager: &CitizenAccess, routing: Routing) {
        manager.let_route(&self.consent(manager).await, routing).await.unwrap();
    }

    pub(crate) async fn consent(&self, manager: &CitizenAccess) -> String {
        let consents = manager.consents().await.unwrap();
        consents.into_iter().find(|one| one.standing.client_id == self.client_id).unwrap().id
    }

    async fn asks(&self, resource: Option<&str>, scope: Option<&str>) -> Answer {
        let form = [("grant_type", "client_credentials"), ("client_id", self.client_id.as_str())];
        let more = [("resource", resource), ("scope", scope)];
        let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let form: Vec<(&str, &str)> = form.into_iter().chain(more).collect();
        self.machine.post_form("/token", &form).await
    }

    pub(crate) async fn token(&self, scope: Option<&str>) -> String {
        self.token_at(None, scope).await
    }

    /// A token for the API of that path.
    pub(crate) async fn token_at(&self, api: Option<&str>, scope: Option<&str>) -> String {
        let resource = api.map(|api| format!("{}/{api}", self.machine.stage.mtls));
        let answer = self.asks(resource.as_deref(), scope).await;
        let token = answer.expect(200)["access_token"].as_str().unwrap().to_owned();
        self.machine.stage.never_shown(&token);
        token
    }

    fn path(&self, rest: &str) -> String {
        format!("/mailbox/v1/mailboxes/{}/{rest}", self.mailbox)
    }

    pub(crate) async fn get(&self, rest: &str, token: &str) -> Answer {
        self.machine.get(&self.path(rest), Some(token)).await
    }

    async fn put(&self, rest: &str, token: &str, body: &Value) -> Answer {
        self.send("PUT", rest, token, body).await
    }

    async fn send(&self, method: &str, rest: &str, token: &str, body: &Value) -> Answer {
        self.machine.send(self.machine.request(method, &self.path(rest)).bearer_auth(token).json(body)).await
    }

    async fn removes(&self, rest: &str, token: &str) -> Answer {
        self.machine.send(self.machine.request("DELETE", &self.path(rest)).bearer_auth(token)).await
    }

    async fn put_if(&self, tag: &str, rest: &str, token: &str, body: &Value) -> Answer {
        let request = self.machine.request("PUT", &self.path(rest)).bearer_auth(token).json(body);
        self.machine.send(request.header("if-match", tag)).await
    }
}

/// The names of the issues of a refusal.
fn issues(answer: &Answer) -> Vec<String> {
    let problem = answer.expect_problem(400, "badRequest");
    let issues = problem["issues"].as_array().unwrap();
    issues.iter().map(|issue| issue["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn partitions_are_added_renamed_and_removed_as_in_the_portal() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        software.is_let(&manager, Routing::Told).await;
        let (token, reads) = (software.token(Some("routing")).await, software.token(None).await);

        let added = software.send("POST", "partitions", &token, &json!({"name": " Books "})).await;
        let books = added.expect(201)["partitionId"].as_str().unwrap().to_owned();
        assert_eq!(added.json()["name"], "Books");
        let place = format!("partitions/{books}");
        assert_eq!(added.header("location"), format!("{}{}", world.mtls, software.path(&place)));
        for name in ["BOOKS", "", "a\nb"] {
            let refused = software.send("POST", "partitions", &token, &json!({ "name": name })).await;
            assert_eq!(issues(&refused), ["name"], "{name}");
        }
        let renamed = software.send("PATCH", &place, &token, &json!({"name": "Ledgers"})).await.expect(200);
        for token in [&token, &reads] {
            assert_eq!(software.get(&place, token).await.expect(200), renamed);
        }
        let mailbox = manager.mailbox().await.unwrap().id;
        let there = manager.partitions(&mailbox).await.unwrap();
        assert_eq!(there.iter().filter_map(|one| one.name.as_deref()).collect::<Vec<_>>(), ["Ledgers"]);

        let rules = json!({"items": [{"senderOrganizationId": tax.organization, "partitionId": books}]});
        software.put("routingRules", &token, &rules).await.expect(200);
        tax.publishes(&bakery(), "Umber stoat almanac").await;
        let inside = async |partition: &str| {
            let list = software.get(&format!("messages?partition={partition}"), &reads).await.expect(200);
            list["items"].as_array().unwrap().len()
        };
        assert_eq!((inside(&books).await, inside("general").await), (1, 0));
        assert_eq!(software.removes(&place, &token).await.status, 204);
        assert_eq!((inside(&books).await, inside("general").await), (0, 1));
        assert_eq!(software.get("routingRules", &token).await.expect(200)["total"], 0);
        for gone in [
            software.get(&place, &reads).await,
            software.send("PATCH", &place, &token, &json!({"name": "Again"})).await,
            software.removes(&place, &token).await,
        ] {
            gone.expect_problem(404, "resourceNotFound");
        }
        let acts = "SELECT COUNT(*) FROM audit_write
                    WHERE role = 'ownSoftware' AND action IN ('addPartition', 'renamePartition', 'removePartition')";
        assert_eq!(world.count(acts).await, 3);
    })
    .await;
}

#[tokio::test]
async fn rules_are_put_as_in_the_portal_and_nobody_loses_what_another_put() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let anna = world.citizen("Anna");
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        let books = manager.add_partition("Books").await.unwrap();
        software.asks(None, Some("routing")).await.expect_oauth(400, "invalid_scope");
        software.is_let(&manager, Routing::Told).await;
        let token = software.token(Some("routing")).await;

        let there = software.get("partitions", &token).await.expect(200);
        assert_eq!((&there["total"], &there["items"][1]["name"]), (&json!(2), &json!("Books")));
        let named = there["items"][1]["partitionId"].as_str().unwrap();
        let none = software.get("routingRules", &token).await;
        assert_eq!(
            (none.expect(200)["total"].clone(), none.expect(200)["items"].clone()),
            (json!(0), json!([]))
        );
        let rules = json!({"items": [
            {"messageTypeId": tax.message_type, "senderApplicationId": tax.client_id, "partitionId": named},
            {"senderOrganizationId": family.organization, "partitionId": "general"},
        ]});
        let put = software.put_if(none.header("etag"), "routingRules", &token, &rules).await;
        assert_eq!(put.expect(200)["items"], rules["items"]);
        let kept = manager.routing_rules().await.unwrap();
        assert_eq!((kept.len(), &kept[0].partition), (2, &books));

        tax.publishes(&bakery(), "Umber stoat ledger").await;
        let reads = software.token(None).await;
        let found = software.get(&format!("messages?partition={named}"), &reads).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found:#}");
        // a letter moves the mailbox, and not its rules
        let again = software.get("routingRules", &token).await;
        assert_eq!(again.header("etag"), put.header("etag"));

        // somebody drops a rule in the portal meanwhile
        manager.arrange_rules(|rules| rules.into_iter().take(1).collect()).await.unwrap();
        let late = software.put_if(put.header("etag"), "routingRules", &token, &rules).await;
        late.expect_problem(412, "preconditionFailed");
        assert_eq!(manager.routing_rules().await.unwrap().len(), 1);
        software.put_if("*", "routingRules", &token, &rules).await.expect(200);
        software.put("routingRules", &token, &json!({"items": []})).await.expect(200);
        assert!(manager.routing_rules().await.unwrap().is_empty());

        let unknown = "prt_00000000000000000000000000";
        let wrong =
            json!({"items": [{"partitionId": named}, {"messageTypeId": "x", "partitionId": unknown}]});
        assert_eq!(issues(&software.put("routingRules", &token, &wrong).await), ["items[0]", "items[1]"]);
        let more = json!({"items": [], "total": 0});
        assert_eq!(issues(&software.put("routingRules", &token, &more).await), ["total"]);
        let acts =
            "SELECT COUNT(*) FROM audit_write WHERE action = 'setRoutingRules' AND role = 'ownSoftware'";
        assert_eq!(world.count(acts).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_people_see_is_read_and_put_and_their_consents_follow() {
    World::on_both(async |world| {
        let roles =
            [Role::for_enterprise("Anna", LegalRepresentative), Role::for_enterprise("Clara", Reader)];
        world.roles(&roles).await;
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        manager.add_partition("Books").await.unwrap();
        software.is_let(&manager, Routing::Told).await;
        let token = software.token(Some("routing")).await;
        tax.publishes(&bakery(), "Umber stoat notice").await;
        let sees = async || world.acting("Clara").await.mailbox().await.unwrap().total;
        assert_eq!(sees().await, 1);
        let there = software.get("partitions", &token).await.expect(200);
        let books = there["items"][1]["partitionId"].as_str().unwrap();

        let people = software.get("partitionRights", &token).await.expect(200);
        let of = |role: &str| {
            let items = people["items"].as_array().unwrap();
            items
                .iter()
                .find(|item| item["roles"] == json!([role]))
                .unwrap_or_else(|| panic!("{people:#}"))
                .clone()
        };
        let (legal, clara) = (of("legalRepresentative"), of("reader"));
        assert_eq!((&people["total"], &clara["allPartitions"]), (&json!(2), &json!(true)));
        assert_eq!(
            (&clara["name"], &clara["canBeLimited"], &legal["canBeLimited"]),
            (&json!("Clara"), &json!(true), &json!(false))
        );
        let path = |person: &Value| format!("partitionRights/{}", person["personId"].as_str().unwrap());
        assert!(clara["href"].as_str().unwrap().ends_with(&path(&clara)), "{clara:#}");

        let limited =
            software.put(&path(&clara), &token, &json!({"partitionIds": [books]})).await.expect(200);
        assert_eq!((&limited["partitionIds"], limited.get("allPartitions")), (&json!([books]), None));
        let shown = software.get(&path(&clara), &token).await;
        let tag = shown.header("etag").to_owned();
        assert_eq!(shown.expect(200), limited);
        assert_eq!(sees().await, 0);
        software.put(&path(&clara), &token, &json!({"partitionIds": []})).await.expect(200);
        assert_eq!(sees().await, 0);
        let all = json!({"allPartitions": true});
        let late = software.put_if(&tag, &path(&clara), &token, &all).await;
        late.expect_problem(412, "preconditionFailed");
        assert_eq!(sees().await, 0, "somebody put something else since that tag was read");
        let now = software.get(&path(&clara), &token).await;
        let put = software.put_if(now.header("etag"), &path(&clara), &token, &all).await;
        assert_ne!(put.header("etag"), now.header("etag"));
        put.expect(200);
        assert_eq!(sees().await, 1);

        let none = json!({"partitionIds": []});
        software.put(&path(&legal), &token, &none).await.expect_problem(409, "noSuchStep");
        let nobody = "partitionRights/psn_00000000000000000000000000";
        software.put(nobody, &token, &none).await.expect_problem(404, "resourceNotFound");
        software.get(nobody, &token).await.expect_problem(404, "resourceNotFound");
        let unknown = json!({"partitionIds": ["prt_00000000000000000000000000"]});
        assert_eq!(issues(&software.put(&path(&clara), &token, &unknown).await), ["partitionIds"]);
        for both in
            [json!({}), json!({"allPartitions": false}), json!({"allPartitions": true, "partitionIds": []})]
        {
            assert_eq!(issues(&software.put(&path(&clara), &token, &both).await), [""], "{both}");
        }
        let acts = "SELECT COUNT(*) FROM audit_write WHERE action = 'limitPerson' AND role = 'ownSoftware'";
        assert_eq!(world.count(acts).await, 3);
    })
    .await;
}

#[tokio::test]
async fn partitions_are_arranged_with_a_token_for_it_alone_while_somebody_lets_it() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let software = Software::of(world, &anna).await;
        let manager = world.acting("Anna").await;
        let limited = manager.add_partition("Books").await.unwrap();
        software.is_let(&manager, Routing::Told).await;
        let (token, reads) = (software.token(Some("routing")).await, software.token(None).await);
        let (rules, right) = (json!({"items": []}), json!({"allPartitions": true}));
        let somebody = "partitionRights/psn_00000000000000000000000000";
        let nowhere = "partitions/prt_00000000000000000000000000";
        let everything = async |token: &str, status: u16, problem: &str| {
            for path in ["routingRules", "partitionRights", somebody] {
                software.get(path, token).await.expect_problem(status, problem);
            }
            software.put("routingRules", token, &rules).await.expect_problem(status, problem);
            software.put(somebody, token, &right).await.expect_problem(status, problem);
            let name = json!({"name": "Mine"});
            software.send("POST", "partitions", token, &name).await.expect_problem(status, problem);
            software.send("PATCH", nowhere, token, &name).await.expect_problem(status, problem);
            software.removes(nowhere, token).await.expect_problem(status, problem);
        };

        // a token that reads arranges nothing, and one that arranges reads nothing
        everything(&reads, 403, "missingScope").await;
        for path in ["messages", "keptElsewhere"] {
            software.get(path, &token).await.expect_problem(403, "missingPermission");
        }
        // nor does a provider's
        let grant = grants_all(&anna, &bank).await;
        let path = format!("/mailbox/v1/mailboxes/{}/routingRules", grant.mailbox);
        bank.get(&grant, &path).await.expect_problem(403, "missingScope");
        // another mailbox is not there
        let elsewhere = |rest: &str| format!("/mailbox/v1/mailboxes/mbx_00000000000000000000000000/{rest}");
        for rest in ["routingRules", "partitionRights", "partitions"] {
            software
                .machine
                .get(&elsewhere(rest), Some(&token))
                .await
                .expect_problem(404, "resourceNotFound");
        }

        software.get("routingRules", &token).await.expect(200);
        software.is_let(&manager, Routing::Managed).await;
        everything(&token, 403, "missingPermission").await;
        software.get("partitions", &token).await.expect_problem(403, "missingPermission");

        // nor does software arrange what it does not see
        software.is_let(&manager, Routing::Told).await;
        manager.limit_consent(&software.consent(&manager).await, &[limited]).await.unwrap();
        let token = software.token(Some("routing")).await;
        everything(&token, 403, "missingPermission").await;
    })
    .await;
}
