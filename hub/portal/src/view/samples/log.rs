//! What the sample pages of the access log show.

use super::data::{at, bakery};
use crate::view::*;

pub(super) fn usage(frame: Frame, holder: Holder) -> UsagePage {
    UsagePage {
        frame,
        holder,
        back: "/mailboxes/mbx_own".into(),
        only: None,
        own: OwnChoice::LeftOut { show: "/mailboxes/mbx_own/usage?own=shown".into() },
        days: vec![
            Day { at: at("2026-11-21T22:00:00Z"), readers: vec![bank(), archive()] },
            Day { at: at("2026-11-20T09:00:00Z"), readers: vec![operator()] },
        ],
        first: None,
        next: Some("/mailboxes/mbx_own/usage?after=x".into()),
        file: "/mailboxes/mbx_own/findUsage".into(),
    }
}

pub(super) fn usage_of_enterprise(frame: Frame) -> UsagePage {
    let person = |name: Option<&str>| Reader {
        who: Who::Representative { name: name.map(Into::into), id: "psn_06bzp9r7b1x2h0q5t8v3w6y9m4".into() },
        only: None,
        looks: vec![looks(LookKind::List, 1, vec![mailbox("2026-11-21T10:00:00Z")])],
    };
    let you = Reader { who: Who::You, ..person(None) };
    let holder = Reader { who: Who::Holder { name: "Test Child".into() }, ..person(None) };
    let software = Reader { who: Who::OwnSoftware { name: "Bookkeeping".into() }, ..person(None) };
    UsagePage {
        own: OwnChoice::Shown { leave_out: "/mailboxes/mbx_bakery/usage".into() },
        days: vec![Day {
            at: at("2026-11-21T22:00:00Z"),
            readers: vec![person(Some("Test Partner")), person(None), holder, software, you],
        }],
        first: Some("/mailboxes/mbx_bakery/usage".into()),
        next: None,
        ..usage(frame, bakery())
    }
}

pub(super) fn usage_of_nobody(frame: Frame) -> UsagePage {
    UsagePage {
        only: Some(Only { brand: "Demo Bank".into(), all: "/mailboxes/mbx_own/usage".into() }),
        days: vec![],
        next: None,
        ..usage(frame, Holder::Own)
    }
}

fn bank() -> Reader {
    let seen = || Seen {
        still: Some((
            "Your tax assessment for 2026 is ready".into(),
            "/mailboxes/mbx_own/messages/msg_1".into(),
        )),
    };
    let file = Some("assessment-2026.pdf".into());
    let opened = vec![
        Look { at: at("2026-11-21T21:05:00Z"), sight: Sight::File(seen(), file) },
        Look { at: at("2026-11-21T21:04:00Z"), sight: Sight::Message(seen()) },
        Look { at: at("2026-11-21T20:00:00Z"), sight: Sight::File(Seen { still: None }, None) },
    ];
    let hour = Look { at: at("2026-11-21T08:00:00Z"), sight: Sight::Times(12) };
    Reader {
        who: Who::App { brand: "Demo Bank".into(), legal_name: "Demo Bank Belgium NV".into() },
        only: Some("/mailboxes/mbx_own/usage?consent=cns_1".into()),
        looks: vec![
            looks(LookKind::Nothing, 12, vec![hour]),
            looks(LookKind::Checked, 1, vec![mailbox("2026-11-21T21:02:00Z")]),
            looks(LookKind::List, 2, vec![mailbox("2026-11-21T21:03:00Z"), mailbox("2026-11-21T09:00:00Z")]),
            looks(LookKind::Opened, 3, opened),
        ],
    }
}

fn archive() -> Reader {
    Reader {
        who: Who::App { brand: "Demo Archive".into(), legal_name: "Demo Archive Belgium NV".into() },
        only: Some("/mailboxes/mbx_own/usage?consent=cns_2".into()),
        looks: vec![looks(LookKind::List, 1, vec![mailbox("2026-11-21T07:30:00Z")])],
    }
}

fn operator() -> Reader {
    let looks = vec![looks(LookKind::Checked, 1, vec![mailbox("2026-11-20T09:00:00Z")])];
    Reader { who: Who::Operator, only: None, looks }
}

fn looks(kind: LookKind, count: u64, looks: Vec<Look>) -> Looks {
    Looks { kind, count, looks }
}

fn mailbox(text: &str) -> Look {
    Look { at: at(text), sight: Sight::Mailbox }
}
