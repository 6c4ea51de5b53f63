//! Mandates that end: because the source that the first node reads names them no longer, and because their time is
//! over. The other node is told nothing, and refuses what was granted through them.

use std::time::Duration;

use futures_util::future::join_all;
use hub_core::clock::{Clock, Timestamp};
use serde_json::json;
use system_tests::environment::{figure, full};
use system_tests::world::citizen::Citizen;
use system_tests::world::page::Page;
use system_tests::world::people::enterprise;
use system_tests::world::provider::{EVERYTHING, Grant, Provider};
use tokio::time::sleep;

use super::load::under_load;
use super::questions::{INVALID_TOKEN, Questions, Tally};
use super::{Nodes, PEOPLE};

/// How many enterprises each of the people represents; half of the mandates are taken back, half run out.
const EACH: u32 = 4;

/// The enterprises of the `n`th person.
fn enterprises(n: usize) -> impl Iterator<Item = u32> {
    let first = 100 + u32::try_from(n).unwrap() * EACH;
    first..first + EACH
}

/// A mandate for every enterprise, until then; those that are taken back are left out.
fn mandates(until: impl Fn(u32) -> Option<Timestamp>) -> Vec<(&'static str, u32, Timestamp)> {
    let all =
        PEOPLE.into_iter().enumerate().flat_map(|(n, name)| enterprises(n).map(move |number| (name, number)));
    all.filter_map(|(name, number)| Some((name, number, until(number)?))).collect()
}

/// All mandates, for long.
fn all() -> Vec<(&'static str, u32, Timestamp)> {
    let until = Clock::System.now().plus(DAY * 30);
    mandates(|_| Some(until))
}

/// A consent for one enterprise, and which that is.
struct Granted {
    grant: Grant,
    number: u32,
}

/// A consent for each of the enterprises that the person represents, each with a screen of its own.
async fn consents(bank: &Provider<'_>, (n, person): (usize, &Citizen<'_>)) -> Vec<Granted> {
    let mut granted = Vec::new();
    for place in 0..EACH as usize {
        let asked = bank.asks_for(&bank.details(&EVERYTHING, "enterprise"), json!({})).await;
        let screen = person.comes_from(&asked).await;
        let mailbox = offered(&screen).swap_remove(place);
        let form = screen.form("/authorize/consent").with("mailbox", &mailbox).with("decision", "agree");
        let back = person.submit(&screen, &form).await;
        let grant = bank.redeems(&asked, &back.url).await;
        let open = bank.mailboxes(&grant).await.expect(200);
        let number =
            enterprises(n).find(|number| open["items"][0]["enterpriseNumber"] == enterprise(*number));
        granted.push(Granted { grant, number: number.unwrap() });
    }
    granted
}

/// The mailboxes that a screen lets the citizen choose from.
fn offered(screen: &Page) -> Vec<String> {
    let values = screen.html.split("name=\"mailbox\" value=\"").skip(1);
    values.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// Writes the mandates and has the first node read them; the other is told nothing.
async fn tell(nodes: &Nodes, mandates: Vec<(&'static str, u32, Timestamp)>) {
    nodes.stage().setting.write_mandates_for(mandates);
    nodes.first.signal("HUP").await;
}

/// Waits until the first node shows a person that many enterprises: it has read its file.
async fn until_shown(person: &Citizen<'_>, enterprises: u32) {
    for _ in 0..400 {
        let overview = person.open("/").await;
        let cards = overview.forms().into_iter().filter(|form| form.action.starts_with("/mailboxes/"));
        if cards.count() == 1 + enterprises as usize {
            return;
        }
        sleep(Duration::from_millis(25)).await;
    }
    panic!("the mandates file was not read within 10 s");
}

/// Asks on until the mandate's time is over: what is asked from then on is refused, what was answered before was mail.
async fn runs_out(questions: &Questions<'_, '_>, until: Timestamp, tally: &Tally) {
    let asks = async |n: usize| {
        loop {
            let begun = Clock::System.now();
            let answer = questions.ask(n).await;
            if begun >= until {
                return tally.count(n, &answer, INVALID_TOKEN);
            }
            assert!(
                answer.status == 200 || Clock::System.now() >= until,
                "refused too early: {}",
                answer.text()
            );
            sleep(Duration::from_millis(15)).await;
        }
    };
    join_all((0..3).map(asks)).await;
    questions.on_the_same_connection();
}

/// Whether the source takes a mandate back; the others run out.
fn taken_back(number: u32) -> bool {
    number.is_multiple_of(2)
}

/// One person's mandates end, half of them at once and half with time.
async fn end_of(
    (person, granted): (&Citizen<'_>, &[(Questions<'_, '_>, u32)]),
    until: Timestamp,
    tally: &Tally,
) {
    let (gone, left): (Vec<_>, Vec<_>) = granted.iter().partition(|(_, number)| taken_back(*number));
    until_shown(person, EACH / 2).await;
    join_all(gone.iter().map(|(questions, _)| questions.refused(INVALID_TOKEN, tally))).await;
    assert!(Clock::System.now() < until, "the mandates were read after they had run out");
    join_all(left.iter().map(|(questions, _)| questions.served())).await;
    join_all(left.iter().map(|(questions, _)| runs_out(questions, until, tally))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_mandate_opened_is_refused_by_the_other_node_when_the_mandate_ends() {
    let rounds = if full("300 mandates ended on two nodes instead of 12") { 25 } else { 1 };
    let nodes = Nodes::start_with(|setting| setting.write_mandates_for(all())).await;
    let (stage, tally) = (nodes.stage(), Tally::default());
    let (tax, bank) = (stage.sender("tax").await, stage.provider("bank").await);
    let there = nodes.at_other(&bank.credential);
    let people = PEOPLE.map(|name| stage.citizen(name));
    for (_, number, _) in all() {
        tax.publishes(&json!({"enterpriseNumber": enterprise(number)}), "To an enterprise").await;
    }

    let ending = async {
        for round in 0..rounds {
            if round > 0 {
                tell(&nodes, all()).await;
                join_all(people.iter().map(|person| until_shown(person, EACH))).await;
            }
            let granted = join_all(people.iter().enumerate().map(|person| consents(&bank, person))).await;
            let asked = granted.iter().map(|granted| {
                let each = granted
                    .iter()
                    .map(async |one| (Questions::answered(&there, &one.grant).await, one.number));
                join_all(each)
            });
            let asked = join_all(asked).await;

            let until = Timestamp::from_seconds(Clock::System.now().plus(SOON).seconds());
            tell(&nodes, mandates(|number| (!taken_back(number)).then_some(until))).await;

            let each =
                people.iter().zip(&asked).map(|(person, asked)| end_of((person, asked), until, &tally));
            join_all(each).await;
        }
    };
    let ((), load) = under_load(&nodes, ending).await;

    let ended = rounds * EACH * u32::try_from(PEOPLE.len()).unwrap();
    tally.expect(ended);
    figure(&format!(
        "{ended} mandates ended, half taken back by the source of one node and half run out; list, message and attachment \
         through the other: {} refused, 0 served; {load}",
        ended * 3
    ));
    nodes.stop().await;
}

const DAY: Duration = Duration::from_secs(86_400);
/// Longer than a node takes to read its mandates file when it is told to.
const SOON: Duration = Duration::from_secs(4);
