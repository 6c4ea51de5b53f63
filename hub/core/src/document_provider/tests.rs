//! Rules of entries, and whose word counts.

use super::*;

fn entry() -> DocumentProvider {
    let texts = |text: &str| Texts::from([("nl".to_owned(), text.to_owned())]);
    DocumentProvider {
        id: "archive".into(),
        client_id: Some("archive-app".into()),
        name: texts("Archief"),
        description: texts("Bewaart wat oud is"),
        url: "https://archive.example.org/v2/".into(),
        active_from: jiff::civil::date(2026, 1, 10),
        active_until: Some(jiff::civil::date(2026, 2, 1)),
        contact: "help@archive.example.org".into(),
        api_version: "2.1".into(),
        maintenance: vec![Maintenance { from: Timestamp(1), until: Timestamp(2) }],
        said: Said {
            contact: "help@archive.example.org".into(),
            description: texts("Bewaart wat oud is"),
            api_version: "2.1".into(),
            active_until: Some(jiff::civil::date(2026, 2, 1)),
            maintenance: vec![Maintenance { from: Timestamp(1), until: Timestamp(2) }],
        },
    }
}

#[test]
fn it_serves_from_its_first_day_until_the_day_of_its_end() {
    let day = |day| jiff::civil::date(2026, 1, day);
    assert!(!entry().serves_on(day(9)) && entry().serves_on(day(10)) && entry().serves_on(day(31)));
    assert!(!entry().serves_on(jiff::civil::date(2026, 2, 1)));
}

#[test]
fn a_change_changes_what_it_says_and_nothing_else() {
    let mut changed = entry();
    let sooner = jiff::civil::date(2026, 1, 20);
    let change = Change { active_until: Some(Some(sooner)), contact: Some("me".into()), ..Change::default() };
    changed.change(change).unwrap();
    assert_eq!(changed, DocumentProvider { active_until: Some(sooner), contact: "me".into(), ..entry() });
}

#[test]
fn it_ends_no_later_than_operators_said_and_does_not_come_back() {
    let until = |until| Change { active_until: Some(until), ..Change::default() };
    let last = entry().active_until;
    for later in [None, Some(jiff::civil::date(2026, 2, 2))] {
        let mut changed = entry();
        assert!(changed.change(until(later)).is_err());
        assert_eq!(changed, entry());
    }
    let mut open = entry();
    open.said.active_until = None;
    open.change(until(None)).unwrap();
    assert_eq!(open.active_until, None);
    entry().change(until(last)).unwrap();
    assert!(entry().may_change_on(jiff::civil::date(2026, 1, 1)), "it has yet to begin");
    assert!(!entry().may_change_on(jiff::civil::date(2026, 2, 1)), "it is out of service");
}

#[test]
fn what_operators_say_again_undoes_nothing_and_what_they_say_anew_counts() {
    let mut changed = entry();
    let sooner = jiff::civil::date(2026, 1, 20);
    let change = Change {
        contact: Some("me".into()),
        active_until: Some(Some(sooner)),
        maintenance: Some(vec![]),
        ..Change::default()
    };
    changed.change(change).unwrap();
    assert_eq!(entry().over(changed.clone()), changed);
    let mut anew = entry();
    anew.contact = "desk".into();
    anew.said.contact = "desk".into();
    let over = anew.over(changed.clone());
    assert_eq!((over.contact.as_str(), over.said.contact.as_str()), ("desk", "desk"));
    assert_eq!((over.active_until, over.maintenance), (Some(sooner), vec![]));
}

#[test]
fn each_rule_is_checked() {
    let place = |member: &str| format!("document_provider[0].{member}");
    entry().check(&place).unwrap();
    for url in ["http://a.b/", "https://u@a.b/", "https://a.b/?q", "https://a.b/#f", "archive"] {
        assert!(DocumentProvider { url: url.into(), ..entry() }.check(&place).is_err(), "{url}");
    }
    let early = jiff::civil::date(2026, 1, 9);
    assert!(DocumentProvider { active_until: Some(early), ..entry() }.check(&place).is_err());
    assert!(DocumentProvider { id: "a b".into(), ..entry() }.check(&place).is_err());
    assert!(DocumentProvider { name: Texts::new(), ..entry() }.check(&place).is_err());
    assert!(DocumentProvider { contact: " ".into(), ..entry() }.check(&place).is_err());
    assert!(DocumentProvider { api_version: "x".repeat(21), ..entry() }.check(&place).is_err());
    let backwards = vec![Maintenance { from: Timestamp(2), until: Timestamp(2) }];
    assert!(DocumentProvider { maintenance: backwards, ..entry() }.check(&place).is_err());
}
