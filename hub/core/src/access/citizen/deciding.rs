//! Deciding a request: agreeing is one transaction that makes the consent, its grant and the code.

use super::CitizenAccess;
use super::visiting::RequestAccess;
use crate::audit::Act;
use crate::clock::Timestamp;
use crate::consent::{Actions, Ending, KeptScreen, NewConsent, NewEvent, Screen, until};
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::{ConsentId, GrantId, MailboxId, Sha256};
use crate::keys::{Purpose, column_aad};
use crate::mailbox::Kind;
use crate::request::{CODE_FOR, Stage};
use crate::token::Secret;

/// What the consent screen asks this person.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the provider wants to do.
    pub actions: Actions,
    /// With whose mailbox.
    pub kind: Kind,
    /// Until when.
    pub until: Timestamp,
    /// The mailboxes that fit; none means that the person cannot answer for such a mailbox.
    pub candidates: Vec<Candidate>,
}

/// A mailbox that the person could choose.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The mailbox, as this person knows it.
    pub id: String,
    /// The enterprise's name; `None` for the citizen's own.
    pub enterprise: Option<String>,
    /// Whether senders may write; a citizen's must be activated before a consent makes sense.
    pub active: bool,
}

/// Where the browser goes after the decision: parameters for the redirect URI.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The registered redirect URI.
    pub redirect_uri: String,
    /// `code` or `error`, `state`, `iss` (RFC 9207).
    pub query: Vec<(&'static str, String)>,
}

impl CitizenAccess {
    /// Whether this session came from a login made for this request, in the browser that has it.
    pub fn may_decide(&self, request: &RequestAccess) -> bool {
        self.session.request_hash == Some(request.row.request_hash)
            && request.row.stage(request.browser, self.hub.now()) == Stage::Bound
    }

    /// What the consent screen asks.
    pub async fn question(&self, request: &RequestAccess) -> Result<Question, Error> {
        let now = self.hub.now();
        let asked = request.asked()?;
        let fitting = self.mailboxes().await?.into_iter().filter(|(_, view)| view.kind == asked.kind);
        Ok(Question {
            actions: asked.actions,
            kind: asked.kind,
            until: until(now, asked.duration).ok_or_else(|| Error::internal("no such day"))?,
            candidates: fitting
                .map(|(_, view)| Candidate {
                    active: view.kind == Kind::Enterprise || view.activated_at.is_some(),
                    enterprise: view.enterprise.map(|(name, _)| name),
                    id: view.id,
                })
                .collect(),
        })
    }

    /// Agrees: the consent exists, an earlier one for the same application is superseded, the code is made.
    ///
    /// `screen` is the page that was shown, kept byte for byte.
    ///
    /// # Errors
    /// [`Conflict::AlreadyOver`] if the request was decided or its time is over; [`Error::Forbidden`] without a
    /// login for this request; [`Error::NotFound`] for a mailbox that does not fit.
    pub async fn agree(
        &self,
        request: &RequestAccess,
        mailbox: &str,
        screen: &Screen,
        issuer: &str,
    ) -> Result<Decision, Error> {
        let browser = self.deciding_browser(request)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let question = self.question(request).await?;
        let fits = question.candidates.iter().any(|candidate| candidate.id == mailbox && candidate.active);
        if !fits {
            return Err(Error::NotFound("mailbox"));
        }
        if screen.until <= now || screen.until > question.until {
            return Err(Error::invalid("invalidInput", "until", "the screen names another end"));
        }
        let mut consent = self.new_consent(request, &question, self.own_mailbox_id(mailbox)?, now);
        consent.until = screen.until;
        let code = Secret::new("fac_", &parts.random);

        let mut tx = parts.db.write().await?;
        let locked = tx.lock_mailbox(consent.mailbox).await?.ok_or(Error::NotFound("mailbox"))?;
        if !locked.accepts_mail() {
            return Err(Error::NotFound("mailbox"));
        }
        let agreed = tx.agree_request(
            (request.row.request_hash, browser),
            consent.grant,
            (code.hash(), now.plus(CODE_FOR)),
            now,
        );
        if !agreed.await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        self.supersede(&mut tx, &consent, now).await?;
        self.give(&mut tx, &consent, screen, now).await?;
        tx.commit().await?;

        let mut query = vec![("code", code.expose().to_owned())];
        query.extend(request.row.state.clone().map(|state| ("state", state)));
        query.push(("iss", issuer.to_owned()));
        Ok(Decision { redirect_uri: request.row.redirect_uri.clone(), query })
    }

    /// Refuses: the request is over and the provider is told `access_denied`.
    ///
    /// # Errors
    /// As for [`agree`](Self::agree).
    pub async fn refuse(&self, request: &RequestAccess, issuer: &str) -> Result<Decision, Error> {
        let browser = self.deciding_browser(request)?;
        let parts = self.hub.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write().await?;
        if !tx.refuse_request((request.row.request_hash, browser), now).await? {
            return Err(Error::Conflict(Conflict::AlreadyOver));
        }
        let act = self.act("refuse", request.application.id.0.to_string());
        tx.record(parts.random.id(now), Some(self.session.person), now, act).await?;
        tx.commit().await?;
        Ok(Decision {
            redirect_uri: request.row.redirect_uri.clone(),
            query: request.refusal_redirect(issuer),
        })
    }

    pub(crate) fn act(&self, action: &'static str, object: String) -> Act<'static> {
        Act { role: "citizen", actor: self.session.person.0.to_string(), action, object }
    }

    fn deciding_browser(&self, request: &RequestAccess) -> Result<Sha256, Error> {
        if self.session.request_hash != Some(request.row.request_hash) {
            return Err(Error::Forbidden("deciding without a login for this request"));
        }
        match (request.row.stage(request.browser, self.hub.now()), request.browser) {
            (Stage::Bound, Some(browser)) => Ok(browser),
            (Stage::Agreed | Stage::Refused | Stage::Lapsed, _) => {
                Err(Error::Conflict(Conflict::AlreadyOver))
            }
            _ => Err(Error::Forbidden("deciding in another browser")),
        }
    }

    fn new_consent(
        &self,
        request: &RequestAccess,
        question: &Question,
        mailbox: MailboxId,
        now: Timestamp,
    ) -> NewConsent {
        let random = self.hub.random();
        NewConsent {
            id: ConsentId(random.id(now)),
            mailbox,
            application: request.application.id,
            provider: request.application.provider,
            grant: GrantId(random.id(now)),
            actions: question.actions,
            person: self.session.person,
            until: question.until,
        }
    }

    async fn supersede(&self, tx: &mut Tx, consent: &NewConsent, now: Timestamp) -> Result<(), Error> {
        let Some(old) = tx.consent_of(consent.mailbox, consent.application).await? else {
            return Ok(());
        };
        self.end(tx, (consent.mailbox, old.id), Ending::Superseded, now).await?;
        Ok(())
    }

    /// The screen as it is kept: it names the person, so it is sealed.
    fn sealed_screen(&self, consent: ConsentId, screen: &Screen) -> KeptScreen {
        let parts = self.hub.parts();
        let aad = column_aad("consent_event", "screen", consent.0.as_bytes());
        KeptScreen {
            sealed: parts.keys.current().seal(Purpose::SealedColumns, &aad, &screen.html, &parts.random),
            text_version: screen.text_version.clone(),
            language: screen.language.clone(),
        }
    }

    async fn give(
        &self,
        tx: &mut Tx,
        consent: &NewConsent,
        screen: &Screen,
        now: Timestamp,
    ) -> Result<(), Error> {
        if tx.put_consent(consent, now).await? != 1 {
            return Err(Error::internal("a living consent stands in the way of a new one"));
        }
        tx.insert_grant(consent, now).await?;
        let event = NewEvent {
            mailbox: consent.mailbox,
            consent: consent.id,
            application: consent.application,
            kind: "granted",
            person: self.session.person,
            actions: consent.actions,
            until: consent.until,
            screen: Some(self.sealed_screen(consent.id, screen)),
            acr: &self.session.acr,
        };
        tx.insert_event(event, now).await?;
        let act = self.act("grant", consent.id.0.to_string());
        tx.record(self.hub.random().id(now), Some(consent.mailbox), now, act).await?;
        Ok(())
    }
}
