//! Tokens and codes: opaque secrets, stored as SHA-256, bound to a certificate (RFC 8705).
//!
//! Every token names its role and audience and is refused elsewhere (TRUST T5). The guards are the one statement
//! per request that decides whether a token still opens anything: they join token, registration, provider,
//! consent, mandate and activation, and are never cached (TRUST T6).

mod guard;
mod shared;
mod sql;
mod synchronise_sql;

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;

use crate::clock::Timestamp;
use crate::consent::Actions;
use crate::error::TokenRefusal;
use crate::id::{ApplicationId, CertificateId, ClientKeyId, GrantId, MailboxId, Sha256};
use crate::random::Random;

pub(crate) use guard::{ProviderGuard, SenderGuard};
pub(crate) use shared::Guards;
pub(crate) use synchronise_sql::SynchronisedRow;

/// How long an access token lives.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(10 * 60);

/// A secret handed out once: a prefix and 43 base64url characters (256 bits).
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret with that prefix: `fat_`, `frt_`, `fac_`, ….
    pub fn new(prefix: &str, random: &Random) -> Self {
        Self(format!("{prefix}{}", BASE64URL_NOPAD.encode(&random.bytes::<32>())))
    }

    /// The secret as it is handed out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(self.0.as_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Which kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Opens an API.
    Access,
    /// Fetches access tokens.
    Refresh,
}

impl TokenKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// A token about to be stored.
pub(crate) struct NewToken<'a> {
    pub(crate) hash: Sha256,
    pub(crate) kind: TokenKind,
    /// `provider` or `sender`.
    pub(crate) role: &'static str,
    pub(crate) client_id: &'a str,
    pub(crate) audience: &'a str,
    /// Space-separated; client-credentials tokens only.
    pub(crate) scope: Option<String>,
    pub(crate) certificate: CertificateId,
    pub(crate) thumbprint: Sha256,
    /// The key whose assertion it was issued for; `None` if a certificate alone was shown.
    pub(crate) key: Option<ClientKeyId>,
    /// The grant it reads under; `None` for client credentials.
    pub(crate) grant: Option<TokenGrant>,
    /// The provider's epoch at issue; a token of an earlier one is refused.
    pub(crate) provider_epoch: i64,
    pub(crate) issued_at: Timestamp,
    pub(crate) until: Timestamp,
}

/// The grant behind a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenGrant {
    pub(crate) id: GrantId,
    pub(crate) application: ApplicationId,
    /// The token epoch of the grant's consents at issue; a token of an earlier one is refused.
    pub(crate) epoch: i64,
    /// The only mailbox of the grant that it opens, if the client asked for less (RFC 9396 6).
    pub(crate) mailbox: Option<MailboxId>,
    /// The only actions that it permits, if the client asked for less.
    pub(crate) actions: Option<Actions>,
}

/// What every guard checks first, whatever the role.
fn check_common(
    presented: &Presented<'_>,
    audience: &str,
    thumbprint: Sha256,
    registered: bool,
    until: Timestamp,
) -> Result<(), TokenRefusal> {
    if audience != presented.audience || thumbprint.0 != *presented.thumbprint || !registered {
        return Err(TokenRefusal::Invalid);
    }
    if until <= presented.now {
        return Err(TokenRefusal::Expired);
    }
    Ok(())
}

/// What a request presents: the audience it came to, its certificate, and the instant it was received.
pub(crate) struct Presented<'a> {
    pub(crate) audience: &'a str,
    pub(crate) thumbprint: &'a [u8; 32],
    pub(crate) now: Timestamp,
}
