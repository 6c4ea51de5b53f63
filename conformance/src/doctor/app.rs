//! The app itself: does its hook answer and do what is declared, does its redirect URI answer, and is its clock ours?

use std::time::Duration;

use jiff::fmt::rfc2822;

use super::Check;
use crate::app::{Hook, Info, client};
use crate::engine::{Redactor, Wire, now};
use crate::profile::{Capability, Profile};

pub(super) async fn look(profile: &Profile) -> Vec<Check> {
    // There is one already if this is not the first look.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let trusted: Vec<String> =
        profile.app.trust.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let mut checks = vec![redirect(profile, &trusted).await];
    checks.extend(hook(profile, &trusted).await);
    checks
}

/// Opens the redirect URI as a browser without an answer of a hub would.
async fn redirect(profile: &Profile, trusted: &[String]) -> Check {
    let what = "redirect URI of the app";
    let url = profile.app.redirect_uri.clone();
    let answered = match client(trusted, None, PATIENCE) {
        Ok(client) => client.get(url.clone()).send().await,
        Err(error) => Err(error),
    };
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => {
            let told = format!("{url}: {}", error.without_url());
            return Check::wrong(what, told, "Start the app, and mend what is said above about its front.");
        }
    };
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    let clock = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
    let away = clock.map(|clock| clock.duration_since(now()).as_secs().unsigned_abs());
    match (answer.status().as_u16(), away) {
        (404, _) => Check::wrong(
            what,
            format!("{url} answers 404"),
            "Correct app.redirect_uri: the app has no such page.",
        ),
        (status @ 500.., _) => Check::look(
            what,
            format!("{url} answers {status}"),
            "Look at the app's log: a visit without an answer of a hub should not break it.",
        ),
        (_, Some(seconds)) if seconds > 30 => Check::wrong(
            what,
            format!("its clock is {seconds} seconds away from this machine's"),
            "Set both clocks: signatures and tokens are judged by time.",
        ),
        (status, _) => Check::fine(what, format!("{url} answers {status}")),
    }
}

async fn hook(profile: &Profile, trusted: &[String]) -> Vec<Check> {
    let what = WHAT;
    let Some(at) = &profile.hook else {
        return vec![Check::look(
            what,
            "the profile has none",
            "Only what a person can show by opening addresses is judged.",
        )];
    };
    let secret = std::fs::read_to_string(&at.secret_file).unwrap_or_default();
    let asked = async {
        let wire = Wire::new(Redactor::new().map_err(|_| "no randomness".to_owned())?);
        let hook = Hook::new(at.url.clone(), secret.trim().to_owned(), trusted, PATIENCE, wire);
        let hook = hook.map_err(|error| error.to_string())?;
        hook.app().await.map_err(|fault| fault.to_string())
    };
    let info = match asked.await {
        Ok(info) => info,
        Err(told) => {
            return vec![Check::wrong(
                what,
                told,
                "Open the hook in the app, with the secret of hook.secret_file; `facteur-conformance hook` shows the page about it.",
            )];
        }
    };
    let version = if info.hook.split('.').next() == Some("1") {
        Check::fine(what, format!("{} {}, hook {}", info.app.name, info.app.version, info.hook))
    } else {
        Check::wrong(
            what,
            format!("it speaks version {}", info.hook),
            "This suite speaks version 1 of the test hook.",
        )
    };
    std::iter::once(version).chain(unkept(profile, &info)).collect()
}

/// What is declared, and the hook does not do or say.
fn unkept(profile: &Profile, info: &Info) -> Vec<Check> {
    let look = |told| {
        let mend = "Its cases will fail: take it out of capabilities.declared, or build it.";
        Check::look(WHAT, told, mend)
    };
    let does = |capability: &Capability| info.operations.iter().any(|done| done == capability.word());
    let undone = DONE_BY_HOOK.into_iter().filter(|one| profile.declares(*one) && !does(one));
    let mut checks: Vec<Check> = undone
        .map(|capability| look(format!("`{capability}` is declared, and the hook does not offer it")))
        .collect();
    if profile.declares(Capability::Push) && profile.app.events.is_none() && info.events.is_none() {
        let told = "`push` is declared, and neither the hook (`events`) nor the profile (app.events) says where the app takes events";
        checks.push(look(told.to_owned()));
    }
    checks
}

/// What is looked at.
const WHAT: &str = "answers of the test hook";
/// What is both a capability and an operation of the hook.
const DONE_BY_HOOK: [Capability; 6] = [
    Capability::Flows,
    Capability::Read,
    Capability::Refresh,
    Capability::End,
    Capability::Certificate,
    Capability::Synchronise,
];
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Fresh;

    #[test]
    fn what_is_declared_and_not_offered_is_told() {
        let fresh = Fresh {
            name: "App".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: "https://localhost:1/callback".to_owned(),
            start_url: None,
            events: None,
            hook_url: Some("http://127.0.0.1:1/".to_owned()),
            command: None,
            port: 1,
            declared: vec![Capability::Read, Capability::Push],
        };
        let profile = Profile::parse(&fresh.text().unwrap(), std::path::Path::new("/")).unwrap();
        let told = |info: &str| {
            let info: Info = serde_json::from_str(info).unwrap();
            unkept(&profile, &info).len()
        };
        let name = r#""hook": "1.0", "app": {"name": "App", "version": "1"}"#;
        // consents begin wherever there is a hook
        assert_eq!(told(&format!("{{{name}}}")), 3);
        let operations = r#""operations": ["flows", "read"]"#;
        assert_eq!(told(&format!("{{{name}, {operations}}}")), 1);
        let events = r#""events": "https://localhost:2/events""#;
        assert_eq!(told(&format!("{{{name}, {operations}, {events}}}")), 0);
    }
}
