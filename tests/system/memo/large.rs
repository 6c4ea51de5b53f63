//! The largest message and a large reply do not raise the memory of the hub: they pass through it.

use std::fs;
use std::time::Instant;

use data_encoding::BASE64;
use futures_util::StreamExt as _;
use hub_core::id::Sha256;
use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::process::HubProcess;
use system_tests::xml;

use super::{Reply, desk};
use crate::mailbox::grants_all;

const MIB: usize = 1024 * 1024;

/// The most memory that a process ever had, in bytes.
fn peak(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Forgets what it ever had.
fn forget_peak(process: u32) {
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

/// The digests of the contents in an answer that is read as it comes, and its length.
async fn digests(answer: reqwest::Response) -> (Vec<Sha256>, usize) {
    let (mut digests, mut length, mut rest) = (Vec::new(), 0, Vec::new());
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.unwrap();
        length += piece.len();
        rest.extend_from_slice(&piece);
        // one content at a time is here
        if piece.contains(&b'<') {
            let text = std::str::from_utf8(&rest).unwrap().to_owned();
            let whole = text.rfind("</content>").map_or(0, |end| end + 10);
            for content in xml::texts(&text[..whole], "content") {
                digests.push(Sha256::of(&BASE64.decode(content.as_bytes()).unwrap()));
            }
            rest = text.as_bytes()[whole..].to_vec();
        }
    }
    (digests, length)
}

#[tokio::test]
async fn ten_files_of_twenty_mebibytes_pass_through_in_little_memory() {
    let hub = HubProcess::start(TestDatabase::sqlite().await).await;
    let (tax, bank) = (hub.stage.sender("tax").await, hub.stage.provider("bank").await);
    let anna = hub.stage.citizen("Anna");
    // bytes that are a PDF to whoever looks at the first ones, and no text
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(20 * MIB, 0xa7);
    let mut letter = tax.letter(&anna.person.recipient(), "Glaucous pelican archive");
    for n in 0..10 {
        letter = letter.file(&format!("{n}.pdf"), "application/pdf", &file);
    }
    letter.metadata["replyAllowed"] = true.into();
    tax.delivers(&letter).await;
    drop(letter);
    let desk = desk(&bank, &grants_all(&anna, &bank).await).await;
    let id = desk.newest().await;
    let process = hub.id();

    forget_peak(process);
    let (before, begun) = (peak(process), Instant::now());
    let request = desk.machine.request("GET", &desk.path(&id)).bearer_auth(&desk.token);
    let answer = desk.machine.execute(request.build().unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    let said: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let (found, length) = digests(answer).await;
    let out = peak(process).saturating_sub(before);
    assert_eq!((found, length), (vec![Sha256::of(&file); 10], said));
    let took = begun.elapsed().as_millis();

    let list = desk.get(&desk.list()).await.text();
    let document = Reply::to(&list, "Alles terug").file("0.pdf", "application/pdf", &file).xml();
    forget_peak(process);
    let before = peak(process);
    desk.post(&id, document).await.expect(201);
    let taken = peak(process).saturating_sub(before);

    // less than one of the files
    let most = 18 * MIB;
    assert!(out < most && taken < most, "{out} bytes more to give it out, {taken} to take a reply in");
    figure(&format!(
        "a message of 10 × 20 MiB left as {} MiB of MeMo in {took} ms with {} KiB more memory; a reply with 20 MiB took {} KiB",
        length / MIB,
        out / 1024,
        taken / 1024
    ));
    assert!(hub.terminate().await, "{}", hub.said());
}
