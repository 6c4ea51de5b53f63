//! One history: played step by step, compared after each.

use system_tests::database::TestDatabase;

use super::dice::Dice;
use super::generate;
use super::model::Model;
use super::stage::{Cast, Stage};
use super::step::{MAILBOXES, Mailbox, Step};
use super::tally::Tally;

/// A history that the hub and the model tell differently.
pub(super) struct Disagreement {
    /// The steps up to the one after which they differ.
    pub(super) steps: Vec<Step>,
    /// In what they differ.
    pub(super) what: String,
}

/// The second at which a history begins, and its seed: it is always the same.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub(super) seed: u64,
    pub(super) at: i64,
}

/// Plays a random history; a disagreement ends it.
pub(super) async fn random(
    stage: &Stage,
    (n, seed): (usize, u64),
    tally: &mut Tally,
) -> Result<(), Disagreement> {
    let mut dice = Dice::new(seed);
    let (mut cast, mut model) = stage.cast(n, &mut dice).await;
    let mut steps = generate::first_roles(&mut dice);
    for step in &steps {
        let played = stage.play(&mut cast, &model, step).await;
        same_outcome(step, &model.take(step, None), &played.outcome).map_err(|what| told(&steps, what))?;
    }
    let length = generate::length(&mut dice);
    for n in 1..=length {
        let step = generate::next(&mut dice, &model);
        let mailbox = dice.percent(20).then(|| dice.below(MAILBOXES));
        let look = Look { all_tokens: n == length || dice.percent(20), mailbox };
        steps.push(step.clone());
        let stepped = take(stage, (&mut cast, &mut model), &step, look, tally).await;
        stepped.map_err(|what| told(&steps, what))?;
    }
    for mailbox in 0..MAILBOXES {
        model.look(mailbox);
        let compared = stage.compare_consents(&cast, &model, mailbox, tally).await;
        compared.map_err(|what| told(&steps, what))?;
    }
    tally.histories += 1;
    Ok(())
}

/// Plays these steps from the beginning, with everything compared after each; gives in what they first differ.
pub(super) async fn replay(
    database: TestDatabase,
    origin: Origin,
    steps: &[Step],
) -> Option<(usize, String)> {
    let stage = Stage::open(database, origin.at).await;
    let (mut cast, mut model) = stage.cast(0, &mut Dice::new(origin.seed)).await;
    let mut tally = Tally::new();
    let mut differs = None;
    for (n, step) in steps.iter().enumerate() {
        let look = Look { all_tokens: true, mailbox: None };
        let mut compared = take(&stage, (&mut cast, &mut model), step, look, &mut tally).await;
        for mailbox in 0..MAILBOXES {
            if compared.is_ok() {
                model.look(mailbox);
                compared = stage.compare_consents(&cast, &model, mailbox, &mut tally).await;
            }
        }
        if let Err(what) = compared {
            differs = Some((n, what));
            break;
        }
    }
    drop(cast);
    stage.close().await;
    differs
}

/// How closely is looked after a step: at tokens that are over for good too, and at the consents of a mailbox.
struct Look {
    all_tokens: bool,
    mailbox: Option<Mailbox>,
}

/// One step, and everything that is read after it.
async fn take(
    stage: &Stage,
    (cast, model): (&mut Cast, &mut Model),
    step: &Step,
    look: Look,
    tally: &mut Tally,
) -> Result<(), String> {
    let played = stage.play(cast, model, step).await;
    let wanted = model.take(step, played.until);
    same_outcome(step, &wanted, &played.outcome)?;
    tally.step(step.kind(), &wanted);
    stage.keep(cast, model, played).await;
    assert_eq!(stage.now(), model.now);
    stage.compare_readings(cast, model, look.all_tokens, tally).await?;
    cast.secrets.over = (0..model.tokens.len()).filter(|n| model.is_over(*n)).collect();
    match look.mailbox {
        Some(mailbox) => {
            model.look(mailbox);
            stage.compare_consents(cast, model, mailbox, tally).await
        }
        None => Ok(()),
    }
}

fn same_outcome(step: &Step, wanted: &str, played: &str) -> Result<(), String> {
    if wanted == played {
        return Ok(());
    }
    Err(format!("the outcome of {}:\n  by the model: {wanted}\n  by the hub:   {played}", step.kind()))
}

fn told(steps: &[Step], what: String) -> Disagreement {
    Disagreement { steps: steps.to_vec(), what }
}
