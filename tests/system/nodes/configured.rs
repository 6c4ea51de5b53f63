//! What a hub is told of its bucket: what cannot be right is refused, and `facteur check` says why.

use std::process::Output;

use system_tests::database::TestDatabase;
use system_tests::environment;
use system_tests::process::HubProcess;
use system_tests::s3::S3Server;
use tokio::process::Command;

async fn facteur(hub: &HubProcess, command: &str) -> (bool, String) {
    let mut facteur = Command::new(environment::binary());
    let setting = hub.stage.setting.config_file();
    let Output { status, stdout, stderr } =
        facteur.arg(command).env("FACTEUR_CONFIG", setting).kill_on_drop(true).output().await.unwrap();
    (status.success(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

#[track_caller]
fn says(said: &str, line: &str) {
    assert!(said.lines().any(|it| it.starts_with(line)), "no line {line:?}: {said}");
}

#[tokio::test]
async fn check_tries_the_bucket_out_and_a_folder_is_warned_of() {
    let s3 = S3Server::start();
    let hub = HubProcess::prepare(TestDatabase::postgresql().await).await;
    let (good, said) = facteur(&hub, "check").await;
    assert!(good && said.contains("WARNING: several nodes need one bucket"), "{said}");

    s3.keeps_content_of(&hub.stage.setting);
    let (good, said) = facteur(&hub, "check").await;
    assert!(good, "{said}");
    says(&said, "ok      content: the bucket answers");
    assert!(s3.files().is_empty(), "the trial left {:?}", s3.files());

    s3.kill();
    let (good, said) = facteur(&hub, "check").await;
    assert!(!good, "{said}");
    says(&said, "FAILED  content: ");
}

#[tokio::test]
async fn a_hub_does_not_start_on_anothers_bucket_nor_with_a_wrong_key() {
    let s3 = S3Server::start();
    let one = HubProcess::prepare(TestDatabase::sqlite().await).await;
    s3.keeps_content_of(&one.stage.setting);
    one.start_again().await;
    assert!(one.terminate().await, "{}", one.said());

    let other = HubProcess::prepare(TestDatabase::sqlite().await).await;
    s3.keeps_content_of(&other.stage.setting);
    for command in ["check", "serve"] {
        let (good, said) = facteur(&other, command).await;
        assert!(!good && said.contains("the bucket holds the objects of another hub"), "{command}: {said}");
    }
    let secret = one.stage.setting.path("wrong.secret");
    std::fs::write(&secret, "wrong").unwrap();
    one.stage.setting.configure("secret_file", &format!("{secret:?}"));
    for command in ["check", "serve"] {
        let (good, said) = facteur(&one, command).await;
        assert!(!good && !said.contains("wrong.secret: wrong"), "{command}: {said}");
    }
}
