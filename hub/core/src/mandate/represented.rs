//! Whom a person represents now.

use super::MandateRole;
use crate::db::record;
use crate::error::Error;
use crate::id::MailboxId;
use crate::keys::{Keyring, Purpose, column_aad};

record! {
    /// A mandate that is valid now.
    #[derive(Clone, Debug)]
    pub(super) struct MandateRow {
        pub(super) mailbox_id: MailboxId,
        pub(super) role: String,
        pub(super) enterprise_name: String,
        pub(super) sealed_name: Option<Vec<u8>>,
    }
}

/// A mailbox that a person may act for by one or more roles.
#[derive(Clone, Debug)]
pub(crate) struct Represented {
    pub(crate) mailbox: MailboxId,
    /// The strongest role first.
    pub(crate) roles: Vec<MandateRole>,
    enterprise_name: String,
    sealed_name: Option<Vec<u8>>,
}

impl Represented {
    /// One for each mailbox of the rows, which come ordered by mailbox.
    pub(super) fn gathered(rows: Vec<MandateRow>) -> Result<Vec<Self>, Error> {
        let mut all: Vec<Self> = Vec::new();
        for row in rows {
            let corrupt = |_| Error::Corrupt { table: "mandate", id: row.mailbox_id.0.to_string() };
            let role: MandateRole = row.role.parse().map_err(corrupt)?;
            match all.last_mut().filter(|last| last.mailbox == row.mailbox_id) {
                Some(last) => last.roles.push(role),
                None => all.push(Self {
                    mailbox: row.mailbox_id,
                    roles: vec![role],
                    enterprise_name: row.enterprise_name,
                    sealed_name: row.sealed_name,
                }),
            }
        }
        for one in &mut all {
            one.roles.sort_unstable();
        }
        Ok(all)
    }

    /// Whether one of the roles decides.
    pub(crate) fn decides(&self) -> bool {
        self.roles.iter().any(|role| role.decides())
    }

    /// The name of the enterprise or person, for whoever represents it.
    pub(crate) fn name(&self, keys: &Keyring) -> Result<String, Error> {
        let Some(sealed) = &self.sealed_name else {
            return Ok(self.enterprise_name.clone());
        };
        let aad = sealed_name_aad(self.mailbox);
        let name = keys.open(Purpose::SealedColumns, &aad, sealed).map_err(Error::internal)?;
        String::from_utf8(name).map_err(Error::internal)
    }
}

/// Where the name of a represented person belongs.
pub(crate) fn sealed_name_aad(mailbox: MailboxId) -> Vec<u8> {
    column_aad("mandate", "sealed_name", mailbox.0.as_bytes())
}
