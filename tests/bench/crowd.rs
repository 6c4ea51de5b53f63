//! Many consents of one provider, put into the database at once: copies of the one that a citizen gave.

use hub_core::db::{Db, Tx};
use system_tests::process::HubProcess;

use crate::data::{analyze, db_of};

/// Gives every enterprise's mailbox a consent of the provider, and makes mailboxes with a consent each until there are so many.
///
/// The hub rests meanwhile.
pub(crate) async fn gather(hub: &HubProcess, consents: usize) {
    let db = db_of(hub).await;
    let mut tx = patient(&db).await;
    tx.execute(OF_ENTERPRISES, ()).await.unwrap();
    let (there,): (i64,) = tx.fetch_one(CONSENTS, ()).await.unwrap();
    let missing = i64::try_from(consents).unwrap() - there;
    if missing > 0 {
        tx.execute(tx.dialect().pick(BARE[0], BARE[1]), (missing,)).await.unwrap();
        tx.execute(OF_BARE, ()).await.unwrap();
    }
    let (there,): (i64,) = tx.fetch_one(CONSENTS, ()).await.unwrap();
    assert!(there >= i64::try_from(consents).unwrap(), "{there} consents");
    tx.commit().await.unwrap();
    analyze(&db).await;
    db.close().await;
}

/// A transaction whose statements may take their time.
pub(crate) async fn patient(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    if matches!(db, Db::Postgres { .. }) {
        tx.execute("SET LOCAL statement_timeout = 0", ()).await.unwrap();
    }
    tx
}

/// Consents of the provider that the citizen consented to.
const CONSENTS: &str = "SELECT COUNT(*) AS consents
     FROM consent o
     WHERE o.application_id = (SELECT c.application_id FROM consent c WHERE c.grant_id <> c.mailbox_id)";
/// Mailboxes with nothing in them, told apart by when they were created.
const BARE: [&str; 2] = [
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
     INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT randomblob(16), m.kind, m.state, 1, 0, 0, n.n, m.activated_at
     FROM n
     JOIN consent c ON c.mailbox_id = (SELECT o.mailbox_id FROM consent o WHERE o.grant_id <> o.mailbox_id)
     JOIN mailbox m ON m.id = c.mailbox_id",
    "INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT gen_random_uuid(), m.kind, m.state, 1, 0, 0, n.n, m.activated_at
     FROM generate_series(1, $1::bigint) n(n)
     JOIN consent c ON c.mailbox_id = (SELECT o.mailbox_id FROM consent o WHERE o.grant_id <> o.mailbox_id)
     JOIN mailbox m ON m.id = c.mailbox_id",
];
macro_rules! consents_of {
    ($mailboxes:literal) => {
        concat!(
            "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person,
                                  granted_at, until, epoch, token_epoch, asked)
             SELECT m.id, c.application_id, m.id, c.provider_id, m.id, c.state, c.actions, m.id, c.granted_at, c.until,
                    c.epoch, c.token_epoch, c.asked
             FROM mailbox m
             JOIN consent c ON c.mailbox_id = (SELECT o.mailbox_id FROM consent o WHERE o.grant_id <> o.mailbox_id)
             WHERE ",
            $mailboxes,
            " AND NOT EXISTS (
                 SELECT 1 FROM consent x WHERE x.mailbox_id = m.id AND x.application_id = c.application_id
             )"
        )
    };
}
const OF_ENTERPRISES: &str = consents_of!("m.kind = 'enterprise'");
/// Mailboxes that were made here.
pub(crate) const OF_BARE: &str = consents_of!("m.created_at < 1000000000");
