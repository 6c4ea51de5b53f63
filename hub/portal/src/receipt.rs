//! A piece of evidence as a sheet that people can read: a citizen's in their language, a sender's or a provider's in the
//! language that it asks for.
//!
//! The sheet says in words what the attached document states, and how to check it. What it says is signed too.

use hub_core::access::evidence::Receipt;
use hub_core::clock::Timestamp;
use hub_core::evidence::{
    AboutConsent, AboutMessage, Document, FactKind, Flaw, Stated, Trusted, Verified, verify,
};

use crate::i18n::{Language, Text};
use crate::pdf::{self, Attached, Sheet};
use crate::session::LoggedIn;
use crate::texts;
use crate::view::{Ending, Holder};

/// A sheet about to be set around a document.
pub(crate) struct ReceiptSheet {
    t: Text,
    letterhead: String,
    slogan: String,
    addressee: Vec<String>,
    particulars: Vec<(String, String)>,
    subject: String,
    paragraphs: Vec<String>,
    foot: String,
    date: (u16, u8, u8),
}

/// For whom a sheet is.
struct Reader {
    /// Name and number; empty for machines, which know who they are.
    addressee: Vec<String>,
    /// Whose mailbox it is about, as the reader calls it; not said to machines.
    holder: Option<Holder>,
}

impl ReceiptSheet {
    /// The words of a receipt for this person.
    pub(crate) fn of(session: &LoggedIn, receipt: &Receipt) -> Result<Self, Flaw> {
        let holder = session.holder();
        let reader = Reader { addressee: addressee(session, &holder), holder: Some(holder) };
        Self::for_reader(Text::new(session.visitor.language), reader, receipt)
    }

    /// The words of a receipt in that language, for a machine that hands it on to people.
    pub(crate) fn in_language(language: Language, receipt: &Receipt) -> Result<Self, Flaw> {
        let reader = Reader { addressee: Vec::new(), holder: None };
        Self::for_reader(Text::new(language), reader, receipt)
    }

    fn for_reader(t: Text, reader: Reader, receipt: &Receipt) -> Result<Self, Flaw> {
        let proven = verify(&receipt.document.json(), Trusted::default())?;
        let about = if proven.statement.message.is_some() { "message" } else { "consent" };
        Ok(Self {
            t,
            letterhead: t.say("service-name").to_string(),
            slogan: t.say("service-tagline").to_string(),
            addressee: reader.addressee,
            particulars: particulars(t, &proven, reader.holder.is_some()),
            subject: t.say("proof-title").arg("about", about).to_string(),
            paragraphs: paragraphs(t, &proven, reader.holder.as_ref()),
            foot: t.say("proof-foot").arg("matter", &proven.statement.matter).to_string(),
            date: date_of(proven.sealed_at),
        })
    }

    /// The PDF around a document.
    pub(crate) fn set(&self, document: &Document) -> Vec<u8> {
        pdf::render(&Sheet {
            language: self.t.language.tag(),
            letterhead: &self.letterhead,
            slogan: &self.slogan,
            addressee: &self.addressee,
            particulars: &self.particulars,
            subject: &self.subject,
            paragraphs: &self.paragraphs,
            foot: &self.foot,
            date: self.date,
            attached: Some(Attached {
                name: ATTACHED,
                media_type: "application/json",
                bytes: &document.json(),
            }),
        })
    }
}

fn addressee(session: &LoggedIn, holder: &Holder) -> Vec<String> {
    let mut lines = vec![session.citizen.name().to_owned()];
    if let Holder::Enterprise { name, number } = holder {
        lines.push(name.clone());
        lines.push(number.clone());
    }
    lines
}

/// What is said in front: the facts, then what they are about, by the numbers that the reader knows, then the seal.
fn particulars(t: Text, proven: &Verified, to_holder: bool) -> Vec<(String, String)> {
    let statement = &proven.statement;
    let mut lines = Vec::new();
    if let Some(message) = &statement.message {
        about_message(t, message, &mut lines);
    }
    if let Some(consent) = &statement.consent {
        about_consent(t, consent, &mut lines);
        let own = consent.holder_consent_id.as_ref().filter(|_| to_holder);
        let number = own.unwrap_or(&consent.consent_id).clone();
        lines.push((t.say("proof-consent-number").to_string(), number));
    }
    lines.push((t.say("proof-issuer").to_string(), statement.issuer.clone()));
    lines.push((t.say("proof-sealed").to_string(), t.moment(proven.sealed_at)));
    if let Some(stamp) = &proven.time_stamp {
        lines.push((t.say("proof-stamped").to_string(), format!("{}, {}", t.moment(stamp.at), stamp.by)));
    }
    lines.push((t.say("proof-key").to_string(), proven.kid.clone()));
    lines
}

fn about_message(t: Text, message: &AboutMessage, lines: &mut Vec<(String, String)>) {
    lines.push((t.say("proof-message-number").to_string(), message.message_id.clone()));
    lines.push((t.say("proof-sender-number").to_string(), message.organization.clone()));
    if let Some(until) = message.expires_at.as_deref().and_then(Timestamp::parse) {
        lines.push((t.say("mailbox-until").to_string(), t.moment(until)));
    }
    for content in &message.contents {
        let what = format!("{}, {}, SHA-256 {}", content.media_type, t.size(content.size), content.digest);
        lines.push((t.say("proof-content").to_string(), what));
    }
}

fn about_consent(t: Text, consent: &AboutConsent, lines: &mut Vec<(String, String)>) {
    let app = format!("{} ({})", consent.application.brand, consent.provider);
    lines.push((t.say("proof-app").to_string(), app));
    let actions = texts::named(consent.actions.iter().map(String::as_str)).unwrap_or_default();
    let may = texts::actions(actions).into_iter().map(|action| t.say(action.sentence()).to_string());
    lines.push((t.say("proof-may").to_string(), t.list(&may.collect::<Vec<_>>())));
    if let Some(until) = Timestamp::parse(&consent.until) {
        lines.push((t.say("consents-until").to_string(), t.moment(until)));
    }
}

/// The facts as sentences, then how to check them.
fn paragraphs(t: Text, proven: &Verified, holder: Option<&Holder>) -> Vec<String> {
    let brand = proven.statement.consent.as_ref().map_or("", |consent| consent.application.brand.as_str());
    let mut text: Vec<String> =
        proven.statement.facts.iter().map(|fact| sentence(t, fact, (brand, holder))).collect();
    let keys = format!("{}{KEYS}", proven.statement.issuer);
    text.push(t.say("proof-check").arg("file", ATTACHED).arg("address", keys).to_string());
    text.push(t.say("proof-seal").to_string());
    text
}

fn sentence(t: Text, fact: &Stated, (brand, holder): (&str, Option<&Holder>)) -> String {
    let moment = Timestamp::parse(&fact.at).map(|at| t.moment(at)).unwrap_or_default();
    let what = t.say("proofs-fact").arg("kind", fact.kind.name()).to_string();
    let line = format!("{moment}: {what}.");
    if fact.kind != FactKind::Ended {
        return line;
    }
    let how = Ending::of_reason(fact.reason.as_deref());
    let why = t.say("consents-ended-how").arg("how", how.kind()).arg("brand", brand);
    // The statement names no person.
    let why = why.arg("by", "unsaid").arg("person", "");
    let why = why.arg("holder", holder.map_or("unsaid", Holder::kind));
    format!("{line} {}", why.arg("name", holder.map_or("", Holder::name)))
}

/// Year, month and day as the PDF writes them.
fn date_of(at: Timestamp) -> (u16, u8, u8) {
    let date = at.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
    (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

/// What the attached document is called.
const ATTACHED: &str = "facteur-evidence.json";
/// Where the keys are.
pub(crate) const KEYS: &str = "/.well-known/facteur-evidence-keys";
