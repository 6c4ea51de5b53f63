use std::collections::HashSet;

use super::*;
use crate::clock::Timestamp;
use crate::keys::{Keyring, Purpose};
use crate::random::Random;

const ANNA: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
const BART: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0002);
const BANK: OutsideParty = OutsideParty::Provider(Uuid::from_u128(7));
const APP: OutsideParty = OutsideParty::Provider(Uuid::from_u128(8));
const KINDS: [OutsideKind; 6] = [
    OutsideKind::Mailbox,
    OutsideKind::Message,
    OutsideKind::Attachment,
    OutsideKind::Consent,
    OutsideKind::Grant,
    OutsideKind::Person,
];

fn keyring() -> Keyring {
    Keyring::create("demo", Timestamp::from_seconds(1_700_000_000), &Random::system()).unwrap()
}

fn ids() -> OutsideIds {
    OutsideIds::new(Keys::new(keyring()))
}

#[test]
fn an_id_has_its_prefix_and_26_characters_and_opens_again() {
    let ids = ids();
    for kind in KINDS {
        let text = ids.seal(&BANK, kind, ANNA.into_bytes());
        assert!(text.starts_with(kind.prefix()));
        assert_eq!(text.len(), 30);
        assert!(text[4..].bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
        assert_eq!(ids.open(&BANK, kind, &text), Some(ANNA.into_bytes()));
        assert_eq!(ids.seal(&BANK, kind, ANNA.into_bytes()), text, "stable for the party");
    }
}

#[test]
fn parties_and_kinds_share_no_id() {
    let ids = ids();
    let number = EnterpriseNumber::with_check(4_067_980).unwrap();
    let parties =
        [BANK, APP, OutsideParty::Person(Uuid::from_u128(7)), OutsideParty::SenderOrganization(number)];
    let seen: HashSet<_> = parties
        .iter()
        .flat_map(|party| KINDS.map(|kind| ids.seal(party, kind, ANNA.into_bytes())[4..].to_owned()))
        .collect();
    assert_eq!(seen.len(), 24);
}

#[test]
fn an_id_opens_for_its_kind_and_in_its_one_spelling_only() {
    let ids = ids();
    let text = ids.seal(&BANK, OutsideKind::Mailbox, ANNA.into_bytes());
    let rest = &text[4..];
    let wrong = [
        format!("msg_{rest}"),
        rest.to_owned(),
        text.to_uppercase(),
        format!("MBX_{rest}"),
        format!("{text}0"),
        text[..29].to_owned(),
        format!(" {text}"),
    ];
    for wrong in wrong {
        assert_eq!(ids.open(&BANK, OutsideKind::Mailbox, &wrong), None, "{wrong}");
    }
    assert_ne!(ids.open(&APP, OutsideKind::Mailbox, &text), Some(ANNA.into_bytes()));
}

#[test]
fn neighbouring_ids_tell_nothing_about_their_order() {
    let ids = ids();
    let texts: Vec<_> = (0..64).map(|number| ids.seal_message(&BANK, ANNA, number)).collect();
    let starts: HashSet<_> = texts.iter().map(|text| &text[4..8]).collect();
    assert!(starts.len() > 48);
    assert!(!texts.is_sorted());
}

#[test]
fn a_message_id_opens_for_its_party_and_mailbox_only() {
    let ids = ids();
    for number in [1, 2, 255, 1_000_000, i64::MAX] {
        let text = ids.seal_message(&BANK, ANNA, number);
        assert_eq!(ids.open_message(&BANK, ANNA, &text), Some(number));
        assert_eq!(ids.open_message(&BANK, BART, &text), None);
        assert_eq!(ids.open_message(&APP, ANNA, &text), None);
        assert_eq!(ids.open_message(&BANK, ANNA, &text.replace("msg_", "att_")), None);
    }
}

#[test]
fn a_changed_message_id_is_refused() {
    let ids = ids();
    let text = ids.seal_message(&BANK, ANNA, 42);
    for at in 4..30 {
        for letter in "0123456789abcdefghjkmnpqrstvwxyz".chars() {
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            assert_eq!(ids.open_message(&BANK, ANNA, &changed).is_some(), changed == text);
        }
    }
}

#[test]
fn an_attachment_id_keeps_number_and_part() {
    let ids = ids();
    for (number, n) in [(1, 0), (1, 65_535), (1 << 47, 3), (281_474_976_710_655, 9)] {
        let text = ids.seal_attachment(&BANK, ANNA, number, n);
        assert_eq!(ids.open_attachment(&BANK, ANNA, &text), Some((number, n)));
        assert_eq!(ids.open_attachment(&BANK, BART, &text), None);
        assert_eq!(ids.open_attachment(&APP, ANNA, &text), None);
    }
}

#[test]
fn ids_survive_rotation_and_name_their_generation() {
    let mut keyring = keyring();
    let mut texts = Vec::new();
    for round in 0..4 {
        let ids = OutsideIds::new(Keys::new(keyring_again(&keyring)));
        texts.push(ids.seal_message(&BANK, ANNA, 5));
        for text in &texts {
            assert_eq!(ids.open_message(&BANK, ANNA, text), Some(5));
        }
        if round < 3 {
            keyring.rotate(Purpose::OutsideIds, Timestamp::from_seconds(1), &Random::system()).unwrap();
        }
    }
    assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 4);

    let first = OutsideIds::new(Keys::new(self::keyring()));
    for text in &texts[1..] {
        assert_eq!(first.open(&BANK, OutsideKind::Message, text), None, "no key of that generation");
    }
}

/// The same keyring, through its file.
fn keyring_again(keyring: &Keyring) -> Keyring {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keyring.toml");
    keyring.store(&path).unwrap();
    Keyring::load(&path).unwrap()
}

#[test]
fn another_keyring_refuses_our_ids() {
    let text = ids().seal_message(&BANK, ANNA, 5);
    assert_eq!(ids().open_message(&BANK, ANNA, &text), None);
}

#[test]
fn more_parties_than_are_kept_do_no_harm() {
    let ids = ids();
    let party = |number| OutsideParty::Person(Uuid::from_u128(number));
    let first = ids.seal_message(&party(0), ANNA, 5);
    for number in 1..9_000 {
        ids.seal_message(&party(number), ANNA, 5);
    }
    assert_eq!(ids.open_message(&party(0), ANNA, &first), Some(5));
}

#[test]
fn a_cursor_opens_for_its_party_and_list_only() {
    let cursors = Cursors::new(Keys::new(keyring()), Random::system());
    let text = cursors.seal("messages", &BANK, b"42");

    assert_eq!(cursors.open("messages", &BANK, &text).as_deref(), Some(b"42".as_slice()));
    assert_eq!(cursors.open("messages", &APP, &text), None);
    assert_eq!(cursors.open("mailboxes", &BANK, &text), None);
    assert_eq!(cursors.open("messages", &BANK, &text[1..]), None);
    assert_eq!(cursors.open("messages", &BANK, &format!("{text}=")), None);
    assert_eq!(cursors.open("messages", &BANK, ""), None);
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert_ne!(cursors.seal("messages", &BANK, b"42"), text);
}
