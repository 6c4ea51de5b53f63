//! Clients that sign: a certificate first, then an assertion (RFC 7523), and tokens for a service of the e-Box alone.
//!
//! This is how software of the e-Box authenticates, and never the way to the main issuer. The certificate says who asks
//! before the assertion is looked at, and the token is bound to it.

use super::{ClientAccess, ClientError, Issued, Less};
use crate::assertion::{Expected, Flaw, Proven, judge};
use crate::consent::Actions;

/// A client that proved itself twice: by its certificate and by an assertion that was never used before.
pub struct AssertedAccess(ClientAccess);

/// The part of what a client may do that it asks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Scopes, of senders and providers.
    pub scopes: Vec<&'static str>,
    /// What is done with the mailbox, of own software.
    pub actions: Actions,
}

impl ClientAccess {
    /// Believes the client's assertion for the token endpoint at that address, once.
    ///
    /// # Errors
    /// `invalid_client` saying what is wrong with it. Whatever becomes of the request, the assertion is used up.
    pub async fn asserts(self, assertion: &str, address: &str) -> Result<AssertedAccess, ClientError> {
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let keys = parts.db.client_keys(self.client_id(), now).await?;
        let expected = Expected { client_id: self.client_id(), audience: address, now };

        match judge(assertion, &expected, &keys) {
            Ok(proven) if self.uses(&proven).await? => {
                Ok(AssertedAccess(Self { key: Some(proven.key), ..self }))
            }
            Ok(_) => Err(self.disbelieved(Flaw::Replayed).await?),
            Err(flaw) => Err(self.disbelieved(flaw).await?),
        }
    }

    /// Remembers the assertion on all nodes; false if it was used before.
    async fn uses(&self, proven: &Proven) -> Result<bool, ClientError> {
        let mut tx = self.hub.parts().db.write().await?;
        let new = tx.use_assertion(self.client_id(), proven.jti, proven.until).await? > 0;
        if new {
            self.record(&mut tx, None, "clientAssertion", proven.kid.clone()).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    async fn disbelieved(&self, flaw: Flaw) -> Result<ClientError, ClientError> {
        self.hub.record_refusal(self.role(), self.client_id(), flaw.code()).await?;
        Ok(ClientError::oauth("invalid_client", flaw.to_string()))
    }
}

impl AssertedAccess {
    /// A token for the service of the e-Box at that address, bound to the certificate; for all that the client may do there, or
    /// for what it wants of that.
    ///
    /// # Errors
    /// `unauthorized_client`, as for client credentials of the main issuer; `invalid_scope`.
    pub async fn token(&self, wanted: Option<&Wanted>, service: &str) -> Result<Issued, ClientError> {
        let Self(client) = self;
        let outcome = if client.is_own_software() {
            let less = Less { actions: wanted.map(|wanted| wanted.actions), ..Less::default() };
            client.software_token(less, Some(service)).await
        } else {
            client.own_token(wanted.map(|wanted| wanted.scopes.as_slice()), Some(service)).await
        };
        client.recorded(outcome).await
    }
}
