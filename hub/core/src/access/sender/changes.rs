//! A sender application follows the feed of an organization: one place in it, one page, perhaps after some waiting.
//!
//! The feed belongs to the organization, whose ids it carries (TRUST T8). An application reads it while it speaks for the
//! organization, and meets the messages of the types that are registered for it, or were when the message was published,
//! whichever application published them (TRUST T20). A cursor names a place in the feed of one organization, in one life of the data.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::SenderAccess;
use crate::access::following::{AskedChanges, Begin, Patience};
use crate::audit::Act;
use crate::change::NoticeKind;
use crate::change::bell::Waiter;
use crate::change::noticing::{self, Audience, Noticed};
use crate::change::paging::FeedPage;
use crate::clock::Timestamp;
use crate::error::{Error, TokenRefusal};
use crate::number::EnterpriseNumber;
use crate::outside::{OutsideKind, OutsideParty};
use crate::peer::Role;

/// A part of the feed, in order.
#[derive(Clone, Debug)]
pub struct SenderChangePage {
    /// Whose feed it is.
    pub organization: String,
    /// What happened; there may be fewer than asked for, even none, while there is more.
    pub items: Vec<SenderChange>,
    /// How many a page holds at most.
    pub size: usize,
    /// The cursor of the place where it goes on.
    pub next: String,
    /// Seconds to let pass before asking there; zero if there is more now.
    pub retry_after: u64,
}

/// Something that happened, as the sender organization is told: ids, and no word of who read or where.
#[derive(Clone, Debug)]
pub struct SenderChange {
    /// The entry itself, by which one that comes twice is known: `chg_…`.
    pub id: String,
    /// What happened.
    pub kind: NoticeKind,
    /// When; of recipients, when it was found.
    pub at: Timestamp,
    /// The message, of what is about one: `msg_…`.
    pub message: Option<String>,
    /// The recipient, of what is about one: `rcp_…`.
    pub recipient: Option<String>,
    /// The campaign, of what is about one: `cmp_…`.
    pub campaign: Option<String>,
}

/// Whose feed is read.
struct Feed {
    number: EnterpriseNumber,
    party: OutsideParty,
}

impl SenderAccess {
    /// The changes after a place in the feed of an organization; `organization` must be said by who speaks for several.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an organization that it does not speak for, a size or a time out of range and a cursor of
    /// another organization; [`Error::Token`] if the token ends while it waits; [`Error::Resync`] for a cursor from before
    /// a restore, or of a place that is not kept any more.
    pub async fn changes(
        &self,
        organization: Option<&str>,
        asked: AskedChanges<'_>,
    ) -> Result<SenderChangePage, Error> {
        let (size, wait) = (asked.checked_size()?, asked.checked_wait()?);
        let feed = self.feed_of(organization).await?;
        let audience = Audience { organization: feed.number.as_str(), application: &self.client_id };
        let db = &self.hub.parts().db;
        let mut after = match asked.begin {
            Begin::Oldest => None,
            Begin::Latest => Some(noticing::end(db, audience).await?),
            Begin::After(cursor) => Some(self.place(&feed, cursor)?),
        };
        let mut patience = Patience::begin(self.hub.bell(), Waiter::Sender(self.client_id.clone()), wait);
        loop {
            let page = noticing::page(db, audience, after, size).await?;
            let nothing = page.entries.is_empty() && !page.more;
            if nothing && patience.hears(page.next).await {
                after = Some(page.next);
                continue;
            }
            if patience.waits() {
                self.admit_again(&feed).await?;
            }
            return self.told(&feed, &page, (size, patience.pace())).await;
        }
    }

    /// The feed that is asked for, of an organization that this application speaks for now.
    async fn feed_of(&self, organization: Option<&str>) -> Result<Feed, Error> {
        let spoken_for = self.hub.parts().db.organizations_of(&self.client_id, self.hub.now()).await?;
        let number = match (organization, spoken_for.as_slice()) {
            (Some(asked), all) => match all.iter().find(|(number,)| number == asked) {
                Some((number,)) => number,
                None => {
                    self.refused("changes").await?;
                    let detail = "this application speaks for no such organization now";
                    return Err(Error::invalid("trioNotRegistered", "?senderOrganization", detail));
                }
            },
            (None, [(number,)]) => number,
            (None, []) => {
                self.refused("changes").await?;
                let detail = "this application speaks for no organization now";
                return Err(Error::invalid("trioNotRegistered", "?senderOrganization", detail));
            }
            (None, _) => {
                let detail = "this application speaks for several organizations";
                return Err(Error::invalid("requiredInput", "?senderOrganization", detail));
            }
        };
        let corrupt = |_| Error::Corrupt { table: "trio", id: number.clone() };
        let number = EnterpriseNumber::parse(number).map_err(corrupt)?;
        Ok(Feed { party: OutsideParty::SenderOrganization(number), number })
    }

    /// Judges the token again, with everything that it depends on now, and whether it still speaks for the organization.
    async fn admit_again(&self, feed: &Feed) -> Result<(), Error> {
        let (now, db) = (self.hub.now(), &self.hub.parts().db);
        let guard = db.guard_sender(self.proof.token, now).await?.ok_or(TokenRefusal::Invalid);
        if let Err(why) = guard.and_then(|guard| guard.check(&self.proof.presented(now), self.scope)) {
            self.hub.record_refusal(Role::Sender, &self.client_id, "token").await?;
            return Err(Error::Token(why));
        }
        self.feed_of(Some(feed.number.as_str())).await.map(drop)
    }

    /// The page as it goes out; that it told something is in the audit before (TRUST T18).
    async fn told(
        &self,
        feed: &Feed,
        page: &FeedPage<Noticed>,
        (size, pace): (usize, u64),
    ) -> Result<SenderChangePage, Error> {
        if !page.entries.is_empty() {
            let parts = self.hub.parts();
            let now = parts.clock.now();
            let object = format!("{}:{}", feed.number.as_str(), counted(&page.entries));
            let act = Act { role: "sender", actor: self.client_id.clone(), action: "followChanges", object };
            let mut tx = parts.db.write().await?;
            tx.record(parts.random.id(now), None, now, act).await?;
            tx.commit().await?;
        }
        Ok(SenderChangePage {
            organization: feed.number.as_str().to_owned(),
            items: page.entries.iter().map(|entry| self.change(feed, entry)).collect(),
            size,
            next: self.cursor(feed, page.next),
            retry_after: if page.more { 0 } else { pace },
        })
    }

    fn change(&self, feed: &Feed, entry: &Noticed) -> SenderChange {
        let sealed = |kind, block| self.hub.outside().seal(&feed.party, kind, block);
        let about = |kind| sealed(kind, entry.about.into_bytes());
        let of_recipient = entry.kind.is_about_recipient();
        let of_campaign = entry.kind == NoticeKind::CampaignEnded;
        SenderChange {
            id: sealed(OutsideKind::Change, named(entry)),
            kind: entry.kind,
            at: entry.at,
            message: (!of_recipient && !of_campaign).then(|| about(OutsideKind::Message)),
            recipient: of_recipient.then(|| about(OutsideKind::Recipient)),
            campaign: of_campaign.then(|| about(OutsideKind::Campaign)),
        }
    }

    fn cursor(&self, feed: &Feed, pos: i64) -> String {
        let plain = [self.hub.incarnation().as_bytes().as_slice(), &pos.to_be_bytes()].concat();
        self.hub.cursors().seal(KIND, &feed.party, &plain)
    }

    /// The position that a cursor names; it is sealed for the organization.
    fn place(&self, feed: &Feed, cursor: &str) -> Result<i64, Error> {
        let plain = self.hub.cursors().open(KIND, &feed.party, cursor);
        let (incarnation, pos) = plain
            .as_deref()
            .and_then(read)
            .ok_or_else(|| Error::invalid("invalidInput", "?after", "not a cursor of this feed"))?;
        if incarnation == self.hub.incarnation() { Ok(pos) } else { Err(Error::Resync) }
    }
}

fn read(plain: &[u8]) -> Option<(Uuid, i64)> {
    let (incarnation, pos) = plain.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*incarnation), i64::from_be_bytes(pos.try_into().ok()?)))
}

/// How many of which kind, for the audit.
fn counted(entries: &[Noticed]) -> String {
    let mut counts = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.kind.name()).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(kind, count)| format!("{kind}={count}")).collect();
    counts.join(",")
}

/// What an entry's id stands for: its position, and the end of the id of what it is about.
fn named(entry: &Noticed) -> [u8; 16] {
    let mut block = entry.about.into_bytes();
    for (to, from) in block.iter_mut().zip(entry.pos.to_be_bytes()) {
        *to = from;
    }
    block
}

const KIND: &str = "notices";
