//! The tokens of a consent: used, renewed once when the hub does not take them, forgotten when it is over.

use reqwest::RequestBuilder;

use super::{Connection, Standing};
use crate::{
    consent::{Secret, Tokens},
    error::{Error, Problem},
    event::Event,
    reply::Reply,
};

impl Connection {
    /// Makes a call with the access token; renews it once if the hub no longer takes it.
    pub(super) async fn call(&self, purpose: &'static str, request: RequestBuilder) -> Result<Reply, Error> {
        let once_more = request.try_clone();
        let token = self.access().await?;
        let refused = match self.attempt(purpose, request, &token).await {
            Err(Error::Problem(problem)) if problem.is_about_token() => problem,
            other => return other,
        };

        let token = self.renewed(&token, refused).await?;
        let once_more = once_more.ok_or(Error::NotConnected)?;
        match self.attempt(purpose, once_more, &token).await {
            Err(Error::Problem(problem)) if problem.is_about_token() => {
                Err(self.ended(&mut *self.tokens.lock().await, problem))
            }
            other => other,
        }
    }

    /// The token goes into the header, never into the address (RFC 6750 2.3).
    async fn attempt(
        &self,
        purpose: &'static str,
        request: RequestBuilder,
        token: &Secret,
    ) -> Result<Reply, Error> {
        self.provider.hub.send(purpose, request.bearer_auth(token.expose())).await
    }

    /// The access token, unless the consent has ended, be it that an event told so.
    pub(super) async fn access(&self) -> Result<Secret, Error> {
        let mut tokens = self.tokens.lock().await;
        if self.standing() == Standing::Ended && tokens.is_some() {
            return Err(self.ended(&mut tokens, Problem::told_by_event()));
        }
        tokens.as_ref().map(|tokens| tokens.access.clone()).ok_or(Error::NotConnected)
    }

    /// Gives another access token than `stale`; calls that were refused together renew it once.
    pub(super) async fn renewed(&self, stale: &Secret, refused: Problem) -> Result<Secret, Error> {
        let mut tokens = self.tokens.lock().await;
        let Some(current) = tokens.as_ref() else {
            return Err(Error::NotConnected);
        };
        if current.access != *stale {
            return Ok(current.access.clone());
        }
        match self.provider.refresh(current, &self.granted()).await {
            Ok(renewed) => {
                let access = renewed.access.clone();
                self.known().granted = renewed.consent()?.clone();
                self.known().standing = Standing::Connected;
                *tokens = Some(renewed);
                Ok(access)
            }
            Err(Error::OAuth { code, .. }) if code == "invalid_grant" => {
                Err(self.ended(&mut tokens, refused))
            }
            // It stands still: the refresh token is good again when the consent goes on.
            Err(Error::OAuth { code, .. }) if code == "unauthorized_client" => {
                self.known().standing = Standing::Suspended;
                Err(Error::Suspended)
            }
            Err(Error::NotConnected) => Err(self.ended(&mut tokens, refused)),
            Err(other) => Err(other),
        }
    }

    /// Forgets the tokens and tells it once.
    pub(super) fn ended(&self, tokens: &mut Option<Tokens>, problem: Problem) -> Error {
        self.known().standing = Standing::Ended;
        if tokens.take().is_some() {
            self.tell(Event::Refused { status: problem.status, kind: problem.kind.clone() });
        }
        Error::ConsentEnded(problem)
    }
}
