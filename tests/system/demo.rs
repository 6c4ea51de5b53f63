//! `facteur demo --once`: the story as a newcomer sees it, with its exit code.

use std::process::Stdio;
use std::time::{Duration, Instant};

use system_tests::environment::{binary, figure, repository};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

#[tokio::test]
async fn the_demo_tells_its_story_and_ends_well() {
    let begun = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(binary())
        .args(["demo", "--once", "--port-base", "0", "--data"])
        .arg(folder.path().join("demo"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(Duration::from_secs(300), demo).await.expect("the demo ends").unwrap();

    let story = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{story}\n{}", String::from_utf8_lossy(&output.stderr));
    for word in ["publish", "consent", "revok", "401"] {
        assert!(story.to_lowercase().contains(word), "the story does not tell of {word}:\n{story}");
    }
    // what the quickstart for developers takes from the folder of a demo
    let (_, _, quickstart) = specs::DOCS.iter().find(|(name, ..)| *name == "quickstart").unwrap();
    let named: Vec<&str> =
        quickstart.lines().filter_map(|line| line.split_once("=demo-data/")).map(|(_, file)| file).collect();
    assert_eq!(named.len(), 3, "{named:?}");
    for file in named {
        assert!(folder.path().join("demo").join(file).is_file(), "{file}");
    }
    figure(&format!(
        "the demo's story of {} lines in {:.1} s",
        story.lines().count(),
        begun.elapsed().as_secs_f64()
    ));
}

#[tokio::test]
async fn the_demo_makes_the_consultation_sample_ready_and_one_command_loads_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(binary())
        .args(["demo", "--sample", "consultation", "--port-base", "0", "--data"])
        .arg(folder.path().join("demo"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    while told.len() < 2 {
        let line = timeout(Duration::from_secs(300), lines.next_line()).await.expect("the demo tells on");
        let line = line.unwrap().expect("the demo stays up");
        told.extend(line.trim().strip_prefix("node ").map(str::to_owned));
    }

    for (command, said) in told.iter().zip(["loaded: 17 messages", "18 played as software, 0 otherwise"]) {
        let node = Command::new("node").args(command.split(' ')).current_dir(repository("")).output();
        let output = timeout(Duration::from_secs(120), node).await.expect("it ends").unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && text.contains(said), "{command}: {text}{complaint}");
    }
}
