//! A provider asks and a citizen decides (TRUST 9 and 10).

use std::collections::BTreeSet;

use super::super::step::{
    Acts, App, ENTERPRISE, MAILBOXES, Mailbox, Newest, OWN_CHOICES, Org, Step, Want, provider_of,
};
use super::consents::Terms;
use super::{Code, Grant, MINUTE, Model, NOTHING, Request, Taken, done};

/// A session ends so long after its last page.
const IDLE: i64 = 15 * MINUTE;
/// A request can be decided for so long.
const BOUND: i64 = 60 * MINUTE;

impl Model {
    /// The grant that a step means: the newest ones of an application whose id its client knows.
    pub(in super::super) fn known_grant(&self, grant: &Newest) -> Option<usize> {
        let known =
            (0..self.grants.len()).rev().filter(|n| self.grants[*n].app == grant.of && self.grants[*n].known);
        known.into_iter().nth(grant.back)
    }

    /// The grant that a request names; nothing if it would name one that is not there.
    pub(in super::super) fn wanted(&self, want: &Want) -> Result<Option<usize>, &'static str> {
        match want {
            Want::Nothing | Want::Create => Ok(None),
            Want::Merge(grant) | Want::Replace(grant) => self.known_grant(grant).map(Some).ok_or(NOTHING),
        }
    }

    pub(super) fn ask(&mut self, step: &Step) -> Taken {
        let Step::Ask { app, cert, enterprise, actions, days, want, expected, who } = step else {
            return Err(NOTHING);
        };
        let grant = self.wanted(want)?;
        let person = self.person_of(*who).ok_or(NOTHING)?;
        self.client((*app, *cert))?;
        self.in_use(*app)?;
        if actions.iter().all(|action| OWN_CHOICES.contains(action))
            || (days.is_none() && actions.contains("synchronise"))
        {
            return Err("oauth:invalid_authorization_details");
        }
        if grant.is_some_and(|grant| self.grants[grant].app != *app || self.has_ended(grant)) {
            return Err("oauth:invalid_grant_id");
        }
        if matches!(want, Want::Merge(_)) && days.is_none() {
            return Err("oauth:invalid_authorization_details");
        }
        if !self.may_act(person) {
            return Err("forbidden");
        }
        self.apps[*app].request = Some(Request {
            person,
            at: self.now,
            seen: self.now,
            session_ended: false,
            decided: false,
            tried: 0,
            enterprise: *enterprise,
            asked: actions.clone(),
            days: *days,
            named: !matches!(want, Want::Nothing),
            grant,
            merges: matches!(want, Want::Merge(_)),
            expected: *expected,
        });
        done()
    }

    /// The mailboxes that fit a request: the person decides for them, and they are open.
    pub(in super::super) fn fitting(&self, request: &Request) -> Vec<Mailbox> {
        let fits = |mailbox: &Mailbox| {
            (*mailbox == ENTERPRISE) == request.enterprise
                && self.boxes[*mailbox].open
                && self.decides(request.person, *mailbox)
        };
        (0..MAILBOXES).filter(fits).collect()
    }

    /// Those of them that can be chosen: a citizen's must be active.
    pub(in super::super) fn enabled(&self, request: &Request) -> Vec<Mailbox> {
        let enabled = |mailbox: &Mailbox| *mailbox == ENTERPRISE || self.boxes[*mailbox].active;
        self.fitting(request).into_iter().filter(enabled).collect()
    }

    fn deciding(&mut self, app: App) -> Result<Request, &'static str> {
        let mut request = self.apps[app].request.clone().ok_or(NOTHING)?;
        if request.session_ended || !self.may_act(request.person) || self.now - request.seen >= IDLE {
            return Err("token:expired");
        }
        request.seen = self.now;
        self.apps[app].request = Some(request.clone());
        if self.providers[provider_of(app)] != "active" {
            return Err("notFound:request");
        }
        let over = request.decided || self.now - request.at >= BOUND;
        if over { Err("conflict:AlreadyOver") } else { Ok(request) }
    }

    pub(super) fn refuse(&mut self, app: App) -> Taken {
        let mut request = self.deciding(app)?;
        request.decided = true;
        self.apps[app].request = Some(request);
        done()
    }

    pub(super) fn agree(
        &mut self,
        app: App,
        (chosen, actions, withheld): (&BTreeSet<Mailbox>, &Acts, &BTreeSet<Org>),
        until: Option<i64>,
    ) -> Taken {
        if let Some(request) = &mut self.apps[app].request {
            request.tried += 1;
        }
        let mut request = self.deciding(app)?;
        let fitting = self.fitting(&request);
        if actions.iter().all(|action| OWN_CHOICES.contains(action)) || !actions.is_subset(&request.asked) {
            return Err("invalid:actions");
        }
        if !withheld.iter().all(|org| fitting.iter().any(|mailbox| self.has_written(*org, *mailbox))) {
            return Err("invalid:withheld");
        }
        let enabled = self.enabled(&request);
        if chosen.is_empty() || !chosen.iter().all(|mailbox| enabled.contains(mailbox)) {
            return Err("notFound:mailbox");
        }
        let another =
            request.expected.is_some_and(|expected| self.person_of(expected) != Some(request.person));
        let not_own = request
            .grant
            .is_some_and(|grant| self.has_ended(grant) || self.grants[grant].person != request.person);
        if another || not_own {
            return Err("forbidden");
        }
        // the hub refused if it showed no end: the outcomes differ then
        let Some(until) = until else { return done() };
        if !self.is_plausible_end(until, request.days) {
            return Err("another end");
        }
        let (asked, actions, withheld) = (request.asked.clone(), actions.clone(), withheld.clone());
        self.fill(app, &request, (chosen, &Terms { asked, actions, until, withheld }));
        request.decided = true;
        self.apps[app].request = Some(request);
        done()
    }

    /// The chosen mailboxes get their consents under the grant, and a code for it is made.
    fn fill(&mut self, app: App, request: &Request, (chosen, terms): (&BTreeSet<Mailbox>, &Terms)) {
        let grant = request.grant.unwrap_or_else(|| {
            let unclaimed = Some(self.now + MINUTE);
            self.grants.push(Grant { app, person: request.person, known: false, unclaimed });
            self.grants.len() - 1
        });
        let before = self.under(grant);
        for mailbox in chosen {
            let same = before.iter().copied().find(|n| self.consents[*n].mailbox == *mailbox);
            match same.filter(|n| self.stands(*n)) {
                Some(n) => {
                    let old = &self.consents[n];
                    let mut terms = terms.clone();
                    if request.merges {
                        terms.actions.extend(&old.actions);
                        terms.asked.extend(&old.asked);
                        terms.until = terms.until.max(old.until);
                    }
                    self.alter(n, &terms, Some(request.person));
                }
                None => self.give((*mailbox, app), (grant, request.person), terms),
            }
        }
        if request.grant.is_some() && !request.merges {
            for n in before {
                if !chosen.contains(&self.consents[n].mailbox) {
                    self.end(n, ("superseded", "newConsent"));
                }
            }
        }
        self.drop_tokens(grant);
        self.apps[app].code = Some(Code {
            grant,
            asked_at: request.at,
            until: self.now + MINUTE,
            redeemed: false,
            tried: 0,
            once: request.days.is_none(),
            named: request.named,
            forgotten: false,
        });
    }

    /// Whether an organization has a letter in a mailbox that has not expired.
    pub(in super::super) fn has_written(&self, org: Org, mailbox: Mailbox) -> bool {
        self.boxes[mailbox].letters.iter().any(|letter| letter.org == org && self.now < letter.expires_at)
    }
}
