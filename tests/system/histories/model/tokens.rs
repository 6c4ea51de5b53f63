//! Codes, tokens and certificates at the authorization server.

use super::super::step::{Acts, App, Less, Newest, provider_of};
use super::{DAY, MINUTE, Model, NOTHING, Taken, Token, done};

const ACCESS_TOKEN_LIFE: i64 = 10 * MINUTE;

impl Model {
    /// The registration that a certificate of an application stands under now.
    pub(super) fn registered(&self, (app, cert): (App, usize)) -> Option<usize> {
        let slot = if self.apps[app].one_name { 0 } else { cert };
        self.registrations.iter().position(|one| (one.app, one.slot) == (app, slot) && one.accepts(self.now))
    }

    /// A client is known by its certificate.
    pub(super) fn client(&self, client: (App, usize)) -> Result<usize, &'static str> {
        self.registered(client).ok_or("certificate:notRegistered")
    }

    /// A client whose provider is suspended or gone asks for nothing.
    pub(super) fn in_use(&self, app: App) -> Result<(), &'static str> {
        if self.providers[provider_of(app)] == "active" { Ok(()) } else { Err("oauth:unauthorized_client") }
    }

    pub(super) fn redeem(&mut self, app: App, cert: usize, proven: bool) -> Taken {
        let code = self.apps[app].code.as_mut().ok_or(NOTHING)?;
        code.tried += 1;
        let code = code.clone();
        let registration = self.client((app, cert))?;
        self.in_use(app)?;
        if !proven || code.forgotten {
            return Err("oauth:invalid_grant");
        }
        if code.redeemed {
            // a code used twice ends what it gave
            self.drop_tokens(code.grant);
            return Err("oauth:invalid_grant");
        }
        let until = self.end_of(code.grant).filter(|_| self.now < code.until).ok_or("oauth:invalid_grant")?;
        let bound = Token {
            app,
            cert,
            registration,
            refresh: false,
            grant: code.grant,
            only: None,
            actions: None,
            until: until.min(self.now + ACCESS_TOKEN_LIFE),
            gone: false,
        };
        self.tokens.push(bound.clone());
        if !code.once {
            self.tokens.push(Token { refresh: true, until, ..bound });
        }
        self.grants[code.grant].unclaimed = None;
        self.grants[code.grant].known |= code.named;
        if let Some(code) = &mut self.apps[app].code {
            code.redeemed = true;
        }
        let with = match (code.once, code.named) {
            (true, _) => "once",
            (false, true) => "with refresh and grant",
            (false, false) => "with refresh",
        };
        Ok(format!("{with}: {}", self.granted(code.grant, &Less::Nothing)))
    }

    /// When the last consent that stands under a grant ends; `None` if none does.
    fn end_of(&self, grant: usize) -> Option<i64> {
        self.standing_under(grant).into_iter().map(|n| self.consents[n].until).max()
    }

    /// What a token answer says was granted.
    fn granted(&self, grant: usize, less: &Less) -> String {
        let told = |n: usize| {
            let consent = &self.consents[n];
            let actions: Acts = match less {
                Less::Actions(less) => consent.actions.intersection(less).copied().collect(),
                _ => consent.actions.clone(),
            };
            told(consent.mailbox, &actions, consent.until, !consent.withheld.is_empty())
        };
        let mut all: Vec<_> = self
            .standing_under(grant)
            .into_iter()
            .filter(|n| !matches!(less, Less::Only(mailbox) if *mailbox != self.consents[*n].mailbox))
            .map(told)
            .collect();
        all.sort();
        all.join("; ")
    }

    /// The refresh or access token that a step means, counted from the newest.
    pub(in super::super) fn newest_token(&self, app: App, refresh: bool, back: usize) -> Option<usize> {
        let of = |n: &usize| self.tokens[*n].app == app && self.tokens[*n].refresh == refresh;
        (0..self.tokens.len()).rev().filter(of).nth(back)
    }

    /// Whether a refresh token fetches an access token now.
    pub(in super::super) fn refreshes(&self, n: usize, cert: usize) -> Result<usize, &'static str> {
        let token = &self.tokens[n];
        let registration = self.client((token.app, cert))?;
        self.in_use(token.app)?;
        if token.gone || token.until <= self.now {
            return Err("oauth:invalid_grant");
        }
        if self.standing_under(token.grant).is_empty() {
            let in_time = |n: &usize| self.now < self.consents[*n].until;
            let waits = self.under(token.grant).iter().any(in_time);
            return Err(if waits { "oauth:unauthorized_client" } else { "oauth:invalid_grant" });
        }
        Ok(registration)
    }

    pub(super) fn refresh(&mut self, (app, cert): (App, usize), back: usize, less: &Less) -> Taken {
        let n = self.newest_token(app, true, back).ok_or(NOTHING)?;
        let registration = self.refreshes(n, cert)?;
        let grant = self.tokens[n].grant;
        let living = self.standing_under(grant);
        let fits = match less {
            Less::Nothing => true,
            Less::Only(mailbox) => living.iter().any(|n| self.consents[*n].mailbox == *mailbox),
            Less::Actions(actions) => {
                !actions.is_empty() && living.iter().all(|n| actions.is_subset(&self.consents[*n].actions))
            }
        };
        if !fits {
            return Err("oauth:invalid_authorization_details");
        }
        let until = self.end_of(grant).unwrap_or(self.now);
        self.tokens.push(Token {
            app,
            cert,
            registration,
            refresh: false,
            grant,
            only: if let Less::Only(mailbox) = less { Some(*mailbox) } else { None },
            actions: if let Less::Actions(actions) = less { Some(actions.clone()) } else { None },
            until: until.min(self.now + ACCESS_TOKEN_LIFE),
            gone: false,
        });
        Ok(format!("fresh: {}", self.granted(grant, less)))
    }

    /// A client ends a token of its own: a refresh token takes the others of its grant with it.
    pub(super) fn end_tokens(&mut self, client: (App, usize), refresh: bool, back: usize) -> Taken {
        let n = self.newest_token(client.0, refresh, back).ok_or(NOTHING)?;
        self.client(client)?;
        if refresh && !self.tokens[n].gone {
            self.drop_tokens(self.tokens[n].grant);
        }
        self.tokens[n].gone = true;
        done()
    }

    /// A provider gives a grant back.
    pub(super) fn end_grant(&mut self, (app, cert): (App, usize), grant: &Newest) -> Taken {
        let grant = self.known_grant(grant).ok_or(NOTHING)?;
        self.client((app, cert))?;
        self.in_use(app)?;
        let of = self.grants[grant].app;
        if provider_of(of) != provider_of(app) || self.has_ended(grant) {
            return Err("notFound:grant");
        }
        if of != app {
            return Err("forbidden");
        }
        let standing: Vec<_> =
            self.under(grant).into_iter().filter(|n| self.now < self.consents[*n].until).collect();
        if standing.is_empty() {
            return Err("notFound:grant");
        }
        for n in standing {
            self.end(n, ("revoked", "providerEnded"));
        }
        self.drop_tokens(grant);
        done()
    }

    /// Forgets what is over: tokens an hour after their end, requests after two hours.
    pub(super) fn forget(&mut self) {
        let now = self.now;
        for token in self.tokens.iter_mut().filter(|token| token.until < now - 3600) {
            token.gone = true;
        }
        for code in self.apps.iter_mut().filter_map(|app| app.code.as_mut()) {
            code.forgotten |= code.asked_at < now - 2 * 3600;
        }
    }
}

impl super::Registration {
    /// Whether it is accepted at `now`.
    pub(super) fn accepts(&self, now: i64) -> bool {
        !self.ended && self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// What is told of one granted mailbox.
pub(in super::super) fn told(mailbox: usize, actions: &Acts, until: i64, withheld: bool) -> String {
    let actions: Vec<_> = actions.iter().copied().collect();
    let days = until.div_euclid(DAY);
    let rest = until.rem_euclid(DAY);
    format!(
        "m{mailbox} {} until {days}d{rest} {}",
        actions.join("+"),
        if withheld { "in part" } else { "whole" }
    )
}
