//! One message, its files, and what becomes of it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use hub_core::access::provider::ProviderAccess;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::mailbox::Number;
use hub_core::message::{Addressee, BusinessDatum};

use crate::common::{World, enterprise, for_each_database, ssin};
use crate::parties::{
    BANK, Held, grants, grants_for_enterprise, letter, pdf, publish, records, represents, set_read, write_to,
};
use crate::{ALL, expect_not_found};

async fn download(
    access: &ProviderAccess,
    held: &Held,
    message: &str,
    attachment: &str,
) -> Result<Bytes, Error> {
    let content = access.content(held.mailbox(), message, attachment).await?;
    let pieces: Vec<Bytes> = content.bytes.try_collect().await.unwrap();
    Ok(pieces.concat().into())
}

#[tokio::test]
async fn the_bytes_that_were_published_come_back() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let files = [pdf(100), pdf(300_000)];
        let both = [&files[0], &files[1]];
        publish(world, &letter(&Number::Ssin(anna.clone()), "Bijlagen", &both), &both).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let message = held.list(world).await.remove(0).id;

        let shown = access.message(held.mailbox(), &message).await.unwrap();

        let body = shown.body.unwrap();
        assert_eq!(
            (shown.id, body.text["nl"].as_str(), body.main),
            (message.clone(), "Beste **lezer**", false)
        );
        for (n, (file, content)) in shown.attachments.iter().zip(&files).enumerate() {
            assert_eq!(
                (file.file_name.as_str(), file.media_type.as_str()),
                (&*format!("relevé {n}.pdf"), "application/pdf")
            );
            assert_eq!(
                (file.size, file.sha256, file.main),
                (content.len() as u64, Sha256::of(content), n == 0)
            );
            assert_eq!(download(&access, &held, &message, &file.id).await.unwrap(), *content);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_sealed_is_shown_in_its_place() {
    for_each_database(async |world| {
        let (anna, firm) = (world.citizen(1, true).await, enterprise(1));
        represents(world, &[&anna], &firm, "2100-01-01T00:00:00Z").await;
        let held = grants_for_enterprise(world, &anna, BANK, &ALL).await;
        let person = ssin(9).as_str().to_owned();
        let datum = |key: &str, value: &str| BusinessDatum { key: key.into(), values: vec![value.into()] };
        let data = vec![datum("YEAR", "2026"), datum("EMPLOYEE", &person), datum("LAST", "1")];
        let mut draft = letter(&Number::Enterprise(firm), "Loonfiche", &[]);
        draft.business_data.clone_from(&data);
        draft.for_the_attention_of = Some(Addressee { name: Some("HR".into()), ssin: Some(person.clone()) });
        publish(world, &draft, &[]).await;
        let message = held.list(world).await.remove(0).id;

        let shown = held.open(world).await.message(held.mailbox(), &message).await.unwrap();

        // no person's number leaves for a provider (TRUST T8)
        let attention = shown.for_the_attention_of.unwrap();
        let id = attention.person.unwrap();
        assert!(id.starts_with("psn_") && attention.number.is_none(), "{id}");
        assert_eq!(attention.name.as_deref(), Some("HR"));
        let told = vec![data[0].clone(), datum("EMPLOYEE", &id), data[2].clone()];
        assert_eq!(shown.business_data, told);
        assert!(shown.body.unwrap().main);
        let (header,) = world.row::<(String,)>("SELECT header FROM publication").await;
        assert!(!header.contains(&person));
    })
    .await;
}

#[tokio::test]
async fn a_file_belongs_to_its_message() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(50);
        for subject in ["1", "2"] {
            publish(world, &letter(&Number::Ssin(anna.clone()), subject, &[&file]), &[&file]).await;
        }
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let messages = held.list(world).await;
        let first = access.message(held.mailbox(), &messages[0].id).await.unwrap().attachments.remove(0).id;

        assert!(download(&access, &held, &messages[0].id, &first).await.is_ok());
        expect_not_found(download(&access, &held, &messages[1].id, &first).await, "attachment");
        let renamed = messages[0].id.replace("msg_", "att_");
        expect_not_found(download(&access, &held, &messages[0].id, &renamed).await, "attachment");
        expect_not_found(access.message(held.mailbox(), &first).await, "message");
        expect_not_found(access.message(held.mailbox(), "msg_00000000000000000000000000").await, "message");
    })
    .await;
}

#[tokio::test]
async fn an_expired_message_is_not_found_before_and_after_it_is_removed() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let (to, file) = (Number::Ssin(anna.clone()), pdf(50));
        publish(world, &letter(&to, "oud", &[&file]), &[&file]).await;
        let mut held = grants(world, &anna, BANK, &ALL).await;
        let old = held.list(world).await.remove(0).id;
        let attachment =
            held.open(world).await.message(held.mailbox(), &old).await.unwrap().attachments.remove(0).id;
        world.clock.advance(Duration::from_secs(200 * 86_400));
        write_to(world, &to, "nieuw").await;
        held.renew(world).await;
        let contents = async || records(world).await.iter().filter(|(what, ..)| what != "list").count();
        let before = contents().await;

        for removed in [false, true] {
            if removed {
                assert_eq!(world.hub.upkeep().expire().await.unwrap(), 1);
            }
            let listed = held.list(world).await;
            let subjects: Vec<&str> =
                listed.iter().map(|message| message.headline.subject["nl"].as_str()).collect();
            assert_eq!(subjects, ["nieuw"]);
            let access = held.open(world).await;
            expect_not_found(access.message(held.mailbox(), &old).await, "message");
            expect_not_found(access.content(held.mailbox(), &old, &attachment).await, "attachment");
            expect_not_found(access.mark(held.mailbox(), &old, set_read(true)).await, "message");
        }
        assert_eq!(contents().await, before);
    })
    .await;
}

#[tokio::test]
async fn content_that_is_gone_is_neither_answered_nor_retrieved() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let file = pdf(100_000);
        let mut draft = letter(&Number::Ssin(anna.clone()), "Bijlage", &[&file]);
        draft.body = None;
        publish(world, &draft, &[&file]).await;
        let held = grants(world, &anna, BANK, &ALL).await;
        let access = held.open(world).await;
        let message = held.list(world).await.remove(0).id;
        let attachment = access.message(held.mailbox(), &message).await.unwrap().attachments.remove(0).id;
        remove_objects(world);

        assert!(matches!(
            access.content(held.mailbox(), &message, &attachment).await,
            Err(Error::Internal(_))
        ));

        assert_eq!(world.count("SELECT COUNT(*) FROM mark").await, 0);
        assert!(records(world).await.iter().all(|(what, ..)| what != "content"));
    })
    .await;
}

fn remove_objects(world: &World) {
    for object in world.objects() {
        std::fs::remove_file(object).unwrap();
    }
}
