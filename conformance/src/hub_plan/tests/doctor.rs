//! The doctor at the small hub: fine where all is right, and each wrong thing is told with its own cure.

use super::*;
use crate::doctor::{Check, Standing};

async fn examined(profile: &HubProfile) -> Vec<Check> {
    examine(profile, &Wire::new(Redactor::new().unwrap())).await
}

/// What keeps a run from being played, with the cure.
fn wrong(checks: &[Check]) -> Vec<String> {
    checks.iter().filter(|check| check.standing == Standing::Wrong).map(ToString::to_string).collect()
}

/// What the doctor finds wrong after a change of the profile.
async fn after(fault: &'static str, change: impl FnOnce(&mut Table)) -> Vec<String> {
    let mut table = laid(fault).await;
    change(&mut table);
    wrong(&examined(&table.profile).await)
}

#[tokio::test]
async fn a_hub_that_is_right_can_be_played_and_ways_back_need_nobody() {
    let table = laid("").await;
    let checks = examined(&table.profile).await;
    assert_eq!(wrong(&checks), [] as [&str; 0], "{} {checks:#?}", table.hub.origin);
    let to_look_at = checks.iter().filter(|check| check.standing == Standing::Look);
    assert!(to_look_at.clone().all(|check| check.what.starts_with("redirect URI")), "{checks:#?}");
    assert_eq!((to_look_at.count(), checks.len()), (3, 18), "{checks:#?}");
}

#[tokio::test]
async fn what_the_hub_tells_of_itself_must_fit_the_profile() {
    let told = after("names another issuer", |_| {}).await;
    assert!(told.len() == 1 && told[0].contains("letter by letter"), "{told:#?}");
    let told = after("breaks at everything", |_| {}).await;
    assert!(told[0].contains("500") && told[0].contains("RFC 8414"), "{told:#?}");
    let told = after("lives in the past", |_| {}).await;
    assert!(told.len() == 1 && told[0].contains("Set both clocks"), "{told:#?}");
}

#[tokio::test]
async fn providers_that_the_hub_does_not_know_are_told() {
    let told = after("", |table| table.profile.second.client_id = "nobody-app".to_owned()).await;
    assert!(told.len() == 1 && told[0].contains("Register this certificate"), "{told:#?}");
    let told = after("", |table| table.profile.first.redirect_uri.push_str("/more")).await;
    assert!(told.len() == 1 && told[0].contains("Register redirect_uri"), "{told:#?}");
    let told = after("", |table| table.profile.attacker = table.profile.first.clone()).await;
    assert!(told.len() == 1 && told[0].contains("three"), "{told:#?}");
    let told = after("", |table| table.profile.hub.mailbox_api.push_str("/other")).await;
    assert!(told.len() == 3 && told[0].contains("resource identifier"), "{told:#?}");
}

#[tokio::test]
async fn servers_and_files_that_are_not_right_are_told() {
    let seconds = u64::try_from(now().as_second()).unwrap();
    let other = Authority::new("Another", seconds).unwrap();
    let told = after("", |table| {
        std::fs::write(table.folder.path().join("ca.pem"), other.certificate()).unwrap();
    });
    let told = told.await;
    assert!(told.iter().any(|line| line.contains("not trusted")), "{told:#?}");

    let told = after("", |table| {
        std::fs::copy(table.profile.second.key.clone(), table.profile.first.key.clone()).unwrap();
    });
    let told = told.await;
    assert!(told[0].contains("Name the key that was made with this certificate"), "{told:#?}");

    let told = after("", |table| table.profile.hub.issuer = "https://localhost:1".to_owned()).await;
    assert!(told[0].contains("nobody listens at localhost:1"), "{told:#?}");
    let told = after("", |table| {
        let command = vec!["/nowhere/citizen".to_owned()];
        table.profile.citizen = Citizen::Command { command, refuse: None, seconds: 1 };
    });
    let told = told.await;
    assert!(told.len() == 1 && told[0].contains("citizen.command"), "{told:#?}");
}
