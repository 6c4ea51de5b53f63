use std::path::Path;

use super::*;

const PROFILE: &str = r#"
version = 1
[app]
name = "App"
client_id = "app"
redirect_uri = "https://localhost:9450/callback"
certificate = "app.pem"
[hook]
url = "http://127.0.0.1:9451/"
secret_file = "hook.secret"
[hub]
public_port = 9443
mtls_port = 9444
hostile_port = 9445
issuer_path = "/hub"
ca = "ca.pem"
ca_key = "ca.key"
[capabilities]
declared = ["read"]
"#;

fn parse(text: &str) -> Result<Profile, Mistake> {
    Profile::parse(text, Path::new("folder"))
}

#[test]
fn paths_are_relative_to_the_file() {
    let profile = parse(PROFILE).unwrap();
    assert_eq!(profile.app.certificate, Path::new("folder/app.pem"));
    assert_eq!(profile.hub.ca_key, Path::new("folder/ca.key"));
    assert_eq!(profile.hook.unwrap().secret_file, Path::new("folder/hook.secret"));
}

#[test]
fn the_played_hub_is_named_by_its_host_and_ports() {
    let hub = parse(PROFILE).unwrap().hub;
    assert_eq!(hub.issuer(), "https://localhost:9443/hub");
    assert_eq!(hub.resource(), "https://localhost:9444/mailbox/v1");
    assert_eq!(hub.hostile_issuer(), "https://localhost:9445");
}

#[test]
fn what_is_declared_follows_from_the_list_and_the_hook() {
    let profile = parse(PROFILE).unwrap();
    assert_eq!(profile.declared(), [Capability::Flows, Capability::Read, Capability::Hook]);
    assert!(!profile.declares(Capability::Refresh));
}

#[test]
fn a_key_that_nobody_knows_is_refused_by_its_name() {
    let told = |text: &str| parse(text).unwrap_err().to_string();
    assert!(told(&PROFILE.replace("[hub]", "[hub]\nprot = 1")).contains("prot"));
    assert!(told(&PROFILE.replace("\"read\"", "\"raed\"")).contains("raed"));
    assert!(told(&format!("{PROFILE}\n[capabilties]\n")).contains("capabilties"));
}

#[test]
fn what_asks_for_another_key_says_which() {
    let told = |text: &str| parse(text).unwrap_err().to_string();
    assert!(told(&PROFILE.replace("\"read\"", "\"certificate\"")).contains("app.next_certificate"));
    assert!(told(&PROFILE.replace("version = 1", "version = 2")).contains("version 2"));
    let by_person =
        PROFILE.replace("[hook]\nurl = \"http://127.0.0.1:9451/\"\nsecret_file = \"hook.secret\"\n", "");
    assert_eq!(
        told(&by_person.replace("\"read\"", "\"push\"")),
        "capability `push` without [hook] needs app.events"
    );
    assert_eq!(told(&by_person), "an app without [hook] needs app.start_url");
}

#[test]
fn an_address_is_https_or_of_this_machine() {
    let app = |key: &str, url: &str| match key {
        "hook" => PROFILE.replace("http://127.0.0.1:9451/", url),
        "redirect_uri" => PROFILE.replace("https://localhost:9450/callback", url),
        key => PROFILE.replace("[hook]", &format!("{key} = \"{url}\"\n[hook]")),
    };
    for key in ["hook", "redirect_uri", "start_url", "events"] {
        for url in ["https://app.example/", "http://localhost:1/", "http://127.9.9.9/", "http://[::1]:1/"] {
            assert!(parse(&app(key, url)).is_ok(), "{key} {url}");
        }
        for url in
            ["http://app.example/", "http://192.168.0.1/", "http://localhost.example/", "ftp://localhost/"]
        {
            let told = parse(&app(key, url)).unwrap_err().to_string();
            assert!(told.contains("must be HTTPS") && told.contains(key), "{told}");
        }
    }
}

#[test]
fn another_text_is_another_profile() {
    let one = parse(PROFILE).unwrap().digest;
    assert_ne!(one, parse(&PROFILE.replace("\"App\"", "\"Other\"")).unwrap().digest);
}
