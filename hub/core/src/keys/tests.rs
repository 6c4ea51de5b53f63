use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

fn keyring() -> Keyring {
    Keyring::create("demo", Timestamp::from_seconds(1_700_000_000), &Random::system()).unwrap()
}

fn rotated(keyring: &mut Keyring, purpose: Purpose) -> Result<KeyEntry, KeyError> {
    keyring.rotate(purpose, Timestamp::from_seconds(1_800_000_000), &Random::system())
}

fn stored(keyring: &Keyring) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    keyring.store(&folder.path().join("keyring.toml")).unwrap();
    folder
}

/// Loads the keyring after its text was changed.
fn edited(keyring: &Keyring, edit: impl Fn(String) -> String) -> Result<Keyring, KeyError> {
    let folder = stored(keyring);
    let path = folder.path().join("keyring.toml");
    fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
    Keyring::load(&path)
}

#[test]
fn a_new_keyring_has_one_active_key_per_purpose_named_by_environment() {
    let keyring = keyring();
    let ids: Vec<_> = keyring.entries().map(|entry| (entry.no, entry.id.as_str())).collect();
    assert_eq!(ids.len(), Purpose::ALL.len());
    assert_eq!(ids[..3], [(1, "demo-content-1"), (2, "demo-ssin-seal-1"), (3, "demo-ssin-index-1")]);
    assert!(keyring.entries().all(|entry| entry.state == State::Active));
}

#[test]
fn an_unknown_environment_is_refused() {
    assert!(matches!(
        Keyring::create("playground", Timestamp(0), &Random::system()),
        Err(KeyError::Environment(_))
    ));
}

#[test]
fn purposes_have_the_names_of_the_file() {
    for purpose in Purpose::ALL {
        assert_eq!(serde_json::to_string(purpose).unwrap(), format!("\"{purpose}\""));
        assert_eq!(purpose.name().parse::<Purpose>().unwrap(), *purpose);
    }
    assert!("contents".parse::<Purpose>().is_err());
}

#[test]
fn what_was_stored_opens_what_was_sealed() {
    let mut keyring = keyring();
    rotated(&mut keyring, Purpose::Content).unwrap();
    let sealed = keyring.seal(Purpose::SsinSeal, b"here", b"plain", &Random::system());

    let folder = stored(&keyring);
    let path = folder.path().join("keyring.toml");
    let loaded = Keyring::load(&path).unwrap();

    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(loaded.entries().eq(keyring.entries()));
    assert_eq!(loaded.open(Purpose::SsinSeal, b"here", &sealed).unwrap(), b"plain");
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let folder = stored(&keyring());
    let path = folder.path().join("keyring.toml");
    for mode in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(Keyring::load(&path), Err(KeyError::Mode { mode: seen, .. }) if seen == mode));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    Keyring::load(&path).unwrap();
}

#[test]
fn a_file_that_breaks_a_promise_is_refused() {
    let keyring = keyring();
    let refused = |from: &str, to: &str| edited(&keyring, |text| text.replacen(from, to, 1)).unwrap_err();

    assert!(matches!(refused("no = 2", "no = 1"), KeyError::SameNumber(1)));
    assert!(matches!(refused("no = 2", "no = 0"), KeyError::Zero));
    assert!(matches!(refused("demo-content-1", "production-content-1"), KeyError::Id { no: 1, .. }));
    assert!(matches!(refused("demo-content-1", "demo-content-01"), KeyError::Id { .. }));
    assert!(matches!(refused("demo-content-1", "demo-content-0"), KeyError::Id { .. }));
    assert!(matches!(refused("demo-content-1", "content"), KeyError::Id { .. }));
    assert!(matches!(refused("\"active\"", "\"retired\""), KeyError::NotOneActive(Purpose::Content)));
    assert!(matches!(refused("\"demo\"", "\"production\""), KeyError::Id { .. }));
    assert!(matches!(refused("\"demo\"", "\"elsewhere\""), KeyError::Environment(_)));
    assert!(matches!(refused("=\"\n", "\"\n"), KeyError::Incomplete(_)));
    assert!(matches!(refused("state =", "mood ="), KeyError::Syntax { line: 3 | 4 | 7, .. }));
    assert!(matches!(Keyring::load(Path::new("/nowhere/keyring.toml")), Err(KeyError::File { .. })));
}

#[test]
fn no_error_and_no_debug_prints_a_secret() {
    let keyring = keyring();
    let mut secret = String::new();
    let folder = stored(&keyring);
    let text = fs::read_to_string(folder.path().join("keyring.toml")).unwrap();
    for line in text.lines().filter(|line| line.starts_with("secret")) {
        secret = line.split('"').nth(1).unwrap().to_owned();
    }
    let error =
        edited(&keyring, |text| text.replacen("no = 7", &format!("no = \"{secret}\""), 1)).unwrap_err();
    let printed = format!("{error} {error:?} {keyring:?} {:?}", keyring.entries().collect::<Vec<_>>());
    assert_eq!(secret.len(), 44);
    assert!(!printed.contains(&secret));
}

#[test]
fn a_sealed_value_opens_in_its_place_only() {
    let (keyring, random) = (keyring(), Random::system());
    let here = column_aad("identity", "sealed_number", b"key");
    let sealed = keyring.seal(Purpose::SsinSeal, &here, b"plain", &random);

    assert_eq!(keyring.open(Purpose::SsinSeal, &here, &sealed).unwrap(), b"plain");
    let elsewhere = column_aad("identity", "sealed_number", b"kez");
    assert!(matches!(keyring.open(Purpose::SsinSeal, &elsewhere, &sealed), Err(KeyError::Damaged)));
    assert!(matches!(keyring.open(Purpose::Content, &here, &sealed), Err(KeyError::Unknown(2))));
    assert_ne!(keyring.seal(Purpose::SsinSeal, &here, b"plain", &random), sealed);
}

#[test]
fn a_changed_or_cut_value_never_opens() {
    let keyring = keyring();
    let sealed = keyring.seal(Purpose::Content, b"", b"some plain text", &Random::system());
    for at in 0..sealed.len() {
        let mut wrong = sealed.clone();
        wrong[at] ^= 1;
        assert!(keyring.open(Purpose::Content, b"", &wrong).is_err());
        assert!(keyring.open(Purpose::Content, b"", &sealed[..at]).is_err());
    }
}

#[test]
fn the_place_of_a_column_cannot_be_written_in_two_ways() {
    let places = [("ab", "c", ""), ("a", "bc", ""), ("a", "b", "c"), ("", "abc", ""), ("abc", "", "")];
    let aads: std::collections::HashSet<_> =
        places.iter().map(|(table, column, key)| column_aad(table, column, key.as_bytes())).collect();
    assert_eq!(aads.len(), places.len());
}

#[test]
fn a_retired_key_opens_and_no_longer_seals() {
    let (mut keyring, random) = (keyring(), Random::system());
    let old = keyring.seal(Purpose::Content, b"", b"old", &random);

    let entry = rotated(&mut keyring, Purpose::Content).unwrap();

    assert_eq!((entry.no, entry.id.as_str()), (11, "demo-content-2"));
    assert_eq!(keyring.open(Purpose::Content, b"", &old).unwrap(), b"old");
    assert_eq!(old[..2], [0, 1]);
    assert_eq!(keyring.seal(Purpose::Content, b"", b"new", &random)[..2], [0, 11]);
    let retired = keyring.entries().filter(|entry| entry.state == State::Retired);
    assert_eq!(retired.map(|entry| entry.no).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_number_is_found_under_every_key_that_may_have_indexed_it() {
    let mut keyring = keyring();
    let before = keyring.index(Purpose::SsinIndex, b"number");
    rotated(&mut keyring, Purpose::SsinIndex).unwrap();
    let after = keyring.index(Purpose::SsinIndex, b"number");

    assert_ne!(before.1, after.1);
    assert_eq!(keyring.indexes(Purpose::SsinIndex, b"number"), [after, before]);
    assert_ne!(keyring.index(Purpose::SsinIndex, b"other").1, after.1);
}

#[test]
fn a_mark_verifies_with_its_own_key_and_value() {
    let mut keyring = keyring();
    let (no, mark) = keyring.mac(Purpose::JournalHeads, b"head");
    rotated(&mut keyring, Purpose::JournalHeads).unwrap();

    assert!(keyring.verifies(Purpose::JournalHeads, no, b"head", &mark));
    assert!(!keyring.verifies(Purpose::JournalHeads, no + 1, b"head", &mark));
    assert!(!keyring.verifies(Purpose::JournalHeads, no, b"tail", &mark));
    assert!(!keyring.verifies(Purpose::Content, no, b"head", &mark));
    assert!(!keyring.verifies(Purpose::JournalHeads, no, b"head", &mark[..16]));
}

#[test]
fn outside_ids_have_four_generations() {
    let mut keyring = keyring();
    for ordinal in 2..=4 {
        assert_eq!(
            rotated(&mut keyring, Purpose::OutsideIds).unwrap().id,
            format!("demo-outside-ids-{ordinal}")
        );
    }
    assert!(matches!(rotated(&mut keyring, Purpose::OutsideIds), Err(KeyError::Generation(_))));
    assert_eq!(keyring.keys_for(Purpose::OutsideIds).count(), 4);
}

#[test]
fn a_reload_takes_a_rotated_file_and_refuses_another_keyring() {
    let mut rotating = keyring();
    let folder = stored(&rotating);
    let path = folder.path().join("keyring.toml");
    let keys = Keys::new(Keyring::load(&path).unwrap());
    let sealed = keys.current().seal(Purpose::Content, b"", b"plain", &Random::system());

    rotated(&mut rotating, Purpose::Content).unwrap();
    rotating.store(&path).unwrap();
    keys.reload(&path).unwrap();
    assert_eq!(keys.current().entries().count(), 11);

    keyring().store(&path).unwrap();
    assert!(matches!(keys.reload(&path), Err(KeyError::Missing(_))));
    fs::write(&path, "").unwrap();
    assert!(keys.reload(&path).is_err());
    assert_eq!(keys.current().open(Purpose::Content, b"", &sealed).unwrap(), b"plain");
}

#[test]
fn a_key_that_signs_bears_a_certificate_of_its_own_and_no_other_key_does() {
    let keyring = keyring();
    let (entry, signer) = keyring.signer().unwrap();
    assert_eq!((entry.id.as_str(), signer.chain().len()), ("demo-evidence-1", 1));
    assert!(signer.until() > entry.created);

    let folder = stored(&keyring);
    let text = fs::read_to_string(folder.path().join("keyring.toml")).unwrap();
    assert_eq!(text.matches("certificates = [").count(), 2);
    let certificate = text.lines().find(|line| line.starts_with("certificates")).unwrap().to_owned();
    let without = edited(&keyring, |text| text.replace(&certificate, ""));
    assert!(matches!(without, Err(KeyError::Certificate(id)) if id == "demo-evidence-1"));
    let misplaced =
        edited(&keyring, |text| text.replacen("secret =", &format!("{certificate}\nsecret ="), 1));
    assert!(matches!(misplaced, Err(KeyError::Certificate(id)) if id == "demo-content-1"));
    let other = self::keyring();
    let foreign = fs::read_to_string(stored(&other).path().join("keyring.toml")).unwrap();
    let foreign = foreign.lines().find(|line| line.starts_with("certificates")).unwrap().to_owned();
    let exchanged = edited(&keyring, |text| text.replace(&certificate, &foreign));
    assert!(matches!(exchanged, Err(KeyError::Certificate(_))), "a certificate of another key");
}

#[test]
fn a_keyring_of_an_earlier_program_is_completed() {
    let keyring = keyring();
    let folder = stored(&keyring);
    let path = folder.path().join("keyring.toml");
    let text = fs::read_to_string(&path).unwrap();
    let earlier = text.rsplit_once("[[key]]").unwrap().0.to_owned();
    fs::write(&path, earlier).unwrap();
    assert!(matches!(Keyring::load(&path), Err(KeyError::NoKey(Purpose::Events))));

    let now = Timestamp::from_seconds(1_800_000_000);
    let (completed, made) = Keyring::complete(&path, now, &Random::system()).unwrap();

    assert_eq!(made.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["demo-events-1"]);
    completed.store(&path).unwrap();
    assert_eq!(Keyring::load(&path).unwrap().entries().count(), Purpose::ALL.len());
    assert!(Keyring::complete(&path, now, &Random::system()).unwrap().1.is_empty());
}

#[test]
fn a_key_with_certificates_from_elsewhere_takes_the_place_of_our_own() {
    let authority = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(params, authority).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::default().signed_by(&key, &authority).unwrap();
    let chain = leaf.pem() + &authority.pem();
    let now = Timestamp::from_seconds(1_800_000_000);

    let mut keyring = keyring();
    let entry = keyring.import(&key.serialize_pem(), &chain, now).unwrap();

    let (active, signer) = keyring.signer().unwrap();
    assert_eq!((active, signer.chain().len()), (&entry, 2));
    assert_eq!(signer.chain()[0], leaf.der().to_vec());
    assert_eq!(keyring.signers().count(), 2, "the former one stays to be published");
    let folder = stored(&keyring);
    assert_eq!(Keyring::load(&folder.path().join("keyring.toml")).unwrap().signers().count(), 2);

    let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
    assert!(matches!(keyring.import(&other, &chain, now), Err(KeyError::Certificate(_))));
    let p384 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
    assert!(matches!(keyring.import(&p384, &chain, now), Err(KeyError::Import(_))));
    assert!(matches!(keyring.import(&chain, &chain, now), Err(KeyError::Import(_))));
    assert!(matches!(keyring.import(&key.serialize_pem(), "", now), Err(KeyError::Import(_))));
}

#[test]
fn a_new_key_opens_at_once_and_seals_when_others_had_time_to_learn_it() {
    let mut keyring = keyring();
    let folder = stored(&keyring);
    let path = folder.path().join("keyring.toml");
    let (here, there) = (Keys::new(Keyring::load(&path).unwrap()), Keys::new(Keyring::load(&path).unwrap()));
    let seal = |keys: &Keys| keys.current().seal(Purpose::Content, b"aad", b"plain", &Random::system());
    keyring.rotate(Purpose::Content, Timestamp::from_seconds(1_800_000_000), &Random::system()).unwrap();
    keyring.store(&path).unwrap();

    here.learn(&path).unwrap();
    let meanwhile = seal(&here);
    assert!(
        there.current().open(Purpose::Content, b"aad", &meanwhile).is_ok(),
        "the other node has not looked yet"
    );
    there.learn(&path).unwrap();

    here.reload(&path).unwrap();
    let after = seal(&here);
    assert_ne!(after[..2], meanwhile[..2], "the new key seals");
    assert!(there.current().open(Purpose::Content, b"aad", &after).is_ok());
    assert!(here.current().open(Purpose::Content, b"aad", &meanwhile).is_ok());
    assert_eq!(seal(&there)[..2], meanwhile[..2]);
}
