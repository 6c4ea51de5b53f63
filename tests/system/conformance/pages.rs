//! The live page and the report as a reader meets them in Chromium: on a phone and on a desk, by day and by night.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use system_tests::environment::keeps_pictures;
use system_tests::program::Program;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{Trial, beside, ended, until};

#[tokio::test]
async fn the_live_page_and_the_report_bar_nobody() {
    let trial = Trial::begin_for(&["--reference-provider", "--declare", "read,refresh,end"]).await;
    trial.command(true);
    // the last one is not applicable: its verdict is the longest word
    let (suite, live) = watched(&trial, &["N18", "N34", "C4", "N65"]).await;
    let report = trial.place().join("report-part/report.html");
    until("the report is written", || report.exists()).await;
    let browser = Program::start("browser.mjs");
    browser.call("start", json!({})).await;
    browser.call("tab", json!({"name": "reader"})).await;

    inspect(&browser, "live", &live).await;
    let said = browser.call("text", json!({"selector": "#said"})).await;
    assert_eq!(said, "The run is over: passed.");
    inspect(&browser, "live-case", &format!("{live}case/N18")).await;
    inspect(&browser, "report", &format!("file://{}", report.display())).await;

    ends(suite).await;
}

#[tokio::test]
async fn the_page_by_which_a_person_is_asked_bars_nobody() {
    let trial = Trial::begin().await;
    trial.command(true);
    by_hand(&trial);
    let (suite, live) = watched(&trial, &[]).await;
    let browser = Program::start("browser.mjs");
    browser.call("start", json!({})).await;
    browser.call("tab", json!({"name": "reader"})).await;
    browser.call("open", json!({"url": live})).await;
    let link = json!({"role": "heading", "name": "Waiting for you"});
    let shown = async {
        while browser.call("visible", link.clone()).await != json!(true) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(30), shown).await.expect("the page says that somebody is waited for");

    inspect(&browser, "live-waiting", &live).await;

    ends(suite).await;
}

/// An app without a test hook: a person opens its page.
fn by_hand(trial: &Trial) {
    let file = trial.place().join("profile.toml");
    let mut profile: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    profile.remove("hook");
    let front: url::Url = profile["app"]["redirect_uri"].as_str().unwrap().parse().unwrap();
    let app = profile["app"].as_table_mut().unwrap();
    app.insert("start_url".into(), front.join("/").unwrap().to_string().into());
    let declared: toml::Table = "declared = [\"flows\"]".parse().unwrap();
    profile.insert("capabilities".into(), declared.into());
    std::fs::write(file, profile.to_string()).unwrap();
}

/// Has the suite judge with its live page, and gives the address of that page.
async fn watched(trial: &Trial, words: &[&str]) -> (Child, String) {
    let mut suite = Command::new(beside("facteur-conformance"))
        .arg("run")
        .arg(trial.place())
        .args(words)
        .arg("--web")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(suite.stderr.take().unwrap()).lines();
    let line = timeout(Duration::from_secs(60), said.next_line()).await.expect("the suite speaks");
    let line = line.unwrap().expect("the suite says where the run can be watched");
    let address = line.rsplit(' ').next().unwrap().to_owned();
    assert!(address.starts_with("http://127.0.0.1:"), "{line}");
    // what else it says is read too, so that it is never held up
    #[expect(clippy::disallowed_methods, reason = "the task ends with the suite's own words")]
    tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
    (suite, address)
}

/// Has the suite end, which takes its app along.
async fn ends(suite: Child) {
    assert!(Command::new("kill").arg(suite.id().unwrap().to_string()).status().await.unwrap().success());
    ended(suite).await;
}

/// Nothing of a page is out of reach: narrow and wide, light and dark.
async fn inspect(browser: &Program, page: &str, address: &str) {
    browser.call("open", json!({"url": address})).await;
    for (width, scheme) in [(320, "light"), (1280, "light"), (1280, "dark")] {
        browser.call("resize", json!({ "width": width })).await;
        browser.call("scheme", json!({ "scheme": scheme })).await;
        let layout = browser.call("layout", json!({})).await;
        assert_eq!(layout["scroll"], layout["width"], "{page} scrolls sideways at {width}");
        assert_eq!(browser.call("cut", json!({})).await, json!([]), "{page} is cut at {width}");
        let found: Value = browser.call("axe", json!({})).await;
        assert_eq!(found["violations"], json!([]), "{page} at {width}, {scheme}");
        assert!(found["passed"].as_u64().unwrap() > 10, "{page}: {found}");
        if keeps_pictures() {
            let path = system_tests::world::browser::picture(scheme, &format!("conformance-{page}"), width);
            browser.call("shot", json!({ "path": path })).await;
        }
    }
}
