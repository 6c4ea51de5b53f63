//! What the sample pages show: test citizens, their letters and their consents.

use hub_core::access::citizen::Shelf;
use hub_core::clock::Timestamp;

use crate::i18n::Language;
use crate::view::*;

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn stranger(language: Language) -> Frame {
    Frame::new(language, "/")
}

pub(super) fn citizen(language: Language, here: &str) -> Frame {
    signed_in(language, here, ("Test Citizen", None, true))
}

fn signed_in(
    language: Language,
    here: &str,
    (name, acting_for, may_switch): (&str, Option<&str>, bool),
) -> Frame {
    let (acting_for, csrf) = (acting_for.map(Into::into), "csrf-of-the-session".into());
    Frame::new(language, here).signed_in(Person { name: name.into(), acting_for, may_switch, csrf })
}

pub(super) fn representative(language: Language, here: &str) -> Frame {
    signed_in(language, here, ("Test Representative", Some("Demo Bakery BV"), false))
}

pub(super) fn parent(language: Language, here: &str) -> Frame {
    signed_in(language, here, ("Test Parent", Some("Test Child"), true))
}

pub(super) fn child() -> Holder {
    Holder::Person { name: "Test Child".into() }
}

pub(super) fn bakery() -> Holder {
    Holder::Enterprise { name: "Demo Bakery BV".into(), number: "0999.999.922".into() }
}

pub(super) fn fields() -> Vec<(String, String)> {
    vec![("request_uri".into(), "urn:ietf:params:oauth:request_uri:sample".into())]
}

pub(super) fn screen(language: Language) -> ConsentScreen {
    let purpose = match language {
        Language::Nl => "Uw officiële post tonen naast uw rekeningen, zodat u niets vergeet te betalen.",
        Language::Fr => {
            "Afficher votre courrier officiel à côté de vos comptes, pour ne rien oublier de payer."
        }
        Language::De => "Ihre amtliche Post neben Ihren Konten zeigen, damit Sie keine Zahlung vergessen.",
        Language::En => "To show your official mail next to your accounts, so that you forget no payment.",
    };
    ConsentScreen {
        brand: "Demo Bank".into(),
        legal_name: "Demo Bank Belgium NV".into(),
        logo: None,
        purpose: purpose.into(),
        actions: vec![Action::List, Action::ReadContent, Action::MarkRead],
        until: Some(at("2027-11-20T22:59:59Z")),
        before: None,
        copies: "We keep copies for 24 months at most.".into(),
        person: "Test Citizen".into(),
        choices: vec![Choice { mailbox: "mbx_own".into(), holder: Holder::Own, chosen: false }],
        may_leave_out: vec![Tick { what: Action::MarkRead, chosen: false }],
        may_add: vec![],
        senders: vec![],
    }
}

/// A screen for somebody who had agreed to less before.
pub(super) fn screen_again(language: Language) -> ConsentScreen {
    let all = vec![
        Action::List,
        Action::ReadContent,
        Action::MarkRead,
        Action::Synchronise,
        Action::CitizenStatus,
        Action::Archive,
        Action::Reply,
    ];
    let actions = vec![Action::List, Action::ReadContent, Action::Synchronise];
    ConsentScreen {
        actions: all,
        until: None,
        before: Some(Before { actions, until: at("2026-12-31T22:59:59Z"), stays: true }),
        may_leave_out: vec![Tick { what: Action::MarkRead, chosen: true }],
        may_add: vec![
            Tick { what: Action::Synchronise, chosen: true },
            Tick { what: Action::CitizenStatus, chosen: false },
            Tick { what: Action::Archive, chosen: false },
            Tick { what: Action::Reply, chosen: false },
        ],
        senders: vec![Tick { what: ("0200000038".into(), "Demo Federal Tax Office".into()), chosen: true }],
        ..screen(language)
    }
}

pub(super) fn screen_with_choice(language: Language) -> ConsentScreen {
    let choices = vec![
        Choice { mailbox: "mbx_own".into(), holder: Holder::Own, chosen: false },
        Choice { mailbox: "mbx_child".into(), holder: child(), chosen: false },
        Choice { mailbox: "mbx_bakery".into(), holder: bakery(), chosen: false },
    ];
    let actions = vec![Action::List, Action::Synchronise];
    ConsentScreen {
        choices,
        actions,
        copies: "We keep no copies.".into(),
        may_leave_out: vec![],
        may_add: vec![Tick { what: Action::Synchronise, chosen: false }],
        senders: vec![Tick { what: ("0200000038".into(), "Demo Federal Tax Office".into()), chosen: false }],
        ..screen(language)
    }
}

pub(super) fn consent_page(language: Language, screen: &ConsentScreen) -> ConsentPage {
    let shown = screen.render(language).unwrap();
    let frame = citizen(language, "/authorize/consent");
    ConsentPage { frame, brand: screen.brand.clone(), shown, fields: fields() }
}

pub(super) fn row(number: u32, subject: &str, unread: bool) -> MessageRow {
    MessageRow {
        href: format!("/mailboxes/mbx_own/messages/msg_{number}"),
        subject: subject.into(),
        sender: "Demo Federal Tax Office".into(),
        at: at("2026-11-20T09:30:00Z"),
        until: at("2028-11-19T22:59:59Z"),
        unread,
        withdrawn: false,
        corrected: false,
    }
}

pub(super) fn mailbox(frame: Frame, holder: Holder) -> MailboxPage {
    let rows = vec![
        row(3, "Your tax assessment for 2026 is ready: income of the year 2025, personal income tax", true),
        row(2, "Reminder: renew your identity card", true),
        MessageRow { corrected: true, ..row(1, "Change of address registered", false) },
        MessageRow { withdrawn: true, ..row(0, "Tax assessment", false) },
    ];
    let state = MailboxState::On { unread: 2 };
    let (first, next) = (Some("/mailboxes/mbx_own".into()), Some("/mailboxes/mbx_own?after=x".into()));
    MailboxPage { rows, first, next, total: 203, may_turn_on: false, ..empty_mailbox(frame, holder, state) }
}

pub(super) fn archive(frame: Frame, holder: Holder, rows: Vec<MessageRow>) -> MailboxPage {
    let state = MailboxState::On { unread: 2 };
    MailboxPage { rows, total: 203, shelf: Shelf::Archive, ..empty_mailbox(frame, holder, state) }
}

pub(super) fn empty_mailbox(frame: Frame, holder: Holder, state: MailboxState) -> MailboxPage {
    let may_turn_on = holder == Holder::Own;
    MailboxPage {
        frame,
        holder,
        state,
        may_turn_on,
        total: 0,
        rows: vec![],
        first: None,
        next: None,
        usage: "/mailboxes/mbx_own/usage".into(),
        shelf: Shelf::Mailbox,
        mailbox: "/mailboxes/mbx_own".into(),
        archive: "/mailboxes/mbx_own/archive".into(),
        proofs: PROOFS.into(),
        kept: vec![],
        sections: vec![],
        partitions: None,
    }
}

/// What another keeps, with and without all that can be told of it.
pub(super) fn kept() -> Vec<KeptRow> {
    let whole = KeptRow {
        subject: Some("Your pension file".into()),
        keeper: "Demo Archive".into(),
        sender: Some("Demo Pension Office".into()),
        told_sender: None,
        at: at("2026-11-20T09:30:00Z"),
        until: at("2028-11-19T22:59:59Z"),
        read: true,
    };
    let told = KeptRow { sender: None, told_sender: Some("0206731645".into()), ..whole.clone() };
    vec![KeptRow { subject: None, sender: None, read: false, ..whole.clone() }, told, whole]
}

pub(super) fn message(frame: Frame) -> MessagePage {
    let body = "Dear **Test Citizen**,\n\nYour assessment is attached. What to do:\n\n- check the amounts;\n- pay \
                *before 31 January 2027*, or [ask for a payment plan](https://tax.demo.example/plan).\n\n## Questions?\n\n\
                Call us on weekdays.\n";
    MessagePage {
        frame,
        back: "/mailboxes/mbx_own".into(),
        subject: "Your tax assessment for 2026 is ready".into(),
        sender: "Demo Federal Tax Office".into(),
        kind: "Tax assessment".into(),
        at: at("2026-11-20T09:30:00Z"),
        until: at("2028-11-19T22:59:59Z"),
        only_in: Some(Language::En),
        withdrawn: None,
        replaced_by: Some("/mailboxes/mbx_own/messages/msg_2".into()),
        replaces: Some("/mailboxes/mbx_own/messages/msg_0".into()),
        body: Some(Body::new(body)),
        attachments: vec![
            file("assessment-2026-personal-income-tax.pdf", 184_320, true),
            file("annex.pdf", 1_340_000, false),
        ],
        proofs: vec![proof(&["published", "madeAvailable"]), proof(&["retrieved"]), proof(&["opened"])],
        payment: Some(ToPay {
            amount: "1234.50".into(),
            currency: "EUR".into(),
            due: "2027-01-31".into(),
            iban: "BE68539007547034".into(),
            reference: "+++090/9337/55493+++".into(),
        }),
        replies: vec![ReplyShown {
            at: at("2026-11-21T10:30:00Z"),
            text: "Dear sender,\n\nThe amounts are right.".into(),
            files: vec!["payslip.pdf".into()],
        }],
        reply: Some(ReplyForm {
            action: "/mailboxes/mbx_own/messages/msg_1/reply".into(),
            key: "0af7651916cd43dd8448eb211c80319c".into(),
        }),
        shelf: Shelf::Mailbox,
        shelve: "/mailboxes/mbx_own/messages/msg_1/archive".into(),
        placing: None,
    }
}

/// What is left of a message that its sender withdrew.
pub(super) fn withdrawn_message(frame: Frame) -> MessagePage {
    let reason = "It was meant for somebody else. We are sorry.".into();
    MessagePage {
        subject: "Tax assessment".into(),
        withdrawn: Some(Withdrawn { at: at("2026-11-21T08:15:00Z"), reason, language: Language::En }),
        replaced_by: None,
        replaces: None,
        body: None,
        attachments: Vec::new(),
        proofs: vec![proof(&["published", "madeAvailable"]), proof(&["withdrawn"])],
        payment: None,
        replies: Vec::new(),
        reply: None,
        ..message(frame)
    }
}

/// A message without anything to pay, in the archive.
pub(super) fn archived_message(frame: Frame) -> MessagePage {
    let back = "/mailboxes/mbx_own/archive".into();
    let (payment, reply, replies) = (None, None, Vec::new());
    MessagePage { back, payment, reply, replies, shelf: Shelf::Archive, ..message(frame) }
}

pub(super) fn file(name: &str, size: u64, main: bool) -> Attachment {
    let media_type = "application/pdf".into();
    Attachment {
        href: format!("https://content.localhost:8446/a/x/{name}"),
        name: name.into(),
        media_type,
        size,
        main,
    }
}

pub(super) fn proof(kinds: &[&'static str]) -> Proof {
    let fact = |kind: &&'static str| ProvenFact { kind, at: at("2026-11-20T10:00:00Z") };
    let opens = matches!(kinds, ["published" | "granted", ..]);
    Proof { facts: kinds.iter().map(fact).collect(), href: "/consents/cns_1/proofs/evd_1".into(), opens }
}

pub(super) fn overview(frame: Frame) -> Overview {
    let card = |mailbox: &str, holder, state, roles: &[&'static str]| {
        let roles = roles.to_vec();
        MailboxCard { mailbox: mailbox.into(), holder, roles, state }
    };
    let boxes = vec![
        card("mbx_own", Holder::Own, MailboxState::On { unread: 2 }, &[]),
        card("mbx_earlier", Holder::Earlier, MailboxState::Closed { unread: 1 }, &[]),
        card(
            "mbx_bakery",
            bakery(),
            MailboxState::On { unread: 0 },
            &["legalRepresentative", "accessManager"],
        ),
        card("mbx_shop", bakery(), MailboxState::On { unread: 0 }, &["reader"]),
        card("mbx_child", child(), MailboxState::Off, &["parent"]),
        card("mbx_other", child(), MailboxState::On { unread: 1 }, &["guardian", "helper"]),
    ];
    Overview { frame, boxes }
}

pub(super) fn landing(language: Language) -> Landing {
    let ConsentScreen { brand, legal_name, logo, purpose, .. } = screen(language);
    let frame = Frame::new(language, "/authorize?client_id=demo-bank&request_uri=urn:sample");
    Landing { frame, brand, legal_name, logo, purpose, action: "/authorize".into(), fields: fields() }
}

pub(super) fn proofs(frame: Frame, holder: Holder) -> ProofsPage {
    let message = |sender: Option<&str>, kinds: &[&[&'static str]]| ProvenMessage {
        sender: sender.map(str::to_owned),
        proofs: kinds.iter().map(|kinds| proof(kinds)).collect(),
    };
    ProofsPage {
        frame,
        holder,
        back: "/mailboxes/mbx_own".into(),
        messages: vec![
            message(Some("Demo Federal Tax Office"), &[&["published", "madeAvailable"], &["retrieved"]]),
            message(None, &[&["published", "madeAvailable"], &["opened"], &["expired"]]),
        ],
        first: None,
        next: Some(format!("{PROOFS}?after=evd_1")),
    }
}

const PROOFS: &str = "/mailboxes/mbx_own/proofs";
