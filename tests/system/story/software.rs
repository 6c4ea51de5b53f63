//! An enterprise's own software: registered in the portal by its certificate, it reads that one mailbox until it is stopped.

use std::time::Duration;

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::{Value, json};
use system_tests::authority::{Credential, Wish};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::page::Page;
use system_tests::world::people::enterprise;
use system_tests::world::roles::{Role, for_enterprise};
use system_tests::world::setting::authorities;

/// Fills in the form for the enterprise that is open.
async fn registers(citizen: &Citizen<'_>, name: &str, certificate: &str) -> Page {
    let page = citizen.open("/software").await;
    let form = page.form("/software").with("name", name).with("certificate", certificate);
    citizen.submit(&page, &form).await
}

/// The client id that the page shows.
fn client_id(page: &Page) -> String {
    let (_, rest) = page.html.split_once("<code>own-").unwrap_or_else(|| panic!("{}", page.html));
    format!("own-{}", rest.split('<').next().unwrap())
}

async fn asks_for_a_token(machine: &Machine<'_>, client_id: &str) -> Value {
    let form = [("grant_type", "client_credentials"), ("client_id", client_id)];
    machine.post_form("/token", &form).await.expect(200)
}

fn certified() -> Credential {
    authorities().own_software.system("urn:test:bookkeeping", enterprise(1))
}

#[tokio::test]
async fn own_software_reads_the_enterprises_mailbox_until_it_is_stopped() {
    World::on_both(async |world| {
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        tax.publishes(&json!({"enterpriseNumber": enterprise(1)}), "VAT for the books").await;
        tax.publishes(&anna.person.recipient(), "For Anna alone").await;
        let credential = certified();
        let system = world.machine(Some(&credential));
        anna.logs_in().await;
        let mailbox = anna.opens("Demo Bakkerij").await.url;
        let consents = anna.open("/consents").await;
        consents.expect(&["Let a system of Demo Bakkerij itself read this mailbox"]);

        let done = registers(&anna, "Bookkeeping", &credential.certificate).await;

        done.expect(&["Bookkeeping is registered", "It may read the mailbox of Demo Bakkerij until"]);
        let client_id = client_id(&done);
        let issued = asks_for_a_token(&system, &client_id).await;
        let token = issued["access_token"].as_str().unwrap().to_owned();
        world.never_shown(&token);
        let boxes = system.get("/mailbox/v1/mailboxes", Some(&token)).await.expect(200);
        assert_eq!(boxes["items"].as_array().unwrap().len(), 1, "{boxes:#}");
        assert_eq!(boxes["items"][0]["enterpriseNumber"], enterprise(1));
        let path =
            format!("/mailbox/v1/mailboxes/{}/messages", boxes["items"][0]["mailboxId"].as_str().unwrap());
        let list = system.get(&path, Some(&token)).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list:#}");
        assert_eq!(list["items"][0]["subject"]["en"], "VAT for the books");

        // it stands beside the permissions, and what it read in the log
        let consents = anna.open("/consents").await;
        consents.expect(&[
            "Own software",
            "You registered Bookkeeping, a system of Demo Bakkerij itself that reads this mailbox.",
            &client_id,
            "No app may collect the messages of Demo Bakkerij.",
        ]);
        world.loads_journal().await;
        let log = anna.open(&format!("{mailbox}/findUsage")).await;
        let used: Value = serde_json::from_str(&log.html).unwrap();
        let used: Vec<&Value> =
            used.as_array().unwrap().iter().filter(|usage| usage["receiverKind"] == "ownSoftware").collect();
        assert!(!used.is_empty(), "{}", log.html);
        assert!(used.iter().all(|usage| usage["receiver"] == "Bookkeeping"), "{used:#?}");
        assert!(used.iter().all(|usage| usage["consentReference"].is_string()), "{used:#?}");
        anna.open(&format!("{mailbox}/usage")).await.expect(&["A system of the enterprise itself."]);

        let stopped = anna.submit(&consents, &consents.form("/revoke")).await;

        stopped
            .expect(&["Bookkeeping has been stopped", "What it collected before stays with the enterprise."]);
        // its certificate ended with it
        system.get(&path, Some(&token)).await.expect_problem(401, "certificateRefused");
        let form = [("grant_type", "client_credentials"), ("client_id", client_id.as_str())];
        let refused = system.post_form("/token", &form).await;
        assert!(
            refused.status.is_client_error() && refused.json().get("access_token").is_none(),
            "{}",
            refused.text()
        );
        anna.open("/consents").await.expect(&["You stopped it."]);
    })
    .await;
}

#[tokio::test]
async fn own_software_stands_still_with_the_role_of_whoever_registered_it() {
    World::on_both(async |world| {
        let (legal, manager) =
            (for_enterprise("Anna", "legalRepresentative"), for_enterprise("Bert", "accessManager"));
        let lasts = Duration::from_secs(300);
        world.has_roles(&[Role { lasts, ..legal }, manager]).await;
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let credential = certified();
        let system = world.machine(Some(&credential));
        anna.logs_in().await;
        anna.opens("Demo Bakkerij").await;
        let client_id = client_id(&registers(&anna, "Bookkeeping", &credential.certificate).await);
        asks_for_a_token(&system, &client_id).await;

        world.advance(Duration::from_secs(301));

        let form = [("grant_type", "client_credentials"), ("client_id", client_id.as_str())];
        system.post_form("/token", &form).await.expect_oauth(400, "unauthorized_client");
        bert.logs_in().await;
        bert.opens("Demo Bakkerij").await;
        let consents = bert.open("/consents").await;
        consents.expect(&["Paused", "A representative registered Bookkeeping"]);
        let question = bert.open(&bert.link(&consents, "/resume")).await;
        question.expect(&["It sees the list of messages, reads messages and their attachments"]);
        bert.submit(&question, &question.form("/resume").with("decision", "on")).await;
        asks_for_a_token(&system, &client_id).await;
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_opens_nothing_is_refused_in_words() {
    World::on_both(async |world| {
        let all = authorities();
        let (now, day) = (world.now(), Duration::from_secs(86_400));
        let wish = |change: &dyn Fn(&mut Wish)| {
            let mut wish = Wish::client("urn:test:bookkeeping");
            change(&mut wish);
            all.own_software.issue(&wish).certificate
        };
        world.setting.revoke_software(&[4_711]);
        world.running().reload().await;
        let anna = world.citizen("Anna");
        anna.logs_in().await;
        anna.opens("Demo Bakkerij").await;
        for (certificate, said) in [
            (String::new(), "We found no certificate in the text."),
            ("Dear hub, let me in".into(), "We found no certificate in the text."),
            (wish(&|wish| wish.until = now.minus(day)), "The certificate has expired."),
            (
                wish(&|wish| (wish.from, wish.until) = (now.plus(day), now.plus(day * 9))),
                "The certificate is not valid yet.",
            ),
            (
                wish(&|wish| wish.usage = ExtendedKeyUsagePurpose::ServerAuth),
                "Ask for one with the use “clientAuth”.",
            ),
            (wish(&|wish| wish.serial = 4_711), "The certificate was revoked."),
            (wish(&|wish| wish.environment = Some("production")), "meant for another environment"),
            (wish(&|wish| wish.padding = 17_000), "larger than a certificate may be"),
            // a certificate is public: another's, and one that names nobody, could be anybody's
            (
                wish(&|wish| wish.organization = Some(enterprise(2))),
                "The certificate is another organisation’s",
            ),
            (wish(&|wish| wish.organization = None), "The certificate is another organisation’s"),
            (
                all.strangers.client("urn:test:bookkeeping").certificate,
                "not issued by an authority that we trust",
            ),
            (
                all.providers.client("urn:test:bank-app").certificate,
                "meant for something else than own software",
            ),
        ] {
            let page = registers(&anna, "Bookkeeping", &certificate).await;
            assert_eq!(page.status, 400, "{said}: {}", page.words());
            page.expect(&["Not registered", said]);
            assert!(page.html.contains("value=\"Bookkeeping\""), "the name need not be given again");
        }
        for name in [" ", "\u{7}", &"x".repeat(61)] {
            let page = registers(&anna, name, &certified().certificate).await;
            page.expect(&["Give the system a name of 1 to 60 characters."]);
        }
        let (consents,): (i64,) = world.row("SELECT COUNT(*) FROM consent").await;
        assert_eq!(consents, 0);

        let twice = certified().certificate;
        registers(&anna, "Bookkeeping", &twice).await.expect(&["Bookkeeping is registered"]);
        registers(&anna, "Again", &twice).await.expect(&["This certificate is registered already."]);
    })
    .await;
}

#[tokio::test]
async fn a_private_key_that_was_pasted_is_refused_and_stands_nowhere() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let credential = certified();
        // the fixture searches logs, metrics and files for it when the test ends
        let secret = credential.key.lines().nth(1).unwrap().to_owned();
        world.never_shown(&secret);
        anna.logs_in().await;
        anna.opens("Demo Bakkerij").await;

        let pasted = format!("{}{}", credential.certificate, credential.key);
        let page = registers(&anna, "Bookkeeping", &pasted).await;

        assert_eq!(page.status, 400);
        page.expect(&["You pasted a private key.", "Do not use it any more"]);
        assert!(!page.html.contains(&secret) && !page.html.contains("BEGIN PRIVATE"), "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn nobody_registers_software_for_a_person() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        anna.logs_in().await;
        assert_eq!(anna.open("/software").await.status, 403);
        let home = anna.open("/consents").await;
        assert!(home.link("/software").is_none(), "{}", home.html);
    })
    .await;
}
