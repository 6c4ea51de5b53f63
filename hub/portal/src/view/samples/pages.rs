//! All pages, by name.

use std::collections::BTreeMap;

use super::data::*;
use super::log::*;
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
            back: Some("/authorize?client_id=demo-bank".into()),
        },
    )];
    for apps in [&[] as &[&str], &["Demo Bank"], &["Demo Bank", "Demo Portal"]] {
        let apps: Vec<_> = apps.iter().map(|app| (*app).to_owned()).collect();
        let name = format!("withdrawal-{}", apps.len());
        let (frame, since) = (representative(language, "/activation"), at("2026-11-01T10:00:00Z"));
        pages.push(page(name, Withdrawal { frame, holder: bakery(), since, apps }));
    }
    for now in [Switch::On, Switch::Off] {
        pages.push(page(
            format!("activation-{now:?}"),
            ActivationDone { frame: frame(), now, mailbox: "mbx_own".into() },
        ));
    }
    pages
}

fn letters(language: Language) -> Pages {
    let (own, enterprise) = ("/mailboxes/mbx_own", "/mailboxes/mbx_bakery");
    vec![
        page("overview", overview(citizen(language, "/"))),
        page("mailbox", mailbox(citizen(language, own), Holder::Own)),
        page("mailbox-enterprise", mailbox(representative(language, enterprise), bakery())),
        page("mailbox-empty", empty_mailbox(citizen(language, own))),
        page("message", message(citizen(language, "/mailboxes/mbx_own/messages/msg_1"))),
        page("usage", usage(citizen(language, "/mailboxes/mbx_own/usage"), Holder::Own)),
        page("usage-enterprise", usage_of_enterprise(representative(language, enterprise))),
        page("usage-none", usage_of_nobody(citizen(language, "/mailboxes/mbx_own/usage"))),
    ]
}

fn permissions(language: Language) -> Pages {
    let frame = || citizen(language, "/consents");
    let other = Giver::Other("Test Partner".into());
    let over = ConsentEnded {
        frame: frame(),
        consent: "cns_06bzp9r7b1x2h0q5t8v3w6y9m4".into(),
        brand: "Demo Bank".into(),
        legal_name: "Demo Bank Belgium NV".into(),
        at: at("2026-11-21T11:05:00Z"),
    };
    vec![
        page("consents", consents(frame(), Holder::Own, &Giver::You)),
        page("consents-enterprise", consents(representative(language, "/consents"), bakery(), &other)),
        page("consents-none", Consents { frame: frame(), holder: Holder::Own, live: vec![], ended: vec![] }),
        page("consent-ended", over),
        page("consent-less", less(frame())),
    ]
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
const LOGIN_FAULTS: [LoginFault; 6] = [
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
