//! Many mailboxes with one message and a consent each, put into the database at once.
//!
//! The public path makes them one by one, with a browser each: that is shown elsewhere, and would take hours for ten
//! thousand. These rows are copies of what that path made for Anna, with ids of their own.

use system_tests::world::World;

/// How the copies are made; the copies are told apart by when their mailbox was created.
const MAILBOXES: [&str; 2] = [
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
     INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT randomblob(16), m.kind, m.state, m.version, m.total, m.unread, n.n, m.activated_at
     FROM n JOIN consent c ON c.state = 'authorised' JOIN mailbox m ON m.id = c.mailbox_id",
    "INSERT INTO mailbox (id, kind, state, version, total, unread, created_at, activated_at)
     SELECT gen_random_uuid(), m.kind, m.state, m.version, m.total, m.unread, n.n, m.activated_at
     FROM generate_series(1, $1::bigint) n(n) JOIN consent c ON c.state = 'authorised'
     JOIN mailbox m ON m.id = c.mailbox_id",
];
const CONSENTS: [&str; 2] = [
    "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person, granted_at,
                          until, epoch, token_epoch, asked)
     SELECT m.id, c.application_id, randomblob(16), c.provider_id, c.grant_id, c.state, c.actions, m.id, c.granted_at,
            c.until, c.epoch, c.token_epoch, c.asked
     FROM mailbox m JOIN consent c ON c.state = 'authorised'
     WHERE m.created_at < 1000000000 AND c.mailbox_id <> m.id",
    "INSERT INTO consent (mailbox_id, application_id, id, provider_id, grant_id, state, actions, person, granted_at,
                          until, epoch, token_epoch, asked)
     SELECT m.id, c.application_id, gen_random_uuid(), c.provider_id, c.grant_id, c.state, c.actions, m.id,
            c.granted_at, c.until, c.epoch, c.token_epoch, c.asked
     FROM mailbox m JOIN consent c ON c.state = 'authorised'
     WHERE m.created_at < 1000000000 AND c.mailbox_id <> m.id",
];
const LETTERS: [&str; 3] = [
    "INSERT INTO publication (home, id, organization, application, message_type, header, sealed_header, at, expires_at)
     SELECT m.id, p.id, p.organization, p.application, p.message_type, p.header, NULL, p.at, p.expires_at
     FROM mailbox m JOIN publication p ON p.home <> m.id
     WHERE m.created_at < 1000000000",
    "INSERT INTO part (home, publication_id, n, role, main, file_name, media_type, size, sha256, object, sealed,
                       wrapped_key)
     SELECT m.id, p.publication_id, p.n, p.role, p.main, p.file_name, p.media_type, p.size, p.sha256, p.object,
            p.sealed, p.wrapped_key
     FROM mailbox m JOIN part p ON p.home <> m.id
     WHERE m.created_at < 1000000000",
    "INSERT INTO message (mailbox_id, number, publication_id, campaign_id, at, expires_at, organization, application,
                          type, flags, subject)
     SELECT m.id, e.number, e.publication_id, e.campaign_id, e.at, e.expires_at, e.organization, e.application, e.type,
            e.flags, e.subject
     FROM mailbox m JOIN message e ON e.mailbox_id <> m.id
     WHERE m.created_at < 1000000000",
];

/// Copies the one mailbox that has a consent, `count` times; there must be one message in all.
pub(crate) async fn gather(world: &World, count: i64) {
    let which = usize::from(world.database() == "postgresql");
    let mut tx = world.db.write().await.unwrap();
    tx.execute(MAILBOXES[which], (count,)).await.unwrap();
    tx.execute(CONSENTS[which], ()).await.unwrap();
    for sql in LETTERS {
        tx.execute(sql, ()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let consents = world.count("SELECT COUNT(*) FROM consent WHERE state = 'authorised'").await;
    assert_eq!(consents, count + 1, "the consents that were prepared");
}
