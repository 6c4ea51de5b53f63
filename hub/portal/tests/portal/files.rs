//! Messages, and files on the content origin.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::{Request, StatusCode};
use hub_core::id::Sha256;
use hub_core::mailbox::Number;
use hub_core::message::draft::{Draft, DraftAttachment, DraftBody};
use hub_core::number::Ssin;
use tower::ServiceExt as _;

use crate::browser::{Browser, portal};
use crate::common::{World, for_each_database, recipient};

const PDF: &[u8] = b"%PDF-1.7\nexample";
const NAME: &str = "aanslag é;1.pdf";

async fn publish(world: &World, to: &Ssin) {
    let text = |text: &str| [("nl".to_owned(), text.to_owned())].into();
    let draft = Draft {
        recipient: recipient(&Number::Ssin(to.clone())),
        subject: text("Aanslagbiljet 2026"),
        sender_organization: "0001001078".into(),
        message_type: "tax-assessment".into(),
        body: Some(DraftBody { text: text("Beste **Test** <script>alert(1)</script>"), main: false }),
        attachments: vec![DraftAttachment {
            part: "letter".into(),
            file_name: NAME.into(),
            media_type: "application/pdf".into(),
            digest_method: "sha-256".into(),
            digest_value: BASE64URL_NOPAD.encode(&Sha256::of(PDF).0),
            main: true,
        }],
        business_data: Vec::new(),
        payment: None,
        for_the_attention_of: None,
        registered_mail: false,
        reply_allowed: false,
        replaces: None,
        remind_after: None,
        follow_recipient: false,
    };
    let sender = world.sender("demo-tax", "publish").await;
    let mut upload = sender.begin("one").await.unwrap();
    let mut part = upload.intake().part("letter", None);
    part.push(Bytes::from_static(PDF)).await.unwrap();
    part.finish().await.unwrap();
    upload.publish(&draft).await.unwrap();
}

async fn content(world: &World, address: &str) -> http::Response<Body> {
    let router = hub_portal::content_routes(portal()).with_state(world.hub.clone());
    let path = address.strip_prefix("https://content.test").unwrap();
    router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_message_is_read_and_its_file_fetched_from_the_content_origin() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        publish(world, &anna).await;
        let mut browser = Browser::logged_in(world, &anna, None).await;
        let mailbox = browser.get("/").await.shown();
        let mailbox = mailbox.html.split("action=\"").find(|rest| rest.starts_with("/mailboxes/")).unwrap();
        let mailbox = mailbox.split('"').next().unwrap().to_owned();

        let list = browser.get(&mailbox).await.shown();
        assert!(
            list.html.contains("Demo Belastingdienst") && list.html.contains("1 unread"),
            "{}",
            list.html
        );
        let message = list.link(&format!("{mailbox}/messages/"));
        let page = browser.get(&message).await.shown();
        assert!(
            page.html.contains("<strong>Test</strong>") && !page.html.contains("<script"),
            "{}",
            page.html
        );
        assert!(page.html.contains("lang=\"nl\""), "{}", page.html);
        let opened = world.count("SELECT COUNT(*) FROM mark WHERE opened_at IS NOT NULL").await;
        assert_eq!(opened, 1);

        let link = page.link(&format!("{message}/attachments/"));
        let fresh = browser.get(&link).await;
        let address = fresh.leads_to().to_owned();
        assert!(
            address.starts_with("https://content.test/a/") && address.ends_with("/aanslag%20%C3%A9;1.pdf"),
            "{address}"
        );

        let response = content(world, &address).await;
        let headers = response.headers().clone();
        let header = |name: &str| {
            headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header("content-type"), "application/pdf");
        assert!(header("content-disposition").starts_with("attachment; "));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert!(headers.get("set-cookie").is_none());
        assert_eq!(to_bytes(response.into_body(), 1_000).await.unwrap(), PDF);

        world.clock.advance(Duration::from_secs(61));
        assert_eq!(content(world, &address).await.status(), StatusCode::NOT_FOUND);
        let fresh = browser.get(&link).await;
        assert_eq!(content(world, fresh.leads_to()).await.status(), StatusCode::OK);
        let csrf = browser.get("/consents").await.shown().field("csrf");
        browser.post("/logout", &[("csrf", &csrf)]).await;
        assert_eq!(content(world, fresh.leads_to()).await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_addresses_of_another_citizen_do_not_exist() {
    for_each_database(async |world| {
        let (anna, bert) = (world.citizen(1, true).await, world.citizen(2, true).await);
        publish(world, &anna).await;
        let mut browser = Browser::logged_in(world, &anna, None).await;
        let overview = browser.get("/").await.shown();
        let mailbox = overview.html.split("action=\"").find(|rest| rest.starts_with("/mailboxes/")).unwrap();
        let mailbox = mailbox.split('"').next().unwrap().to_owned();
        let message = browser.get(&mailbox).await.shown().link(&format!("{mailbox}/messages/"));
        let file = browser.get(&message).await.shown().link(&format!("{message}/attachments/"));

        let mut other = Browser::logged_in(world, &bert, None).await;
        let csrf = other.get("/activation").await.shown().field("csrf");

        for address in [&mailbox, &message, &file] {
            other.get(address).await.expect_problem(StatusCode::NOT_FOUND);
        }
        other.post(&mailbox, &[("csrf", &csrf)]).await.expect_problem(StatusCode::NOT_FOUND);
        let beyond = content(world, "https://content.test/a/forged/x.pdf").await;
        assert_eq!(beyond.status(), StatusCode::NOT_FOUND);
        let text = to_bytes(beyond.into_body(), 1_000).await.unwrap();
        assert!(!text.is_empty());
        let logo = content(world, &format!("https://content.test/logos/{}", "0".repeat(64))).await;
        assert_eq!(logo.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
