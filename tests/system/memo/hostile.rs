//! XML as an attacker sends it: refused at once, without a trace, and without reading the rest.

use std::time::{Duration, Instant};

use futures_util::stream;
use reqwest::Body;
use system_tests::world::World;

use super::{Reply, desk, expect_issue, expect_problem};
use crate::mailbox::grants_all;

#[tokio::test]
async fn hostile_xml_is_refused_and_nothing_of_it_stays() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let mut letter = tax.letter(&anna.person.recipient(), "Vermilion shrike question").body("Antwoord?");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter).await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let id = desk.newest().await;
        let good = Reply::to(&desk.message(&id, "nl").await, "Dag").xml();
        let before = world.traces().await;
        let with = |old: &str, new: &str| {
            assert!(good.contains(old), "{old}");
            good.replacen(old, new, 1)
        };
        let bomb: String =
            (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
        let bomb = format!("<!DOCTYPE lolz [<!ENTITY l0 \"lol\">{bomb}]><Message");
        let steals = "<!DOCTYPE Message [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><Message";
        let asks = format!("<!DOCTYPE Message SYSTEM \"{}/steal.dtd\"><Message", world.landing.url);
        let flood: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
        let deep = "<MainDocument>".repeat(500_000);
        let header = "MessageHeader";
        for (document, kind, name) in [
            (with("<Message", &bomb), "schemaViolation", ""),
            (with("<Message", steals), "schemaViolation", ""),
            (with("<Message", &asks), "schemaViolation", ""),
            (with("<label>Re", "<label>&l9;"), "schemaViolation", ""),
            (with("<MessageHeader>", "<?target data?><MessageHeader>"), "schemaViolation", ""),
            (
                with(
                    "<MessageHeader>",
                    "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"/etc/passwd\"/>",
                ),
                "unknownInput",
                "",
            ),
            (with("<MessageHeader>", &format!("<MessageHeader{flood}>")), "schemaViolation", ""),
            (with("<MessageHeader>", "<MessageHeader a=\"1\" a=\"2\">"), "schemaViolation", ""),
            (with("<MainDocument>", &deep), "unknownInput", "MessageBody.MainDocument"),
            (
                with("<label>Re", &format!("<label>{}", "x".repeat(3_000_000))),
                "outOfRange",
                &format!("{header}.label"),
            ),
            (with("<label>Re</label>", "<label>Re</label><postType>x</postType>"), "unknownInput", header),
            (with("<label>Re</label>", "<label>Re</label><label>Re</label>"), "schemaViolation", header),
            (with("</MessageHeader>", "</MessageHeader><MessageHeader/>"), "schemaViolation", ""),
            (
                with("<content>RGFn", "<content>RGFn!"),
                "schemaViolation",
                "MessageBody.MainDocument.File.content",
            ),
            (with("encoding=\"UTF-8\"", "encoding=UTF-16"), "schemaViolation", ""),
            (with("encoding=\"UTF-8\"", "encoding=\"UTF-7\""), "schemaViolation", ""),
            (with("</Message>", ""), "schemaViolation", ""),
            ("{}".to_owned(), "schemaViolation", ""),
        ] {
            let begun = Instant::now();
            let answer = desk.post(&id, document).await;
            expect_issue(&answer, kind, name);
            assert!(begun.elapsed() < Duration::from_secs(10), "{kind} {name}");
        }
        let wide: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        expect_issue(&desk.post(&id, [b"\xff\xfe".as_slice(), &wide].concat()).await, "schemaViolation", "");
        for media_type in [
            "application/json",
            "text/plain",
            "application/xml; charset=iso-8859-1",
            "multipart/form-data; boundary=x",
            "",
        ] {
            let request =
                desk.machine.request("POST", &format!("{}/replies", desk.path(&id))).bearer_auth(&desk.token);
            let answer =
                desk.machine.send(request.header("content-type", media_type).body(good.clone())).await;
            expect_problem(&answer, 415, "unsupportedMediaType");
        }
        world.expect_traces(&before, "nothing of hostile XML is kept").await;
        desk.post(&id, good).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_large_and_a_reply_that_never_ends_are_cut_off() {
    World::on_both(async |world| {
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let anna = world.citizen("Anna");
        let mut letter = tax.letter(&anna.person.recipient(), "Saffron whimbrel question").body("Antwoord?");
        letter.metadata["replyAllowed"] = true.into();
        tax.delivers(&letter).await;
        let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
        let id = desk.newest().await;
        let before = world.traces().await;
        let reply = Reply::to(&desk.message(&id, "nl").await, "Dag").file("a.txt", "text/plain", b"HERE");
        let (begun, ended) =
            reply.xml().split_once("SEVSRQ==").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let piece = "QUJD".repeat(16_384);
        let pieces = |count: usize| {
            let middle = std::iter::repeat_n(piece.clone(), count);
            let all = std::iter::once(begun.clone()).chain(middle).chain([ended.clone()]);
            Body::wrap_stream(stream::iter(all.map(Ok::<_, std::io::Error>)))
        };
        let send = async |body: Body| {
            let request =
                desk.machine.request("POST", &format!("{}/replies", desk.path(&id))).bearer_auth(&desk.token);
            desk.machine.try_send(request.header("content-type", "application/xml").body(body)).await
        };
        // 427 pieces of 48 KiB are more than 20 MiB
        let large = send(pieces(430)).await.unwrap();
        let problem = expect_problem(&large, 413, "payloadTooLarge");
        assert!(problem.contains("<limit>20971520</limit>"), "{problem}");
        // a client that never ends hears the answer, or finds the connection closed
        if let Ok(answer) = send(pieces(40_000)).await {
            expect_problem(&answer, 413, "payloadTooLarge");
        }
        world.expect_traces(&before, "nothing of it is kept").await;
        send(pieces(2)).await.unwrap().expect(201);
    })
    .await;
}
