//! Every kind of bad metadata: a precise issue, and nothing left in the data.

use serde_json::{Value, json};
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::letter::{Letter, pdf};
use system_tests::world::people::{Person, enterprise};
use system_tests::world::sender::Sender;

/// What is wrong, the issue it gets, and the member that the issue names.
struct Case {
    wrong: &'static str,
    spoil: fn(&mut Letter),
    issue: &'static str,
    name: &'static str,
}

macro_rules! cases {
    ($($wrong:literal, $issue:literal at $name:literal: $spoil:expr;)*) => {
        [$(Case { wrong: $wrong, spoil: $spoil, issue: $issue, name: $name }),*]
    };
}

fn set(letter: &mut Letter, pointer: &str, value: Value) {
    *letter.metadata.pointer_mut(pointer).unwrap() = value;
}

fn cases() -> Vec<Case> {
    cases! {
        "an SSIN with a wrong check digit", "invalidStructure" at "recipient.ssin":
            |letter| set(letter, "/recipient", json!({"ssin": "05031000298"}));
        "an enterprise number with a wrong check digit", "invalidStructure" at "recipient.enterpriseNumber":
            |letter| set(letter, "/recipient", json!({"enterpriseNumber": "0100000100"}));
        "two recipients in one", "exactlyOneOfExpected" at "recipient":
            |letter| set(letter, "/recipient", json!({"ssin": Person::named("Anna").ssin(), "enterpriseNumber": enterprise(1)}));
        "an unknown member", "unknownInput" at "urgent":
            |letter| letter.metadata["urgent"] = true.into();
        "an unknown member deep inside", "unknownInput" at "attachments[0].digest.salt":
            |letter| letter.metadata["attachments"][0]["digest"]["salt"] = "x".into();
        "a member that is missing", "requiredInput" at "subject":
            |letter| drop(letter.metadata.as_object_mut().unwrap().remove("subject"));
        "a member of the wrong type", "schemaViolation" at "subject":
            |letter| set(letter, "/subject", json!(["Assessment"]));
        "a subject in no language", "requiredInput" at "subject":
            |letter| set(letter, "/subject", json!({}));
        "a subject that is too long", "outOfRange" at "subject.nl":
            |letter| set(letter, "/subject", json!({"nl": "x".repeat(401)}));
        "a control character in the subject", "invalidInput" at "subject.nl":
            |letter| set(letter, "/subject", json!({"nl": "a\u{7}b"}));
        "two main contents", "mainContent" at "attachments":
            |letter| { letter.metadata["body"]["main"] = true.into(); };
        "no main content", "mainContent" at "attachments":
            |letter| { letter.metadata["attachments"][0]["main"] = false.into(); };
        "a digest of other bytes", "digestMismatch" at "attachments[0].digest.digestValue":
            |letter| letter.metadata["attachments"][0]["digest"]["digestValue"] = system_tests::world::letter::digest(b"other").into();
        "a digest that is none", "invalidStructure" at "attachments[0].digest.digestValue":
            |letter| letter.metadata["attachments"][0]["digest"]["digestValue"] = "abc".into();
        "another digest method", "invalidInput" at "attachments[0].digest.digestMethod":
            |letter| letter.metadata["attachments"][0]["digest"]["digestMethod"] = "md5".into();
        "a media type that this message type does not allow", "mediaTypeRefused" at "attachments[0].mediaType":
            |letter| letter.metadata["attachments"][0]["mediaType"] = "application/msword".into();
        "a media type that nobody may use", "mediaTypeRefused" at "attachments[0].mediaType":
            |letter| letter.metadata["attachments"][0]["mediaType"] = "image/svg+xml".into();
        "bytes of another type than declared", "mediaTypeRefused" at "attachments[0].mediaType":
            |letter| replace(letter, b"PK\x03\x04 this is an archive and not what it says it is");
        "a program that calls itself a PDF", "mediaTypeRefused" at "attachments[0].mediaType":
            |letter| replace(letter, b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0");
        "an empty attachment", "emptyPart" at "attachments[0].part":
            |letter| replace(letter, b"");
        "a part that is named and missing", "missingPart" at "attachments[0].part":
            |letter| letter.parts.clear();
        "a part that nobody named", "unexpectedPart" at "other":
            |letter| { let mut more = letter.parts[0].clone(); more.name = "other".into(); letter.parts.push(more); };
        "a part that comes twice", "duplicatePart" at "file-0":
            |letter| { let more = letter.parts[0].clone(); letter.parts.push(more); };
        "two attachments of one part", "invalidInput" at "attachments[1].part":
            |letter| { let mut more = letter.metadata["attachments"][0].clone(); more["main"] = false.into();
                letter.metadata["attachments"].as_array_mut().unwrap().push(more); };
        "a file name with a folder", "invalidInput" at "attachments[0].fileName":
            |letter| letter.metadata["attachments"][0]["fileName"] = "../etc/passwd.pdf".into();
        "a file name that is too long", "outOfRange" at "attachments[0].fileName":
            |letter| letter.metadata["attachments"][0]["fileName"] = "x".repeat(256).into();
        "a body that is too long", "outOfRange" at "body.text":
            |letter| letter.metadata["body"]["text"] = json!({"nl": "x".repeat(65_537)});
        "a message type that does not exist", "trioNotRegistered" at "messageType":
            |letter| letter.metadata["messageType"] = "nothing".into();
        "a trio of another sender", "trioNotRegistered" at "messageType":
            |letter| { letter.metadata["messageType"] = "family-benefits".into();
                letter.metadata["senderOrganization"] = enterprise(12).into(); };
        "an organization in whose name it may not speak", "trioNotRegistered" at "messageType":
            |letter| letter.metadata["senderOrganization"] = enterprise(12).into();
        "an organization whose number is none", "invalidStructure" at "senderOrganization":
            |letter| letter.metadata["senderOrganization"] = "0123456780".into();
        "business data without a value", "requiredInput" at "businessData[0].values":
            |letter| letter.metadata["businessData"] = json!([{"key": "YEAR", "values": []}]);
        "an addressee whose number is none", "invalidStructure" at "forTheAttentionOf.ssin":
            |letter| letter.metadata["forTheAttentionOf"] = json!({"ssin": "05031000298"});
    }
    .into()
}

/// Puts other bytes in the place of the attachment's, with their own digest.
fn replace(letter: &mut Letter, bytes: &[u8]) {
    letter.parts[0].bytes = bytes.to_vec();
    letter.metadata["attachments"][0]["digest"]["digestValue"] =
        system_tests::world::letter::digest(bytes).into();
}

fn good(tax: &Sender<'_>) -> Letter {
    // large enough for the object store, so that an object has to be taken back
    tax.letter(&Person::named("Anna").recipient(), "Bad input")
        .body("See the attachment.")
        .pdf("letter.pdf", 30_000)
}

#[tokio::test]
async fn bad_metadata_gets_a_precise_issue_and_leaves_no_trace() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        tax.delivers(&good(&tax)).await;
        let before = world.traces().await;

        let cases = cases();
        for case in &cases {
            let mut letter = good(&tax);
            (case.spoil)(&mut letter);
            let answer = tax.publish(&letter).await;
            let problem = answer.json();
            assert_eq!(answer.status, 400, "{}: {}", case.wrong, answer.text());
            let found = problem["issues"].as_array().into_iter().flatten().any(|issue| {
                issue["type"].as_str().is_some_and(|kind| kind.ends_with(&format!(":{}", case.issue)))
                    && issue["name"] == case.name
            });
            assert!(found, "{}: no {} at {}: {problem:#}", case.wrong, case.issue, case.name);
            world.expect_traces(&before, case.wrong).await;
        }
        figure(&format!(
            "{} kinds of bad metadata refused without a trace on {}",
            cases.len(),
            world.database()
        ));
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    World::on(system_tests::database::TestDatabase::sqlite().await, async |world| {
        let tax = world.sender("tax").await;
        let mut letter = good(&tax);
        letter.metadata["subject"] = json!({});
        letter.metadata["attachments"][0]["fileName"] = "a/b.pdf".into();
        letter.metadata["recipient"] = json!({"ssin": "05031000298"});

        let answer = tax.publish(&letter).await;

        answer.expect_issue("requiredInput", "subject");
        answer.expect_issue("invalidInput", "attachments[0].fileName");
        answer.expect_issue("invalidStructure", "recipient.ssin");
        // a person's number is never repeated
        assert!(!answer.text().contains("05031000298"));
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_its_limit() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let before = world.traces().await;
        let anna = Person::named("Anna").recipient();

        let large = tax.letter(&anna, "Too large").file(
            "large.pdf",
            "application/pdf",
            &pdf(20 * 1024 * 1024 + 1_000),
        );
        let problem = tax.publish(&large).await.expect_problem(413, "payloadTooLarge");
        assert_eq!(problem["limit"], 20 * 1024 * 1024);
        world.expect_traces(&before, "an attachment over 20 MiB").await;

        let mut wordy = good(&tax);
        wordy.metadata["businessData"] = json!([{"key": "K", "values": ["x".repeat(300_000)]}]);
        tax.publish(&wordy).await.expect_problem(413, "payloadTooLarge");
        world.expect_traces(&before, "metadata over 256 KiB").await;

        let mut many = tax.letter(&anna, "Too many");
        for n in 0..11 {
            many = many.pdf("file.pdf", 200 + n);
        }
        let answer = tax.publish(&many).await;
        assert!(answer.status == 400 || answer.status == 413, "{}", answer.text());
        world.expect_traces(&before, "eleven attachments").await;
    })
    .await;
}
