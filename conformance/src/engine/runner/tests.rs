use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::engine::{Redactor, Rule};
use crate::plan::samples::{self, Empty, Story};

const RULE: Rule = samples::RULE;

fn case(id: &'static str, run: Story) -> Case<Empty> {
    Case { run, ..samples::case(id, "section", &["C6"]) }
}

fn runner() -> Runner {
    Runner {
        wire: Wire::new(Redactor::new().unwrap()),
        sink: Arc::new(|_| {}),
        cancel: Cancel::new(),
        limit: Duration::from_secs(5),
    }
}

async fn verdict_of(run: Story) -> (Verdict, Option<String>) {
    let run = runner().play(&mut Empty, &[case("C1", run)], |_| None).await;
    let outcome = run.outcomes.into_iter().next().unwrap();
    (outcome.verdict, outcome.reason)
}

#[tokio::test]
async fn a_case_passes_by_conditions_that_held_and_by_nothing_else() {
    let (verdict, _) = verdict_of(|_, record| Box::pin(async { record.expect(RULE, true, "a", "a") })).await;
    assert_eq!(verdict, Verdict::Pass);

    let (verdict, reason) = verdict_of(|_, _| Box::pin(async { Ok(()) })).await;
    assert_eq!((verdict, reason.as_deref()), (Verdict::Error, Some("the case checked nothing")));
}

#[tokio::test]
async fn a_broken_condition_fails_even_if_the_story_goes_on_or_ends_otherwise() {
    let (verdict, _) = verdict_of(|_, record| {
        Box::pin(async {
            let _ = record.expect(RULE, false, "a", "b");
            Err(record.blocked("later"))
        })
    })
    .await;
    assert_eq!(verdict, Verdict::Fail);
}

#[tokio::test]
async fn what_should_hold_warns_and_silence_asks_for_a_review() {
    let (verdict, _) = verdict_of(|_, record| {
        Box::pin(async {
            record.should(RULE, false, "a", "b");
            Ok(())
        })
    })
    .await;
    assert_eq!(verdict, Verdict::Warning);

    let (verdict, reason) = verdict_of(|_, record| Box::pin(async { Err(record.review("look")) })).await;
    assert_eq!((verdict, reason.as_deref()), (Verdict::Review, Some("look")));
}

#[tokio::test]
async fn a_case_that_panics_is_an_error_of_the_suite_and_the_next_is_played() {
    let cases = [
        case("C1", |_, _| Box::pin(async { panic!("on purpose") })),
        case("C2", |_, record| Box::pin(async { record.equal(RULE, 1, 1) })),
    ];
    let run = runner().play(&mut Empty, &cases, |_| None).await;
    assert_eq!(verdicts(&run), [Verdict::Error, Verdict::Pass]);
}

#[tokio::test]
async fn a_case_that_never_ends_is_interrupted() {
    let mut runner = runner();
    runner.limit = Duration::from_millis(20);
    let run = runner.play(&mut Empty, &[case("C1", |_, _| Box::pin(std::future::pending()))], |_| None).await;
    assert_eq!(verdicts(&run), [Verdict::Interrupted]);
    assert!(!run.complete);
}

#[tokio::test]
async fn cancelling_interrupts_the_case_that_is_played_and_all_after_it() {
    let mut runner = runner();
    let cancel = runner.cancel.clone();
    runner.sink = Arc::new(move |progress| {
        if matches!(&progress, Progress::Began { case } if case == "C2") {
            cancel.cancel();
        }
    });
    let pass: Story = |_, record| Box::pin(async { record.equal(RULE, 1, 1) });
    let endless: Story = |_, _| Box::pin(std::future::pending());

    let run =
        runner.play(&mut Empty, &[case("C1", pass), case("C2", endless), case("C3", pass)], |_| None).await;

    assert_eq!(verdicts(&run), [Verdict::Pass, Verdict::Interrupted, Verdict::Interrupted]);
    assert!(!run.complete);
}

#[tokio::test]
async fn a_decided_case_is_not_played() {
    let decided = |case: &Case<Empty>| Some(Outcome::unplayed(case, Verdict::NotApplicable, "no".to_owned()));
    let run =
        runner().play(&mut Empty, &[case("C1", |_, _| Box::pin(async { panic!("played") }))], decided).await;
    assert_eq!(verdicts(&run), [Verdict::NotApplicable]);
}

#[tokio::test]
async fn findings_and_reasons_hold_no_secret() {
    let told = Arc::new(Mutex::new(String::new()));
    let mut runner = runner();
    let kept = Arc::clone(&told);
    runner.sink = Arc::new(move |progress| {
        kept.lock().unwrap().push_str(&serde_json::to_string(&progress).unwrap());
    });
    runner.wire.hide("code", "a-very-secret-code");
    let tells: Story = |_, record| {
        Box::pin(async {
            record.note("got a-very-secret-code");
            record.should(RULE, false, "not a-very-secret-code", "a-very-secret-code");
            Err(Stop::Broken("with a-very-secret-code".to_owned()))
        })
    };

    let run = runner.play(&mut Empty, &[case("C1", tells)], |_| None).await;

    let outcome = serde_json::to_string(&run.outcomes).unwrap();
    assert!(!outcome.contains("a-very-secret-code"), "{outcome}");
    assert!(!told.lock().unwrap().contains("a-very-secret-code"));
}

fn verdicts(run: &Run) -> Vec<Verdict> {
    run.outcomes.iter().map(|outcome| outcome.verdict).collect()
}
