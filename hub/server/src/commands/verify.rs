//! `facteur verify FILE [--keys FILE] [--opening FILE] [--time-stamps FILE]`: what a piece of evidence proves, said in
//! words, without any hub.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use data_encoding::HEXLOWER;
use hub_core::evidence::{
    AboutConsent, AboutMessage, FactKind, Flaw, KeySet, Opening, StampAuthorities, Stamped, Stated,
    Statement, Trusted, Verified, verify,
};

/// What somebody kept beside the evidence.
pub(super) struct Given {
    pub(super) keys: Option<PathBuf>,
    pub(super) opening: Option<PathBuf>,
    pub(super) time_stamps: Option<PathBuf>,
}

/// Checks and prints.
pub(super) fn run(file: &Path, given: &Given) -> anyhow::Result<ExitCode> {
    let file = read(file)?;
    let keys: Option<KeySet> = match &given.keys {
        Some(path) => {
            Some(serde_json::from_slice(&read(path)?).context("the keys are not a set of published keys")?)
        }
        None => None,
    };
    let authorities = match &given.time_stamps {
        Some(path) => Some(StampAuthorities::parse(&read(path)?).context(path.display().to_string())?),
        None => None,
    };
    let opening = given.opening.as_deref().map(read).transpose()?;
    let trusted = Trusted { keys: keys.as_ref(), time_stamps: authorities.as_ref() };
    match checked(&file, trusted, opening.as_deref()) {
        Ok((verified, opening)) => {
            print!("{}", told(&verified, opening.as_ref()));
            Ok(if verified.key_is_published { ExitCode::SUCCESS } else { ExitCode::from(UNCONFIRMED) })
        }
        Err(flaw) => {
            println!("NOT PROVEN: {flaw}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// The evidence, and its opening if one is given: one that does not fit is as bad as evidence that does not.
fn checked(
    file: &[u8],
    trusted: Trusted<'_>,
    opening: Option<&[u8]>,
) -> Result<(Verified, Option<Opening>), Flaw> {
    let verified = verify(file, trusted)?;
    let opening = opening.map(Opening::parse).transpose()?;
    if let Some(opening) = &opening {
        opening.check(&verified.statement)?;
    }
    Ok((verified, opening))
}

/// Everything that is proven, line by line.
fn told(verified: &Verified, opening: Option<&Opening>) -> String {
    let Verified { statement, sealed_at, kid, thumbprint, key_is_published, time_stamp } = verified;
    let mut text = String::new();
    let verdict = if *key_is_published { "PROVEN" } else { "UNCHANGED, BUT BY WHOM IS NOT CONFIRMED" };
    line(&mut text, verdict, "");
    line(&mut text, "stated by", &format!("{} (environment {})", statement.issuer, statement.environment));
    line(&mut text, "sealed", &format!("{} by the key {kid}", sealed_at.rfc3339()));
    line(&mut text, "time-stamped", &time_stamped(time_stamp.as_ref()));
    line(&mut text, "certificate", &format!("SHA-256 {}", HEXLOWER.encode(&thumbprint.0)));
    for fact in &statement.facts {
        line(&mut text, &fact.at, &sentence(fact, statement));
    }
    if let Some(message) = &statement.message {
        tell_message(&mut text, message);
    }
    if let Some(consent) = &statement.consent {
        tell_consent(&mut text, consent);
    }
    if let Some(opening) = opening {
        tell_opening(&mut text, opening);
    }
    line(&mut text, "matter", &statement.matter);
    if !key_is_published {
        line(&mut text, "hint", "give --keys with the published keys that you kept, to know who sealed it");
    }
    text
}

fn line(text: &mut String, label: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = if value.is_empty() { writeln!(text, "{label}") } else { writeln!(text, "{label:<22}{value}") };
}

/// Who else than the hub says when it was there.
fn time_stamped(stamp: Option<&Stamped>) -> String {
    match stamp {
        Some(Stamped { at, by, is_confirmed: true }) => format!("by {by} at {}", at.rfc3339()),
        Some(Stamped { at, .. }) => {
            format!(
                "at {}, but by whom is not confirmed: give --time-stamps with the authorities",
                at.rfc3339()
            )
        }
        None => "not: when it was sealed is the hub's word alone".to_owned(),
    }
}

/// A fact as a sentence.
fn sentence(fact: &Stated, statement: &Statement) -> String {
    let app = statement.consent.as_ref().map_or("the app", |consent| consent.application.brand.as_str());
    let words = match fact.kind {
        FactKind::Published => "the sender handed the message over".to_owned(),
        FactKind::MadeAvailable => "the message was made available in the recipient's mailbox".to_owned(),
        FactKind::Refused => "the message was not delivered digitally, and nothing of it was kept".to_owned(),
        FactKind::Retrieved => "a program fetched content of the message for the first time".to_owned(),
        FactKind::Opened => "a person opened the message for the first time".to_owned(),
        FactKind::Expired => "the message expired and was removed".to_owned(),
        FactKind::Withdrawn => {
            "the sender withdrew the message unopened, and its content was destroyed".to_owned()
        }
        FactKind::Granted => format!("{app} was given the permission"),
        FactKind::Renewed => format!("the permission of {app} was renewed"),
        FactKind::Widened => format!("the permission of {app} was widened"),
        FactKind::Narrowed => format!("the permission of {app} was narrowed"),
        FactKind::Suspended => format!("the permission of {app} was suspended"),
        FactKind::Resumed => format!("the permission of {app} was resumed"),
        FactKind::Ended => format!("the permission of {app} ended"),
    };
    let by = fact.by.as_ref().map(|by| format!(", by the {by}")).unwrap_or_default();
    let reason = fact.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{words}{by}{reason}")
}

fn tell_message(text: &mut String, message: &AboutMessage) {
    line(text, "message", &message.message_id);
    line(text, "sender organization", &message.organization);
    let optional = [
        ("message type", &message.message_type),
        ("available until", &message.expires_at),
        ("recipient, salted", &message.recipient),
        ("subject, SHA-256", &message.subject),
    ];
    for (label, value) in optional {
        line_if(text, label, value.as_deref());
    }
    for content in &message.contents {
        let main = if content.main { ", main content" } else { "" };
        let what = format!("{} {}, {} bytes{main}", content.media_type, content.role, content.size);
        line(text, "content", &format!("{what}, SHA-256 {}", content.digest));
    }
}

fn tell_consent(text: &mut String, consent: &AboutConsent) {
    line(text, "provider", &consent.provider);
    line(text, "app", &format!("{} ({})", consent.application.brand, consent.application.client_id));
    line(text, "may", &consent.actions.join(", "));
    line(text, "until", &consent.until);
    line(text, "consent", &consent.consent_id);
    line_if(text, "consent, at the holder", consent.holder_consent_id.as_deref());
    line(text, "mailbox", &format!("{} of a {}", consent.mailbox_id, consent.mailbox_kind));
    line(text, "holder, salted", &consent.holder);
    line_if(text, "level of assurance", consent.acr.as_deref());
    if let Some(screen) = &consent.screen {
        let what = format!("in {}, text version {}", screen.language, screen.text_version);
        line(text, "screen, salted", &format!("{} {what}", screen.digest));
    }
}

/// What stands behind the hashes; the page itself is in the file of the opening.
fn tell_opening(text: &mut String, opening: &Opening) {
    line_if(text, "opened: number", opening.number.as_deref());
    line_if(
        text,
        "opened: senders out",
        opening.withheld_senders.as_ref().map(|all| all.join(", ")).as_deref(),
    );
    let screen =
        opening.screen.as_ref().map(|page| format!("the page of {} bytes is the one shown", page.len()));
    line_if(text, "opened: screen", screen.as_deref());
}

fn line_if(text: &mut String, label: &str, value: Option<&str>) {
    if let Some(value) = value {
        line(text, label, value);
    }
}

/// Nothing is wrong, and nobody knows whose signature it is.
const UNCONFIRMED: u8 = 2;
