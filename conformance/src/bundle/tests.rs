use std::io::{Cursor, Read, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::ToSpan;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use x509_parser::prelude::{FromDer, X509Certificate};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::authority::{Authority, Credential};
use crate::digest::sha256_base64url;
use crate::engine::{Finding, Mark, Verdict};
use crate::plan::Known;
use crate::profile::Capability;
use crate::report::samples::{SECRETS, known, report, report_of};
use crate::report::{ExpectationState, Judgement, Standing};

mod hubs;
mod zips;

const SECONDS: u64 = 1_795_000_000;

fn credential() -> Credential {
    Authority::new("Tests", SECONDS).unwrap().client("urn:example:app", SECONDS).unwrap()
}

fn green() -> Report {
    report_of([Verdict::Pass; 4])
}

/// A bundle of a report on the app of a new certificate, its key and a moment after it was made.
fn bundle(report: &Report) -> (Vec<u8>, Verifier, Timestamp) {
    let credential = credential();
    let mut report = report.clone();
    report.target.certificate = sha256_base64url(&der(&credential));
    let signer = Signer::read(&credential.key, Some(&credential.certificate)).unwrap();
    let made = report.ended + 1.minute();
    (make(&report, &signer, made).unwrap(), Verifier::read(&credential.certificate).unwrap(), made + 1.hour())
}

fn der(credential: &Credential) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(credential.certificate.as_bytes()).unwrap()
}

/// The bare public key of a certificate.
fn public_key(credential: &Credential) -> String {
    let der = der(credential);
    let (_, certificate) = X509Certificate::from_der(&der).unwrap();
    let key = STANDARD.encode(certificate.public_key().raw);
    format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n")
}

fn checked(bundle: &[u8], verifier: &Verifier, policy: &Policy, now: Timestamp) -> Result<Verified, Refusal> {
    verify(bundle, verifier, (&known(), policy), now)
}

/// Why a bundle of this report is refused, however it was signed.
fn refused(report: &Report) -> Refusal {
    let (bundle, verifier, now) = bundle(report);
    let any = Policy { any_result: AnyResult::Yes, ..Policy::default() };
    checked(&bundle, &verifier, &any, now).unwrap_err()
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
    checked(bundle, verifier, &Policy::default(), now).unwrap_err()
}

#[test]
fn a_bundle_is_accepted_with_the_key_that_signed_it() {
    let report = green();
    let (bundle, verifier, now) = bundle(&report);
    let verified = checked(&bundle, &verifier, &Policy::default(), now).unwrap();
    assert_eq!(verified.report.outcomes, report.outcomes);
    assert_eq!(verified.manifest.files.len(), 4);
    // A bundle whose files were only packed again is the same bundle.
    assert!(checked(&repacked(&files_of(&bundle)), &verifier, &Policy::default(), now).is_ok());
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
fn the_key_in_the_bundle_is_not_believed() {
    let (bundle, _, now) = bundle(&green());
    let other = Verifier::read(&credential().certificate).unwrap();
    assert!(matches!(refusal(&bundle, &other, now), Refusal::Signature(_)));
}

#[test]
fn a_stale_bundle_and_one_of_another_client_are_refused() {
    let report = green();
    let (bundle, verifier, now) = bundle(&report);
    let refused = |policy: Policy, now| checked(&bundle, &verifier, &policy, now).is_err();
    let days = |days| Policy { max_age_days: days, ..Policy::default() };
    assert!(!refused(days(Some(30)), now));
    assert!(refused(days(Some(30)), report.began + (24 * 30 + 1).hours()));
    assert!(!refused(Policy::default(), report.began + (24 * 90).hours()));
    assert!(refused(Policy::default(), report.began + (24 * 90 + 1).hours()));
    assert!(!refused(days(None), report.began + (24 * 900).hours()));
    let mut slow = report.clone();
    slow.began = slow.ended - (24 * 91).hours();
    let (slow, its, now_then) = super::tests::bundle(&slow);
    assert!(checked(&slow, &its, &Policy::default(), now_then).is_err());
    assert!(refused(Policy::default(), report.ended - 1.hour()));
    assert!(refused(Policy { client_id: Some("other".to_owned()), ..Policy::default() }, now));
    assert!(!refused(Policy { client_id: Some("app".to_owned()), ..Policy::default() }, now));
}

#[test]
fn a_run_of_another_plan_suite_or_register_is_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let refused = |plan: Known| {
        matches!(verify(&bundle, &verifier, (&plan, &Policy::default()), now), Err(Refusal::Policy(_)))
    };
    assert!(!refused(known()));
    assert!(refused(Known { name: "hub".to_owned(), ..known() }));
    let mut other = known();
    other.register.version = "0".repeat(16);
    assert!(refused(other));
    let mut report = green();
    report.suite_version = "0.0.0-other".to_owned();
    assert!(matches!(super::tests::refused(&report), Refusal::Policy(_)));
}

#[test]
fn a_certificate_vouches_for_its_own_app_only_and_a_bare_key_needs_a_name() {
    let (credential, report) = (credential(), green());
    let signer = Signer::read(&credential.key, None).unwrap();
    let bundle = make(&report, &signer, report.ended).unwrap();
    let is_refused = |key: &str, client_id: Option<&str>| {
        let policy = Policy { client_id: client_id.map(str::to_owned), ..Policy::default() };
        let verified = checked(&bundle, &Verifier::read(key).unwrap(), &policy, report.ended);
        matches!(verified, Err(Refusal::Policy(_)))
    };
    assert!(is_refused(&credential.certificate, Some("app")));
    assert!(is_refused(&public_key(&credential), None));
    assert!(is_refused(&public_key(&credential), Some("other")));
    assert!(!is_refused(&public_key(&credential), Some("app")));
}

#[test]
fn an_app_that_was_declared_to_do_less_than_is_asked_for_is_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let needs = |needs: &[Capability]| {
        let policy = Policy { needs: needs.to_vec(), ..Policy::default() };
        checked(&bundle, &verifier, &policy, now).is_ok()
    };
    assert!(needs(&[Capability::Read]));
    assert!(!needs(&[Capability::Read, Capability::Push]));
}

/// A run in which N18 failed, forgiven by an entry that stands so.
fn forgiven(standing: Standing) -> Report {
    let mut report = report_of([Verdict::Pass, Verdict::Fail, Verdict::Pass, Verdict::Pass]);
    report.expected_failures = vec![ExpectationState {
        case: "N18".to_owned(),
        owner: "Ann".to_owned(),
        reason: "ticket".to_owned(),
        expires: jiff::civil::date(2026, 12, 31),
        standing,
    }];
    report.judgement = Judgement::of(&report.outcomes, &report.expected_failures, false);
    report
}

#[test]
fn a_red_partial_forgiven_or_resumed_run_is_refused_unless_any_result_will_do() {
    let mut partial = green();
    partial.selection = vec!["C6".to_owned()];
    partial.outcomes.truncate(1);
    let plan = known();
    partial.matrix = crate::report::matrix(&plan.register, &plan.cases, &partial.outcomes);
    partial.counts.insert(Verdict::Pass, 1);
    partial.assertions = 1;
    let mut resumed = green();
    resumed.outcomes[1].kept = Some(resumed.began);
    let forgiven = forgiven(Standing::Met);
    assert_eq!(forgiven.judgement.result, Ending::Passed);
    for report in [report(), partial, resumed, forgiven] {
        let (bundle, verifier, now) = bundle(&report);
        assert!(matches!(refusal(&bundle, &verifier, now), Refusal::Policy(_)));
        let any = Policy { any_result: AnyResult::Yes, ..Policy::default() };
        assert_eq!(checked(&bundle, &verifier, &any, now).err(), None);
    }
}

#[test]
fn what_came_of_an_expected_failure_is_found_out_again() {
    let mut lapsed = forgiven(Standing::Met);
    lapsed.expected_failures[0].expires = jiff::civil::date(2026, 11, 1);
    for report in [forgiven(Standing::NotPlayed), forgiven(Standing::NotMet), lapsed] {
        assert_eq!(refused(&report), Refusal::Disagreement("what came of expected failures"));
    }
}

/// What a forger does to a report.
type Edit = fn(&mut Report);

#[test]
fn a_report_that_says_other_than_what_it_holds_is_refused_even_if_signed() {
    let edits: [(&str, Edit); 9] = [
        ("the cases", |report| report.outcomes[1].title = "Easy".to_owned()),
        ("the cases", |report| report.outcomes.swap(0, 1)),
        ("the cases", |report| report.outcomes[1] = report.outcomes[0].clone()),
        ("what does not apply", |report| report.profile.declared = vec![Capability::Flows]),
        ("what does not apply", |report| report.profile.declared = vec![Capability::Read]),
        ("the verdicts that follow from what was found", |report| {
            report.outcomes[0].findings[0].mark = Mark::Broken;
        }),
        ("the verdicts that follow from what was found", |report| {
            report.outcomes[0].findings.clear();
        }),
        ("the numbers", |report| report.assertions += 1),
        ("the matrix", |report| report.matrix.truncate(1)),
    ];
    for (fact, edit) in edits {
        let mut report = green();
        edit(&mut report);
        assert_eq!(refused(&report), Refusal::Disagreement(fact));
    }
}

#[test]
fn a_case_that_failed_is_not_called_not_applicable() {
    let mut report = report_of([Verdict::Pass, Verdict::Fail, Verdict::Pass, Verdict::Pass]);
    let failed = &mut report.outcomes[1];
    failed.verdict = Verdict::NotApplicable;
    failed.reason = Some("the profile does not declare push".to_owned());
    failed.findings.retain(|finding: &Finding| finding.mark == Mark::Noted);
    report.judgement = Judgement::of(&report.outcomes, &[], false);
    assert_eq!(refused(&report), Refusal::Disagreement("what does not apply"));
}

#[test]
fn a_page_that_tells_another_story_than_the_report_is_refused_even_if_signed() {
    let credential = credential();
    let mut report = green();
    report.target.certificate = sha256_base64url(&der(&credential));
    let signer = Signer::read(&credential.key, None).unwrap();
    let mut files = files_of(&make(&report, &signer, report.ended).unwrap());
    let page = files.iter_mut().find(|(name, _)| name == "report.html").unwrap();
    page.1.extend(b"<p>And everything else too.</p>");
    let digest = sha256_hex(&page.1);
    let manifest = files.iter_mut().find(|(name, _)| name == MANIFEST).unwrap();
    let mut told: Manifest = serde_json::from_slice(&manifest.1).unwrap();
    told.files.insert("report.html".to_owned(), digest);
    manifest.1 = serde_json::to_vec(&told).unwrap();
    let signature = jws::sign(&manifest.1, &signer).unwrap();
    files.iter_mut().find(|(name, _)| name == SIGNATURE).unwrap().1 = signature.into_bytes();
    let verifier = Verifier::read(&credential.certificate).unwrap();
    assert_eq!(refusal(&repacked(&files), &verifier, report.ended), Refusal::Disagreement("report.html"));
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
