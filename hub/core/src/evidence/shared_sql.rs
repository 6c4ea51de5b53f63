//! Statements on `evidence` for many letters at once.

use data_encoding::HEXLOWER;
use serde_json::json;
use uuid::Uuid;

use super::shared::NewShared;
use crate::clock::Timestamp;
use crate::db::Tx;

impl Tx {
    /// Writes statements about letters of one campaign, sealed already; the letter's own id is the statement's too.
    pub(super) async fn insert_shared_evidence(
        &mut self,
        seal: Uuid,
        (at, salt_key): (Timestamp, u16),
        rows: &[NewShared],
    ) -> sqlx::Result<u64> {
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                json!([
                    hex(row.mailbox.0.as_bytes()),
                    hex(row.object.as_bytes()),
                    row.kind,
                    hex(&row.own),
                    hex(&row.leaf.0)
                ])
            })
            .collect();
        let sql = self.dialect().pick(
            "INSERT INTO evidence (mailbox_id, about, object, id, at, kind, statement, leaf, salt_key, seal_id)
             SELECT unhex(v.value ->> 0), 'message', unhex(v.value ->> 1), unhex(v.value ->> 1), $2, v.value ->> 2,
                    unhex(v.value ->> 3), unhex(v.value ->> 4), $3, $1
             FROM json_each($4) v",
            "INSERT INTO evidence (mailbox_id, about, object, id, at, kind, statement, leaf, salt_key, seal_id)
             SELECT CAST(v.value ->> 0 AS UUID), 'message', CAST(v.value ->> 1 AS UUID), CAST(v.value ->> 1 AS UUID), $2,
                    v.value ->> 2, decode(v.value ->> 3, 'hex'), decode(v.value ->> 4, 'hex'), $3, $1
             FROM jsonb_array_elements(CAST($4 AS JSONB)) v(value)",
        );
        self.execute(sql, (seal, at, i64::from(salt_key), json!(rows).to_string())).await
    }
}
