//! `facteur demo --once`: the story as a newcomer sees it, with its exit code.

use std::process::Stdio;
use std::time::{Duration, Instant};

use system_tests::environment::{binary, figure};
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
