use std::time::Duration;

use governor::clock::FakeRelativeClock;

use super::*;

fn tight() -> Rates {
    let one = Rate::new(1, 1);
    Rates { clients: one, logins: one, pages: one }
}

fn network(last: u8) -> Network {
    Network::of([192, 0, 2, last].into())
}

#[test]
fn a_client_over_its_burst_waits_and_others_do_not() {
    let limits = Limits::of(tight());
    assert!(limits.count("bank").is_ok());
    for _ in 0..1_000 {
        assert!(matches!(limits.count("bank"), Err(Error::Limited { limit: 1, retry_after: 1.. })));
    }
    assert!(limits.count("portal").is_ok());
}

#[test]
fn a_certificate_over_its_burst_waits_and_others_do_not() {
    let limits = Limits::of(tight());
    let sources = [Source::Certificate([1; 32]), Source::Certificate([2; 32]), Source::Network(network(1))];
    for source in sources {
        assert!(limits.count_request(&source).is_ok());
        assert!(limits.count_request(&source).is_err());
    }
}

#[test]
fn logins_are_counted_by_network_on_their_way_out_and_back() {
    let limits = Limits::new(NonZeroU32::MIN, NonZeroU32::MIN);
    let begun = (0..=255).take_while(|last| limits.count_login(network(*last)).is_ok()).count();
    assert!((200..250).contains(&begun), "{begun}");
    let back = (0..=255).take_while(|last| limits.count_return(network(*last)).is_ok()).count();
    assert!((200..250).contains(&back), "{back}");
    assert!(limits.count_login(Network::of([198, 51, 100, 1].into())).is_ok());
}

#[test]
fn a_person_over_their_burst_waits_in_each_session_and_others_do_not() {
    let limits = Limits::of(tight());
    assert!(limits.count_page("psn_anna").is_ok());
    assert!(limits.count_page("psn_anna").is_err());
    assert!(limits.count_page("psn_bert").is_ok());
}

#[test]
fn whoever_waited_as_long_as_they_were_told_may_ask_again() {
    let clock = FakeRelativeClock::default();
    let rates = Rates { clients: Rate::new(2, 4), ..tight() };
    let limits = Limits::at(rates, &clock);
    while limits.count("bank").is_ok() {}

    let Err(Error::Limited { limit: 2, retry_after }) = limits.count("bank") else { panic!("it may") };
    clock.advance(Duration::from_secs(retry_after));

    assert!(limits.count("bank").is_ok());
}

#[test]
fn who_is_idle_is_forgotten_and_who_is_not_is_not() {
    let clock = FakeRelativeClock::default();
    let rates = Rates { clients: Rate::new(1, 60), logins: Rate::new(1, 60), pages: Rate::new(1, 60) };
    let limits = Limits::at(rates, &clock);
    for n in 0..10_000_u32 {
        let [a, b, c, d] = n.to_be_bytes();
        let network = Network::of([b, c, d, a].into());
        limits.count(&format!("client-{n}")).unwrap();
        limits.count_request(&Source::Network(network)).unwrap();
        limits.count_login(network).unwrap();
        limits.count_return(network).unwrap();
        limits.count_page(&format!("psn_{n}")).unwrap();
    }
    assert!(limits.remembered() > 30_000);

    clock.advance(Duration::from_secs(60));
    for _ in 0..60 {
        limits.count("busy").unwrap();
    }
    clock.advance(Duration::from_secs(30));
    limits.forget_idle();

    assert_eq!(limits.remembered(), 1, "only the busy one, which still owes half a minute");
    let again = (0..60).take_while(|_| limits.count("busy").is_ok()).count();
    assert_eq!(again, 30, "forgetting the others gave it nothing");
}
