use super::*;
use crate::evidence::PublicKey;
use crate::evidence::jws::Jws;
use crate::evidence::statement::tests::whole;
use crate::keys::{Keyring, Purpose};
use crate::random::Random;

fn verify(file: &[u8], keys: Option<&KeySet>) -> Result<Verified, Flaw> {
    super::verify(file, Trusted { keys, time_stamps: None })
}

/// The statement of [`whole`] is of this day.
fn day() -> Timestamp {
    Timestamp::parse("2026-11-22T08:00:01Z").unwrap()
}

fn keyring() -> Keyring {
    Keyring::create("demo", day(), &Random::system()).unwrap()
}

fn published(keyring: &Keyring) -> KeySet {
    let keys = keyring.signers().map(|(entry, signer)| PublicKey::of(&entry.id, signer.chain()).unwrap());
    KeySet { keys: keys.collect() }
}

/// A document among `count` statements.
fn document(keyring: &Keyring, statement: &[u8], count: u8, at: Timestamp) -> Document {
    let others = (1..count).map(|n| merkle::leaf(&[n]));
    let mut leaves: Vec<Sha256> = others.chain([merkle::leaf(statement)]).collect();
    leaves.sort_unstable();
    let root = SealedRoot::over(&leaves, "demo", "https://facteur.localhost:8443");
    let payload = serde_json::to_vec(&root).unwrap();
    let seal = Jws::sign(keyring.signer().unwrap(), Content::Seal, &payload, at).unwrap();
    Document::new(statement, &leaves, seal).unwrap()
}

fn usual(keyring: &Keyring, count: u8) -> Document {
    document(keyring, &whole().bytes().unwrap(), count, day())
}

/// A file like those of our PDF writer.
fn pdf(document: &Document) -> Vec<u8> {
    let head = b"%PDF-1.7\nwords for people\n<< /Type /EmbeddedFile >>\nstream\n".as_slice();
    [head, &document.json(), b"\nendstream\n%%EOF"].concat()
}

fn sealed_pdf(keyring: &Keyring, document: &Document) -> Vec<u8> {
    let file = pdf(&document.rendered(keyring, Sha256([0; 32]), day()).unwrap());
    let carrier = Carrier::open(&file).unwrap();
    carrier.with(&document.rendered(keyring, carrier.around(), day()).unwrap().json()).unwrap()
}

#[test]
fn a_document_is_proven_by_the_published_keys_and_says_what_it_states() {
    let keyring = keyring();
    for count in [1, 2, 3, 9] {
        let json = usual(&keyring, count).json();
        let proven = verify(&json, Some(&published(&keyring))).unwrap();
        assert_eq!(proven.statement, whole());
        assert_eq!((proven.sealed_at, proven.kid.as_str()), (day(), "demo-evidence-1"));
        assert!(proven.key_is_published);
        assert!(!verify(&json, None).unwrap().key_is_published, "nobody knows whose key it is");
    }
}

#[test]
fn any_changed_byte_is_found() {
    let keyring = keyring();
    let keys = published(&keyring);
    for file in [usual(&keyring, 3).json(), sealed_pdf(&keyring, &usual(&keyring, 2))] {
        verify(&file, Some(&keys)).unwrap();
        for at in 0..file.len() {
            for (mask, keys) in [(0x01, None), (0x20, Some(&keys))] {
                let mut changed = file.clone();
                changed[at] ^= mask;
                assert!(verify(&changed, keys).is_err(), "byte {at} ^ {mask}");
            }
            assert!(verify(&file[..at], Some(&keys)).is_err(), "cut at {at}");
        }
    }
}

#[test]
fn evidence_stays_proven_when_keys_are_rotated_and_with_keys_that_were_kept() {
    let mut keyring = keyring();
    let (old, kept) = (usual(&keyring, 2), published(&keyring));
    keyring.rotate(Purpose::Evidence, day(), &Random::system()).unwrap();
    let (new, now) = (usual(&keyring, 2), published(&keyring));

    assert_eq!(now.keys.len(), 2);
    assert_eq!(verify(&old.json(), Some(&now)).unwrap().kid, "demo-evidence-1");
    assert_eq!(verify(&old.json(), Some(&kept)).unwrap().kid, "demo-evidence-1");
    assert_eq!(verify(&new.json(), Some(&now)).unwrap().kid, "demo-evidence-2");
    assert_eq!(verify(&new.json(), Some(&kept)).unwrap_err(), Flaw::UnknownKey);
}

#[test]
fn a_forger_with_a_key_of_the_same_name_is_found() {
    let (keyring, forger) = (keyring(), keyring());
    let forged = usual(&forger, 2).json();

    assert_eq!(verify(&forged, Some(&published(&keyring))).unwrap_err(), Flaw::UnknownKey);
    assert_eq!(verify(&forged, Some(&KeySet::default())).unwrap_err(), Flaw::UnknownKey);
    // a set whose entry has our thumbprint and the forger's point
    let mut mixed = published(&forger);
    mixed.keys[0].x5c = published(&keyring).keys[0].x5c.clone();
    assert_eq!(verify(&forged, Some(&mixed)).unwrap_err(), Flaw::UnknownKey);
}

#[test]
fn a_seal_proves_only_what_is_under_it() {
    let keyring = keyring();
    let (mine, other) = (usual(&keyring, 4), usual(&keyring, 1));
    let keys = published(&keyring);

    let exchanged = Document { seal: other.seal.clone(), ..mine.clone() };
    assert_eq!(verify(&exchanged.json(), Some(&keys)).unwrap_err(), Flaw::Root);
    let mut changed = whole();
    changed.facts[0].at = "2025-11-22T08:00:00Z".into();
    let changed = Document { statement: BASE64URL_NOPAD.encode(&changed.bytes().unwrap()), ..mine };
    assert_eq!(verify(&changed.json(), Some(&keys)).unwrap_err(), Flaw::Root);
}

#[test]
fn another_hub_a_later_fact_and_an_old_key_are_found() {
    let keyring = keyring();
    let keys = published(&keyring);
    let sealed = |statement: &Statement, at| document(&keyring, &statement.bytes().unwrap(), 2, at).json();

    let foreign = Statement { issuer: "https://elsewhere.example".into(), ..whole() };
    assert_eq!(verify(&sealed(&foreign, day()), Some(&keys)).unwrap_err(), Flaw::Issuer);
    let mut late = whole();
    late.facts[0].at = "2026-11-22T08:02:00Z".into();
    assert_eq!(verify(&sealed(&late, day()), Some(&keys)).unwrap_err(), Flaw::Time);
    late.facts[0].at = "soon".into();
    assert_eq!(verify(&sealed(&late, day()), Some(&keys)).unwrap_err(), Flaw::Time);
    let after = day().plus(std::time::Duration::from_secs(6 * 365 * 86_400));
    assert_eq!(verify(&sealed(&whole(), after), Some(&keys)).unwrap_err(), Flaw::Validity);
}

#[test]
fn pages_around_evidence_are_those_that_the_hub_made() {
    let keyring = keyring();
    let keys = published(&keyring);
    let (one, two) = (usual(&keyring, 1), usual(&keyring, 2));
    let file = sealed_pdf(&keyring, &one);
    verify(&file, Some(&keys)).unwrap();

    // taken out of its PDF, it is a document as any other
    verify(Carrier::open(&file).unwrap().document, Some(&keys)).unwrap();
    // without the signature over the pages
    assert_eq!(verify(&pdf(&one), Some(&keys)).unwrap_err(), Flaw::Pages);
    // with the signature over other pages
    let inner = Document::parse(Carrier::open(&file).unwrap().document).unwrap();
    let moved = pdf(&Document { rendering: inner.rendering.clone(), ..two });
    assert!(verify(&moved, Some(&keys)).is_ok(), "the same pages, the same statement, another seal");
    let other = String::from_utf8_lossy(&file).replace("words for people", "other words here");
    assert_eq!(verify(other.as_bytes(), Some(&keys)).unwrap_err(), Flaw::Pages);
    // a seal is no signature over pages
    let swapped = pdf(&Document { rendering: Some(one.seal.clone()), ..one });
    assert_eq!(verify(&swapped, Some(&keys)).unwrap_err(), Flaw::Header);
}
