//! What operators do, and what the hub does by itself.

use super::super::step::{App, Job, Mailbox, provider_of};
use super::{Life, MINUTE, Model, NOTHING, Registration, TAKE_OVER_WITHIN, Taken, done};

impl Model {
    /// Suspension freezes, resuming restores; removal ends all tokens and certificates at once, the consents in a job.
    pub(super) fn move_provider(&mut self, provider: usize, to: &'static str) -> Taken {
        match (self.providers[provider], to) {
            ("active", "suspended") | ("suspended", "active") => {}
            ("active" | "suspended", "removed") => {
                for n in 0..self.grants.len() {
                    if provider_of(self.grants[n].app) == provider {
                        self.drop_tokens(n);
                    }
                }
                for one in self.registrations.iter_mut().filter(|one| provider_of(one.app) == provider) {
                    one.ended = true;
                }
            }
            _ => return Err("conflict:NoSuchStep"),
        }
        self.providers[provider] = to;
        done()
    }

    /// The registration under a name that nobody has ended; its time may be over, or still to come.
    pub(in super::super) fn standing(&self, app: App, slot: usize) -> Option<usize> {
        self.registrations.iter().position(|one| (one.app, one.slot) == (app, slot) && !one.ended)
    }

    pub(super) fn end_certificate(&mut self, app: App, slot: usize) -> Taken {
        let n = self.standing(app, slot).ok_or(NOTHING)?;
        self.registrations[n].ended = true;
        done()
    }

    /// A registration that has ended never stands again: the same certificate is registered anew.
    pub(super) fn register(&mut self, (app, slot): (App, usize), from: i64, until: Option<i64>) -> Taken {
        if self.providers[provider_of(app)] == "removed" || self.standing(app, slot).is_some() {
            return Err("conflict:NoSuchStep");
        }
        let (from, until) = (self.now + from, until.map(|until| self.now + until));
        self.registrations.push(Registration { app, slot, from, until, ended: false });
        done()
    }

    pub(super) fn operator_ends(&mut self, app: App, mailbox: Mailbox) -> Taken {
        let n = self.last_of(mailbox, app).ok_or(NOTHING)?;
        self.end(n, ("revoked", "operatorEnded"));
        done()
    }

    pub(super) fn upkeep(&mut self, job: Job) -> Taken {
        match job {
            Job::SettleRoles => self.settle(),
            Job::EndForsaken => self.end_forsaken(),
            Job::ExpireConsents => self.expire_consents(),
            Job::EndUnclaimed => self.end_unclaimed(),
            Job::ExpireLetters => self.expire_letters(),
            Job::Outbox => self.end_removed(),
            Job::Everything => {
                self.expire_letters();
                self.expire_consents();
                self.end_unclaimed();
                self.settle();
                self.end_forsaken();
                self.end_removed();
                self.forget();
            }
        }
        done()
    }

    fn expire_letters(&mut self) {
        let now = self.now;
        for letter in self.boxes.iter_mut().flat_map(|one| &mut one.letters) {
            letter.removed |= letter.expires_at <= now;
        }
    }

    fn expire_consents(&mut self) {
        for n in 0..self.consents.len() {
            if self.consents[n].until <= self.now {
                self.end(n, ("expired", "expired"));
            }
        }
    }

    /// What stood still for 30 days ends.
    fn end_forsaken(&mut self) {
        for n in 0..self.consents.len() {
            if let Life::Still { why, since } = self.consents[n].life
                && self.now - since >= TAKE_OVER_WITHIN
            {
                let why = if why == "roleEnded" { "mandateEnded" } else { "notResumed" };
                self.end(n, ("revoked", why));
            }
        }
    }

    /// A new grant that its client did not claim within 15 minutes after its code ends.
    fn end_unclaimed(&mut self) {
        for grant in 0..self.grants.len() {
            if self.grants[grant].unclaimed.is_some_and(|until| until <= self.now - 15 * MINUTE) {
                for n in self.under(grant) {
                    self.end(n, ("revoked", "neverClaimed"));
                }
            }
        }
    }

    fn end_removed(&mut self) {
        for n in 0..self.consents.len() {
            if self.providers[provider_of(self.consents[n].app)] == "removed" {
                self.end(n, ("revoked", "providerRemoved"));
            }
        }
    }
}
