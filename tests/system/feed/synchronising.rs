//! The reference provider keeps up with many mailboxes: one token, and no request for a mailbox that did not change.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use reference_provider::{Config, Event, Options, Pace, Provider, State, Synchroniser};
use system_tests::environment::{figure, full};
use system_tests::world::World;
use system_tests::world::setting::authorities;

use super::{consents, crowd};

/// How often what was asked.
pub(crate) type Asked = Arc<Mutex<BTreeMap<String, usize>>>;

/// The reference provider as the application `bank-app`, counted.
pub(crate) fn provider(
    world: &World,
    credential: &system_tests::authority::Credential,
) -> (Arc<Provider>, Asked) {
    let setting = &world.setting;
    setting.put("bank.pem", &credential.certificate);
    setting.put("bank.key", &credential.key);
    fs::write(setting.path("bank-ca.pem"), &authorities().servers.certificate).unwrap();
    let config = Config {
        issuer: world.public.clone(),
        resource: format!("{}/mailbox/v1", world.mtls).parse().unwrap(),
        client_id: "bank-app".into(),
        certificate: setting.path("bank.pem"),
        key: setting.path("bank.key"),
        ca: setting.path("bank-ca.pem"),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        origin: "https://bank.localhost".parse().unwrap(),
        server_certificate: setting.path("bank.pem"),
        server_key: setting.path("bank.key"),
        poll_seconds: 1,
        poll_limit: 1,
        once_story: false,
        options: Options::default(),
    };
    let asked = Asked::default();
    let counter = Arc::clone(&asked);
    let events = move |event: Event| {
        if let Event::Exchange { purpose, .. } = event {
            *counter.lock().unwrap().entry(purpose).or_default() += 1;
        }
    };
    (Arc::new(Provider::new(&config, Arc::new(events)).unwrap()), asked)
}

/// What was asked since the last time.
fn taken(asked: &Asked) -> BTreeMap<String, usize> {
    std::mem::take(&mut *asked.lock().unwrap())
}

/// Follows the feed until there is nothing more at this moment.
pub(crate) async fn follow(synchroniser: &mut Synchroniser, wanted: impl Fn(&State) -> bool) {
    loop {
        let pace = synchroniser.follow(1).await.unwrap();
        if matches!(pace, Pace::After(_)) && wanted(synchroniser.state()) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_mailboxes_are_kept_up_with_by_one_token_and_no_request_for_those_that_rest() {
    let count =
        if full("10,000 mailboxes synchronised on each database instead of 200") { 10_000 } else { 200 };
    World::on_both(async |world| {
        let (bank, tax) = (world.provider("bank").await, world.sender("tax").await);
        let (anna, bert) = (world.citizen("Anna"), world.citizen("Bert"));
        let _grant = consents(&anna, &bank).await;
        tax.delivers(&tax.letter(&anna.person.recipient(), "Attest der grutto's").body("Eén brief.")).await;
        crowd::gather(world, count - 1).await;
        let count = usize::try_from(count).unwrap();
        let (provider, asked) = provider(world, &bank.credential);

        // taking over: one request for each page of mailboxes, and one for each mailbox that holds something
        let begun = Instant::now();
        let mut synchroniser = Synchroniser::new(provider, State::default());
        synchroniser.take_over().await.unwrap();
        let took = begun.elapsed();
        // the identity provider's clock went on meanwhile
        world.advance(took);
        let taken_over = taken(&asked);
        assert_eq!(synchroniser.state().mailboxes.len(), count);
        assert!(synchroniser.state().mailboxes.values().all(|messages| messages.len() == 1));
        assert_eq!(taken_over["get a token of its own"], 1);
        assert_eq!(taken_over["list the mailboxes"], count.div_ceil(100));
        assert_eq!(taken_over["list messages"], count);
        follow(&mut synchroniser, |_| true).await;
        taken(&asked);

        // nothing happens: one question to the feed
        follow(&mut synchroniser, |_| true).await;
        assert_eq!(taken(&asked), BTreeMap::from([("ask for changes".to_owned(), 1)]));

        // four letters to two people, one of them new here
        let tells = ["Tarief der tureluurs", "Aanslag op scholeksters", "Waarborg der wulpen"];
        for subject in tells {
            tax.delivers(&tax.letter(&anna.person.recipient(), subject).body("Nog een brief.")).await;
        }
        tax.delivers(&tax.letter(&bert.person.recipient(), "Kwitantie der kluten").body("Een brief.")).await;
        let grant = consents(&bert, &bank).await;
        follow(&mut synchroniser, |state| {
            let messages: usize = state.mailboxes.values().map(std::collections::BTreeSet::len).sum();
            messages == count + 4
        })
        .await;
        let mut moved = taken(&asked);
        assert!(moved.remove("ask for changes").unwrap() <= 8, "{moved:?}");
        // Bert's letter is told, or found in the list of his mailbox
        let (letters, lists) = (moved.remove("fetch a message").unwrap(), moved.remove("list messages").unwrap_or(0));
        assert!(letters >= 3 && letters + lists <= 6 && moved.is_empty(), "{letters} {lists} {moved:?}");
        assert!(synchroniser.state().mailboxes.contains_key(&grant.mailbox));

        // a consent ends: its mailbox is forgotten without a further question
        bert.revokes().await;
        follow(&mut synchroniser, |state| !state.mailboxes.contains_key(&grant.mailbox)).await;
        let ended = taken(&asked);
        assert!(ended.keys().all(|purpose| purpose == "ask for changes"), "{ended:?}");
        figure(&format!(
            "{}: the reference provider took over {count} mailboxes in {:.1} s with {} requests and one token, and then asked \
             {letters} + {lists} times about the 2 mailboxes that changed, never about the {} that did not",
            world.database(),
            took.as_secs_f64(),
            taken_over.values().sum::<usize>(),
            count - 1,
        ));
    })
    .await;
}
