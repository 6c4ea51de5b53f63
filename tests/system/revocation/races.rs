//! Requests that are under way while a consent ends: whoever asks after the answer to the ending is refused.

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use system_tests::environment::{figure, full};

use super::consents::{Ending, Pair};
use super::load::under_load;
use super::questions::Questions;
use super::{Nodes, PEOPLE};

/// Which questions are in flight all the while: list, message and attachment, each twice.
const ASKED: [usize; 3 * 2] = [0, 1, 2, 0, 1, 2];

/// A question and its answer.
struct Shot {
    begun: Instant,
    answered: Instant,
    served: bool,
}

/// What was seen of one ending by those who asked all the while.
struct Race {
    /// Asked before the ending was answered, and served.
    before: usize,
    /// Asked after it was answered, and refused.
    refused: usize,
    /// Asked after it was answered, and served.
    served: usize,
    /// From the answer of the ending to the first refusal; nothing if that came before.
    first: Duration,
    /// From the answer of the ending to the last answer with mail, which was asked for before.
    last: Duration,
}

impl Race {
    /// Judges the shots by when the ending was answered.
    fn judge(shots: &[Shot], ended: Instant) -> Self {
        let after =
            |served: bool| shots.iter().filter(|shot| shot.begun > ended && shot.served == served).count();
        let times =
            |served: bool| shots.iter().filter(move |shot| shot.served == served).map(|shot| shot.answered);
        let since =
            |at: Option<Instant>| at.map(|at| at.saturating_duration_since(ended)).unwrap_or_default();
        Self {
            before: shots.iter().filter(|shot| shot.begun <= ended && shot.served).count(),
            refused: after(false),
            served: after(true),
            first: since(times(false).min()),
            last: since(times(true).max()),
        }
    }
}

/// How far an ending has come, as those see it who ask all the while.
#[derive(Default)]
struct Progress {
    /// How often they were served.
    served: Cell<u32>,
    /// When the ending was answered.
    ended: Cell<Option<Instant>>,
}

/// Asks one question again and again until it was asked twice after the ending.
async fn asks_on(questions: &Questions<'_, '_>, n: usize, progress: &Progress) -> Vec<Shot> {
    let (mut shots, mut late) = (Vec::new(), 0);
    while late < 2 {
        let begun = Instant::now();
        let answer = questions.ask(n).await;
        let served = answer.status == 200;
        if served {
            progress.served.set(progress.served.get() + 1);
        } else {
            answer.expect_problem(401, "invalidAccessToken");
        }
        late += u32::from(progress.ended.get().is_some_and(|ended| begun > ended));
        shots.push(Shot { begun, answered: Instant::now(), served });
    }
    shots
}

/// Ends consents in turn while their mail is asked for at the other node.
async fn races(pair: &Pair<'_>, left: &Cell<u32>) -> Vec<Race> {
    let (mut races, mut grant) = (Vec::new(), pair.begins().await);
    for how in [Ending::Citizen, Ending::Provider, Ending::Superseded].into_iter().cycle() {
        if left.get() == 0 {
            break;
        }
        left.set(left.get() - 1);
        let questions = Questions::answered(&pair.there, &grant).await;
        let progress = Progress::default();
        let asking = join_all(ASKED.map(|n| asks_on(&questions, n, &progress)));
        let ending = async {
            while (progress.served.get() as usize) < ASKED.len() {
                tokio::task::yield_now().await;
            }
            let next = pair.ends(&grant, how).await;
            progress.ended.set(Some(Instant::now()));
            next
        };
        let (shots, next) = tokio::join!(asking, ending);
        questions.on_the_same_connection();
        let shots: Vec<Shot> = shots.into_iter().flatten().collect();
        races.push(Race::judge(&shots, progress.ended.get().unwrap()));
        grant = pair.goes_on(&grant, how, next).await;
    }
    races
}

/// The largest, and the one that 99 of 100 do not exceed, in milliseconds.
fn slowest(mut times: Vec<Duration>) -> String {
    times.sort();
    let p99 = times[(times.len() * 99).div_ceil(100) - 1];
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    format!("p99 {:.1} ms, {:.1} ms at most", milliseconds(p99), milliseconds(times[times.len() - 1]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_asked_after_the_answer_to_an_ending_is_served() {
    let count = if full("150 consents ended under requests in flight instead of 6") { 150 } else { 6 };
    let nodes = Nodes::start().await;
    let pairs = join_all(PEOPLE.map(|name| Pair::of(&nodes, name))).await;
    let left = Cell::new(count);

    let racing = join_all(pairs.iter().map(|pair| races(pair, &left)));
    let (races, load) = under_load(&nodes, racing).await;

    let races: Vec<Race> = races.into_iter().flatten().collect();
    let sum = |of: fn(&Race) -> usize| races.iter().map(of).sum::<usize>();
    assert_eq!(sum(|race| race.served), 0, "asked after the ending was answered, and served");
    assert_eq!(races.len(), count as usize);
    assert!(races.iter().all(|race| race.before > 0 && race.refused > 0), "a race that nobody ran");
    figure(&format!(
        "{count} consents ended under requests in flight at the other node: {} served before, then {} refused, 0 served; \
         first refusal after the answer to the ending: {}; last mail that was asked for before: {}; {load}",
        sum(|race| race.before),
        sum(|race| race.refused),
        slowest(races.iter().map(|race| race.first).collect()),
        slowest(races.iter().map(|race| race.last).collect()),
    ));
    nodes.stop().await;
}
