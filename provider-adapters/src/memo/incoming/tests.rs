use axum::body::{Body, Bytes};
use futures_util::stream;
use hub_core::error::Issue;

use super::*;

const UUID: &str = "1f0c4a55-9d43-4b8f-8f4b-6d2a9f1c3c3e";

/// A reply with a text, whose parts tests replace.
fn reply() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<m:Message xmlns:m=\"https://DigitalPost.dk/MeMo-1\" \
         memoVersion=\"1.2\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\">\n\
         <m:MessageHeader><m:messageType>DIGITALPOST</m:messageType><m:messageUUID>{UUID}</m:messageUUID>\
         <m:label>Re: A &amp; B</m:label><m:Sender><m:senderID>mbx_1</m:senderID><m:idType>MAILBOX</m:idType>\
         <m:label>A</m:label></m:Sender><m:Recipient><m:recipientID>02&#x30;6</m:recipientID>\
         <m:idType>CBE</m:idType></m:Recipient><m:ReplyData><m:messageUUID>{UUID}</m:messageUUID></m:ReplyData>\
         </m:MessageHeader><m:MessageBody><m:createdDateTime>2026-11-22T10:00:00Z</m:createdDateTime>\
         <m:MainDocument><m:File><m:encodingFormat>text/plain</m:encodingFormat><m:filename>a.txt</m:filename>\
         <m:language>nl</m:language><m:content>aGVs\nbG8=</m:content></m:File></m:MainDocument></m:MessageBody>\
         </m:Message>\n"
    )
}

/// What is read of a document that arrives in pieces of that size: the names and short texts, or what is wrong.
async fn read(document: &[u8], size: usize) -> Result<Vec<String>, Issue> {
    let pieces: Vec<_> =
        document.chunks(size).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece))).collect();
    let mut incoming = Incoming::new(Body::from_stream(stream::iter(pieces)));
    let mut read = Vec::new();
    loop {
        match incoming.next().await {
            Ok(Event::End) => return Ok(read),
            Ok(Event::Leaf { of, name, text }) => read.push(format!("{of}/{name}={text}")),
            Ok(Event::Opened(name)) => read.push(name.to_owned()),
            Ok(Event::Content(text)) => read.push(text),
            Ok(Event::Closed(_)) => {}
            Err(Error::Invalid(issues)) => return Err(issues.into_iter().next().unwrap()),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reply_is_read_alike_however_it_arrives() {
    let wanted = read(reply().as_bytes(), 10_000).await.unwrap();
    assert!(wanted.contains(&"Recipient/recipientID=0206".to_owned()), "{wanted:?}");
    assert!(wanted.contains(&"MessageHeader/label=Re: A & B".to_owned()), "{wanted:?}");
    let joined = wanted.concat();
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(read(reply().as_bytes(), size).await.unwrap().concat(), joined, "{size}");
    }
    let marked = [b"\xef\xbb\xbf".as_slice(), reply().as_bytes()].concat();
    assert_eq!(read(&marked, 1).await.unwrap().concat(), joined);
    let spoken = reply().replace("xmlns:m=", "xmlns=").replace("m:", "");
    assert_eq!(read(spoken.as_bytes(), 5).await.unwrap().concat(), joined);
}

#[tokio::test]
async fn what_no_reply_holds_is_refused_where_it_begins() {
    let with = |old: &str, new: &str| {
        let changed = reply().replacen(old, new, 1);
        assert_ne!(changed, reply(), "{old}");
        changed
    };
    let flood: String = (0..40).map(|n| format!(" a{n}=\"1\"")).collect();
    let spaces: String = (0..20).map(|n| format!(" xmlns:p{n}=\"u\"")).collect();
    let label = "<m:label>Re:";
    let cases = [
        (with("<m:Message ", "<!DOCTYPE m:Message [<!ENTITY a \"b\">]><m:Message "), "schemaViolation"),
        (with("<m:Message ", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><m:Message "), "schemaViolation"),
        (with("Re: A &amp;", "Re: &xxe;"), "schemaViolation"),
        (with("&amp;", "&"), "schemaViolation"),
        (with("&amp;", "&#0;"), "schemaViolation"),
        (with("&amp;", "&#xFFFF;"), "schemaViolation"),
        (with("&amp;", "\u{1}"), "schemaViolation"),
        (with("<m:MessageHeader>", "<?php x?><m:MessageHeader>"), "schemaViolation"),
        (with("<m:MessageHeader>", "<?xml version=\"1.0\"?><m:MessageHeader>"), "schemaViolation"),
        (with("<m:MessageHeader>", "<!-- x --><m:MessageHeader>"), "schemaViolation"),
        (with("Re: A", "<![CDATA[x]]>"), "schemaViolation"),
        (with("encoding=\"utf-8\"", "encoding=\"utf-16\""), "schemaViolation"),
        (with("version=\"1.0\"", "version=\"1.1\""), "schemaViolation"),
        (with("memoVersion=\"1.2\"", "memoVersion=\"1.1\""), "invalidInput"),
        (with(" memoVersion=\"1.2\"", ""), "invalidInput"),
        (with("DigitalPost.dk/MeMo-1", "example.org/MeMo-1"), "unknownInput"),
        (with("<m:MessageHeader>", "<m:MessageHeader memoVersion=\"1.2\">"), "unknownInput"),
        (with("<m:MessageHeader>", "<m:MessageHeader id=\"a\">"), "unknownInput"),
        (with("<m:MessageHeader>", "<m:MessageHeader xmlns:n=\"u\" n:id=\"a\">"), "unknownInput"),
        (with("<m:MessageHeader>", "<m:MessageHeader id=\"a\" id=\"b\">"), "schemaViolation"),
        (with("<m:MessageHeader>", &format!("<m:MessageHeader{flood}>")), "schemaViolation"),
        (with("<m:MessageHeader>", &format!("<m:MessageHeader{spaces}>")), "schemaViolation"),
        (
            with("<m:MessageHeader>", &format!("<m:MessageHeader a=\"{}\">", "x".repeat(5_000))),
            "schemaViolation",
        ),
        (with("<m:MessageHeader>", &format!("<m:MessageHeader {}", "x ".repeat(5_000))), "schemaViolation"),
        (with(label, "<m:colour>red</m:colour><m:label>Re:"), "unknownInput"),
        (with(label, "<m:label>a</m:label><m:label>Re:"), "schemaViolation"),
        (with(label, "<m:messageType>DIGITALPOST</m:messageType><m:label>Re:"), "schemaViolation"),
        (with("<m:Sender>", "<m:Sender><m:Sender>"), "unknownInput"),
        (with("<m:messageType>DIGITALPOST</m:messageType>", ""), "requiredInput"),
        (with("<m:ReplyData><m:messageUUID>1f", "<m:ReplyData/><m:x>1f"), "requiredInput"),
        (with("DIGITALPOST", "NEMSMS"), "schemaViolation"),
        (with("<m:Sender>", "x<m:Sender>"), "schemaViolation"),
        (with("Re: A", &"x".repeat(300)), "outOfRange"),
        (with("</m:Sender>", "</m:Recipient>"), "schemaViolation"),
        (with("</m:Message>\n", ""), "schemaViolation"),
        (
            with(
                "</m:Message>\n",
                "</m:Message><Message xmlns=\"https://DigitalPost.dk/MeMo-1\" memoVersion=\"1.2\"/>",
            ),
            "schemaViolation",
        ),
        (with("</m:Message>\n", "</m:Message>x"), "schemaViolation"),
        (with("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "{}"), "schemaViolation"),
        (String::new(), "schemaViolation"),
        ("<m:Message".repeat(1_000), "schemaViolation"),
        ("<a>".repeat(100_000), "unknownInput"),
        (
            format!(
                "<Message xmlns=\"https://DigitalPost.dk/MeMo-1\" memoVersion=\"1.2\">{}",
                "<MessageHeader>".repeat(100_000)
            ),
            "unknownInput",
        ),
    ];
    for (document, kind) in cases {
        for size in [1, 700] {
            let document = document.as_bytes();
            let short = document.get(..9_000).unwrap_or(document);
            let issue = read(if size == 1 { short } else { document }, size).await.unwrap_err();
            assert_eq!(issue.kind, kind, "{issue:?}: {}", String::from_utf8_lossy(short));
        }
    }
    for odd in [b"\xff\xfe<\x00".as_slice(), b"<m:\xff>", b"\x00\x00\x00<"] {
        assert_eq!(read(odd, 3).await.unwrap_err().kind, "schemaViolation");
    }
    let latin = reply().replace("Re: A", "Re: ~").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == b'~' { 0xe9 } else { byte }).collect();
    assert_eq!(read(&latin, 50).await.unwrap_err().kind, "schemaViolation");
}

#[tokio::test]
async fn what_is_held_does_not_grow_with_what_is_sent() {
    let begun = reply().split_once("aGVs").unwrap().0.to_owned();
    let more = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from("QUJD".repeat(16_000))));
    let first = stream::iter([Ok(Bytes::from(begun))]);
    let mut incoming = Incoming::new(Body::from_stream(futures_util::StreamExt::chain(first, more)));
    let mut pieces = 0;
    while pieces < 200 {
        if let Event::Content(text) = incoming.next().await.unwrap() {
            assert!(text.len() <= 64_000 && incoming.markup.held() <= 64_000);
            pieces += 1;
        }
    }
    incoming.markup.all_but(100_000);
    assert!(incoming.next().await.is_ok());
    assert!(
        matches!(incoming.next().await, Err(Error::TooLarge { limit: 200_000_000.. })),
        "a document has an end"
    );
}
