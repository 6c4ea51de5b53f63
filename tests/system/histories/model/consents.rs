//! A consent's life: giving, changing, standing still, going on, ending, with what follows for its grant and tokens.

use std::collections::BTreeSet;

use super::super::step::{Acts, App, Mailbox, Org};
use super::{Consent, Life, Model};

/// What a citizen agreed to.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) asked: Acts,
    pub(super) actions: Acts,
    pub(super) until: i64,
    pub(super) withheld: BTreeSet<Org>,
}

impl Consent {
    /// Whether it has not ended, by an act or by its time.
    pub(in super::super) fn lives(&self, now: i64) -> bool {
        self.life == Life::Lives && now < self.until
    }

    /// Whether no act has ended it yet; its time may be over.
    pub(super) fn is_on_record(&self) -> bool {
        self.life != Life::Over
    }
}

impl Model {
    /// The last consent of a mailbox for an application.
    pub(in super::super) fn last_of(&self, mailbox: Mailbox, app: App) -> Option<usize> {
        self.consents.iter().rposition(|consent| consent.mailbox == mailbox && consent.app == app)
    }

    /// The consents under a grant that no act has ended.
    pub(in super::super) fn under(&self, grant: usize) -> Vec<usize> {
        let under = |n: &usize| self.consents[*n].grant == grant && self.consents[*n].is_on_record();
        (0..self.consents.len()).filter(under).collect()
    }

    /// Whether a consent lives and its giver's role is not over, whether or not a round has noted that.
    pub(super) fn stands(&self, n: usize) -> bool {
        let consent = &self.consents[n];
        consent.lives(self.now) && self.has_role(consent.giver, consent.mailbox)
    }

    /// The consents under a grant that stand.
    pub(super) fn standing_under(&self, grant: usize) -> Vec<usize> {
        self.under(grant).into_iter().filter(|n| self.stands(*n)).collect()
    }

    /// Whoever sees a mailbox and looks at its consents finds the ends of roles noted there.
    pub(in super::super) fn look(&mut self, mailbox: Mailbox) {
        if self.viewer(mailbox).is_none() {
            return;
        }
        for n in 0..self.consents.len() {
            let consent = &self.consents[n];
            if consent.mailbox == mailbox && consent.lives(self.now) && !self.stands(n) {
                self.suspend(n, "roleEnded");
            }
        }
    }

    /// Whether a grant has ended: with the last of its consents.
    pub(in super::super) fn has_ended(&self, grant: usize) -> bool {
        self.under(grant).is_empty()
    }

    /// Gives a consent; the earlier one of the same mailbox and application makes room for it.
    pub(super) fn give(
        &mut self,
        (mailbox, app): (Mailbox, App),
        (grant, giver): (usize, Mailbox),
        terms: &Terms,
    ) {
        let old = self.last_of(mailbox, app).filter(|old| self.consents[*old].is_on_record());
        self.consents.push(Consent {
            mailbox,
            app,
            grant,
            giver,
            asked: terms.asked.clone(),
            actions: terms.actions.clone(),
            until: terms.until,
            withheld: terms.withheld.clone(),
            life: Life::Lives,
            last: ("granted", None),
        });
        if let Some(old) = old {
            self.end(old, ("superseded", "newConsent"));
        }
    }

    /// Gives a living consent other terms; it stays the same consent. Who agrees to them is its giver from now on.
    pub(super) fn alter(&mut self, n: usize, terms: &Terms, giver: Option<Mailbox>) {
        let consent = &mut self.consents[n];
        let more = !terms.actions.is_subset(&consent.actions) || !consent.withheld.is_subset(&terms.withheld);
        let less = !consent.actions.is_subset(&terms.actions)
            || !terms.withheld.is_subset(&consent.withheld)
            || terms.until < consent.until;
        let word = match (more, less) {
            (true, _) => "widened",
            (false, true) => "narrowed",
            (false, false) => "renewed",
        };
        consent.last = (word, None);
        consent.asked.clone_from(&terms.asked);
        consent.actions.clone_from(&terms.actions);
        consent.withheld.clone_from(&terms.withheld);
        consent.until = terms.until;
        consent.giver = giver.unwrap_or(consent.giver);
    }

    /// Ends a consent; its grant ends with the last one, and the tokens with the grant.
    pub(super) fn end(&mut self, n: usize, (how, why): (&'static str, &'static str)) {
        let consent = &mut self.consents[n];
        if !consent.is_on_record() {
            return;
        }
        consent.life = Life::Over;
        consent.last = (how, Some(why));
        let grant = consent.grant;
        if self.has_ended(grant) {
            self.drop_tokens(grant);
        }
    }

    /// Lets a living consent stand still; its tokens wait.
    pub(super) fn suspend(&mut self, n: usize, why: &'static str) {
        let now = self.now;
        let consent = &mut self.consents[n];
        // what happened to a person is graver than the end of a role, with which it may go on by itself
        if let Life::Still { why: "roleEnded", since } = consent.life
            && why != "roleEnded"
            && now < consent.until
        {
            consent.life = Life::Still { why, since };
            consent.last = ("suspended", Some(why));
        } else if consent.lives(now) {
            consent.life = Life::Still { why, since: now };
            consent.last = ("suspended", Some(why));
        }
    }

    /// Lets a consent go on.
    pub(super) fn resume(&mut self, n: usize) {
        self.consents[n].life = Life::Lives;
        self.consents[n].last = ("resumed", None);
    }

    /// Ends every token of a grant.
    pub(super) fn drop_tokens(&mut self, grant: usize) {
        for token in self.tokens.iter_mut().filter(|token| token.grant == grant) {
            token.gone = true;
        }
    }
}
