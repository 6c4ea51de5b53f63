//! Sessions that somebody else chose, and forms that another site sends.

use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::page::{Form, Page};
use system_tests::world::provider::EVERYTHING;
use url::Url;

/// What a browser holds under a name.
fn cookie(world: &World, jar: &Jar, name: &str) -> Option<String> {
    let cookies = jar.cookies(&Url::parse(&world.public).unwrap())?;
    let cookies = cookies.to_str().unwrap().to_owned();
    cookies.split("; ").find_map(|pair| pair.strip_prefix(&format!("{name}=")).map(str::to_owned))
}

/// Puts a cookie into a browser, as an attacker who could would do.
fn plant(world: &World, jar: &Jar, name: &str, value: &str) {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    jar.add_cookie_str(&cookie, &Url::parse(&world.public).unwrap());
}

const SESSION: &str = "__Host-session";

#[tokio::test]
async fn a_session_that_was_planted_never_becomes_somebody_elses() {
    World::on_both(async |world| {
        let (own, victim): (Arc<Jar>, Arc<Jar>) = Default::default();
        let (bert, anna) = (world.citizen_with("Bert", &own), world.citizen_with("Anna", &victim));
        bert.logs_in().await;
        let planted = cookie(world, &own, SESSION).unwrap();
        plant(world, &victim, SESSION, &planted);

        let page = anna.logs_in().await;

        assert!(page.html.contains("Kanariegeel") && !page.html.contains("Zilverberkdreef"), "{}", page.html);
        assert_ne!(cookie(world, &victim, SESSION).unwrap(), planted, "a new one at every login");
        let attacker = bert.open("/consents").await;
        assert!(!attacker.html.contains("Kanariegeel"), "{}", attacker.html);

        // one that never was
        plant(world, &victim, SESSION, &"A".repeat(43));
        anna.logs_in().await;
        assert_ne!(cookie(world, &victim, SESSION).unwrap(), "A".repeat(43));
        let thief: Arc<Jar> = Arc::default();
        plant(world, &thief, SESSION, &"A".repeat(43));
        let page = world.citizen_with("Bert", &thief).open("/consents").await;
        assert!(!page.html.contains("Kanariegeel"), "{}", page.html);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_on_the_server_when_the_person_logs_out() {
    World::on_both(async |world| {
        let jar: Arc<Jar> = Arc::default();
        let anna = world.citizen_with("Anna", &jar);
        anna.logs_in().await;
        let secret = cookie(world, &jar, SESSION).unwrap();
        let page = anna.open("/").await;
        anna.submit(&page, &page.form("/logout")).await;
        assert_eq!(cookie(world, &jar, SESSION), None);

        plant(world, &jar, SESSION, &secret);
        let page = anna.request("GET", "/consents").send().await.unwrap();
        assert_eq!(page.status(), 401, "what was logged out stays so");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_logged_in_with_somebody_elses_login() {
    World::on_both(async |world| {
        let (bert, anna) = (world.citizen("Bert"), world.citizen("Anna"));
        // her browser was here before
        anna.open("/login").await;
        // Bert logs in at the identity service and keeps the way back for his victim
        let begun = bert.request("GET", "/login").send().await.unwrap();
        let at_identity = bert.open(begun.headers()["location"].to_str().unwrap()).await;
        let form = at_identity.form("/login/").with("citizen", "Bert").with("choice", "login");
        let form = form.with("level", system_tests::world::citizen::SUBSTANTIAL);
        let back = last_step(&bert, &at_identity, &form).await;
        assert!(back.starts_with(&format!("{}/login/callback?", world.public)), "{back}");

        let page = anna.open(&back).await;

        assert_eq!(page.status, 400, "{}", page.text_of("main"));
        assert!(anna.open("/consents").await.html.contains("/login"), "she is logged in as nobody");
        let (sessions,): (i64,) = world.row("SELECT COUNT(*) FROM session").await;
        assert_eq!(sessions, 0);
        // and it is used up: not even Bert comes in with it any more
        assert_eq!(bert.open(&back).await.status, 400);
    })
    .await;
}

/// Sends a form at the identity provider and follows until it sends the browser away.
async fn last_step(citizen: &Citizen<'_>, page: &Page, form: &Form) -> String {
    let here = Url::parse(&page.url).unwrap();
    let target = here.join(&form.action).unwrap();
    let posted = citizen.request("POST", target.as_str()).form(&form.fields);
    let mut answer = posted.send().await.unwrap();
    loop {
        let next = here.join(answer.headers()["location"].to_str().unwrap()).unwrap();
        if next.origin() != here.origin() {
            return next.into();
        }
        answer = citizen.request("GET", next.as_str()).send().await.unwrap();
    }
}

/// Every form of the portal, as somebody finds them who is logged in and was sent by an app.
async fn forms(world: &World, anna: &Citizen<'_>) -> Vec<Form> {
    let bank = world.provider("bank").await;
    anna.grants(&bank, &EVERYTHING).await;
    let screen = anna.comes_from(&bank.asks(&["list"]).await).await;
    let landing = anna.open(&bank.asks(&EVERYTHING).await.url).await;
    let (home, list, activation) =
        (anna.open("/").await, anna.open("/consents").await, anna.open("/activation").await);
    vec![
        screen.form("/authorize/consent").with("decision", "agree"),
        landing.form("/authorize"),
        home.form("/mailboxes/"),
        home.form("/logout"),
        list.form("/revoke"),
        activation.form("/activation").with("decision", "off"),
    ]
}

#[tokio::test]
async fn no_form_is_taken_from_another_site() {
    World::on_both(async |world| {
        let anna = world.citizen("Anna");
        let forms = forms(world, &anna).await;
        let events: (i64,) = world.row("SELECT COUNT(*) FROM consent_event").await;

        for form in &forms {
            let post = || anna.request("POST", &form.action).form(&form.fields);
            for foreign in [
                post().header("origin", "https://evil.test"),
                post().header("origin", "null"),
                post().header("origin", world.landing.url.trim_end_matches("/callback")),
                post().header("origin", world.content.as_str()),
                post().header("origin", world.public.replace("https:", "http:")),
                post().header("sec-fetch-site", "cross-site"),
                post().header("sec-fetch-site", "same-site"),
            ] {
                let answer = foreign.send().await.unwrap();
                assert_eq!(answer.status(), 403, "{}", form.action);
                assert!(answer.headers().get("set-cookie").is_none(), "{}", form.action);
            }
        }
        // the landing page's form belongs to no session; every other carries a value of its own
        for form in forms.iter().filter(|form| form.action != "/authorize") {
            for value in [None, Some(""), Some("x"), Some("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")] {
                let mut forged = form.clone();
                forged.fields.retain(|(name, _)| name != "csrf");
                forged.fields.extend(value.map(|value| ("csrf".to_owned(), value.to_owned())));
                let post = anna.request("POST", &form.action).header("origin", &world.public);
                let answer = post.form(&forged.fields).send().await.unwrap();
                assert_eq!(answer.status(), 403, "{} {value:?}", form.action);
            }
        }
        assert_eq!(world.row::<(i64,)>("SELECT COUNT(*) FROM consent_event").await, events);
        assert_eq!(anna.open("/consents").await.status, 200, "she is still logged in");
    })
    .await;
}
