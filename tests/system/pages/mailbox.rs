//! Reading: the list, a message, and its files from the content origin.

use system_tests::world::letter::{digest, pdf};

use super::with_and_without_script;

#[tokio::test]
async fn a_citizen_reads_a_message_and_downloads_its_attachment() {
    with_and_without_script(async |world, browser| {
        let (tax, emma) = (world.sender("tax").await, world.citizen("Emma"));
        let file = pdf(60_000);
        let letter = tax.letter(&emma.person.recipient(), "Assessment to be read");
        let letter = letter.body("Pay **before June**.\n\n<script>alert(1)</script>");
        tax.delivers(&letter.file("assessment 2026.pdf", "application/pdf", &file)).await;
        tax.publishes(&emma.person.recipient(), "A second letter").await;

        browser.logs_in("Emma").await;
        browser.expect(&["2 unread messages"]).await;
        browser.click(".card button").await;
        browser.expect(&["2 messages, 2 unread", "Demo Tax Administration", "A second letter"]).await;
        browser.follow("Assessment to be read").await;
        browser
            .expect(&["Assessment to be read", "Pay before June.", "<script>alert(1)</script>", "PDF, 6"])
            .await;
        assert_eq!(browser.text_of(".letter strong").await, "before June");

        let got = browser.download(".files a").await;
        assert!(got.url.starts_with(&format!("{}/a/", world.content)), "{}", got.url);
        assert_eq!((got.name.as_str(), got.digest), ("assessment 2026.pdf", digest(&file)));
        // the link alone, without any cookie of the portal
        let headers = emma.fetch(&got.url).await.headers().clone();
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(headers.get(name).map_or("", |value| value.to_str().unwrap()), value, "{name}");
        }
        assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        assert!(!headers.contains_key("set-cookie"));

        browser.follow("← Back to the messages").await;
        browser.expect(&["2 messages, 1 unread"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_long_list_has_pages() {
    with_and_without_script(async |world, browser| {
        let (tax, emma) = (world.sender("tax").await, world.citizen("Emma"));
        for n in 0..60 {
            let letter = tax.letter(&emma.person.recipient(), &format!("Letter {n} of sixty"));
            tax.delivers(&letter.body("Text")).await;
        }
        browser.logs_in("Emma").await;
        browser.click(".card button").await;
        browser.expect(&["60 messages", "Letter 59 of sixty"]).await;
        browser.expect_not(&["Letter 0 of sixty"]).await;
        while browser.html().await.contains("rel=\"next\"") {
            browser.click("a[rel=next]").await;
        }
        browser.expect(&["Letter 0 of sixty"]).await;
        browser.click("a[rel=first]").await;
        browser.expect(&["Letter 59 of sixty"]).await;
    })
    .await;
}
