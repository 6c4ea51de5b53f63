use std::io::{Cursor, Read, Write};

use jiff::ToSpan;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::authority::{Authority, Credential};
use crate::engine::Verdict;
use crate::report::samples::{SECRETS, report, report_of};

const SECONDS: u64 = 1_795_000_000;

fn credential() -> Credential {
    Authority::new("Tests", SECONDS).unwrap().client("urn:example:app", SECONDS).unwrap()
}

fn green() -> Report {
    report_of([Verdict::Pass; 4])
}

/// A bundle, its key and a moment after it was made.
fn bundle(report: &Report) -> (Vec<u8>, Verifier, Timestamp) {
    let credential = credential();
    let signer = Signer::read(&credential.key, Some(&credential.certificate)).unwrap();
    let made = report.ended + 1.minute();
    (make(report, &signer, made).unwrap(), Verifier::read(&credential.certificate).unwrap(), made + 1.hour())
}

fn files_of(bundle: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bundle)).unwrap();
    (0..archive.len())
        .map(|n| {
            let mut file = archive.by_index(n).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn repacked(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn refusal(bundle: &[u8], verifier: &Verifier, now: Timestamp) -> Refusal {
    verify(bundle, verifier, &Policy::default(), now).unwrap_err()
}

#[test]
fn a_bundle_is_accepted_with_the_key_that_signed_it() {
    let report = green();
    let (bundle, verifier, now) = bundle(&report);
    let verified = verify(&bundle, &verifier, &Policy::default(), now).unwrap();
    assert_eq!(verified.report, report);
    assert_eq!(verified.manifest.files.len(), 4);
    // A bundle whose files were only packed again is the same bundle.
    assert!(verify(&repacked(&files_of(&bundle)), &verifier, &Policy::default(), now).is_ok());
}

#[test]
fn it_holds_no_key_and_no_secret() {
    let (bundle, ..) = bundle(&report());
    for (name, content) in files_of(&bundle) {
        let text = String::from_utf8(content).unwrap();
        assert!(!text.contains("PRIVATE"), "{name}");
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{name}");
    }
}

#[test]
fn an_edited_file_is_refused_whichever_it_is() {
    let (bundle, verifier, now) = bundle(&green());
    let files = files_of(&bundle);
    for n in 0..files.len() {
        let mut edited = files.clone();
        edited[n].1.push(b' ');
        let refused = refusal(&repacked(&edited), &verifier, now);
        let name = &files[n].0;
        match name.as_str() {
            "manifest.json" | "manifest.jws" => {
                assert!(matches!(refused, Refusal::Signature(_)), "{name}: {refused}");
            }
            _ => assert_eq!(refused, Refusal::Edited(name.clone())),
        }
    }
}

#[test]
fn a_missing_and_an_added_file_are_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let mut files = files_of(&bundle);
    for n in 0..files.len() {
        let mut fewer = files.clone();
        let (name, _) = fewer.remove(n);
        assert_eq!(refusal(&repacked(&fewer), &verifier, now), Refusal::Missing(name));
    }
    files.push(("more.txt".to_owned(), b"more".to_vec()));
    assert_eq!(refusal(&repacked(&files), &verifier, now), Refusal::Added("more.txt".to_owned()));
}

#[test]
fn a_zip_with_bytes_around_it_is_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let before = [b"before".as_slice(), &bundle].concat();
    let after = [bundle.as_slice(), b"after"].concat();
    for bytes in [before, after, b"no zip".to_vec(), Vec::new()] {
        assert!(matches!(refusal(&bytes, &verifier, now), Refusal::Archive(_)));
    }
}

#[test]
fn the_key_in_the_bundle_is_not_believed() {
    let (bundle, _, now) = bundle(&green());
    let other = Verifier::read(&credential().certificate).unwrap();
    assert!(matches!(refusal(&bundle, &other, now), Refusal::Signature(_)));
}

#[test]
fn a_stale_bundle_and_one_of_another_client_or_version_are_refused() {
    let report = green();
    let (bundle, verifier, now) = bundle(&report);
    let refused = |policy: Policy, now| verify(&bundle, &verifier, &policy, now).is_err();
    let days = |days| Policy { max_age_days: Some(days), ..Policy::default() };
    assert!(!refused(days(30), now));
    assert!(refused(days(30), report.ended + (24 * 30 + 1).hours()));
    assert!(refused(Policy::default(), report.ended - 1.hour()));
    assert!(refused(Policy { client_id: Some("other".to_owned()), ..Policy::default() }, now));
    assert!(refused(Policy { suite_version: Some("9.9.9".to_owned()), ..Policy::default() }, now));
    assert!(refused(Policy { requirements_version: Some("0".repeat(16)), ..Policy::default() }, now));
    assert!(!refused(Policy { client_id: Some("app".to_owned()), ..Policy::default() }, now));
}

#[test]
fn a_red_or_partial_run_is_refused_unless_any_result_will_do() {
    let mut partial = green();
    partial.selection = vec!["C6".to_owned()];
    for report in [report(), partial] {
        let (bundle, verifier, now) = bundle(&report);
        assert!(matches!(refusal(&bundle, &verifier, now), Refusal::Policy(_)));
        let any = Policy { any_result: AnyResult::Yes, ..Policy::default() };
        assert!(verify(&bundle, &verifier, &any, now).is_ok());
    }
}

#[test]
fn a_report_that_calls_itself_green_against_its_cases_is_refused_even_if_signed() {
    let mut lying = report();
    lying.judgement = green().judgement;
    let (bundle, verifier, now) = bundle(&lying);
    assert_eq!(
        refusal(&bundle, &verifier, now),
        Refusal::Disagreement("the result that follows from the cases")
    );
}

#[test]
fn a_report_that_leaves_out_cases_of_its_plan_is_refused_even_if_signed() {
    let mut shortened = green();
    shortened.outcomes.pop();
    let (bundle, verifier, now) = bundle(&shortened);
    assert_eq!(refusal(&bundle, &verifier, now), Refusal::Disagreement("the cases"));
}

#[test]
fn only_a_key_on_p256_with_its_own_certificate_signs() {
    let (one, other) = (credential(), credential());
    assert_eq!(Signer::read(&one.key, Some(&other.certificate)).err(), Some(KeyFault::OtherKey));
    assert_eq!(Signer::read("nothing", None).err(), Some(KeyFault::NoKey));
    assert!(Signer::read(&one.key, None).is_ok());
    assert_eq!(Verifier::read("nothing").err(), Some(KeyFault::NoCertificate));
}
