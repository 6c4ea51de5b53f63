//! Every page with sample data, in every language: each one renders, and a folder of them is there to look at.

use std::collections::BTreeMap;
use std::fs;

use hub_core::clock::Timestamp;

use super::*;
use crate::assets::{self, Asset};
use crate::i18n::Language;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn stranger(language: Language) -> Frame {
    Frame::new(language, "/")
}

fn citizen(language: Language, here: &str) -> Frame {
    let person = Person { name: "Test Citizen".into(), acting_for: None, csrf: "csrf-of-the-session".into() };
    Frame::new(language, here).signed_in(person)
}

fn representative(language: Language, here: &str) -> Frame {
    let acting_for = Some("Demo Bakery BV".into());
    let person = Person { name: "Test Representative".into(), acting_for, csrf: "csrf-of-the-session".into() };
    Frame::new(language, here).signed_in(person)
}

fn bakery() -> Holder {
    Holder::Enterprise { name: "Demo Bakery BV".into(), number: "0999.999.922".into() }
}

fn fields() -> Vec<(String, String)> {
    vec![("request_uri".into(), "urn:ietf:params:oauth:request_uri:sample".into())]
}

fn screen(language: Language) -> ConsentScreen {
    let purpose = match language {
        Language::Nl => "Uw officiële post tonen naast uw rekeningen, zodat u niets vergeet te betalen.",
        Language::Fr => "Afficher votre courrier officiel à côté de vos comptes, pour ne rien oublier de payer.",
        Language::De => "Ihre amtliche Post neben Ihren Konten zeigen, damit Sie keine Zahlung vergessen.",
        Language::En => "To show your official mail next to your accounts, so that you forget no payment.",
    };
    ConsentScreen {
        brand: "Demo Bank".into(),
        legal_name: "Demo Bank Belgium NV".into(),
        logo: None,
        purpose: purpose.into(),
        actions: vec![Action::List, Action::ReadContent, Action::MarkRead],
        until: at("2027-11-20T22:59:59Z"),
        copies: Copies::Months(24),
        person: "Test Citizen".into(),
        choices: vec![Choice { mailbox: "mbx_own".into(), holder: Holder::Own }],
        may_leave_out: vec![Action::MarkRead],
    }
}

fn screen_with_choice(language: Language) -> ConsentScreen {
    let choices = vec![
        Choice { mailbox: "mbx_own".into(), holder: Holder::Own },
        Choice { mailbox: "mbx_bakery".into(), holder: bakery() },
    ];
    let actions = vec![Action::List, Action::Synchronise];
    ConsentScreen { choices, actions, copies: Copies::None, may_leave_out: vec![], ..screen(language) }
}

fn consent_page(language: Language, screen: &ConsentScreen) -> String {
    let shown = screen.render(language).unwrap();
    let frame = citizen(language, "/authorize/consent");
    ConsentPage { frame, brand: screen.brand.clone(), shown, fields: fields() }.render().unwrap()
}

fn row(number: u32, subject: &str, unread: bool) -> MessageRow {
    MessageRow {
        href: format!("/mailboxes/mbx_own/messages/msg_{number}"),
        subject: subject.into(),
        sender: "Demo Federal Tax Office".into(),
        at: at("2026-11-20T09:30:00Z"),
        until: at("2028-11-19T22:59:59Z"),
        unread,
    }
}

fn mailbox(frame: Frame, holder: Holder) -> String {
    let rows = vec![
        row(3, "Your tax assessment for 2026 is ready: income of the year 2025, personal income tax", true),
        row(2, "Reminder: renew your identity card", true),
        row(1, "Change of address registered", false),
    ];
    let state = MailboxState::On { unread: 2 };
    let (first, next) = (Some("/mailboxes/mbx_own".into()), Some("/mailboxes/mbx_own?after=x".into()));
    MailboxPage { frame, holder, state, total: 203, rows, first, next }.render().unwrap()
}

fn empty_mailbox(frame: Frame) -> String {
    let (holder, state) = (Holder::Own, MailboxState::Off);
    MailboxPage { frame, holder, state, total: 0, rows: vec![], first: None, next: None }.render().unwrap()
}

fn message(frame: Frame) -> String {
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
        body: Some(Body::new(body)),
        attachments: vec![file("assessment-2026-personal-income-tax.pdf", 184_320, true), file("annex.pdf", 1_340_000, false)],
    }
    .render()
    .unwrap()
}

fn file(name: &str, size: u64, main: bool) -> Attachment {
    let media_type = "application/pdf".into();
    Attachment { href: format!("https://content.localhost:8446/a/x/{name}"), name: name.into(), media_type, size, main }
}

fn live(brand: &str, by: Giver, last_read: Option<Timestamp>, actions: Vec<Action>) -> LiveConsent {
    LiveConsent {
        consent: "cns_1".into(),
        brand: brand.into(),
        legal_name: format!("{brand} Belgium NV"),
        logo: None,
        by,
        actions,
        granted: at("2026-11-20T10:00:00Z"),
        until: at("2027-11-20T22:59:59Z"),
        last_read,
    }
}

fn ended(how: Ending) -> EndedConsent {
    let (granted, ended) = (at("2026-01-01T10:00:00Z"), at("2026-11-19T10:00:00Z"));
    EndedConsent { brand: "Demo Archive".into(), granted, ended, how }
}

fn consents(frame: Frame, holder: Holder, by: &Giver) -> String {
    let all = vec![Action::List, Action::ReadContent, Action::MarkRead, Action::Synchronise];
    let live = vec![
        live("Demo Bank", by.clone(), Some(at("2026-11-21T08:15:00Z")), all),
        live("Demo Regional Portal", by.clone(), None, vec![Action::List]),
    ];
    let how = [Ending::Citizen, Ending::Provider, Ending::Expired, Ending::Superseded, Ending::Withdrawn, Ending::Removed];
    Consents { frame, holder, live, ended: how.map(ended).to_vec() }.render().unwrap()
}

fn overview(frame: Frame) -> String {
    let card = |mailbox: &str, holder, state| MailboxCard { mailbox: mailbox.into(), holder, state };
    let boxes = vec![
        card("mbx_own", Holder::Own, MailboxState::On { unread: 2 }),
        card("mbx_bakery", bakery(), MailboxState::On { unread: 0 }),
        card("mbx_other", Holder::Own, MailboxState::Off),
    ];
    Overview { frame, boxes }.render().unwrap()
}

fn landing(language: Language) -> String {
    let ConsentScreen { brand, legal_name, logo, purpose, .. } = screen(language);
    let frame = Frame::new(language, "/authorize?client_id=demo-bank&request_uri=urn:sample");
    Landing { frame, brand, legal_name, logo, purpose, action: "/authorize".into(), fields: fields() }.render().unwrap()
}

/// All pages by name.
fn pages(language: Language) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut page = |name: &str, html: String| assert!(pages.insert(name.to_owned(), html).is_none(), "{name}");

    page("home", Home { frame: stranger(language), login: "/login".into() }.render().unwrap());
    page("overview", overview(citizen(language, "/")));
    page("login-start", LoginStart { frame: stranger(language), login: "/login?back=x".into() }.render().unwrap());
    page("logged-out", LoggedOut { frame: stranger(language) }.render().unwrap());
    for fault in LOGIN_FAULTS {
        let (retry, trace) = ("/login".into(), TRACE.into());
        let html = LoginProblem { frame: stranger(language), fault, retry, trace }.render().unwrap();
        page(&format!("login-{fault:?}"), html);
    }

    page("activation", Activation { frame: citizen(language, "/activation"), holder: Holder::Own }.render().unwrap());
    for (name, apps) in [("", vec![]), ("-1", vec!["Demo Bank".into()]), ("-2", vec!["Demo Bank".into(), "Demo Portal".into()])] {
        let (frame, since) = (representative(language, "/activation"), at("2026-11-01T10:00:00Z"));
        page(&format!("withdrawal{name}"), Withdrawal { frame, holder: bakery(), since, apps }.render().unwrap());
    }
    for now in [Switch::On, Switch::Off] {
        let frame = citizen(language, "/activation");
        let html = ActivationDone { frame, now, mailbox: "mbx_own".into() }.render().unwrap();
        page(&format!("activation-{now:?}"), html);
    }

    page("mailbox", mailbox(citizen(language, "/mailboxes/mbx_own"), Holder::Own));
    page("mailbox-enterprise", mailbox(representative(language, "/mailboxes/mbx_bakery"), bakery()));
    page("mailbox-empty", empty_mailbox(citizen(language, "/mailboxes/mbx_own")));
    page("message", message(citizen(language, "/mailboxes/mbx_own/messages/msg_1")));
    page("consents", consents(citizen(language, "/consents"), Holder::Own, &Giver::You));
    let other = Giver::Other("Test Partner".into());
    page("consents-enterprise", consents(representative(language, "/consents"), bakery(), &other));
    let none = Consents { frame: citizen(language, "/consents"), holder: Holder::Own, live: vec![], ended: vec![] };
    page("consents-none", none.render().unwrap());
    let (brand, legal_name) = ("Demo Bank".to_owned(), "Demo Bank Belgium NV".to_owned());
    let (consent, at) = ("cns_06bzp9r7b1x2h0q5t8v3w6y9m4".into(), at("2026-11-21T11:05:00Z"));
    let over = ConsentEnded { frame: citizen(language, "/consents"), consent, brand, legal_name, at };
    page("consent-ended", over.render().unwrap());

    page("landing", landing(language));
    page("consent", consent_page(language, &screen(language)));
    page("consent-choice", consent_page(language, &screen_with_choice(language)));
    for kind in OUTCOMES {
        let (frame, back) = (citizen(language, "/authorize"), Some("https://bank.localhost:8448/".into()));
        let html = Outcome { frame, kind, brand: "Demo Bank".into(), back }.render().unwrap();
        page(&format!("outcome-{kind:?}"), html);
    }
    for fault in FAULTS {
        let html = ProblemPage { frame: stranger(language), fault, trace: TRACE.into() }.render().unwrap();
        page(&format!("problem-{fault:?}"), html);
    }
    pages
}

#[test]
fn every_page_renders_in_every_language_without_script_or_inline_style() {
    for language in Language::ALL {
        for (name, html) in pages(language) {
            for forbidden in ["<script", "style=", "<style", " onclick", "javascript:", "{{", "{ $"] {
                assert!(!html.contains(forbidden), "{language}/{name} contains {forbidden}");
            }
            assert_eq!(html.matches("<h1").count(), 1, "{language}/{name}");
            assert!(html.contains(&format!("<html lang=\"{language}\">")), "{language}/{name}");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_session_s_value() {
    for (name, html) in pages(Language::Nl) {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let public = name == "landing";
            assert!(public || form.contains("name=\"csrf\" value=\"csrf-of-the-session\""), "{name}: {form}");
            assert!(form.contains("method=\"post\""), "{name}");
        }
    }
}

#[test]
fn what_comes_from_outside_is_escaped_everywhere() {
    let evil = "<img src=x onerror=alert(1)>";
    let mut screen = screen_with_choice(Language::Nl);
    screen.brand = evil.into();
    screen.legal_name = evil.into();
    screen.purpose = evil.into();
    screen.person = evil.into();
    let holder = Holder::Enterprise { name: evil.into(), number: evil.into() };
    screen.choices.push(Choice { mailbox: evil.into(), holder: holder.clone() });
    let mut live = live(evil, Giver::Other(evil.into()), None, vec![]);
    live.legal_name = evil.into();
    let mut frame = representative(Language::Nl, "/consents");
    frame.person = frame.person.map(|person| Person { name: evil.into(), acting_for: Some(evil.into()), ..person });
    let consents = Consents { frame, holder, live: vec![live], ended: vec![] };

    for html in [consent_page(Language::Nl, &screen), consents.render().unwrap()] {
        assert!(!html.contains("<img src=x"), "{html}");
        assert!(html.matches("&#60;img src=x").count() > 5, "{html}");
    }
}

/// Writes all pages to a folder to look at.
#[test]
#[ignore = "for looking at the pages in a browser"]
fn pages_to_look_at() {
    let root = std::env::temp_dir().join("facteur-pages");
    for language in Language::ALL {
        let folder = root.join(language.tag());
        fs::create_dir_all(&folder).unwrap();
        for asset in Asset::ALL {
            fs::write(folder.join(assets::path(asset).rsplit('/').next().unwrap()), asset.bytes()).unwrap();
        }
        for (name, html) in pages(language) {
            fs::write(folder.join(format!("{name}.html")), html.replace("\"/assets/", "\"")).unwrap();
        }
    }
    println!("{}", root.display());
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const LOGIN_FAULTS: [LoginFault; 5] =
    [LoginFault::Assurance, LoginFault::Cancelled, LoginFault::Identity, LoginFault::Expired, LoginFault::Unavailable];
const OUTCOMES: [OutcomeKind; 5] =
    [OutcomeKind::Agreed, OutcomeKind::Refused, OutcomeKind::Expired, OutcomeKind::OtherBrowser, OutcomeKind::NoMailbox];
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
