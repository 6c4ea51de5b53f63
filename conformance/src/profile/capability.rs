//! What an app can be declared to do. What is not declared is not judged; what is declared must be there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that an app may do beyond the flow itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Capability {
    /// Begins and completes a consent. Every app does.
    Flows,
    /// Reads messages and attachments.
    Read,
    /// Renews its access token.
    Refresh,
    /// Ends a consent at the hub.
    End,
    /// Changes its client certificate while it runs.
    Certificate,
    /// Reads the change feed with a token of its own.
    Synchronise,
    /// Takes events that the hub pushes.
    Push,
    /// Marks messages as read.
    MarkRead,
    /// Serves two customers at the same time.
    TwoCustomers,
    /// Is driven through the test hook; without it, by addresses that a person opens.
    Hook,
    /// Of a hub: speaks the mailbox API.
    MailboxApi,
    /// Of a hub: speaks the Message Registry.
    MessageRegistry,
    /// Of a hub: has a change feed.
    ChangeFeed,
    /// Of a hub: shows and ends consents to the application that holds them.
    Consents,
    /// Of a hub: speaks OAuth 2.0 Grant Management.
    GrantManagement,
    /// Of a hub under test: letters can be published during the run.
    Publish,
    /// Of a hub under test: the citizen can be told to refuse.
    Refusal,
    /// Of a hub under test: its limits may be exceeded.
    Limits,
    /// Of a hub under test: there is time to wait until codes and requests are over.
    Patience,
}

impl Capability {
    /// All that an app can do.
    pub const ALL: [Self; 10] = [
        Self::Flows,
        Self::Read,
        Self::Refresh,
        Self::End,
        Self::Certificate,
        Self::Synchronise,
        Self::Push,
        Self::MarkRead,
        Self::TwoCustomers,
        Self::Hook,
    ];

    /// All that a hub can do, or that can be done with one under test.
    pub const OF_HUBS: [Self; 11] = [
        Self::MailboxApi,
        Self::MessageRegistry,
        Self::ChangeFeed,
        Self::Consents,
        Self::GrantManagement,
        Self::MarkRead,
        Self::Certificate,
        Self::Publish,
        Self::Refusal,
        Self::Limits,
        Self::Patience,
    ];

    /// The word in the profile.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Read => "read",
            Self::Refresh => "refresh",
            Self::End => "end",
            Self::Certificate => "certificate",
            Self::Synchronise => "synchronise",
            Self::Push => "push",
            Self::MarkRead => "markRead",
            Self::TwoCustomers => "twoCustomers",
            Self::Hook => "hook",
            Self::MailboxApi => "mailboxApi",
            Self::MessageRegistry => "messageRegistry",
            Self::ChangeFeed => "changeFeed",
            Self::Consents => "consents",
            Self::GrantManagement => "grantManagement",
            Self::Publish => "publish",
            Self::Refusal => "refusal",
            Self::Limits => "limits",
            Self::Patience => "patience",
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Flows => "begins and completes a consent",
            Self::Read => "reads messages and attachments",
            Self::Refresh => "renews its access token",
            Self::End => "ends a consent at the hub",
            Self::Certificate => "changes its client certificate while it runs",
            Self::Synchronise => "reads the change feed with a token of its own",
            Self::Push => "takes events that the hub pushes",
            Self::MarkRead => "marks messages as read",
            Self::TwoCustomers => "serves two customers at the same time",
            Self::Hook => "is driven through the test hook",
            Self::MailboxApi => "speaks the mailbox API",
            Self::MessageRegistry => "speaks the Message Registry",
            Self::ChangeFeed => "has a change feed",
            Self::Consents => "shows and ends consents to the application that holds them",
            Self::GrantManagement => "speaks OAuth 2.0 Grant Management",
            Self::Publish => "can be given letters during the run",
            Self::Refusal => "its citizen can be told to refuse",
            Self::Limits => "its limits may be exceeded",
            Self::Patience => "there is time to wait until codes and requests are over",
        }
    }

    /// The capability of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.word() == word)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
