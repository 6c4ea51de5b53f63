//! The change feed: what it tells, to whom, in which order, and what becomes of it; on every database.
//!
//! Nothing runs by itself here: a test says when the sequencer works.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "../common/mod.rs"]
mod common;
mod consents;
mod corrections;
mod cursors;
mod expiry;
mod followed;
mod moves;
mod notices;
mod order;
#[path = "../reading/parties.rs"]
mod parties;
mod registrations;
mod reminders;
mod synchronising;
mod withdrawal_races;
mod withdrawals;

use hub_core::access::provider::{AskedChanges, Begin, Change, ChangePage, ProviderAccess};
use hub_core::error::Error;
use hub_core::peer::Role;

use common::{World, identity};
use parties::admitted;

/// Everything that a consent may allow.
const ALL: [&str; 5] = ["list", "readContent", "markRead", "synchronise", "citizenStatus"];

/// A provider application that follows its feed.
struct Follower<'w> {
    world: &'w World,
    client: &'static str,
    token: String,
    cursor: Option<String>,
}

impl<'w> Follower<'w> {
    /// One that has read nothing.
    async fn new(world: &'w World, client: &'static str) -> Self {
        let machine = world.hub.client(&identity(Role::Provider, client), client).await.unwrap();
        let issued = machine.client_credentials(Some("feed synchronise"), None).await.unwrap();
        Self { world, client, token: issued.access.expose().to_owned(), cursor: None }
    }

    /// The access of its own token.
    async fn access(&self) -> ProviderAccess {
        admitted(self.world, self.client, &self.token).await.unwrap()
    }

    /// One page, wherever it begins.
    async fn page(&self, begin: Begin<'_>, size: usize) -> Result<ChangePage, Error> {
        self.access().await.changes(AskedChanges { size: Some(size), begin, wait: None }).await
    }

    /// Everything since the last time, sequenced before; three at a time, so that pages end everywhere.
    async fn news(&mut self) -> Vec<Change> {
        sequence(self.world).await;
        let mut news = Vec::new();
        loop {
            let begin = self.cursor.as_deref().map_or(Begin::Oldest, Begin::After);
            let page = self.page(begin, 3).await.unwrap();
            news.extend(page.items);
            self.cursor = Some(page.next);
            if page.retry_after > 0 {
                return news;
            }
        }
    }

    /// [`Self::news`] in words.
    async fn hears(&mut self) -> Vec<&'static str> {
        self.news().await.iter().map(|change| change.kind.name()).collect()
    }
}

/// Lets the sequencer work until there is nothing left.
async fn sequence(world: &World) {
    while world.hub.upkeep().sequence_changes().await.unwrap().taken > 0 {}
}
