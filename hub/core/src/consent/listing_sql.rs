//! Statements by which a provider application sees its own consents.

use crate::clock::Timestamp;
use crate::consent::Actions;
use crate::db::{Db, record};
use crate::id::{ApplicationId, ConsentId, MailboxId, ProviderId};

record! {
    /// A consent as its provider application sees it.
    #[derive(Clone, Debug)]
    pub(crate) struct ConsentListed {
        pub(crate) id: ConsentId,
        pub(crate) mailbox_id: MailboxId,
        pub(crate) kind: String,
        pub(crate) state: String,
        pub(crate) actions: Actions,
        pub(crate) granted_at: Timestamp,
        pub(crate) until: Timestamp,
        pub(crate) withheld: Option<i64>,
    }
}

impl Db {
    /// The consents of an application that stand or stand still, by mailbox, beyond one.
    pub(crate) async fn consents_of(
        &self,
        (provider, application): (ProviderId, ApplicationId),
        after: MailboxId,
        now: Timestamp,
        limit: i64,
    ) -> sqlx::Result<Vec<ConsentListed>> {
        self.fetch_all(
            "SELECT c.id, c.mailbox_id, m.kind, c.state, c.actions, c.granted_at, c.until, c.withheld
             FROM consent c
             JOIN mailbox m ON m.id = c.mailbox_id
             WHERE c.provider_id = $1 AND c.mailbox_id > $3 AND c.application_id = $2
               AND c.state IN ('authorised', 'suspended') AND c.until > $4
             ORDER BY c.mailbox_id
             LIMIT $5",
            (provider, application, after, now, limit),
        )
        .await
    }

    /// A consent of an application that stands or stands still.
    pub(crate) async fn consent_listed(
        &self,
        (mailbox, consent): (MailboxId, ConsentId),
        application: ApplicationId,
        now: Timestamp,
    ) -> sqlx::Result<Option<ConsentListed>> {
        self.fetch_optional(
            "SELECT c.id, c.mailbox_id, m.kind, c.state, c.actions, c.granted_at, c.until, c.withheld
             FROM consent c
             JOIN mailbox m ON m.id = c.mailbox_id
             WHERE c.mailbox_id = $1 AND c.application_id = $2 AND c.id = $3
               AND c.state IN ('authorised', 'suspended') AND c.until > $4",
            (mailbox, application, consent, now),
        )
        .await
    }

    /// The mailbox of a consent that was given to an application at some time.
    pub(crate) async fn mailbox_of_own_consent(
        &self,
        consent: ConsentId,
        application: ApplicationId,
    ) -> sqlx::Result<Option<MailboxId>> {
        let row = self
            .fetch_optional(
                "SELECT mailbox_id
                 FROM consent_event
                 WHERE consent_id = $1 AND application_id = $2 AND kind = 'granted'
                 LIMIT 1",
                (consent, application),
            )
            .await?;
        Ok(row.map(|(mailbox,)| mailbox))
    }
}
