//! An enterprise's own software arranges its partitions as people do in the portal: routing rules, and who sees which.
//!
//! It takes a token for nothing else, and somebody who manages the partitions must have let it: see [`super::routing`].

use uuid::Uuid;

use super::{Granted, ProviderAccess, ShownPartition};
use crate::access::arranging::{Arranging, HolderView, RoutingRule};
use crate::access::client::ROUTING;
use crate::access::tag::{Name, State, Tagged};
use crate::audit::Act;
use crate::db::Tx;
use crate::error::{Conflict, Error};
use crate::id::MailboxId;
use crate::journal::Disclosed;
use crate::outside::OutsideKind;
use crate::partition::{Partition, removing};
use crate::token::ProviderGuard;

impl ProviderAccess {
    /// Adds a partition under a name that no other one has.
    ///
    /// # Errors
    /// As for [`routing_rules`](Self::routing_rules); [`Error::Invalid`] for a name that is none or is taken, or one partition too
    /// many.
    pub async fn add_partition(&self, mailbox: &str, name: &str) -> Result<ShownPartition, Error> {
        let granted = self.arranges(mailbox).await?;
        let mut tx = self.hub.parts().db.write().await?;
        self.hold(&mut tx, &granted).await?;
        let added = self.arranging(&granted).add(&mut tx, name, self.now).await?;
        self.note_arranged(&mut tx, &granted, ("addPartition", added.number.to_string())).await?;
        tx.commit().await?;
        self.shown_partition(&granted, added)
    }

    /// Gives a partition another name.
    ///
    /// # Errors
    /// As for [`add_partition`](Self::add_partition), and [`Error::NotFound`].
    pub async fn rename_partition(
        &self,
        mailbox: &str,
        partition: &str,
        name: &str,
    ) -> Result<ShownPartition, Error> {
        let granted = self.arranges(mailbox).await?;
        let mut tx = self.hub.parts().db.write().await?;
        self.hold(&mut tx, &granted).await?;
        let renamed = self.arranging(&granted).rename(&mut tx, (partition, name)).await?;
        self.note_arranged(&mut tx, &granted, ("renamePartition", renamed.number.to_string())).await?;
        tx.commit().await?;
        self.shown_partition(&granted, renamed)
    }

    /// Removes a partition: no rule leads into it from now on, and its messages go back to the general one, at once or, if
    /// they are many, in the next minutes.
    ///
    /// # Errors
    /// As for [`routing_rules`](Self::routing_rules), and [`Error::NotFound`].
    pub async fn remove_partition(&self, mailbox: &str, partition: &str) -> Result<(), Error> {
        let granted = self.arranges(mailbox).await?;
        let parts = self.hub.parts();
        let mut tx = parts.db.write().await?;
        self.hold(&mut tx, &granted).await?;
        let number = self.arranging(&granted).remove(&mut tx, partition, self.now).await?;
        self.note_arranged(&mut tx, &granted, ("removePartition", number.to_string())).await?;
        tx.commit().await?;

        removing::empty_at_once(parts, (granted.mailbox, number)).await?;
        self.hub.bell().ring();
        Ok(())
    }

    /// The routing rules of a mailbox, in the order in which they are asked, and the tag that they have until somebody changes
    /// them.
    ///
    /// # Errors
    /// [`Error::Token`] without the scope `routing`; [`Error::NotFound`] for any mailbox but the token's own;
    /// [`Error::Forbidden`] for software that does not see all of it, and once nobody lets it.
    pub async fn routing_rules(&self, mailbox: &str) -> Result<Tagged<Vec<RoutingRule>>, Error> {
        let granted = self.arranges(mailbox).await?;
        let rules = self.arranging(&granted).rules().await?;
        self.note(&granted, Disclosed::Rights)?;
        Ok(self.tagged(&granted, rules))
    }

    /// Puts rules in the place of all there are; if `known` says tags, only while the rules have one of them.
    ///
    /// # Errors
    /// As for [`routing_rules`](Self::routing_rules); [`Error::Invalid`] naming every rule that cannot be;
    /// [`Conflict::Changed`] if somebody else changed them.
    pub async fn put_routing_rules(
        &self,
        mailbox: &str,
        rules: &[RoutingRule],
        known: Option<&[&str]>,
    ) -> Result<Tagged<Vec<RoutingRule>>, Error> {
        let granted = self.arranges(mailbox).await?;
        let arranging = self.arranging(&granted);
        let mut tx = self.hub.parts().db.write().await?;
        self.hold(&mut tx, &granted).await?;
        let old = arranging.rules_now(&mut tx).await?;
        if let Some(tags) = known {
            self.unless_changed(&self.rules_name(&granted, &old), tags)?;
        }
        let count = arranging.put_rules(&mut tx, rules).await?;
        let new = arranging.rules_now(&mut tx).await?;
        self.note_arranged(&mut tx, &granted, ("setRoutingRules", count.to_string())).await?;
        tx.commit().await?;
        Ok(self.tagged(&granted, new))
    }

    /// The people who may act for the enterprise now, and what each of them sees.
    ///
    /// # Errors
    /// As for [`routing_rules`](Self::routing_rules).
    pub async fn partition_rights(&self, mailbox: &str) -> Result<Vec<HolderView>, Error> {
        let granted = self.arranges(mailbox).await?;
        let holders = self.arranging(&granted).holders().await?;
        self.note(&granted, Disclosed::Rights)?;
        Ok(holders)
    }

    /// What one of them sees, and the tag that it has until somebody changes it.
    ///
    /// # Errors
    /// As for [`routing_rules`](Self::routing_rules), and [`Error::NotFound`] for who does not act for the enterprise.
    pub async fn partition_right(&self, mailbox: &str, person: &str) -> Result<Tagged<HolderView>, Error> {
        let granted = self.arranges(mailbox).await?;
        self.one_holder(&granted, person).await
    }

    /// Lets a person who acts for the enterprise see these partitions and no others, or all of them, those to come too; gives what
    /// they see from now on. If `known` says tags, only while what they see has one of them. What consents show that they gave
    /// follows at once.
    ///
    /// # Errors
    /// As for [`partition_right`](Self::partition_right); [`Error::Invalid`] for a partition that is not there;
    /// [`Conflict::NoSuchStep`] for a legal representative, and if nobody were left who decides and sees everything;
    /// [`Conflict::Changed`] if somebody else changed it.
    pub async fn let_see(
        &self,
        (mailbox, person): (&str, &str),
        partitions: Option<&[String]>,
        known: Option<&[&str]>,
    ) -> Result<Tagged<HolderView>, Error> {
        let granted = self.arranges(mailbox).await?;
        let arranging = self.arranging(&granted);
        let who = arranging.limitable(person).await?;
        let mut tx = self.hub.parts().db.write().await?;
        self.hold(&mut tx, &granted).await?;
        if let Some(tags) = known {
            let saw = arranging.sees_now(&mut tx, who).await?;
            self.unless_changed(&self.right_name(&granted, person, saw.as_deref()), tags)?;
        }
        arranging.let_see(&mut tx, (who, partitions), self.now).await?;
        self.note_arranged(&mut tx, &granted, ("limitPerson", who.0.to_string())).await?;
        tx.commit().await?;

        self.hub.bell().ring();
        self.one_holder(&granted, person).await
    }

    async fn one_holder(&self, granted: &Granted, person: &str) -> Result<Tagged<HolderView>, Error> {
        let holders = self.arranging(granted).holders().await?;
        self.note(granted, Disclosed::Rights)?;
        let holder = holders.into_iter().find(|one| one.id == person).ok_or(Error::NotFound("person"))?;
        let tag = self.right_name(granted, person, holder.sees.as_deref()).tag(None);
        Ok(Tagged { value: holder, tag: Some(tag) })
    }

    /// Refuses a change of what has none of these tags any more.
    fn unless_changed(&self, name: &Name<'_>, tags: &[&str]) -> Result<(), Error> {
        if name.known(tags, self.now).is_some() { Ok(()) } else { Err(Error::Conflict(Conflict::Changed)) }
    }

    /// The consent of own software that may arrange the partitions of the mailbox of that outside id.
    pub(super) async fn arranges(&self, mailbox: &str) -> Result<Granted, Error> {
        let found = self.arranger(mailbox).await;
        if found.is_err() {
            self.hub.record_refusal(self.role(), &self.client_id, ROUTING).await?;
        }
        found
    }

    async fn arranger(&self, mailbox: &str) -> Result<Granted, Error> {
        self.needs(ROUTING)?;
        let granted = self.telling.filter(|_| self.own).ok_or(NOT_LET)?;
        let opened = self.hub.outside().open(&self.party, OutsideKind::Mailbox, mailbox);
        if opened.map(|block| MailboxId(Uuid::from_bytes(block))) != Some(granted.mailbox) {
            return Err(Error::NotFound("mailbox"));
        }
        let mut tx = self.hub.parts().db.read().await?;
        let let_by_somebody = tx.may_route(granted.mailbox, self.application).await?;
        tx.commit().await?;
        if let_by_somebody && granted.shows_all() { Ok(granted) } else { Err(NOT_LET) }
    }

    /// Holds the mailbox and judges again all that was judged when the request began: its body may have been long in coming, and
    /// whatever ended or was limited meanwhile counts.
    ///
    /// # Errors
    /// [`Error::Token`] if the token or what stands behind it ended; [`Error::Forbidden`] for software that does not see all of
    /// the mailbox any more, and once nobody lets it.
    pub(super) async fn hold(&self, tx: &mut Tx, granted: &Granted) -> Result<(), Error> {
        tx.lock_mailbox(granted.mailbox).await?.ok_or(Error::NotFound("mailbox"))?;
        let now = self.hub.now();
        let rows = tx.guard_provider(self.proof.token, now).await?;
        let standing = ProviderGuard::standing(rows, &self.proof.presented(now)).map_err(Error::Token)?;
        let now = standing.iter().find_map(Granted::of).filter(|now| now.mailbox == granted.mailbox);
        let sees_all = now.is_some_and(|now| now.shows_all());
        if sees_all && tx.may_route(granted.mailbox, self.application).await? { Ok(()) } else { Err(NOT_LET) }
    }

    fn shown_partition(&self, granted: &Granted, one: Partition) -> Result<ShownPartition, Error> {
        let id = self.view(granted).partition_of(one.number);
        let id = id.ok_or_else(|| Error::internal("a named partition has no number"))?;
        Ok(ShownPartition { id, name: Some(one.name) })
    }

    fn arranging(&self, granted: &Granted) -> Arranging<'_> {
        Arranging { hub: &self.hub, party: self.party, mailbox: granted.mailbox, person: None }
    }

    fn tagged(&self, granted: &Granted, rules: Vec<RoutingRule>) -> Tagged<Vec<RoutingRule>> {
        let tag = self.rules_name(granted, &rules).tag(None);
        Tagged { value: rules, tag: Some(tag) }
    }

    /// The name of an answer with these rules: whatever else happens in the mailbox, theirs stays.
    fn rules_name(&self, granted: &Granted, rules: &[RoutingRule]) -> Name<'_> {
        self.arranged(granted, ("routingRules", rules.iter().flat_map(RoutingRule::written).collect()))
    }

    /// The name of an answer with what a person sees.
    fn right_name(&self, granted: &Granted, person: &str, sees: Option<&[String]>) -> Name<'_> {
        self.arranged(granted, ("partitionRight", HolderView::written(person, sees)))
    }

    fn arranged(&self, granted: &Granted, (kind, asked): (&'static str, Vec<u8>)) -> Name<'_> {
        let state = State {
            mailbox: granted.mailbox,
            version: 0,
            consent: granted.consent,
            consent_epoch: 0,
            reference_epoch: 0,
        };
        Name { hub: &self.hub, state, party: self.application.0, own: self.own, kind, asked }
    }

    async fn note_arranged(
        &self,
        tx: &mut Tx,
        granted: &Granted,
        (action, object): (&'static str, String),
    ) -> Result<(), Error> {
        let act = Act { role: self.role().name(), actor: self.application.0.to_string(), action, object };
        tx.record(self.hub.random().id(self.now), Some(granted.mailbox), self.now, act).await?;
        Ok(())
    }
}

const NOT_LET: Error = Error::Forbidden("arranging this enterprise's partitions");
