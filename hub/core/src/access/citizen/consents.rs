//! A citizen's consents: seeing them, and taking them back in one click.

use uuid::Uuid;

use super::CitizenAccess;
use crate::clock::Timestamp;
use crate::consent::{ConsentRow, Ending, NewEvent, Standing};
use crate::db::Tx;
use crate::error::Error;
use crate::id::{ConsentId, MailboxId};
use crate::outside::OutsideKind;

/// A consent in "my consents".
#[derive(Clone, Debug)]
pub struct ConsentView {
    /// The consent, as this person knows it.
    pub id: String,
    /// What stands of it.
    pub standing: Standing,
    /// Whether the provider may read now.
    pub live: bool,
}

/// A consent that ended, now or before.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The provider application's brand.
    pub brand: String,
    /// When it ended.
    pub at: Timestamp,
}

impl CitizenAccess {
    /// Every consent on the mailbox that the person acts for, newest first, ended ones too.
    pub async fn consents(&self) -> Result<Vec<ConsentView>, Error> {
        let now = self.hub.now();
        let standings = self.hub.parts().db.standings(self.session.acting_for).await?;
        let view = |standing: Standing| ConsentView {
            id: self.hub.outside().seal(&self.party(), OutsideKind::Consent, standing.id.0.into_bytes()),
            live: standing.is_live(now),
            standing,
        };
        Ok(standings.into_iter().map(view).collect())
    }

    /// Takes a consent back: consent, grant and tokens end together, the provider's next request is refused.
    ///
    /// Ending it again says when it ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not one of this mailbox.
    pub async fn revoke(&self, consent: &str) -> Result<Ended, Error> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let unknown = || Error::NotFound("consent");
        let block =
            self.hub.outside().open(&self.party(), OutsideKind::Consent, consent).ok_or_else(unknown)?;
        let id = ConsentId(Uuid::from_bytes(block));
        let mut tx = parts.db.write().await?;

        let ended = self.end(&mut tx, (self.session.acting_for, id), Ending::Revoked, now).await?;

        tx.commit().await?;
        let standings = parts.db.standings(self.session.acting_for).await?;
        let standing = standings.into_iter().find(|standing| standing.id == id).ok_or_else(unknown)?;
        let at = if ended.is_some() { now } else { standing.ended_at.unwrap_or(standing.until) };
        Ok(Ended { brand: standing.brand, at })
    }

    /// Ends a living consent with its grant and its tokens, and writes its history and the audit.
    pub(super) async fn end(
        &self,
        tx: &mut Tx,
        (mailbox, consent): (MailboxId, ConsentId),
        how: Ending,
        now: Timestamp,
    ) -> Result<Option<ConsentRow>, Error> {
        let Some(ended) = tx.end_consent(mailbox, consent, how, now).await? else {
            return Ok(None);
        };
        tx.end_grant(ended.grant_id, now).await?;
        tx.drop_tokens(ended.grant_id).await?;
        let event = NewEvent {
            mailbox,
            consent,
            application: ended.application_id,
            kind: how.kind(),
            person: self.session.person,
            actions: ended.actions,
            until: ended.until,
            screen: None,
            acr: &self.session.acr,
        };
        tx.insert_event(event, now).await?;
        let act = self.act(how.kind(), consent.0.to_string());
        tx.record(self.hub.random().id(now), Some(mailbox), now, act).await?;
        Ok(Some(ended))
    }
}
