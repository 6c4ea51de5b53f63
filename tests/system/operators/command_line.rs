//! `facteur operator …` as an operator types it, against a running hub.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::Value;
use system_tests::environment::binary;
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::setting::authorities;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// A person at a terminal.
struct Terminal {
    config: PathBuf,
}

impl Terminal {
    /// Writes the person's certificate and the file that names it.
    fn of(world: &World, name: &str) -> Self {
        let credential = world.operator(name).credential;
        world.setting.put(&format!("{name}.pem"), &credential.certificate);
        world.setting.put(&format!("{name}.key"), &credential.key);
        world.setting.put(
            &format!("{name}.toml"),
            &format!(
                "url = \"{}\"\ncertificate = \"{name}.pem\"\nkey = \"{name}.key\"\nauthority = \"servers.pem\"\n",
                world.operations
            ),
        );
        Self { config: world.setting.path(&format!("{name}.toml")) }
    }

    async fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(binary())
            .arg("operator")
            .args(arguments)
            .env("FACTEUR_OPERATOR_CONFIG", &self.config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        drop(stdin.write_all(input.as_bytes()).await);
        drop(stdin);
        child.wait_with_output().await.unwrap()
    }

    /// What a command prints that goes well.
    async fn says(&self, line: &str) -> String {
        self.says_to(line, "").await
    }

    async fn says_to(&self, line: &str, input: &str) -> String {
        let output = self.run(&line.split(' ').collect::<Vec<_>>(), input).await;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command complains of that does not.
    async fn complains(&self, line: &str) -> String {
        let output = self.run(&line.split(' ').collect::<Vec<_>>(), "").await;
        assert!(!output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    async fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.says(&format!("--json {line}")).await).unwrap()
    }
}

#[tokio::test]
async fn a_provider_is_brought_to_its_citizens_by_hand() {
    World::on_both(async |world| {
        let (an, bart, tom) = (Terminal::of(world, "an"), Terminal::of(world, "bart"), Terminal::of(world, "tom"));
        assert!(an.says("whoami").await.contains("an.peeters"), "who it is");
        an.says("providers register demo-new --legal-name New").await;
        world.setting.put(
            "new-app.toml",
            "provider = \"demo-new\"\nbrand = \"New\"\nredirect_uris = [\"https://bank.localhost/callback\"]\n\
             [purpose]\nen = \"Everything in one place\"\n[retention]\nen = \"No copies\"\n",
        );
        let file = world.setting.path("new-app.toml");
        an.says(&format!("applications register new-app {}", file.display())).await;
        for state in ["sandbox", "certified"] {
            let said = an.says(&format!("providers move demo-new {state}")).await;
            assert!(said.contains(state), "{said}");
        }

        let said = an.says("providers move demo-new active").await;
        assert!(said.contains("it takes another operator: facteur operator proposals approve prp_"), "{said}");
        let approve = said.lines().last().unwrap().split("facteur operator ").nth(1).unwrap().to_owned();
        let complaint = an.complains(&approve).await;
        assert!(complaint.contains("another person has to approve it"), "{complaint}");
        assert!(bart.says(&approve).await.contains("approved"));
        assert!(tom.says("providers show demo-new").await.contains("state        active since"));

        let list = an.json("providers list").await;
        let new = list["items"].as_array().unwrap().iter().find(|one| one["providerId"] == "demo-new").unwrap();
        assert_eq!(new["state"], "active");
        assert!(tom.complains("providers move demo-new suspended").await.contains("you may not do this"));
    })
    .await;
}

#[tokio::test]
async fn certificates_are_registered_from_their_file_and_ended() {
    World::on_both(async |world| {
        let (an, bart) = (Terminal::of(world, "an"), Terminal::of(world, "bart"));
        let new = authorities().providers.client("urn:test:bank-app");
        world.setting.put("new.pem", &new.certificate);
        let file = world.setting.path("new.pem");
        let command = format!("certificates register bank-app {} --anchor providers", file.display());
        let proposal = an.json(&command).await;
        assert_eq!(proposal["change"]["certificate"]["name"], "urn:test:bank-app");
        bart.says(&format!("proposals approve {}", proposal["proposalId"].as_str().unwrap())).await;

        let list = an.json("certificates list bank-app").await;
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        let pinned = items.iter().find(|one| one["thumbprint"].is_string()).unwrap();
        an.says(&format!("certificates end {}", pinned["certificateId"].as_str().unwrap())).await;
        assert!(an.says("certificates list bank-app").await.contains("ended"));
        let complaint =
            an.complains(&format!("certificates register bank-app {} --anchor nobody", file.display())).await;
        assert!(complaint.contains("anchor: no anchor"), "{complaint}");
    })
    .await;
}

#[tokio::test]
async fn numbers_are_read_from_standard_input_and_never_printed() {
    World::on_both(async |world| {
        let an = Terminal::of(world, "an");
        let number = Person::named("Bert").ssin();
        an.says("pilot begin bank-app").await;
        for command in ["pilot add bank-app", "test-mailboxes mark"] {
            let said = an.says_to(command, &format!("{number}\n")).await;
            assert!(!said.contains(&number) && said.lines().count() == 2, "{said}");
        }
        let listed = an.json("pilot list bank-app").await;
        let citizen = listed["items"][0]["citizenId"].as_str().unwrap().to_owned();
        an.says(&format!("pilot drop bank-app {citizen}")).await;
        assert!(an.says("pilot list bank-app").await.contains("(none)"));
        let said = an.says("acts").await;
        assert!(
            said.contains("addToPilot") && said.contains("markAsTest") && !said.contains(&number),
            "{said}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_does_not_answer_is_told_apart_from_one_that_refuses() {
    World::on(system_tests::database::TestDatabase::sqlite().await, async |world| {
        let gone = Terminal::of(world, "gone");
        let complaint = gone.complains("providers list").await;
        assert!(complaint.contains("notRegistered") && complaint.contains("Ask the operator"), "{complaint}");
        let complaint = gone.complains("--url https://localhost:9 providers list").await;
        assert!(complaint.contains("facteur connect-test"), "{complaint}");
    })
    .await;
}
