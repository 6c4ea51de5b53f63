//! What evidence states of an act on a consent.

use super::{Clerk, ConsentRow, Happened, Screen, Terms};
use crate::db::Tx;
use crate::error::Error;
use crate::evidence::{ConsentFact, FactKind, Shown};
use crate::number::EnterpriseNumber;

impl Clerk<'_> {
    /// States what happened, for the citizen and for the provider; a request that never became a consent is no fact.
    pub(super) async fn state(
        &self,
        tx: &mut Tx,
        row: &ConsentRow,
        what: Happened,
        (terms, screen): (&Terms, Option<&Screen>),
    ) -> Result<(), Error> {
        let Some(kind) = what.fact() else { return Ok(()) };
        let acr = self.by.acr();
        let fact = ConsentFact {
            mailbox: row.mailbox_id,
            consent: row.id,
            application: row.application_id,
            kind,
            reason: what.stated_reason(),
            by: self.by.role(),
            person: self.by.person().zip(acr.as_deref()),
            actions: terms.actions.names(),
            until: terms.until,
            withheld: terms.withheld.iter().map(EnterpriseNumber::as_str).collect(),
            screen: screen.map(|screen| Shown {
                html: &screen.html,
                language: &screen.language,
                text_version: &screen.text_version,
            }),
        };
        fact.state(tx, self.parts, self.now).await
    }
}

impl Happened {
    /// The word of evidence, if it is a fact.
    const fn fact(self) -> Option<FactKind> {
        match self {
            Self::Granted => Some(FactKind::Granted),
            Self::Renewed => Some(FactKind::Renewed),
            Self::Widened => Some(FactKind::Widened),
            Self::Narrowed => Some(FactKind::Narrowed),
            Self::Suspended(_) => Some(FactKind::Suspended),
            Self::Resumed => Some(FactKind::Resumed),
            Self::Ended(_) => Some(FactKind::Ended),
            Self::Rejected(_) => None,
        }
    }

    /// The code of the reason as evidence gives it.
    const fn stated_reason(self) -> Option<&'static str> {
        match self {
            Self::Suspended(why) => Some(why.stated()),
            other => other.reason(),
        }
    }
}
