//! Every kind of refused certificate on every route: 401 with the reason, in that face's own words.

use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use system_tests::authority::{Authority, Credential, Wish};
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::machine::Machine;
use system_tests::world::setting::authorities;
use system_tests::xml;

use super::routes::{self, Face, Route};
use crate::issuer::switched_on;

/// Certificates that open nothing, each with its reason.
fn refused(world: &World) -> Vec<(&'static str, Option<Credential>)> {
    let (now, all) = (world.now(), authorities());
    let wish = Wish::client("urn:test:tax-mailroom");
    let senders = |wish: Wish| Some(all.senders.issue(&wish));
    let mut long = all.senders.issue(&wish);
    for n in 0..4 {
        long.certificate.push_str(&Authority::new(&format!("Link {n}")).certificate);
    }
    vec![
        ("absent", None),
        ("expired", senders(Wish { until: now.minus(DAY / 2), ..wish.clone() })),
        ("notYetValid", senders(Wish { from: now.plus(DAY), ..wish.clone() })),
        ("unknownIssuer", Some(all.strangers.issue(&wish))),
        ("wrongUsage", senders(Wish { usage: ExtendedKeyUsagePurpose::ServerAuth, ..wish.clone() })),
        ("revoked", senders(Wish { serial: 666, ..wish.clone() })),
        ("crlExpired", Some(all.forgotten.issue(&wish))),
        ("wrongEnvironment", senders(Wish { environment: Some("integration"), ..wish.clone() })),
        ("tooLarge", Some(long)),
        ("tooLarge", senders(Wish { padding: 16 * 1024, ..wish.clone() })),
        ("notRegistered", senders(Wish { uri: "urn:test:nobody".into(), ..wish })),
        ("notRegistered", Some(all.providers.client("urn:test:tax-mailroom"))),
    ]
}

#[tokio::test]
async fn every_route_refuses_every_bad_certificate_and_says_why() {
    World::on_changed(TestDatabase::sqlite().await, switched_on, async |world| {
        world.setting.revoke(&[], &[666]);
        world.running().reload().await;
        let routes = routes::all(world);
        let refused = refused(world);

        for (reason, credential) in &refused {
            let machine = world.machine(credential.as_ref());
            for route in &routes {
                expect_refusal(&machine, route, reason).await;
            }
        }
        figure(&format!("{} routes refused {} kinds of certificate", routes.len(), refused.len()));
    })
    .await;
}

#[tokio::test]
async fn a_certificate_of_another_role_opens_nothing() {
    World::on_changed(TestDatabase::sqlite().await, switched_on, async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        for route in routes::all(world) {
            let machine = match route.face {
                Face::Mailbox | Face::RegistryReader | Face::Memo => &tax.machine,
                Face::Sender | Face::RegistrySender => &bank.machine,
                _ => continue,
            };
            expect_refusal(machine, &route, "wrongRole").await;
        }
        // the operators' trust is for the operations listener only
        let operator = world.machine(Some(&authorities().operators.client("urn:test:operator")));
        for route in routes::all(world).iter().filter(|route| route.face != Face::Open) {
            let answer = ask(&operator, route).await;
            assert_eq!(answer.status, 401, "{}: {}", answer.asked, answer.text());
        }
    })
    .await;
}

#[tokio::test]
async fn a_certificate_of_another_party_is_told_so() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let family = world.sender("family").await;
        let form = [("grant_type", "client_credentials"), ("client_id", "tax-mailroom")];
        let error = family.machine.post_form("/token", &form).await.expect_oauth(401, "invalid_client");
        assert!(error["error_description"].as_str().unwrap().starts_with("otherParty: "), "{error:#}");

        let tax = world.sender("tax").await;
        let foreign =
            family.machine.get("/sender/v1/messages/msg_00000000000000000000000000", Some(&tax.token)).await;
        foreign.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused_by_the_hubs_clock() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        world.advance(DAY * 366);
        let answer = tax.machine.get("/sender/v1/doc/openapi.yaml", None).await;
        let problem = answer.expect_problem(401, "certificateRefused");
        assert_eq!(problem["reason"], "expired");
    })
    .await;
}

/// Asks without a token and with a body of the right kind.
async fn ask(machine: &Machine<'_>, route: &Route) -> system_tests::world::answer::Answer {
    let request = machine.request(&route.method, &route.path);
    machine
        .send(match (route.face, route.method.as_str()) {
            (Face::OAuth, _) => request.form(&[("client_id", "tax-mailroom")]),
            (Face::Memo, "POST") => request.header("content-type", "application/xml").body("<Message/>"),
            (_, "POST" | "PATCH") => request.header("content-type", "application/json").body("{}"),
            _ => request,
        })
        .await
}

async fn expect_refusal(machine: &Machine<'_>, route: &Route, reason: &str) {
    let answer = ask(machine, route).await;
    match route.face {
        Face::Open => {
            answer.expect(200);
        }
        Face::OAuth => {
            let error = answer.expect_oauth(401, "invalid_client");
            let said = error["error_description"].as_str().unwrap_or_default();
            assert!(said.starts_with(&format!("{reason}: ")), "{reason}: {}: {error:#}", answer.asked);
        }
        Face::Registry | Face::RegistryReader | Face::RegistrySender => {
            let message = answer.expect(401);
            assert_eq!(message["code"], "CERTIFICATE_REFUSED", "{}: {message:#}", answer.asked);
            let said = message["message"].as_str().unwrap_or_default();
            let wrong_role = reason == "notRegistered" && said.starts_with("wrongRole: ");
            let told = said.starts_with(&format!("{reason}: ")) || wrong_role;
            assert!(told && said.len() > 30, "{reason}: {}: {message:#}", answer.asked);
        }
        Face::Memo => {
            answer.expect(401);
            let text = answer.text();
            assert_eq!(xml::text(&text, "type"), "urn:problem-type:facteur:certificateRefused", "{text}");
            let said = xml::text(&text, "reason");
            let wrong_role = reason == "notRegistered" && said == "wrongRole";
            let told = said == reason || wrong_role;
            assert!(told && xml::text(&text, "detail").len() > 20, "{reason}: {}: {text}", answer.asked);
        }
        Face::Mailbox | Face::Sender | Face::Nowhere => {
            let problem = answer.expect_problem(401, "certificateRefused");
            // a certificate of one role is not looked up among the registrations of another
            let wrong_role = reason == "notRegistered" && problem["reason"] == "wrongRole";
            assert!(problem["reason"] == reason || wrong_role, "{reason}: {}: {problem:#}", answer.asked);
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem:#}");
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
