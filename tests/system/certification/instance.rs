//! The whole way with the built programs: the reference provider, an instance of the suite, the hub, `facteur operator`.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use system_tests::database::TestDatabase;
use system_tests::environment::{binary, figure};
use system_tests::ports::free_ports;
use system_tests::process::HubProcess;
use system_tests::world::answer::Answer;
use system_tests::world::machine::Machine;
use system_tests::world::setting::authorities;
use tokio::process::{Child, Command};

/// Programs and files of one trial, in the folder of the hub's setting.
struct Trial {
    hub: HubProcess,
    folder: PathBuf,
    instance: String,
    app: u16,
}

/// A program that was built with this one.
fn program(name: &str) -> Command {
    let mut command = Command::new(binary().with_file_name(name));
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn done(command: &mut Command) -> Output {
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

impl Trial {
    /// Makes an instance, tells the hub of its key and policy, and starts both.
    async fn begin() -> (Self, Child) {
        let hub = HubProcess::prepare(TestDatabase::sqlite().await).await;
        let folder = hub.stage.setting.path("instance");
        let (port, app) = (free_ports(4), free_ports(3));
        let mut made = program("facteur-conformance");
        done(made.arg("instance").arg(&folder).args([
            "--hub",
            &hub.stage.public,
            "--port",
            &port.to_string(),
        ]))
        .await;
        std::fs::write(folder.join("providers.pem"), &authorities().providers.certificate).unwrap();
        let config = std::fs::read_to_string(folder.join("instance.toml")).unwrap();
        let config = config.replace("private_targets = false", "private_targets = true");
        std::fs::write(folder.join("instance.toml"), config).unwrap();

        let known = conformance::plan::Known::named("provider").unwrap().unwrap();
        let setting = &hub.stage.setting;
        let section = format!(
            "[certification]\nkeys = \"instance/certification.jwks\"\nsuite_versions = [\"{}\"]\nrequirements_versions = [\"{}\"]\n",
            env!("CARGO_PKG_VERSION"),
            known.register.version
        );
        let hub_config = std::fs::read_to_string(setting.config_file()).unwrap();
        setting.put("facteur.toml", &(hub_config + &section));
        hub.start_again().await;
        let serving =
            program("facteur-conformance").arg("serve").arg(&folder).stderr(Stdio::null()).spawn().unwrap();
        let trial = Self { hub, instance: format!("https://localhost:{port}"), folder, app };
        (trial, serving)
    }

    /// The certificate of the app, registered at the hub.
    fn papers(&self) -> (PathBuf, PathBuf) {
        let (certificate, key) = (self.folder.join("app.pem"), self.folder.join("app.key"));
        if !certificate.exists() {
            let papers = authorities().providers.client("urn:test:bank-app");
            std::fs::write(&certificate, papers.certificate).unwrap();
            std::fs::write(&key, papers.key).unwrap();
        }
        (certificate, key)
    }

    fn developer(&self) -> Machine<'_> {
        let (certificate, key) = self.papers();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let credential =
            system_tests::authority::Credential { certificate: read(&certificate), key: read(&key) };
        let stage = std::fs::read(self.folder.join("stage.pem")).unwrap();
        let stage = reqwest::Certificate::from_pem(&stage).unwrap();
        let servers = reqwest::Certificate::from_pem(authorities().servers.certificate.as_bytes()).unwrap();
        self.hub.stage.machine_of(Some(&credential), |builder| builder.tls_certs_only([stage, servers]))
    }

    /// Asks the instance, which speaks no language of the hub.
    async fn ask(
        &self,
        developer: &Machine<'_>,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> (u16, Value, Vec<u8>) {
        let request = developer.request(method, &format!("{}{path}", self.instance));
        let request = match body {
            Some(body) => request.body(body),
            None => request,
        };
        let request = request.build().unwrap();
        let mut waited = 0;
        let answer = loop {
            match developer.execute(request.try_clone().unwrap()).await {
                Ok(answer) => break answer,
                Err(error) if error.is_connect() && waited < 200 => waited += 1,
                Err(error) => panic!("{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap().to_vec();
        (status, serde_json::from_slice(&bytes).unwrap_or_default(), bytes)
    }

    /// Starts the reference provider towards the instance's stage, with its hook open.
    fn start_app(&self, stage: &Value) -> Child {
        let (certificate, key) = self.papers();
        let path = |name: &str| self.folder.join(name).to_str().unwrap().to_owned();
        std::fs::write(self.folder.join("hook.secret"), "a-secret-of-the-test-hook-of-this-trial").unwrap();
        let text = |member: &str| stage[member].as_str().unwrap().to_owned();
        program("reference-provider")
            .args(["--issuer", &text("issuer"), "--resource", &text("mailboxApi"), "--client-id", "bank-app"])
            .args(["--certificate", certificate.to_str().unwrap(), "--key", key.to_str().unwrap()])
            .args(["--ca", &path("stage.pem"), "--listen", &format!("127.0.0.1:{}", self.app)])
            .args(["--origin", &format!("https://localhost:{}", self.app)])
            .args(["--server-certificate", &path("server.pem"), "--server-key", &path("server.key")])
            .args(["--events-listen", &format!("127.0.0.1:{}", self.app + 2)])
            .args([
                "--test-hook",
                &format!("127.0.0.1:{}", self.app + 1),
                "--test-hook-secret-file",
                &path("hook.secret"),
            ])
            .args(["--patience", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn form(&self, nonce: &str) -> Value {
        json!({
            "nonce": nonce, "clientId": "bank-app", "name": "Demo Bank",
            "redirectUri": format!("https://localhost:{}/callback", self.app),
            "hookUrl": format!("http://127.0.0.1:{}/", self.app + 1),
            "hookSecret": "a-secret-of-the-test-hook-of-this-trial",
            "events": format!("https://localhost:{}/events", self.app + 2),
            "trust": std::fs::read_to_string(self.folder.join("stage.pem")).unwrap(),
            "declared": ["read", "refresh", "end", "certificate", "synchronise", "push", "markRead", "twoCustomers"],
        })
    }

    async fn hands_in(&self, developer: &Machine<'_>, statement: &str) -> Answer {
        let body = json!({ "statement": statement });
        developer.send(developer.request("POST", "/certification/v1/statements").json(&body)).await
    }

    /// `facteur operator …` as the operator `an`.
    async fn operator(&self, arguments: &[&str]) -> Value {
        let stage = &self.hub.stage;
        let credential = stage.operator("an").credential;
        stage.setting.put("an.pem", &credential.certificate);
        stage.setting.put("an.key", &credential.key);
        let file = format!(
            "url = \"{}\"\ncertificate = \"an.pem\"\nkey = \"an.key\"\nauthority = \"servers.pem\"\n",
            stage.operations
        );
        stage.setting.put("an.toml", &file);
        let mut command = program("facteur");
        command.args(["operator", "--json"]).args(arguments);
        command.env("FACTEUR_OPERATOR_CONFIG", stage.setting.path("an.toml"));
        serde_json::from_slice(&done(&mut command).await.stdout).unwrap()
    }

    /// Waits for the end of a run.
    async fn ended(&self, developer: &Machine<'_>, id: &str) -> Value {
        for _ in 0..5000 {
            let (_, progress, _) = self.ask(developer, "GET", &format!("/handedIn/{id}"), None).await;
            if progress["state"] != "running" {
                return progress;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the run does not end");
    }
}

#[tokio::test]
async fn an_app_becomes_certified_and_declared_with_the_built_programs() {
    let (trial, mut serving) = Trial::begin().await;
    let developer = trial.developer();
    let (status, stage, _) = trial.ask(&developer, "GET", "/stage", None).await;
    assert_eq!((status, &stage["hub"]), (200, &json!(trial.hub.stage.public)));
    let mut app = trial.start_app(&stage);
    let versions =
        json!({"suiteVersion": stage["suiteVersion"], "requirementsVersion": stage["requirementsVersion"]});
    let nonce = developer
        .send(developer.request("POST", "/certification/v1/nonces").json(&versions))
        .await
        .expect(201);

    // one run at a time, and none that names a program
    let form = trial.form(nonce["nonce"].as_str().unwrap());
    let mut hostile = form.clone();
    hostile["command"] = json!(["sh"]);
    let (status, ..) = trial.ask(&developer, "POST", "/runs", Some(hostile.to_string().into())).await;
    assert_eq!(status, 400);
    let (status, begun, _) = trial.ask(&developer, "POST", "/runs", Some(form.to_string().into())).await;
    assert_eq!(status, 202, "{begun:#}");
    let (status, busy, _) = trial.ask(&developer, "POST", "/runs", Some(form.to_string().into())).await;
    assert_eq!(status, 503, "{busy:#}");
    let id = begun["id"].as_str().unwrap();
    let progress = trial.ended(&developer, id).await;
    assert_eq!(progress["state"], "stated", "{progress:#}");

    // the statement is fetched by its owner, and by nobody else
    let (_, _, statement) = trial.ask(&developer, "GET", &format!("/handedIn/{id}/statement"), None).await;
    let statement = String::from_utf8(statement).unwrap();
    let stranger = authorities().providers.client("urn:test:post-app");
    let anchor = std::fs::read(trial.folder.join("stage.pem")).unwrap();
    let anchor = reqwest::Certificate::from_pem(&anchor).unwrap();
    let stranger = trial.hub.stage.machine_of(Some(&stranger), |builder| builder.tls_certs_only([anchor]));
    let (status, ..) = trial.ask(&stranger, "GET", &format!("/handedIn/{id}/statement"), None).await;
    assert_eq!(status, 404);

    // the hub believes it, once, and an operator approves
    assert_eq!(trial.hands_in(&developer, &statement).await.expect(200)["state"], "awaiting");
    let problem = trial.hands_in(&developer, &statement).await.expect_problem(403, "statementRefused");
    assert_eq!(problem["reason"], "nonceUsed");
    let waiting = trial.operator(&["certifications", "list"]).await;
    let certification = waiting["items"][0]["certificationId"].as_str().unwrap();
    let approved = trial.operator(&["certifications", "approve", certification]).await;
    assert_eq!(approved["items"][0]["state"].as_str().or(approved["state"].as_str()), Some("approved"));
    let standing = developer.get("/certification/v1/standing", None).await.expect(200);
    assert_eq!(standing["level"], "certified", "{standing:#}");

    declares(&trial, &developer, id).await;
    app.kill().await.unwrap();
    let told = std::process::Command::new("kill").arg(serving.id().unwrap().to_string()).status().unwrap();
    assert!(told.success() && serving.wait().await.unwrap().success(), "the instance stops in order");
    figure("an app was certified by an instance, the hub and an operator, with the built programs");
    assert!(trial.hub.terminate().await, "{}", trial.hub.said());
}

/// Hands in the app's own bundle of the same report; bundles of others and edited ones are refused.
async fn declares(trial: &Trial, developer: &Machine<'_>, run: &str) {
    let (certificate, key) = trial.papers();
    let report = trial.folder.join("kept").join(run).join("report");
    let out = trial.folder.join("own.zip");
    let mut bundle = program("facteur-conformance");
    bundle
        .arg("bundle")
        .arg(&report)
        .arg("--key")
        .arg(&key)
        .arg("--certificate")
        .arg(&certificate)
        .arg("--out")
        .arg(&out);
    done(&mut bundle).await;
    let own = std::fs::read(&out).unwrap();

    let (_, _, by_instance) = trial.ask(developer, "GET", &format!("/handedIn/{run}/bundle"), None).await;
    let mut edited = own.clone();
    let middle = edited.len() / 2;
    edited[middle] ^= 1;
    for (bundle, why) in
        [(by_instance, "of the instance's key"), (edited, "edited"), (b"no zip".to_vec(), "no zip")]
    {
        let (status, problem, _) = trial.ask(developer, "POST", "/declarations", Some(bundle)).await;
        assert_eq!(status, 422, "{why}: {problem:#}");
        assert!(problem["type"].as_str().unwrap().ends_with(":bundleRefused"), "{problem:#}");
    }
    let (status, declared, _) = trial.ask(developer, "POST", "/declarations", Some(own)).await;
    assert_eq!(status, 201, "{declared:#}");
    let received = trial.hands_in(developer, declared["statement"].as_str().unwrap()).await.expect(200);
    assert_eq!((&received["stated"], &received["state"]), (&json!("declared"), &json!("standing")));
}
