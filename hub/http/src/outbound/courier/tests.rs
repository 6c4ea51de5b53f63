//! Where the courier brings events, and where it does not.

use super::*;

fn courier(environment: &str) -> (Courier, tempfile::TempDir) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::TempDir::new().unwrap();
    let own = rcgen::generate_simple_self_signed(["hub.test".to_owned()]).unwrap();
    let put = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let settings = CourierSettings {
        environment: environment.to_owned(),
        certificate: put("hub.pem", own.cert.pem()),
        key: put("hub.key", own.signing_key.serialize_pem()),
        authorities: Some(put("authorities.pem", own.cert.pem())),
    };
    (Courier::new(settings).unwrap(), folder)
}

#[test]
fn a_receiver_is_on_the_public_internet_behind_port_443() {
    for environment in ["integration", "acceptance", "production"] {
        let (courier, _folder) = courier(environment);
        for good in [
            "https://events.bank.example/hub",
            "https://events.bank.example:443/",
            "https://193.191.245.1/x?y=z",
        ] {
            assert!(courier.judge(good).is_ok(), "{good}");
        }
        let bad = [
            ("http://events.bank.example/", Forbidden::Scheme),
            ("https://events.bank.example:8443/", Forbidden::Port(8443)),
            ("https://10.0.0.5/", Forbidden::Address),
            ("https://127.0.0.1/", Forbidden::Address),
            ("https://[::1]/", Forbidden::Address),
            ("https://[::ffff:10.0.0.5]/", Forbidden::Address),
            ("https://0x7f.1/", Forbidden::Address),
            ("https://user@events.bank.example/", Forbidden::Address),
            ("https://events.bank.example/#part", Forbidden::Address),
            ("events.bank.example", Forbidden::Address),
        ];
        for (address, why) in bad {
            assert_eq!(courier.judge(address), Err(why), "{address}");
        }
        let long = format!("https://events.bank.example/{}", "x".repeat(500));
        assert_eq!(courier.judge(&long), Err(Forbidden::Address));
    }
}

#[test]
fn in_a_demo_a_receiver_is_on_this_machine() {
    let (courier, _folder) = courier("demo");
    for good in ["https://127.0.0.1:9000/", "https://bank.localhost:9000/events", "https://[::1]:9000/"] {
        assert!(courier.judge(good).is_ok(), "{good}");
    }
    for bad in ["https://193.191.245.1/", "https://10.0.0.5/", "https://0.0.0.0:9000/"] {
        assert_eq!(courier.judge(bad), Err(Forbidden::Address), "{bad}");
    }
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_resolves_to() {
    let (courier, _folder) = courier("integration");
    for here in ["https://localhost/", "https://bank.localhost/"] {
        let reply = courier.call(here, "token".to_owned()).await;
        assert_eq!(reply.received.unwrap_err(), Trouble::Private, "{here}");
    }
    let reply = courier.call("https://nowhere.invalid/", "token".to_owned()).await;
    assert_eq!(reply.received.unwrap_err(), Trouble::Name);
}
