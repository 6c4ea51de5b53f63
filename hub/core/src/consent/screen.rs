//! What the citizen saw and agreed to.

use super::ConsentRow;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ConsentId, MailboxId};
use crate::keys::{Purpose, column_aad};

/// What the citizen saw and agreed to, kept byte for byte.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The page, as it was sent.
    pub html: Vec<u8>,
    /// The version of its words.
    pub text_version: String,
    /// `nl`, `fr`, `de` or `en`.
    pub language: String,
    /// The end that it names; `None` if it says *once*.
    pub until: Option<Timestamp>,
}

/// A screen as its row keeps it.
#[derive(Clone)]
pub(crate) struct KeptScreen {
    /// The page byte for byte, sealed: it names the person.
    pub(crate) sealed: Vec<u8>,
    pub(crate) text_version: String,
    pub(crate) language: String,
}

impl Screen {
    /// The screen as it is kept with that consent.
    pub(crate) fn sealed(&self, parts: &Parts, consent: ConsentId) -> KeptScreen {
        let aad = column_aad("consent_event", "screen", consent.0.as_bytes());
        KeptScreen {
            sealed: parts.keys.current().seal(Purpose::SealedColumns, &aad, &self.html, &parts.random),
            text_version: self.text_version.clone(),
            language: self.language.clone(),
        }
    }
}

/// What was kept of the acts on a consent, oldest first: the page that was shown, and who was left out.
pub(crate) async fn kept_acts(
    parts: &Parts,
    mailbox: MailboxId,
    consent: ConsentId,
) -> Result<Vec<KeptAct>, Error> {
    let aad = column_aad("consent_event", "screen", consent.0.as_bytes());
    let open = |sealed: Vec<u8>| {
        parts.keys.current().open(Purpose::SealedColumns, &aad, &sealed).map_err(Error::internal)
    };
    let mut acts = Vec::new();
    for (person, screen, withheld) in parts.db.kept_acts(mailbox, consent).await? {
        let withheld: Vec<String> =
            withheld.iter().flat_map(|numbers| numbers.split(' ')).map(str::to_owned).collect();
        acts.push(KeptAct { person, screen: screen.map(open).transpose()?, withheld });
    }
    Ok(acts)
}

/// What was kept of one act.
pub(crate) struct KeptAct {
    /// Who acted, if a person did.
    pub(crate) person: Option<MailboxId>,
    /// The page byte for byte, if one was shown.
    pub(crate) screen: Option<Vec<u8>>,
    /// Numbers of the sender organizations that were left out, ascending.
    pub(crate) withheld: Vec<String>,
}

impl ConsentRow {
    /// The error of a row that breaks an invariant.
    pub(crate) fn corrupt(&self) -> Error {
        Error::Corrupt { table: "consent", id: self.id.0.to_string() }
    }
}
