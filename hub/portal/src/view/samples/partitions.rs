//! Samples of an enterprise's partitions.

use super::data::{bakery, mailbox, message};
use crate::view::*;

/// The page, after a refusal or not.
pub(super) fn partitions(frame: Frame, refusal: Option<PartitionsRefusal>) -> PartitionsPage {
    let named = vec![("prt_1".to_owned(), "Personnel".to_owned()), ("prt_2".into(), "Books".into())];
    let rule = |kind: Option<&str>, organization: Option<&str>, into: Option<&str>| RuleRow {
        key: "vat||".into(),
        kind: kind.map(str::to_owned),
        organization: organization.map(str::to_owned),
        application: kind.map(|_| "Tax mail room".to_owned()),
        into: into.map(str::to_owned),
    };
    let person = |name: Option<&str>, can_be_limited: bool, sees: Option<Vec<String>>| PersonRow {
        id: "psn_1".into(),
        name: name.map(str::to_owned),
        roles: vec!["accessManager", "reader"],
        can_be_limited,
        sees,
    };
    let app = |brand: &str, sees: Option<Vec<String>>, tells: Option<bool>| AppRow {
        consent: format!("cns_{}", brand.len()),
        brand: brand.into(),
        sees,
        tells,
    };
    PartitionsPage {
        frame,
        enterprise: "Demo Bakery BV".into(),
        here: "/mailboxes/mbx_bakery/partitions".into(),
        mailbox: "/mailboxes/mbx_bakery".into(),
        refusal,
        named,
        rules: vec![rule(Some("VAT"), None, Some("Books")), rule(None, Some("Demo Tax"), None)],
        types: vec![("vat".into(), "VAT".into())],
        organizations: vec![("0406798006".into(), "Demo Tax".into())],
        applications: vec![("tax".into(), "Tax mail room".into())],
        people: vec![
            person(Some("Anna Test"), false, None),
            person(None, true, Some(vec!["general".into()])),
            person(Some("Bert Test"), true, None),
        ],
        apps: vec![
            app("Demo Bank", Some(vec!["prt_1".into()]), None),
            app("Bookkeeping", None, Some(true)),
            app("Planning", None, Some(false)),
        ],
    }
}

/// Before there is any.
pub(super) fn no_partitions(frame: Frame) -> PartitionsPage {
    PartitionsPage { named: vec![], rules: vec![], apps: vec![], ..partitions(frame, None) }
}

/// The list of a mailbox that has some.
pub(super) fn sorted_mailbox(frame: Frame) -> MailboxPage {
    let section = |id: &str, name: Option<&str>, here: bool| Section {
        place: format!("/mailboxes/mbx_bakery?partition={id}"),
        name: name.map(str::to_owned),
        here,
    };
    MailboxPage {
        sections: vec![section("general", None, false), section("prt_1", Some("Personnel"), true)],
        partitions: Some("/mailboxes/mbx_bakery/partitions".into()),
        ..mailbox(frame, bakery())
    }
}

/// A message that can be moved.
pub(super) fn movable_message(frame: Frame) -> MessagePage {
    let section = |id: &str, name: Option<&str>, here: bool| Section {
        place: id.to_owned(),
        name: name.map(str::to_owned),
        here,
    };
    let sections = vec![section("general", None, true), section("prt_1", Some("Personnel"), false)];
    let action = "/mailboxes/mbx_own/messages/msg_1/partition".into();
    MessagePage { placing: Some(Placing { action, sections }), ..message(frame) }
}
