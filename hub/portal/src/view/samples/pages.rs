//! All pages, by name.

use std::collections::BTreeMap;

use super::consents::*;
use super::data::*;
use super::log::*;
use super::partitions::*;
use crate::i18n::Language;
use crate::view::*;

/// All pages in `language`.
pub(super) fn pages(language: Language) -> BTreeMap<String, String> {
    let all =
        [outside(language), settings(language), letters(language), permissions(language), requests(language)];
    let mut pages = BTreeMap::new();
    for (name, html) in all.into_iter().flatten() {
        assert!(pages.insert(name.clone(), html).is_none(), "{name} twice");
    }
    pages
}

/// One app for each thing that can be said of one.
fn registered_apps() -> Vec<RegisteredApp> {
    let check = Check {
        until: at("2027-11-21T09:30:00Z"),
        version: "0.1.0".into(),
        can: ["flows", "read", "refresh"].map(str::to_owned).to_vec(),
    };
    let app = |level, lapsed, state| RegisteredApp {
        brand: format!("Demo {state}"),
        legal_name: "Demo Bank Belgium NV".into(),
        state,
        since: Some(at("2026-10-01T08:00:00Z")),
        level,
        lapsed,
        check: Some(check.clone()),
    };
    vec![
        app("certified", None, "active"),
        app("declared", None, "sandbox"),
        app("lapsed", Some("time"), "suspended"),
        app("lapsed", Some("policy"), "active"),
        app("lapsed", Some("certificate"), "active"),
        RegisteredApp { check: None, since: None, ..app("none", None, "active") },
    ]
}

type Pages = Vec<(String, String)>;

fn page(name: impl Into<String>, view: impl Template) -> (String, String) {
    (name.into(), view.render().unwrap())
}

fn outside(language: Language) -> Pages {
    let frame = || stranger(language);
    let mut pages = vec![
        page("home", Home { frame: frame(), login: "/login".into() }),
        page("login-start", LoginStart { frame: frame(), login: "/login?back=x".into() }),
        page("logged-out", LoggedOut { frame: frame() }),
    ];
    pages.push(page(
        "register",
        Register { frame: Frame::new(language, "/providers"), apps: registered_apps() },
    ));
    pages.push(page("register-none", Register { frame: Frame::new(language, "/providers"), apps: vec![] }));
    pages.extend(LOGIN_FAULTS.map(|fault| {
        let (retry, trace) = ("/login".into(), TRACE.into());
        page(format!("login-{fault:?}"), LoginProblem { frame: frame(), fault, retry, trace })
    }));
    pages.extend(FAULTS.map(|fault| {
        page(
            format!("problem-{fault:?}"),
            ProblemPage { frame: frame(), fault, login: "/login".into(), trace: TRACE.into() },
        )
    }));
    pages
}

fn settings(language: Language) -> Pages {
    let frame = || citizen(language, "/activation");
    let mut pages = vec![page(
        "activation",
        Activation {
            frame: frame(),
            holder: Holder::Own,
            mailbox: "mbx_own".into(),
            back: Some("/authorize?client_id=demo-bank".into()),
        },
    )];
    for apps in [&[] as &[&str], &["Demo Bank"], &["Demo Bank", "Demo Portal"]] {
        let apps: Vec<_> = apps.iter().map(|app| (*app).to_owned()).collect();
        let name = format!("withdrawal-{}", apps.len());
        let (frame, since) = (parent(language, "/activation"), at("2026-11-01T10:00:00Z"));
        let mailbox = "mbx_child".into();
        pages.push(page(name, Withdrawal { frame, holder: child(), mailbox, since, apps }));
    }
    for now in [Switch::On, Switch::Off] {
        for (name, frame, holder) in
            [("own", frame(), Holder::Own), ("person", parent(language, "/activation"), child())]
        {
            let mailbox = "mbx_own".into();
            let done = ActivationDone { frame, holder, now, mailbox };
            pages.push(page(format!("activation-{now:?}-{name}"), done));
        }
    }
    let (frame, holder, mailbox) = (parent(language, "/activation"), child(), "mbx_child".into());
    pages.push(page("activation-person", Activation { frame, holder, mailbox, back: None }));
    pages
}

fn letters(language: Language) -> Pages {
    let (own, enterprise) = ("/mailboxes/mbx_own", "/mailboxes/mbx_bakery");
    let refused = [
        PartitionsRefusal::Name,
        PartitionsRefusal::Rule,
        PartitionsRefusal::Nothing,
        PartitionsRefusal::Gone,
    ];
    let refused = refused.map(|refusal| {
        let shown = partitions(representative(language, enterprise), Some(refusal));
        page(format!("partitions-{refusal:?}"), shown)
    });
    let mut pages = vec![
        page("overview", overview(citizen(language, "/"))),
        page("mailbox", mailbox(citizen(language, own), Holder::Own)),
        page("mailbox-enterprise", mailbox(representative(language, enterprise), bakery())),
        page("mailbox-empty", empty_mailbox(citizen(language, own), Holder::Own, MailboxState::Off)),
        page("mailbox-person", empty_mailbox(parent(language, own), child(), MailboxState::Off)),
        page("mailbox-earlier", empty_mailbox(citizen(language, own), Holder::Earlier, CLOSED)),
        page("mailbox-closed", empty_mailbox(parent(language, own), child(), CLOSED)),
        page("message", message(citizen(language, "/mailboxes/mbx_own/messages/msg_1"))),
        page(
            "archive",
            archive(citizen(language, own), Holder::Own, vec![row(1, "Change of address", false)]),
        ),
        page("archive-empty", archive(representative(language, enterprise), bakery(), vec![])),
        page(
            "mailbox-all-archived",
            MailboxPage { rows: vec![], ..mailbox(citizen(language, own), Holder::Own) },
        ),
        page(
            "mailbox-kept-elsewhere",
            MailboxPage { kept: kept(), ..mailbox(representative(language, enterprise), bakery()) },
        ),
        page("message-withdrawn", withdrawn_message(citizen(language, "/mailboxes/mbx_own/messages/msg_0"))),
        page("message-archived", archived_message(citizen(language, "/mailboxes/mbx_own/messages/msg_1"))),
        page("proofs", proofs(citizen(language, "/mailboxes/mbx_own/proofs"), Holder::Own)),
        page(
            "proofs-none",
            ProofsPage {
                messages: vec![],
                next: None,
                ..proofs(representative(language, enterprise), bakery())
            },
        ),
        page("usage", usage(citizen(language, "/mailboxes/mbx_own/usage"), Holder::Own)),
        page("usage-enterprise", usage_of_enterprise(representative(language, enterprise))),
        page("partitions", partitions(representative(language, enterprise), None)),
        page("partitions-none", no_partitions(representative(language, enterprise))),
        page("mailbox-sorted", sorted_mailbox(representative(language, enterprise))),
        page("message-movable", movable_message(representative(language, enterprise))),
        page("usage-none", usage_of_nobody(citizen(language, "/mailboxes/mbx_own/usage"))),
    ];
    pages.extend(refused);
    pages
}

fn permissions(language: Language) -> Pages {
    let frame = || citizen(language, "/consents");
    let enterprise = || representative(language, "/consents");
    let other = Giver::Other("Test Partner".into());
    let over = ConsentEnded {
        frame: frame(),
        consent: "cns_06bzp9r7b1x2h0q5t8v3w6y9m4".into(),
        brand: "Demo Bank".into(),
        legal_name: Some("Demo Bank Belgium NV".into()),
        holder: Holder::Own,
        at: at("2026-11-21T11:05:00Z"),
    };
    let of_software =
        ConsentEnded { frame: enterprise(), legal_name: None, holder: bakery(), ..over.clone() };
    let none = Consents { live: vec![], ended: vec![], ..consents(frame(), Holder::Own, &Giver::You) };
    let resumed = Resumed { frame: frame(), brand: "Demo Bank".into(), until: at("2027-11-20T22:59:59Z") };
    let mut pages = vec![
        page("consents", consents(frame(), Holder::Own, &Giver::You)),
        page("consents-enterprise", consents(enterprise(), bakery(), &other)),
        page("consents-none", none),
        page("consents-helper", seen_by_a_helper(parent(language, "/consents"))),
        page("consents-still", standing_still(frame(), Holder::Own)),
        page("consents-still-person", standing_still(parent(language, "/consents"), child())),
        page("consents-earlier", standing_still(frame(), Holder::Earlier)),
        page("consents-software", with_software(enterprise(), bakery())),
        page("consent-ended", over),
        page("consent-ended-software", of_software),
        page("consent-less", less(frame())),
        page("resume", resume(frame(), Holder::Own, still("roleEnded", other.clone(), true).given)),
        page("resume-software", resume(enterprise(), bakery(), software("cns_1", other))),
        page("resumed", resumed),
    ];
    pages.extend(of_own_software(language));
    pages
}

fn of_own_software(language: Language) -> Pages {
    let frame = || representative(language, "/software");
    let (enterprise, name) = ("Demo Bakery BV".into(), "Bookkeeping".into());
    let (client_id, until) = ("own-k7c2m5q4h3x6t2aa".into(), at("2027-11-20T22:59:59Z"));
    let done = SoftwareRegistered { frame: frame(), enterprise, name, client_id, until };
    let mut pages = vec![page("software", register(frame(), None)), page("software-done", done)];
    pages.extend(
        REFUSALS.map(|refusal| page(format!("software-{refusal:?}"), register(frame(), Some(refusal)))),
    );
    pages
}

fn requests(language: Language) -> Pages {
    let mut pages = vec![
        page("landing", landing(language)),
        page("consent", consent_page(language, &screen(language))),
        page("consent-again", consent_page(language, &screen_again(language))),
        page("consent-choice", consent_page(language, &screen_with_choice(language))),
    ];
    pages.extend(OUTCOMES.map(|kind| {
        let (frame, back) = (citizen(language, "/authorize"), Some("https://bank.localhost:8448/".into()));
        page(format!("outcome-{kind:?}"), Outcome { frame, kind, brand: "Demo Bank".into(), back })
    }));
    pages
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CLOSED: MailboxState = MailboxState::Closed { unread: 0 };
const LOGIN_FAULTS: [LoginFault; 7] = [
    LoginFault::Acting,
    LoginFault::Assurance,
    LoginFault::Cancelled,
    LoginFault::Identity,
    LoginFault::Elsewhere,
    LoginFault::Expired,
    LoginFault::Unavailable,
];
const OUTCOMES: [OutcomeKind; 9] = [
    OutcomeKind::Agreed,
    OutcomeKind::Refused,
    OutcomeKind::Expired,
    OutcomeKind::OtherBrowser,
    OutcomeKind::NoMailbox,
    OutcomeKind::NotActive,
    OutcomeKind::OtherPerson,
    OutcomeKind::OtherGrant,
    OutcomeKind::NotOpen,
];
const FAULTS: [Fault; 9] = [
    Fault::NotFound,
    Fault::Session,
    Fault::Forbidden,
    Fault::Form,
    Fault::Input,
    Fault::Choice,
    Fault::Request,
    Fault::Busy,
    Fault::Server,
];
