//! The program around the cases: what it starts, ends, keeps and says.

use std::process::{Output, Stdio};

use tokio::process::Command;

use super::{Trial, beside, ended, lines, listens, told, until};

/// Asks the program for something, with the words in front of the folder.
async fn asked(trial: &Trial, word: &str, words: &[&str]) -> Output {
    let mut command = Command::new(beside("facteur-conformance"));
    command.arg(word).arg(trial.place()).args(words).kill_on_drop(true).output().await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[tokio::test]
async fn an_app_that_is_there_already_is_not_judged_in_place_of_the_one_that_the_profile_starts() {
    let trial = Trial::begin().await;
    let command = trial.command(true);
    let _stale = trial.start(&command).await;

    for (word, words) in [("doctor", &[] as &[&str]), ("run", &["N18"])] {
        let refused = asked(&trial, word, words).await;
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains("listens at https://localhost:"), "{}", said(&refused));
    }
    assert!(!trial.place().join("report-part").exists(), "nothing was judged");
}

#[tokio::test]
async fn a_run_that_is_told_to_end_takes_its_app_along() {
    let trial = Trial::begin().await;
    trial.command(true);
    let judging = trial.judge(&[]);
    let journal = trial.place().join("report/journal.jsonl");
    until("a case has ended", || lines(&journal) >= 3).await;

    let id = judging.id().unwrap().to_string();
    assert!(Command::new("kill").arg(&id).status().await.unwrap().success());

    assert_eq!(ended(judging).await.code(), Some(1), "it was cut short");
    assert!(!listens(&trial), "the app is left behind");
    assert!(!told(&trial.report(), &["pass"]).is_empty());
}

#[tokio::test]
async fn a_part_says_that_it_is_one_and_leaves_the_report_of_the_whole() {
    let trial = Trial::begin().await;
    trial.command(true);
    let part = asked(&trial, "run", &["C4", "N18"]).await;

    assert!(part.status.success(), "{}", said(&part));
    assert!(said(&part).contains("passed: only C4 N18, "), "{}", said(&part));
    assert!(!trial.place().join("report").exists());
    let page = std::fs::read_to_string(trial.place().join("report-part/report.html")).unwrap();
    assert!(page.contains("passed: only C4 N18, ") && page.contains("<title>passed (only C4 N18, "));
}

#[tokio::test]
async fn an_app_that_ends_at_once_is_told_at_once() {
    let trial = Trial::begin().await;
    let mut command = trial.command(true);
    command.push("--no-such-option".to_owned());
    let file = trial.place().join("profile.toml");
    let mut profile = trial.profile();
    profile["app"].as_table_mut().unwrap().insert("command".into(), command.into());
    std::fs::write(&file, profile.to_string()).unwrap();

    let doctor = asked(&trial, "doctor", &[]).await;
    assert_eq!(doctor.status.code(), Some(2));
    assert!(said(&doctor).contains("the app ended by itself"), "{}", said(&doctor));
}

#[tokio::test]
async fn whoever_reads_no_further_ends_nothing() {
    let mut list = Command::new(beside("facteur-conformance"))
        .args(["list", "--requirements"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(list.stdout.take());
    let list = list.wait_with_output().await.unwrap();
    assert!(list.status.success(), "{}", said(&list));
}
