//! The roles in which somebody acts for an enterprise or for another person, and what each lets them do.

use std::str::FromStr;

use crate::mailbox::Kind;

/// A role in which a person acts for a mailbox that is not their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateRole {
    /// Represents the enterprise by law.
    LegalRepresentative,
    /// Manages who has access to the enterprise's mailbox.
    AccessManager,
    /// Reads the enterprise's mail.
    Reader,
    /// Has parental authority over a minor.
    Parent,
    /// Was appointed to act for a person who may not.
    Guardian,
    /// Helps a person with their mail.
    Helper,
}

impl MandateRole {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::LegalRepresentative,
        Self::AccessManager,
        Self::Reader,
        Self::Parent,
        Self::Guardian,
        Self::Helper,
    ];

    /// The word of sources and pages: `legalRepresentative`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LegalRepresentative => "legalRepresentative",
            Self::AccessManager => "accessManager",
            Self::Reader => "reader",
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Helper => "helper",
        }
    }

    /// Whose mailbox it is about.
    pub const fn kind(self) -> Kind {
        match self {
            Self::LegalRepresentative | Self::AccessManager | Self::Reader => Kind::Enterprise,
            Self::Parent | Self::Guardian | Self::Helper => Kind::Citizen,
        }
    }

    /// Whether it lets its holder decide: give, narrow, take over and end consents, register own software, turn digital
    /// mail on and off. Every role reads.
    pub const fn decides(self) -> bool {
        !matches!(self, Self::Reader | Self::Helper)
    }
}

/// A word that names no role of a mandate.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not one of legalRepresentative, accessManager, reader, parent, guardian, helper")]
pub struct UnknownMandateRole(String);

impl FromStr for MandateRole {
    type Err = UnknownMandateRole;

    fn from_str(name: &str) -> Result<Self, UnknownMandateRole> {
        let found = Self::ALL.into_iter().find(|role| role.name() == name);
        found.ok_or_else(|| UnknownMandateRole(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_reads_or_helps_decides_nothing() {
        let deciding: Vec<_> = MandateRole::ALL.into_iter().filter(|role| role.decides()).collect();
        use MandateRole::{AccessManager, Guardian, LegalRepresentative, Parent};
        assert_eq!(deciding, [LegalRepresentative, AccessManager, Parent, Guardian]);
    }

    #[test]
    fn every_role_is_read_back_by_its_word() {
        for role in MandateRole::ALL {
            assert_eq!(role.name().parse::<MandateRole>().unwrap(), role);
        }
        assert!("owner".parse::<MandateRole>().is_err());
    }
}
