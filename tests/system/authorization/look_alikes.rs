//! Redirect URIs that look like the registered one, and requests that were never pushed: no redirect, ever.

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::citizen::SUBSTANTIAL;
use system_tests::world::provider::EVERYTHING;

use super::{post, request, with};

/// What an attacker would rather have registered.
fn look_alikes(registered: &str) -> Vec<String> {
    let origin = registered.trim_end_matches("/callback");
    let host = origin.trim_start_matches("https://");
    let name = host.split(':').next().unwrap();
    [
        registered.replace("https:", "http:"),
        registered.replace("https://", "HTTPS://"),
        registered.replace("bank.localhost", "BANK.localhost"),
        registered.replace("bank.localhost", "bank.localhost."),
        registered.replace("bank.localhost", "bank.localhost.evil.test"),
        registered.replace("bank.localhost", "evil-bank.localhost"),
        // a Cyrillic a
        registered.replace("bank", "b\u{430}nk"),
        registered.replace("bank", "xn--bnk-6cd"),
        registered.replace("/callback", "@evil.test/callback"),
        registered.replace("https://", "https://evil.test@"),
        registered.replace("https://", "https://evil.test\\@"),
        registered.replace("https://", "https:/"),
        registered.replace("https://", "//"),
        registered.replace(host, name),
        registered.replace(host, &format!("{name}:443")),
        format!("{registered}/"),
        format!("{registered}/.."),
        format!("{registered}/../evil"),
        format!("{registered}%2f"),
        format!("{registered}%00"),
        format!("{registered}?next=https://evil.test"),
        format!("{registered}#"),
        format!("{registered}#fragment"),
        format!(" {registered}"),
        format!("{registered} "),
        format!("{registered}\r\nlocation: https://evil.test"),
        format!("{registered} https://evil.test"),
        registered.replace("/callback", "/Callback"),
        registered.replace("/callback", "/%63allback"),
        registered.replace("/callback", "//callback"),
        registered.replace("/callback", "/x/../callback"),
        origin.to_owned(),
        "https://evil.test/callback".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,x".to_owned(),
        "urn:ietf:wg:oauth:2.0:oob".to_owned(),
        "bank://callback".to_owned(),
    ]
    .to_vec()
}

#[tokio::test]
async fn only_the_registered_uri_itself_is_redirected_to() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let good = request(&bank);
        for uri in look_alikes(&world.landing.url) {
            assert_ne!(uri, world.landing.url);
            let answer = post(&bank, "/par", &with(&good, "redirect_uri", &uri)).await;
            assert_eq!(answer.status, 400, "{uri}: {}", answer.text());
            answer.expect_oauth(400, "invalid_request");
        }

        // and a link that carries one is shown as what it is: wrong, without leading there
        for uri in ["https://evil.test/callback", &world.landing.url] {
            let link = format!(
                "/authorize?client_id=bank-app&response_type=code&redirect_uri={uri}&state=s&scope=openid\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
            );
            let answer = anna.request("GET", &link).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (400, None), "{uri}");
            let page = anna.open(&link).await;
            let away = page.links().into_iter().find(|link| leads_away(link));
            assert_eq!((away, page.forms().len()), (None, 0), "{}", page.html);
        }
        let (logins,): (i64,) = world.row("SELECT COUNT(*) FROM login").await;
        assert_eq!(logins, 0);
    })
    .await;
}

/// Whether a link leads to another site than ours.
fn leads_away(link: &str) -> bool {
    !link.starts_with(['/', '#']) || link.starts_with("//") || link.starts_with("/\\")
}

#[tokio::test]
async fn no_page_of_the_portal_sends_a_browser_to_another_site() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let anna = world.citizen("Anna");
        anna.logs_in().await;
        for elsewhere in [
            "https://evil.test",
            "https:evil.test",
            "//evil.test",
            "/%5Cevil.test",
            "%5C%5Cevil.test",
            "/%09/evil.test",
            "%2F%2Fevil.test",
            "javascript:alert(1)",
            "/%0D%0Alocation:https://evil.test",
            "evil.test",
        ] {
            for page in ["/lang?to=en", "/login?begin=yes", "/login?x=y", "/activation?x=y"] {
                let mut answer = anna.open(&format!("{page}&back={elsewhere}")).await;
                if answer.url.contains("identity.localhost") {
                    answer = anna.identifies(answer, SUBSTANTIAL).await;
                }
                assert!(answer.url.starts_with(&world.public), "{page} {elsewhere}: {}", answer.url);
                let away = answer.links().into_iter().find(|link| leads_away(link));
                assert_eq!(away, None, "{page} {elsewhere}: {}", answer.html);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn only_redirect_uris_with_tls_and_a_host_can_be_registered() {
    World::on_both(async |world| {
        for wrong in [
            "http://bank.localhost/callback",
            "http://localhost/callback",
            "bank://callback",
            "https://bank.localhost/callback#x",
            "https://evil.test@bank.localhost/callback",
            "https:///callback",
            "https://:443/callback",
            "https://bank.localhost\\\\@evil.test/",
            "https://bank.localhost/call back",
            "//bank.localhost/callback",
            "",
        ] {
            let error = world.try_apply(&application("bank-app", wrong)).await.unwrap_err();
            let error = format!("{error:?}");
            assert!(error.contains("redirect_uris"), "{wrong}: {error}");
        }
        world.try_apply(&application("bank-app", "https://bank.localhost/app?tenant=1")).await.unwrap();

        // the new list is the whole list, at once
        let bank = world.provider("bank").await;
        let answer = post(&bank, "/par", &request(&bank)).await;
        answer.expect_oauth(400, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn a_client_id_looks_like_no_subject_and_no_outside_id() {
    World::on_both(async |world| {
        for wrong in [
            "psn_1k6sy9541sj3eqhb6gd1ghcakj",
            "mbx_0",
            "85073003328",
            "Bank-App",
            "ba",
            "a_b",
            "bank@app",
            "",
        ] {
            let error =
                world.try_apply(&application(wrong, "https://bank.localhost/callback")).await.unwrap_err();
            let error = format!("{error:?}");
            assert!(error.contains("3 to 63 lower-case letters"), "{wrong}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_uri_that_nobody_pushed_opens_nothing() {
    World::on_both(async |world| {
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let real = bank.asks(&EVERYTHING).await.url;
        let (start, secret) = real.rsplit_once("%3A").unwrap();
        let mut changed = secret.to_owned();
        changed.replace_range(..1, if secret.starts_with('A') { "B" } else { "A" });
        for link in [
            format!("{start}%3A{changed}"),
            format!("{start}%3A{}", &secret[..42]),
            format!("{real}A"),
            format!("{real}&request_uri=urn:x"),
            format!("{real}&client_id=bank-app"),
            "/authorize?client_id=bank-app&request_uri=https%3A%2F%2Fevil.test%2Frequest.jwt".to_owned(),
            "/authorize?client_id=bank-app&request=eyJhbGciOiJub25lIn0.e30.".to_owned(),
        ] {
            let answer = anna.request("GET", &link).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (400, None), "{link}");
        }
        assert_eq!(anna.open(&real).await.status, 200);
    })
    .await;
}

fn application(id: &str, redirect_uri: &str) -> String {
    format!(
        "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"active\"\n\
         [[provider_application]]\nid = \"{id}\"\nprovider = \"demo-bank\"\nbrand = \"Demo Bank\"\n\
         purpose = {{ en = \"x\" }}\nretention = {{ en = \"x\" }}\nredirect_uris = [\"{redirect_uri}\"]\n"
    )
}
