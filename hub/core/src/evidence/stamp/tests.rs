use std::collections::BTreeSet;

use super::token::check;
use super::*;
use crate::id::Sha256;

macro_rules! samples {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("samples/", $name, ".tst")).as_slice())),*]
    };
}

fn imprint() -> Sha256 {
    Sha256::of(b"signature")
}

fn authorities() -> StampAuthorities {
    StampAuthorities::parse(include_bytes!("samples/root.pem")).unwrap()
}

/// Tokens in which nothing is wrong, one for each way of signing.
fn good() -> Vec<(&'static str, &'static [u8])> {
    samples![
        "p256-sha256",
        "p256-sha384",
        "p256-sha512",
        "p384-sha256",
        "p384-sha384",
        "p384-sha512",
        "rsa2048-sha256",
        "rsa2048-sha384",
        "rsa2048-sha512",
        "rsa3072-sha384",
        "rsa4096-sha512",
        "pss-sha256",
        "pss-sha384",
        "pss-sha512",
        "fraction",
        "chained",
    ]
    .to_vec()
}

#[test]
fn tokens_of_every_accepted_way_of_signing_are_confirmed() {
    for (name, token) in good() {
        let stamped =
            check(token, imprint(), Some(&authorities())).unwrap_or_else(|flaw| panic!("{name}: {flaw}"));
        assert!(stamped.is_confirmed && stamped.by.contains("CN="), "{name}: {stamped:?}");
        assert_eq!(stamped.at.rfc3339().get(..4), Some("2026"), "{name}");
        let alone = check(token, imprint(), None).unwrap();
        assert!(!alone.is_confirmed, "{name}: nobody vouches for it");
        assert_eq!(alone.at, stamped.at);
    }
}

#[test]
fn a_token_is_of_one_signature_alone() {
    for (name, token) in good() {
        let flaw = check(token, Sha256::of(b"another"), Some(&authorities())).unwrap_err();
        assert_eq!(flaw, StampFlaw::Imprint, "{name}");
    }
}

#[test]
fn what_is_wrong_with_a_token_is_named() {
    use StampFlaw as F;
    let known = samples![
        "stranger", "hash", "old", "rsa1024", "p521", "salt", "sha1", "none", "lax", "two", "over",
        "unbound", "plain", "data", "bare",
    ];
    let wanted = [
        F::Authority,  // signed under an authority that was not given
        F::Hash,       // of a SHA-384
        F::Attributes, // the certificate is named by its SHA-1 alone
        F::Algorithm,  // a short RSA key
        F::Algorithm,  // another curve
        F::Algorithm,  // PSS with another salt
        F::Algorithm,  // SHA-1
        F::Usage,      // a certificate without a purpose
        F::Usage,      // the purpose is not critical
        F::Usage,      // another purpose beside it
        F::Validity,   // the certificate is over
        F::Attributes, // no attribute names the certificate
        F::Attributes, // no signed attributes
        F::Unreadable, // not signed as a time-stamp
        F::Attributes, // without the certificate
    ];
    for ((name, token), wanted) in known.into_iter().zip(wanted) {
        assert_eq!(check(token, imprint(), Some(&authorities())).unwrap_err(), wanted, "{name}");
    }
    let others = StampAuthorities::parse(include_bytes!("samples/other.pem")).unwrap();
    let (_, honest) = good()[0];
    assert_eq!(check(honest, imprint(), Some(&others)).unwrap_err(), F::Authority);
    let both = [include_bytes!("samples/other.pem").as_slice(), include_bytes!("samples/root.pem")].concat();
    check(honest, imprint(), Some(&StampAuthorities::parse(&both).unwrap())).unwrap();
}

#[test]
fn a_changed_token_never_says_anything_else() {
    let mut flaws = BTreeSet::new();
    for (name, token) in samples!["p256-sha256", "rsa2048-sha256", "pss-sha256", "chained", "fraction"] {
        let (mut refused, mut same) = (0, 0);
        let honest = check(token, imprint(), Some(&authorities())).unwrap();
        for at in 0..token.len() {
            for bit in 0..8 {
                let mut changed = token.to_vec();
                changed[at] ^= 1 << bit;
                match check(&changed, imprint(), Some(&authorities())) {
                    Ok(stamped) => {
                        assert_eq!(stamped, honest, "{name}: bit {bit} of byte {at}");
                        same += 1;
                    }
                    Err(flaw) => {
                        flaws.insert(flaw.to_string());
                        refused += 1;
                    }
                }
                // what nobody vouches for is read all the same, and must not bring anybody down
                let _ = check(&changed, imprint(), None);
            }
            assert!(check(&token[..at], imprint(), None).is_err(), "{name}: cut at {at}");
        }
        // what is outside of any signature: the declared hashes, certificates that nobody needs
        assert!(same * 20 < refused, "{name}: {same} of {} changes were not noticed", same + refused);
    }
    assert!(flaws.len() >= 6, "{flaws:?}");
}

#[test]
fn what_was_made_to_hurt_is_refused_soon() {
    assert_eq!(check(&[0x30; LARGEST + 1], imprint(), None).unwrap_err(), StampFlaw::TooLarge);
    for byte in 0..=u8::MAX {
        assert_eq!(check(&vec![byte; LARGEST], imprint(), None).unwrap_err(), StampFlaw::Unreadable);
    }
    // sequences in sequences, each of which claims the rest
    let deep: Vec<u8> = (0..4000_u16)
        .rev()
        .flat_map(|n| [&[0x30, 0x82], (n * 4).to_be_bytes().as_slice()].concat())
        .collect();
    assert_eq!(check(&deep, imprint(), None).unwrap_err(), StampFlaw::Unreadable);
    // a set of very many hashes in the worst order
    let many = (0..2500_u16).rev().flat_map(|n| [0x30, 4, 6, 2, 0x20 + (n >> 7) as u8, (n & 0x7f) as u8]);
    let signed = [vec![2, 1, 3], within(0x31, &many.collect::<Vec<u8>>())].concat();
    let name = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2];
    let token = within(0x30, &[name, within(0xa0, &within(0x30, &signed))].concat());
    let begun = std::time::Instant::now();
    assert_eq!(check(&token, imprint(), None).unwrap_err(), StampFlaw::Unreadable);
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

/// A value of DER of more than 255 bytes.
fn within(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x82], u16::try_from(content.len()).unwrap().to_be_bytes().as_slice(), content].concat()
}

#[test]
fn authorities_are_certificates_in_pem() {
    for wrong in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "authority"] {
        assert_eq!(StampAuthorities::parse(wrong.as_bytes()).unwrap_err(), NoAuthority);
    }
}
