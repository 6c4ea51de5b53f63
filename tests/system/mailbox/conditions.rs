//! Asking again, and asking for a part: 304, ranges, and what they leave in the journal.

use std::time::Duration;

use serde_json::json;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::letter::pdf;
use system_tests::world::people::Person;
use system_tests::world::provider::{EVERYTHING, Grant, Provider, messages_path};

use super::first;

async fn with(provider: &Provider<'_>, grant: &Grant, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = provider.machine.request("GET", path).bearer_auth(&grant.access);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    provider.machine.send(request).await
}

/// How many readings the database has, of all kinds.
async fn readings(world: &World) -> i64 {
    for _ in 0..3 {
        world.loads_journal().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.count("SELECT COUNT(*) FROM reading").await
}

#[tokio::test]
async fn a_tag_holds_until_something_changes_and_for_its_provider_only() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, post) = (world.provider("bank").await, world.provider("post").await);
        let anna = world.citizen("Anna");
        let to = Person::named("Anna").recipient();
        tax.publishes(&to, "Copper lantern report").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let others = anna.grants(&post, &EVERYTHING).await;
        let message = first(&bank, &grant).await;
        for path in [messages_path(&grant), format!("{}?read=false", messages_path(&grant)), message.clone()]
        {
            let tag = with(&bank, &grant, &path, &[]).await.header("etag").to_owned();
            let known: &[(&str, &str)] = &[("if-none-match", &tag)];
            let before = readings(world).await;

            let again = with(&bank, &grant, &path, known).await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
            assert_eq!(again.header("etag"), tag);
            assert_eq!(readings(world).await, before, "a 304 discloses nothing");
            assert_eq!(again.header("cache-control"), "no-store");
            // to another provider it says nothing, nor does another tag
            let theirs = path.replace(&grant.mailbox, &others.mailbox);
            if !path.contains("msg_") {
                assert_eq!(with(&post, &others, &theirs, known).await.status, 200);
            }
            assert_eq!(with(&bank, &grant, &path, &[("if-none-match", "\"x\", W/\"y\"")]).await.status, 200);
            let list = format!("\"x\", W/{tag}");
            assert_eq!(with(&bank, &grant, &path, &[("if-none-match", &list)]).await.status, 304);

            let id = message.rsplit('/').next().unwrap();
            bank.marks(&grant, id, &json!({"read": true})).await.expect(200);
            assert_eq!(with(&bank, &grant, &path, known).await.status, 200, "{path}");
            bank.marks(&grant, id, &json!({"read": false})).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn a_tag_ends_when_what_was_shown_expires_or_is_named_otherwise() {
    World::on_both(async |world| {
        let family = world.sender("family").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        family.publishes(&Person::named("Anna").recipient(), "Silver beetle digest").await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let path = messages_path(&grant);
        let tag = with(&bank, &grant, &path, &[]).await.header("etag").to_owned();

        let renamed = format!(
            "environment = \"demo\"\n[[sender_organization]]\nnumber = \"{}\"\nname = {{ en = \"Demo Family House\" }}\n",
            family.organization
        );
        world.apply(&renamed).await;
        let fresh = with(&bank, &grant, &path, &[("if-none-match", &tag)]).await;
        assert_eq!(fresh.expect(200)["items"][0]["senderOrganization"]["name"]["en"], "Demo Family House");

        let tag = fresh.header("etag").to_owned();
        assert_eq!(with(&bank, &grant, &path, &[("if-none-match", &tag)]).await.status, 304);
        world.advance(Duration::from_secs(32 * 86_400));
        let late = bank.refreshes(&grant).await;
        let empty = with(&bank, &late, &path, &[("if-none-match", &tag)]).await.expect(200);
        assert_eq!(empty["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_range_is_given_alone_and_recorded_like_the_whole() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let bytes = pdf(200_000);
        let letter =
            tax.letter(&Person::named("Anna").recipient(), "Ochre falcon file").pdf("brief.pdf", 200_000);
        let published = tax.delivers(&letter).await;
        let grant = anna.grants(&bank, &EVERYTHING).await;
        let message = first(&bank, &grant).await;
        let shown = bank.get(&grant, &message).await.expect(200);
        let path = shown["attachments"][0]["contentHref"].as_str().unwrap().to_owned();
        let size = shown["attachments"][0]["size"].as_u64().unwrap();
        assert_eq!(size, bytes.len() as u64);
        assert!(tax.status(&published).await.expect(200)["retrievedAt"].is_null());
        let before = readings(world).await;

        // over the edge of a segment of 64 KiB
        let part = with(&bank, &grant, &path, &[("range", "bytes=65000-70000")]).await;
        assert_eq!(part.status, 206);
        assert_eq!(part.body, &bytes[65_000..=70_000]);
        assert_eq!(part.header("content-range"), format!("bytes 65000-70000/{size}"));
        assert!(tax.status(&published).await.expect(200)["retrievedAt"].is_string());
        assert_eq!(readings(world).await, before + 1, "a range is a disclosure");

        let last = with(&bank, &grant, &path, &[("range", "bytes=-6")]).await;
        assert_eq!((last.status.as_u16(), last.body.as_slice()), (206, &bytes[bytes.len() - 6..]));
        let whole = with(&bank, &grant, &path, &[("range", "bytes=0-1,5-6")]).await;
        assert_eq!((whole.status.as_u16(), whole.body.len()), (200, bytes.len()));
        assert_eq!(whole.header("repr-digest"), part.header("repr-digest"));
        let beyond = with(&bank, &grant, &path, &[("range", &format!("bytes={size}-"))]).await;
        beyond.expect_problem(416, "rangeNotSatisfiable");
        assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));

        let tag = whole.header("etag").to_owned();
        let held = [("range", "bytes=0-3"), ("if-range", tag.as_str())];
        assert_eq!(with(&bank, &grant, &path, &held).await.status, 206);
        let stale = [("range", "bytes=0-3"), ("if-range", "\"another\"")];
        assert_eq!(with(&bank, &grant, &path, &stale).await.status, 200);
        let before = readings(world).await;
        let again = with(&bank, &grant, &path, &[("if-none-match", &tag), ("range", "bytes=0-3")]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
        assert_eq!(readings(world).await, before, "a 304 discloses nothing");
    })
    .await;
}
