//! What a citizen does in the portal, for themselves or by a role.

use std::collections::BTreeSet;

use super::super::step::{Acting, Acts, App, ENTERPRISE, OWN_CHOICES, Org};
use super::consents::Terms;
use super::{Life, Model, NOTHING, TAKE_OVER_WITHIN, Taken, done};

impl Model {
    /// Allows less: the access tokens of the grant end, its refresh token stays.
    pub(super) fn narrow(
        &mut self,
        (by, app): (Acting, App),
        without: &Acts,
        withheld: &BTreeSet<Org>,
    ) -> Taken {
        let n = self.last_of(by.mailbox, app).ok_or(NOTHING)?;
        self.decider(by)?;
        self.look(by.mailbox);
        let consent = &self.consents[n];
        if !consent.lives(self.now) {
            return Err("notFound:consent");
        }
        let actions: Acts = consent.actions.difference(without).copied().collect();
        if actions.iter().all(|action| OWN_CHOICES.contains(action)) {
            return Err("invalid:without");
        }
        if !withheld.iter().all(|org| self.has_written(*org, by.mailbox)) {
            return Err("invalid:withheld");
        }
        let all: BTreeSet<Org> = consent.withheld.union(withheld).copied().collect();
        if actions == consent.actions && all == consent.withheld {
            return done();
        }
        let terms = Terms { asked: consent.asked.clone(), actions, until: consent.until, withheld: all };
        let grant = consent.grant;
        self.alter(n, &terms, None);
        for token in self.tokens.iter_mut().filter(|token| token.grant == grant && !token.refresh) {
            token.gone = true;
        }
        done()
    }

    /// Takes a consent back; doing so again is no error.
    pub(super) fn revoke(&mut self, by: Acting, app: App) -> Taken {
        let n = self.last_of(by.mailbox, app).ok_or(NOTHING)?;
        self.decider(by)?;
        self.end(n, ("revoked", "citizenRevoked"));
        done()
    }

    /// Lets a consent go on as one's own, within 30 days and its time.
    pub(super) fn take_over(&mut self, by: Acting, app: App) -> Taken {
        let n = self.last_of(by.mailbox, app).ok_or(NOTHING)?;
        let person = self.decider(by)?;
        let mailbox = &self.boxes[by.mailbox];
        let consent = &self.consents[n];
        let in_time =
            matches!(consent.life, Life::Still { since, .. } if self.now - since < TAKE_OVER_WITHIN);
        let enabled = mailbox.open && (by.mailbox == ENTERPRISE || mailbox.active);
        if !enabled || !in_time || consent.until <= self.now {
            return Err("conflict:AlreadyOver");
        }
        let grant = consent.grant;
        self.resume(n);
        self.consents[n].giver = person;
        if self.under(grant).into_iter().all(|n| self.consents[n].giver == person) {
            self.grants[grant].person = person;
        }
        done()
    }

    fn of_a_citizen(&self, by: Acting) -> Result<(), &'static str> {
        self.decider(by)?;
        if by.mailbox == ENTERPRISE || !self.boxes[by.mailbox].open { Err("forbidden") } else { Ok(()) }
    }

    pub(super) fn activate(&mut self, by: Acting) -> Taken {
        self.of_a_citizen(by)?;
        self.boxes[by.mailbox].active = true;
        done()
    }

    /// Stops digital mail: every consent on the mailbox ends.
    pub(super) fn withdraw(&mut self, by: Acting) -> Taken {
        self.of_a_citizen(by)?;
        self.boxes[by.mailbox].withdrew |= self.boxes[by.mailbox].active;
        self.boxes[by.mailbox].active = false;
        for n in 0..self.consents.len() {
            if self.consents[n].mailbox == by.mailbox {
                self.end(n, ("revoked", "activationWithdrawn"));
            }
        }
        done()
    }
}
