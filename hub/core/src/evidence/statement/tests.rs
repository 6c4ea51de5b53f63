use serde_json::Value;

use super::*;

/// A statement with every member.
pub(in crate::evidence) fn whole() -> Statement {
    let stated = |kind| Stated { at: "2026-11-22T08:00:00Z".into(), by: None, kind, reason: None };
    Statement {
        consent: None,
        environment: "demo".into(),
        facts: vec![stated(FactKind::Published), stated(FactKind::MadeAvailable)],
        format: FORMAT.into(),
        issuer: "https://facteur.localhost:8443".into(),
        matter: "AAAAAAAAAAAAAAAAAAAAAA".into(),
        message: Some(AboutMessage {
            contents: vec![ContentDigest {
                digest: "x".into(),
                main: true,
                media_type: "application/pdf".into(),
                role: "attachment".into(),
                size: 3,
            }],
            expires_at: Some("2027-11-22T08:00:00Z".into()),
            message_id: "msg_00000000000000000000000000".into(),
            message_type: Some("tax".into()),
            organization: "0123456749".into(),
            recipient: Some("y".into()),
            registered_mail: Some(false),
            subject: Some("z".into()),
        }),
    }
}

fn about_consent() -> Statement {
    let consent = AboutConsent {
        acr: Some("substantial".into()),
        actions: vec!["list".into()],
        application: ApplicationName { brand: "Banque « É »".into(), client_id: "bank".into() },
        consent_id: "cns_1".into(),
        holder: "h".into(),
        holder_consent_id: Some("cns_2".into()),
        mailbox_id: "mbx_1".into(),
        mailbox_kind: "citizen".into(),
        provider: "Demo Bank NV".into(),
        screen: Some(ScreenDigest { digest: "d".into(), language: "fr".into(), text_version: "1".into() }),
        until: "2027-11-22T08:00:00Z".into(),
        withheld: true,
        withheld_senders: Some("w".into()),
    };
    let facts = vec![Stated {
        at: "2026-11-22T08:00:00Z".into(),
        by: Some("citizen".into()),
        kind: FactKind::Ended,
        reason: Some("revoked".into()),
    }];
    Statement { consent: Some(consent), facts, message: None, ..whole() }
}

/// RFC 8785 for values without fractions: members sorted, no white space.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

#[test]
fn the_bytes_of_a_statement_are_canonical() {
    for statement in [whole(), about_consent()] {
        let bytes = statement.bytes().unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), canonical(&value));
        assert_eq!(serde_json::from_slice::<Statement>(&bytes).unwrap(), statement);
        assert!(statement.is_sound());
    }
}

#[test]
fn kinds_are_written_by_their_names() {
    for kind in FactKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}

#[test]
fn a_statement_is_about_one_matter() {
    let (message, consent) = (whole(), about_consent());
    assert!(!Statement { message: None, ..message.clone() }.is_sound());
    assert!(!Statement { consent: consent.consent, ..message.clone() }.is_sound());
    assert!(!Statement { facts: Vec::new(), ..message.clone() }.is_sound());
    assert!(!Statement { format: "facteur-evidence-2".into(), ..message }.is_sound());
}
