//! Subjects as text: the string form of RFC 4514, so that two different names never look the same.

use std::fmt::Write as _;

use x509_parser::prelude::{AttributeTypeAndValue, X509Name};

/// The name in the form of RFC 4514: last part first, parts separated by `,`, values escaped.
///
/// An attribute without a well-known short name, or whose value is no plain text, appears as
/// `1.2.3=#…` with the hexadecimal DER of its value (RFC 4514 2.4).
pub(super) fn rfc4514(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> =
        name.iter_rdn().map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    parts.join(",")
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    match (short_name(&oid), attribute.as_str()) {
        (Some(short), Ok(text)) => format!("{short}={}", escaped(text)),
        _ => format!("{oid}=#{}", hexadecimal(attribute)),
    }
}

// RFC 4514 3, and the names under which OpenSSL prints the other attributes seen in practice.
fn short_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return None,
    })
}

// RFC 4514 2.4
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', c]),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '#' if at == 0 => out.push_str("\\#"),
            c if c.is_control() => c.to_string().bytes().for_each(|byte| {
                let _ = write!(out, "\\{byte:02X}");
            }),
            c => out.push(c),
        }
    }
    out
}

fn hexadecimal(attribute: &AttributeTypeAndValue<'_>) -> String {
    let value = attribute.attr_value();
    let mut out = format!("{:02x}", value.tag().0);
    let length = value.data.len();
    if length < 128 {
        let _ = write!(out, "{length:02x}");
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        let _ = write!(out, "{:02x}", 0x80 | bytes.len());
        push(&mut out, &bytes);
    }
    push(&mut out, value.data);
    out
}

fn push(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_cannot_make_one_name_look_like_another() {
        assert_eq!(escaped("a,O=b"), "a\\,O=b");
        assert_eq!(escaped(" x# "), "\\ x#\\ ");
        assert_eq!(escaped("#x\u{0}"), "\\#x\\00");
        assert_eq!(escaped("Société"), "Société");
    }
}
