//! The pages for developers: what they tell works, and whatever the APIs point at is there.

use std::path::Path;
use std::process::Stdio;

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::browser::USUAL;
use system_tests::world::people::Person;
use system_tests::world::provider::{Asked, Provider};
use system_tests::world::setting::authorities;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

/// The commands of the quickstart in their order; the settings are left out, in whose place others come.
fn commands() -> String {
    let (_, _, text) = specs::DOCS.iter().find(|(name, ..)| *name == "quickstart").unwrap();
    let blocks = text.split("\n```").skip(1).step_by(2);
    let shell: Vec<&str> = blocks.filter_map(|block| block.strip_prefix("sh\n")).collect();
    assert_eq!(shell.len(), 7, "{shell:#?}");
    shell.join("\n")
}

/// What the settings of the quickstart are here.
fn settings(world: &World, bank: &Provider<'_>, folder: &Path) -> String {
    let written = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let values = [
        ("PUBLIC", world.public.clone()),
        ("API", world.mtls.clone()),
        ("CLIENT", bank.client_id.clone()),
        ("CALLBACK_URI", world.landing.url.clone()),
        ("AUTHORITY", written("authority.pem", &authorities().servers.certificate)),
        ("CERTIFICATE", written("certificate.pem", &bank.credential.certificate)),
        ("KEY", written("key.pem", &bank.credential.key)),
    ];
    values.map(|(name, value)| format!("{name}='{value}'\n")).concat()
}

#[tokio::test]
async fn the_quickstart_does_what_it_says() {
    World::on_both(async |world| {
        let (bank, tax, anna) =
            (world.provider("bank").await, world.sender("tax").await, world.citizen("Anna"));
        tax.publishes(&anna.person.recipient(), "Read by a newcomer").await;
        let folder = tempfile::tempdir().unwrap();
        let script = format!("set -eu\n{}{}", settings(world, &bank, folder.path()), commands());

        let mut shell = Command::new("bash")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut told = BufReader::new(shell.stdout.take().unwrap());
        let (mut line, mut said) = (String::new(), String::new());
        while told.read_line(&mut line).await.unwrap() > 0 {
            said.push_str(&line);
            // what it prints before may lack an end of line
            if let Some((_, url)) = line.split_once("open: ") {
                let url = url.trim().to_owned();
                let asked = Asked { url, verifier: String::new(), state: "quickstart".to_owned() };
                let back = anna.agrees(&asked).await;
                let mut stdin = shell.stdin.take().unwrap();
                stdin.write_all(format!("{back}\n").as_bytes()).await.unwrap();
                break;
            }
            line.clear();
        }
        told.read_to_string(&mut said).await.unwrap();
        assert!(shell.wait().await.unwrap().success(), "{said}");

        for word in [
            "pushed_authorization_request_endpoint",
            "\"authorization_details\":[",
            "\"unread\":1",
            "Read by a newcomer",
            "\"main\":true",
            "urn:problem-type:belgif:invalidAccessToken",
        ] {
            assert!(said.contains(word), "{word} is missing in: {said}");
        }
        let consents = anna.open("/consents").await;
        consents.expect(&["Demo Bank"]);
    })
    .await;
}

#[tokio::test]
async fn every_problem_leads_to_a_page_that_explains_it() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let refused = world.machine(None).get("/mailbox/v1/mailboxes", None).await;
        let href = refused.expect_problem(401, "certificateRefused")["href"].as_str().unwrap().to_owned();
        assert_eq!(href, format!("{}/problems/certificateRefused", world.public));
        let page = anna.open(&href).await;
        page.expect(&["Certificate refused", "What to do", "connect-test"]);

        let all = anna.open("/docs/problems").await;
        let pages: Vec<String> =
            all.links().into_iter().filter(|href| href.starts_with("/problems/")).collect();
        assert_eq!(pages.len(), specs::PROBLEMS.matches("\n[[problem]]").count());
        for href in pages {
            let page = anna.open(&href).await;
            assert_eq!(page.status, 200, "{href}");
            page.expect(&["What it means", "What to do"]);
        }
        assert_eq!(anna.open("/problems/noSuchProblem").await.status, 404);
        assert_eq!(anna.open("/docs/nothing").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn every_page_is_readable_and_shows_the_documents_in_the_viewer() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let browser = world.browser(USUAL).await;
        browser.tab(Person::named("Anna").name).await;
        for (page, name) in [
            ("/docs", "docs"),
            ("/docs/quickstart", "docs-quickstart"),
            ("/docs/problems", "docs-problems"),
            ("/docs/changelog", "docs-changelog"),
            ("/docs/deprecation", "docs-deprecation"),
            ("/problems/badRequest", "docs-problem"),
        ] {
            browser.open(page).await;
            browser.inspect(name).await;
        }
        for (api, operation) in [("mailbox", "/limits"), ("sender", "/recipients/query")] {
            browser.open(&format!("/docs/{api}/v1")).await;
            // what the viewer made of the document
            browser.text_of(&format!(".opblock-summary-path[data-path=\"{operation}\"]")).await;
            browser.keep_picture("docs", (api, 1280)).await;
        }
        browser.expect_no_complaints();
    })
    .await;
}
