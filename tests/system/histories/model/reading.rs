//! What a token opens when it is presented with a certificate, and what is seen then (TRUST 5, 6 and 16).

use super::super::step::{Acts, ENTERPRISE, Mailbox, provider_of};
use super::{Letter, Model};

/// One mailbox that a token opens.
#[derive(Clone, Debug)]
pub(in super::super) struct Opened {
    pub(in super::super) mailbox: Mailbox,
    pub(in super::super) consent: usize,
    pub(in super::super) actions: Acts,
}

impl Model {
    /// What a token opens to a certificate of its application, or why nothing.
    pub(in super::super) fn presented(&self, n: usize, cert: usize) -> Result<Vec<Opened>, &'static str> {
        let token = &self.tokens[n];
        if self.registered((token.app, cert)).is_none() {
            return Err("certificate:notRegistered");
        }
        let bound = token.cert == cert && self.registrations[token.registration].accepts(self.now);
        if token.gone || token.refresh || !bound {
            return Err("token:invalid");
        }
        if token.until <= self.now {
            return Err("token:expired");
        }
        let opened = match self.providers[provider_of(token.app)] {
            "active" => self.opened(n),
            _ => Vec::new(),
        };
        if opened.is_empty() { Err("token:invalid") } else { Ok(opened) }
    }

    /// Whether a token opens nothing any more, whatever happens.
    pub(in super::super) fn is_over(&self, n: usize) -> bool {
        self.tokens[n].gone || self.tokens[n].until <= self.now
    }

    fn opened(&self, n: usize) -> Vec<Opened> {
        let token = &self.tokens[n];
        let stands = |n: &usize| {
            let consent = &self.consents[*n];
            let mailbox = &self.boxes[consent.mailbox];
            token.only.is_none_or(|only| only == consent.mailbox)
                && mailbox.open
                && (mailbox.active || consent.mailbox == ENTERPRISE)
                && self.answers_for(consent.giver, consent.mailbox)
        };
        let open = |n: usize| {
            let consent = &self.consents[n];
            let actions = match &token.actions {
                Some(less) => consent.actions.intersection(less).copied().collect(),
                None => consent.actions.clone(),
            };
            Opened { mailbox: consent.mailbox, consent: n, actions }
        };
        self.standing_under(token.grant).into_iter().filter(stands).map(open).collect()
    }

    /// Whether a letter is seen through a consent.
    pub(in super::super) fn shows(&self, consent: usize, letter: &Letter) -> bool {
        self.now < letter.expires_at && !self.consents[consent].withheld.contains(&letter.org)
    }

    /// How many letters are counted: those that expiry has not taken out, or those seen if senders are left out.
    pub(in super::super) fn counted(&self, opened: &Opened) -> usize {
        let letters = &self.boxes[opened.mailbox].letters;
        if self.consents[opened.consent].withheld.is_empty() {
            letters.iter().filter(|letter| !letter.removed).count()
        } else {
            letters.iter().filter(|letter| self.shows(opened.consent, letter)).count()
        }
    }
}
