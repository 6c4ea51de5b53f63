//! What can happen in a history. A step names people, mailboxes and applications by their place in the cast, so that a
//! history from which steps were dropped still means something; a step about something that is not there is nothing.

use std::collections::BTreeSet;

/// The cast: persons 0 to 3, who are also their mailboxes; the enterprise's mailbox is the last.
pub(super) type Mailbox = usize;
/// A national number: 0 to 3 of the persons, then the spare ones, by which a number can be replaced.
pub(super) type Number = usize;
/// A provider application: 0 and 1 are of one provider, 2 of another.
pub(super) type App = usize;
/// A sender organization.
pub(super) type Org = usize;
/// Actions by their words.
pub(super) type Acts = BTreeSet<&'static str>;

pub(super) const PERSONS: usize = 4;
pub(super) const ENTERPRISE: Mailbox = 4;
pub(super) const MAILBOXES: usize = 5;
pub(super) const NUMBERS: usize = 6;
pub(super) const APPS: usize = 3;
pub(super) const PROVIDERS: usize = 2;
/// Which organizations have a letter in each mailbox.
pub(super) const LETTERS: [&[Org]; MAILBOXES] = [&[0, 1, 0], &[0, 1], &[1, 0], &[0], &[1, 0]];
/// Every action, and those that the citizen adds by a choice of their own.
pub(super) const ACTIONS: [&str; 7] =
    ["list", "readContent", "markRead", "synchronise", "citizenStatus", "archive", "reply"];
pub(super) const OWN_CHOICES: [&str; 4] = ["synchronise", "citizenStatus", "archive", "reply"];

/// The provider behind an application.
pub(super) const fn provider_of(app: App) -> usize {
    app / 2
}

/// A grant of an application, counted from its newest.
#[derive(Clone, Debug)]
pub(super) struct Newest {
    pub(super) of: App,
    pub(super) back: usize,
}

/// What a request asks of a grant.
#[derive(Clone, Debug)]
pub(super) enum Want {
    Nothing,
    Create,
    Merge(Newest),
    Replace(Newest),
}

/// What a refresh asks less of.
#[derive(Clone, Debug)]
pub(super) enum Less {
    Nothing,
    Only(Mailbox),
    Actions(Acts),
}

/// Whoever acts for a mailbox, by which number they log in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acting {
    pub(super) who: Number,
    pub(super) mailbox: Mailbox,
}

/// The roles of the mandates source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    LegalRepresentative,
    AccessManager,
    Reader,
    Parent,
    Guardian,
    Helper,
}

/// What happens to a person.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Replaced(Number),
    Merged(Number),
    Deceased,
    Incapable,
    Capable,
    NotDeceased,
    OfAge,
}

/// The hub's own work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Job {
    SettleRoles,
    EndForsaken,
    ExpireConsents,
    EndUnclaimed,
    ExpireLetters,
    Outbox,
    Everything,
}

/// One step; times are seconds from the moment at which it happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A request is pushed, opened in a browser, and a person logs in for it.
    Ask {
        app: App,
        cert: usize,
        enterprise: bool,
        actions: Acts,
        /// `None` is once.
        days: Option<i64>,
        want: Want,
        expected: Option<Number>,
        who: Number,
    },
    /// The person who logged in agrees.
    Agree {
        app: App,
        chosen: BTreeSet<Mailbox>,
        actions: Acts,
        withheld: BTreeSet<Org>,
    },
    /// The person who logged in refuses.
    Refuse {
        app: App,
    },
    /// The last code of an application is redeemed, for the first time or again.
    Redeem {
        app: App,
        cert: usize,
        proven: bool,
    },
    Refresh {
        app: App,
        cert: usize,
        back: usize,
        less: Less,
    },
    EndTokens {
        app: App,
        cert: usize,
        refresh: bool,
        back: usize,
    },
    EndGrant {
        app: App,
        cert: usize,
        grant: Newest,
    },
    Narrow {
        by: Acting,
        app: App,
        without: Acts,
        withheld: BTreeSet<Org>,
    },
    Revoke {
        by: Acting,
        app: App,
    },
    TakeOver {
        by: Acting,
        app: App,
    },
    /// The source says from when until when somebody has a role, or nothing of it any more.
    Mandate {
        by: Acting,
        role: Role,
        span: Option<(i64, i64)>,
    },
    Upkeep(Job),
    Provider {
        provider: usize,
        to: &'static str,
    },
    EndCertificate {
        app: App,
        slot: usize,
    },
    Register {
        app: App,
        slot: usize,
        from: i64,
        until: Option<i64>,
    },
    Person {
        who: Number,
        fate: Fate,
    },
    EndConsent {
        app: App,
        mailbox: Mailbox,
    },
    Activate {
        by: Acting,
    },
    Withdraw {
        by: Acting,
    },
    Pass(i64),
}

impl Role {
    pub(super) const ALL: [Self; 6] = [
        Self::LegalRepresentative,
        Self::AccessManager,
        Self::Reader,
        Self::Parent,
        Self::Guardian,
        Self::Helper,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LegalRepresentative => "legalRepresentative",
            Self::AccessManager => "accessManager",
            Self::Reader => "reader",
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Helper => "helper",
        }
    }

    /// Whether it is about an enterprise.
    pub(super) const fn of_enterprise(self) -> bool {
        matches!(self, Self::LegalRepresentative | Self::AccessManager | Self::Reader)
    }

    /// Whoever only reads or helps decides nothing.
    pub(super) const fn decides(self) -> bool {
        !matches!(self, Self::Reader | Self::Helper)
    }
}

impl Step {
    /// The word under which it is counted.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Ask { want: Want::Merge(_), .. } => "ask to merge",
            Self::Ask { want: Want::Replace(_), .. } => "ask to replace",
            Self::Ask { .. } => "ask",
            Self::Agree { .. } => "agree",
            Self::Refuse { .. } => "refuse",
            Self::Redeem { .. } => "redeem",
            Self::Refresh { less: Less::Nothing, .. } => "refresh",
            Self::Refresh { .. } => "refresh for less",
            Self::EndTokens { .. } => "end tokens",
            Self::EndGrant { .. } => "end grant",
            Self::Narrow { .. } => "narrow",
            Self::Revoke { .. } => "revoke",
            Self::TakeOver { .. } => "take over",
            Self::Mandate { .. } => "mandate",
            Self::Upkeep(_) => "upkeep",
            Self::Provider { to: "active", .. } => "resume provider",
            Self::Provider { to: "removed", .. } => "remove provider",
            Self::Provider { .. } => "suspend provider",
            Self::EndCertificate { .. } => "end certificate",
            Self::Register { .. } => "register certificate",
            Self::Person { fate, .. } => match fate {
                Fate::Replaced(_) => "replaced",
                Fate::Merged(_) => "merged",
                Fate::Deceased => "deceased",
                Fate::Incapable => "incapable",
                Fate::Capable => "capable",
                Fate::NotDeceased => "not deceased",
                Fate::OfAge => "of age",
            },
            Self::EndConsent { .. } => "operator ends consent",
            Self::Activate { .. } => "activate",
            Self::Withdraw { .. } => "withdraw activation",
            Self::Pass(_) => "time passes",
        }
    }
}
