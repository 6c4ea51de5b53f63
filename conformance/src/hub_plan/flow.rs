//! A consent from its request to its tokens: what is pushed, where the citizen comes back, what the code becomes.

use serde_json::{Value, json};
use url::Url;

use super::citizen::{Way, Wish};
use super::random;
use super::request::{Answer, Ask, Form, Heard, brief, form, with};
use super::trial::{Provider, Trial, Who};
use crate::digest::sha256_base64url;
use crate::engine::{Record, Stop, Stopwatch};

/// A request to be pushed, right in everything until a case changes it.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) form: Form,
    pub(super) verifier: String,
    pub(super) state: String,
}

/// A request that was pushed.
#[derive(Clone)]
pub(super) struct Asked {
    /// Where the browser is sent.
    pub(super) url: String,
    /// The redirect URI, where the browser comes back to.
    home: String,
    pub(super) request_uri: String,
    pub(super) verifier: String,
    pub(super) state: String,
}

/// How the browser came back.
#[derive(Clone)]
pub(super) struct Back {
    pub(super) url: String,
    parameters: Form,
}

/// Tokens, and what they open.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) access: String,
    pub(super) refresh: String,
    /// The whole token answer.
    pub(super) tokens: Value,
    pub(super) mailbox: String,
    pub(super) consent: String,
    /// When the access token was fetched, and how many seconds it is good for.
    since: Stopwatch,
    seconds: u64,
}

impl Back {
    pub(super) fn read(url: &str) -> Self {
        let parameters =
            Url::parse(url).map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default();
        Self { url: url.to_owned(), parameters }
    }

    /// A parameter; empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// How often a parameter stands there.
    pub(super) fn count(&self, name: &str) -> usize {
        self.parameters.iter().filter(|(known, _)| known == name).count()
    }

    /// Their names, for people.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }
}

impl Grant {
    /// Reads a token answer.
    pub(super) fn read(answer: &Answer) -> Option<Self> {
        let tokens = answer.json();
        let details = tokens.get("authorization_details")?.get(0)?.clone();
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            access: text(&tokens, "access_token")?,
            refresh: text(&tokens, "refresh_token").unwrap_or_default(),
            mailbox: text(&details, "mailboxId").unwrap_or_default(),
            consent: text(&details, "consentId").unwrap_or_default(),
            since: Stopwatch::start(),
            seconds: tokens.get("expires_in").and_then(Value::as_u64).unwrap_or(60),
            tokens,
        })
    }

    /// Says whether the access token is good for another minute.
    pub(super) fn is_fresh(&self) -> bool {
        self.since.elapsed().as_secs() + 60 < self.seconds
    }
}

impl Trial {
    /// What a case asks of a citizen for `who`: one mailbox, these actions, three months.
    pub(super) fn wanted(&self, who: &Provider, actions: &[&str]) -> Wanted {
        let (verifier, state) = (random::secret(), random::secret());
        let challenge = sha256_base64url(verifier.as_bytes());
        let form = form(&[
            ("client_id", &who.client_id),
            ("response_type", "code"),
            ("redirect_uri", &who.redirect_uri),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", &state),
            ("authorization_details", &json!([self.details(actions)]).to_string()),
        ]);
        self.wire().hide("verifier", &verifier);
        Wanted { form, verifier, state }
    }

    /// One element of `authorization_details`.
    pub(super) fn details(&self, actions: &[&str]) -> Value {
        json!({"type": "mailbox", "locations": [self.profile.hub.mailbox_api], "actions": actions,
            "mailboxKind": "citizen", "duration": "P3M"})
    }

    /// The actions of a whole consent.
    pub(super) fn actions(&self) -> Vec<&'static str> {
        let mut actions = vec!["list", "readContent"];
        actions.extend(self.profile.declares(crate::profile::Capability::MarkRead).then_some("markRead"));
        actions
    }

    /// Pushes a form as `who`.
    pub(super) async fn push(&self, who: &Provider, form: &Form) -> Heard {
        who.caller.send(Ask::form(&self.said.par, form)).await
    }

    /// Pushes a request that is right; the case is blocked if it is refused.
    pub(super) async fn asked(
        &self,
        record: &Record,
        who: &Provider,
        wanted: &Wanted,
    ) -> Result<Asked, Stop> {
        let heard = self.push(who, &wanted.form).await;
        let request_uri = heard
            .as_ref()
            .ok()
            .filter(|answer| answer.status == 201)
            .and_then(|answer| answer.text("request_uri"));
        let request_uri = request_uri.ok_or_else(|| {
            record.blocked(format!("a right request could not be pushed: {}", brief(&heard)))
        })?;
        Ok(Asked {
            url: self.said.authorization(&who.client_id, &request_uri, &[]),
            home: who.redirect_uri.clone(),
            request_uri,
            verifier: wanted.verifier.clone(),
            state: wanted.state.clone(),
        })
    }

    /// Has the citizen follow an address, that of a pushed request or one like it.
    pub(super) async fn follows(
        &self,
        record: &mut Record,
        asked: &Asked,
        url: &str,
        wish: Wish,
    ) -> Result<Option<Back>, Stop> {
        let (home, issuer) = (asked.home.as_str(), self.profile.hub.issuer.as_str());
        let way = Way { browser: &self.nobody, home, issuer, asides: &self.asides };
        let back = self.profile.citizen.follows(record, &way, url, wish).await?.map(|url| Back::read(&url));
        if let Some(back) = &back {
            self.wire().hide("code", back.get("code"));
        }
        Ok(back)
    }

    /// Has the citizen agree; the case is blocked if no code comes of it.
    pub(super) async fn agreed(&self, record: &mut Record, asked: &Asked) -> Result<Back, Stop> {
        match self.follows(record, asked, &asked.url, Wish::Agree).await? {
            Some(back) if !back.get("code").is_empty() => Ok(back),
            Some(back) => Err(record.blocked(format!("the citizen came back without a code: {}", back.url))),
            None => Err(record.blocked("the citizen was not sent back")),
        }
    }

    /// The form that redeems a code.
    pub(super) fn redemption(who: &Provider, asked: &Asked, back: &Back) -> Form {
        form(&[
            ("grant_type", "authorization_code"),
            ("client_id", &who.client_id),
            ("code", back.get("code")),
            ("redirect_uri", &who.redirect_uri),
            ("code_verifier", &asked.verifier),
        ])
    }

    /// Sends a form to the token endpoint as `who`.
    pub(super) async fn token(&self, who: &Provider, form: &Form) -> Heard {
        who.caller.send(Ask::form(&self.said.token, form)).await
    }

    /// A whole flow with a right request: pushed, agreed to, redeemed.
    pub(super) async fn flow(
        &mut self,
        record: &mut Record,
        who: Who,
        wanted: &Wanted,
    ) -> Result<Grant, Stop> {
        let provider = self.provider(who);
        let asked = self.asked(record, &provider, wanted).await?;
        let back = self.agreed(record, &asked).await?;
        let heard = self.token(&provider, &Self::redemption(&provider, &asked, &back)).await;
        self.granted(record, who, &heard)
    }

    /// Keeps the grant of a token answer; the case is blocked if there is none.
    pub(super) fn granted(&mut self, record: &Record, who: Who, heard: &Heard) -> Result<Grant, Stop> {
        let grant = heard.as_ref().ok().filter(|answer| answer.status == 200).and_then(Grant::read);
        let grant = grant
            .ok_or_else(|| record.blocked(format!("a right code was not redeemed: {}", brief(heard))))?;
        self.keep(who, grant.clone());
        Ok(grant)
    }

    /// A grant of a new consent.
    pub(super) async fn fresh(&mut self, record: &mut Record, who: Who) -> Result<Grant, Stop> {
        let wanted = self.wanted(&self.provider(who), &self.actions());
        self.flow(record, who, &wanted).await
    }

    /// A grant that stands: an earlier case's, renewed if it must be, or a new one.
    pub(super) async fn standing(&mut self, record: &mut Record, who: Who) -> Result<Grant, Stop> {
        let Some(held) = self.held(who) else { return self.fresh(record, who).await };
        if held.is_fresh() {
            return Ok(held);
        }
        let heard = self.renew(&self.provider(who), &held, &[]).await;
        match heard.ok().filter(|answer| answer.status == 200).and_then(|answer| Grant::read(&answer)) {
            Some(renewed) => {
                let grant = Grant { refresh: held.refresh, tokens: held.tokens, ..renewed };
                self.keep(who, grant.clone());
                Ok(grant)
            }
            None => self.fresh(record, who).await,
        }
    }

    /// Asks for a new access token, with further parameters.
    pub(super) async fn renew(&self, who: &Provider, grant: &Grant, more: &[(&str, &str)]) -> Heard {
        self.token(who, &Self::renewal(who, grant, more)).await
    }

    /// The form that renews an access token.
    pub(super) fn renewal(who: &Provider, grant: &Grant, more: &[(&str, &str)]) -> Form {
        let plain = form(&[
            ("grant_type", "refresh_token"),
            ("client_id", &who.client_id),
            ("refresh_token", &grant.refresh),
        ]);
        more.iter().fold(plain, |form, (name, value)| with(&form, name, Some(value)))
    }

    /// A token of the application itself; the case is blocked if it is refused.
    pub(super) async fn own_token(
        &self,
        record: &Record,
        who: &Provider,
        scope: &str,
    ) -> Result<String, Stop> {
        let heard = self.token(who, &Self::own_form(who, scope)).await;
        let token = heard.as_ref().ok().and_then(|answer| answer.text("access_token"));
        token.ok_or_else(|| record.blocked(format!("no token with the scope {scope}: {}", brief(&heard))))
    }

    /// A form that asks for a token of the application itself.
    pub(super) fn own_form(who: &Provider, scope: &str) -> Form {
        form(&[("grant_type", "client_credentials"), ("client_id", &who.client_id), ("scope", scope)])
    }

    /// What introspection says of a token.
    pub(super) async fn introspected(&self, who: &Provider, token: &str) -> Heard {
        let form = form(&[("client_id", &who.client_id), ("token", token)]);
        who.caller.send(Ask::form(&self.said.introspect, &form)).await
    }

    /// Ends a token.
    pub(super) async fn revoke(&self, who: &Provider, token: &str) -> Heard {
        let form = form(&[("client_id", &who.client_id), ("token", token)]);
        who.caller.send(Ask::form(&self.said.revoke, &form)).await
    }
}
