//! The life of consents at the played hub, as a case turns it and as it stands.

use super::{super::grants::Life, Hub};

impl Hub {
    /// Ends a consent at the hub, as its citizen. Says whether the hub knows it.
    #[must_use]
    pub fn end(&self, consent: &str) -> bool {
        let mut state = self.state();
        let Some(place) = state.truth.grants.place(consent) else { return false };
        state.truth.ends(place);
        true
    }

    /// Lets a consent stand still, or go on. Says whether the hub knows it.
    #[must_use]
    pub fn suspend(&self, consent: &str, suspended: bool) -> bool {
        let mut state = self.state();
        let place = state.truth.grants.place(consent);
        let Some(consent) = place.and_then(|place| state.truth.grants.consents.get_mut(place)) else {
            return false;
        };
        consent.life = if suspended { Life::Suspended } else { Life::Standing };
        true
    }

    /// Says whether this consent stands, and is one for that mailbox.
    pub fn stands(&self, consent: &str, mailbox: &str) -> bool {
        let state = self.state();
        let found = state.truth.grants.consents.iter().find(|known| known.id == consent);
        found.is_some_and(|known| known.life == Life::Standing && known.mailbox_id == mailbox)
    }

    /// Says whether a consent is over at the hub.
    pub fn has_ended(&self, consent: &str) -> bool {
        let state = self.state();
        let place = state.truth.grants.place(consent);
        let found = place.and_then(|place| state.truth.grants.consents.get(place));
        found.is_some_and(|consent| consent.life == Life::Ended)
    }

    /// Lets the access tokens of a consent run out: the app has to renew. Says whether the hub knows the consent.
    #[must_use]
    pub fn expire_access(&self, consent: &str) -> bool {
        let mut state = self.state();
        let Some(place) = state.truth.grants.place(consent) else { return false };
        state.truth.grants.expire_access(place);
        true
    }
}
