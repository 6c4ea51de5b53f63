//! A consent's life: giving, changing and ending, each with its evidence, its history, its audit record and the provider's change.
//!
//! Everything runs inside the caller's transaction. Whoever changes a consent comes here, so that no act can forget
//! one of its consequences: grant and tokens, evidence, the entry of the history, the change, the audit.

use super::{By, ConsentRow, Ending, Happened, KeptScreen, NewConsent, NewEvent, Screen, Terms};
use crate::audit::Act;
use crate::change::ConsentChange;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ConsentId, GrantId, MailboxId};

/// Somebody who acts on consents at one moment.
pub(crate) struct Clerk<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) by: By<'a>,
    pub(crate) now: Timestamp,
}

impl Clerk<'_> {
    /// Gives a consent; one that stands for the same pair makes room for it.
    pub(crate) async fn give(
        &self,
        tx: &mut Tx,
        new: &NewConsent,
        screen: Option<&Screen>,
    ) -> Result<(), Error> {
        if let Some(old) = tx.consent_of(new.mailbox, new.application, self.now).await? {
            self.close(tx, (new.mailbox, old.id), (Ending::NewConsent, Some(new.grant))).await?;
        }
        if tx.put_consent(new, self.now).await? != 1 {
            return Err(Error::internal("a living consent stands in the way of a new one"));
        }
        tx.put_withheld(new.mailbox, new.id, &new.terms.withheld).await?;
        tx.insert_member(new).await?;
        let row = tx.consent_of(new.mailbox, new.application, self.now).await?;
        let row = row.ok_or_else(|| Error::internal("a consent is gone in its own transaction"))?;
        self.note(tx, &row, Happened::Granted, (&new.terms, screen)).await
    }

    /// Gives a living consent other terms; it keeps its id. False if it does not live any more.
    pub(crate) async fn alter(
        &self,
        tx: &mut Tx,
        row: &ConsentRow,
        terms: &Terms,
        screen: Option<&Screen>,
    ) -> Result<bool, Error> {
        let old = self.terms_of(tx, row).await?;
        // Who agrees on a screen gives the consent from now on; who only allows less does not.
        let giver = screen.and_then(|_| self.by.person());
        if tx.alter_consent(row, terms, giver).await? != 1 {
            return Ok(false);
        }
        tx.put_withheld(row.mailbox_id, row.id, &terms.withheld).await?;
        tx.touch_grant(row.grant_id, self.now).await?;
        self.note(tx, row, Happened::between(&old, terms), (terms, screen)).await?;
        Ok(true)
    }

    /// Ends a living consent, its grant and tokens with the last of the grant's consents, and with an enterprise's own
    /// software its certificates.
    pub(crate) async fn end(
        &self,
        tx: &mut Tx,
        place: (MailboxId, ConsentId),
        how: Ending,
    ) -> Result<Option<ConsentRow>, Error> {
        self.close(tx, place, (how, None)).await
    }

    /// [`end`](Self::end), but for a grant that is being filled.
    async fn close(
        &self,
        tx: &mut Tx,
        (mailbox, consent): (MailboxId, ConsentId),
        (how, filling): (Ending, Option<GrantId>),
    ) -> Result<Option<ConsentRow>, Error> {
        let Some(ended) = tx.end_consent(mailbox, consent, how, self.now).await? else {
            return Ok(None);
        };
        tx.touch_grant(ended.grant_id, self.now).await?;
        if filling != Some(ended.grant_id)
            && tx.end_grant_without_consents(ended.grant_id, self.now).await? == 1
        {
            tx.remember_ended_tokens(ended.grant_id, self.now).await?;
            tx.drop_tokens(ended.grant_id).await?;
        }
        tx.end_own_certificates(ended.application_id, self.now).await?;
        let terms = self.terms_of(tx, &ended).await?;
        self.note(tx, &ended, Happened::Ended(how), (&terms, None)).await?;
        Ok(Some(ended))
    }

    /// What a consent allows.
    pub(crate) async fn terms_of(&self, tx: &mut Tx, row: &ConsentRow) -> Result<Terms, Error> {
        let withheld = tx.withheld_of(row.mailbox_id, row.id).await?;
        let withheld: Option<_> = withheld.into_iter().collect();
        Ok(Terms {
            asked: row.asked.unwrap_or(row.actions),
            actions: row.actions,
            until: row.until,
            withheld: withheld.ok_or_else(|| row.corrupt())?,
            partitions: row.partitions,
        })
    }

    /// Writes what happened: evidence, the history, the change, the audit.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        row: &ConsentRow,
        what: Happened,
        (terms, screen): (&Terms, Option<&Screen>),
    ) -> Result<(), Error> {
        self.state(tx, row, what, (terms, screen)).await?;
        let screen = screen.map(|screen| screen.sealed(self.parts, row.id));
        self.enter(
            tx,
            (row.mailbox_id, row.id),
            what,
            &Entry { application: row.application_id, terms, screen },
        )
        .await?;
        if let Some(kind) = what.change() {
            let (mailbox, provider, application) = (row.mailbox_id, row.provider_id, row.application_id);
            let change =
                ConsentChange { mailbox, kind, provider, application, consent: row.id, at: self.now };
            tx.queue_consent_change(&change).await?;
        }
        Ok(())
    }

    /// Writes an entry of the history and the audit record of the same act.
    pub(crate) async fn enter(
        &self,
        tx: &mut Tx,
        (mailbox, consent): (MailboxId, ConsentId),
        what: Happened,
        entry: &Entry<'_>,
    ) -> Result<(), Error> {
        let event = NewEvent {
            mailbox,
            consent,
            application: entry.application,
            what,
            by: &self.by,
            terms: entry.terms,
            screen: entry.screen.as_ref(),
        };
        tx.insert_event(&event, self.now).await?;
        let act = Act {
            role: self.by.role(),
            actor: self.by.name(),
            action: what.reason().unwrap_or(what.kind()),
            object: consent.0.to_string(),
        };
        tx.record(self.parts.random.id(self.now), Some(mailbox), self.now, act).await?;
        Ok(())
    }
}

/// What an entry of the history says besides what happened.
pub(crate) struct Entry<'a> {
    pub(crate) application: crate::id::ApplicationId,
    pub(crate) terms: &'a Terms,
    pub(crate) screen: Option<KeptScreen>,
}
