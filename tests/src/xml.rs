//! Judges XML by the schemas of `specs`, and by the published ones where they are at hand; xmllint is the judge.
//!
//! The published schemas of MeMo are not ours to keep: `FACTEUR_TEST_MEMO_XSD` names a folder that holds them, with
//! `Version1.2/MeMo_core.xsd` in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::environment::{memo_schemas, repository};

/// Holds an answer of the MeMo API against the schema of its body; others are not looked at.
pub fn check_answer(path: &str, content_type: &str, body: &[u8]) -> Result<(), String> {
    if !path.starts_with("/memo/v1/") {
        return Ok(());
    }
    let is_message = path.contains("/messages/") && !path.ends_with("/replies");
    match content_type {
        "application/problem+xml" => valid(&ours("problem.xsd"), body),
        "application/xml" if path.contains("/doc/") => Ok(()),
        "application/xml" if is_message => is_memo("memo.xsd", body),
        "application/xml" => valid(&ours("envelope.xsd"), body),
        _ => Ok(()),
    }
}

/// Whether a document is MeMo: as our schema of that name says, and as the published one does if it is at hand.
pub fn is_memo(schema: &str, document: &[u8]) -> Result<(), String> {
    valid(&ours(schema), document)?;
    match published() {
        Some(schema) => valid(&schema, document),
        None => Ok(()),
    }
}

/// The published schema of MeMo 1.2, if it is at hand.
pub fn published() -> Option<PathBuf> {
    memo_schemas().map(|folder| folder.join("Version1.2/MeMo_core.xsd"))
}

/// A schema of ours.
pub fn ours(name: &str) -> PathBuf {
    repository("specs/memo/v1").join(name)
}

/// Whether a document is as a schema says.
pub fn valid(schema: &Path, document: &[u8]) -> Result<(), String> {
    let mut lint = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|cause| format!("xmllint does not start (tests/run installs it): {cause}"))?;
    // it may give up before it has read everything
    let written = lint.stdin.take().map(|mut stdin| stdin.write_all(document));
    let output = lint.wait_with_output().map_err(|cause| cause.to_string())?;
    if output.status.success() && written.is_some_and(|written| written.is_ok()) {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let document: String = String::from_utf8_lossy(document).chars().take(4_000).collect();
    Err(format!("{} says {said}: {document}", schema.display()))
}

/// The text of the first element of that name, whatever its prefix; empty if there is none.
pub fn text(document: &str, name: &str) -> String {
    texts(document, name).into_iter().next().unwrap_or_default()
}

/// The texts of all elements of that name that hold nothing but text.
pub fn texts(document: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in document.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else { continue };
        if tag.split([' ', '\n']).next() == Some(name) && !tag.ends_with('/') {
            let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
            found.push(plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIPT: &str = "<Receipt xmlns=\"urn:facteur:memo:v1\"><replyID>rpl_2x12p5jm1mjm9t4jcwj8gran0q</replyID>\
        <messageUUID>1f0c4a55-9d43-4b8f-8f4b-6d2a9f1c3c3e</messageUUID>\
        <receivedDateTime>2026-11-22T10:00:01Z</receivedDateTime></Receipt>";

    #[test]
    fn an_answer_that_is_not_as_its_schema_says_is_found() {
        let path = "/memo/v1/mailboxes/m/messages/m/replies";
        assert_eq!(check_answer(path, "application/xml", RECEIPT.as_bytes()), Ok(()));
        for (from, to) in [
            ("Z<", "<"),
            ("-4b8f", "-1b8f"),
            ("replyID", "reply"),
            ("</Receipt>", ""),
            ("urn:facteur", "urn:f"),
        ] {
            let wrong = RECEIPT.replace(from, to);
            assert!(check_answer(path, "application/xml", wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(check_answer(path, "application/problem+xml", RECEIPT.as_bytes()).is_err());
        assert!(is_memo("memo.xsd", RECEIPT.as_bytes()).is_err());
    }

    #[test]
    fn texts_are_found_by_the_name_of_their_element() {
        assert_eq!(text("<a><b c=\"d\">e &amp; &lt;</b></a>", "b"), "e & <");
        assert_eq!(texts("<a><b>1</b><b/><b>2</b></a>", "b"), ["1", "2"]);
    }
}
