use super::*;

/// Every state there is.
const STATES: [State; 8] = [
    State::Applied,
    State::Standing(Stage::Sandbox),
    State::Standing(Stage::Certified),
    State::Standing(Stage::Active),
    State::Suspended(Stage::Sandbox),
    State::Suspended(Stage::Certified),
    State::Suspended(Stage::Active),
    State::Removed,
];

/// The steps there are, one line each: from, where it stood if suspended, target, who.
const STEPS: &str = "
    applied   -         sandbox   registrar
    applied   -         removed   registrar
    sandbox   -         certified registrar
    sandbox   -         suspended anyone
    sandbox   -         removed   two
    certified -         active    two
    certified -         suspended anyone
    certified -         removed   two
    active    -         suspended anyone
    active    -         removed   two
    suspended sandbox   sandbox   registrar
    suspended sandbox   removed   two
    suspended certified certified registrar
    suspended certified removed   two
    suspended active    active    two
    suspended active    removed   two
";

#[test]
fn exactly_these_steps_are_possible() {
    let mut found: Vec<String> = Vec::new();
    for from in STATES {
        for target in Target::ALL {
            let Some(step) = from.step(target) else { continue };
            let who = match step.takes {
                Takes::Registrar => "registrar",
                Takes::Anyone => "anyone",
                Takes::TwoOperators => "two",
            };
            found.push(format!("{} {} {target} {who}", from.name(), from.suspended_from().unwrap_or("-")));
            assert_eq!(step.to.name(), target.name());
        }
    }
    let mut wanted: Vec<String> = STEPS
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn resuming_gives_back_what_suspension_froze_and_nothing_more() {
    for stage in Stage::ALL {
        let frozen = State::Standing(stage).step(Target::Suspended).unwrap().to;
        assert_eq!(frozen.reach(), Reach::Nothing);
        for target in [Target::Sandbox, Target::Certified, Target::Active] {
            let resumed = frozen.step(target).map(|step| step.to);
            let same = target.name() == stage.name();
            assert_eq!(resumed, same.then_some(State::Standing(stage)), "{stage:?} to {target}");
        }
    }
}

#[test]
fn only_an_active_provider_reaches_real_mailboxes() {
    for state in STATES {
        let (real, test) = (state.reach().covers(Marked::Real), state.reach().covers(Marked::Test));
        assert_eq!(real, state == State::Standing(Stage::Active), "{state:?}");
        assert_eq!(test, matches!(state, State::Standing(_)), "{state:?}");
    }
}

#[test]
fn a_state_is_read_back_from_its_columns() {
    for state in STATES {
        assert_eq!(State::read(state.name(), state.suspended_from()), Some(state));
    }
    assert_eq!(State::read("suspended", None), None);
    assert_eq!(State::read("retired", None), None);
}

#[test]
fn a_file_never_brings_a_removed_provider_back() {
    assert_eq!(State::applied_as(Some(State::Removed), "active"), None);
    assert_eq!(State::applied_as(Some(State::Removed), "removed"), Some(State::Removed));
    let sandbox = Some(State::Standing(Stage::Sandbox));
    assert_eq!(State::applied_as(sandbox, "suspended"), Some(State::Suspended(Stage::Sandbox)));
    assert_eq!(State::applied_as(None, "suspended"), Some(State::Suspended(Stage::Active)));
}
