//! A small plan and a small register, for tests of the engine.

use futures_util::future::BoxFuture;

use crate::engine::{Case, Polarity, Record, Rule, Scene, Stop};
use crate::requirement::Register;

/// A scene with nothing in it.
pub(crate) struct Empty;

impl Scene for Empty {
    fn reset<'a>(&'a mut self, _: &'a mut Record) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async { Ok(()) })
    }
}

/// A story: what a case does.
pub(crate) type Story = for<'a> fn(&'a mut Empty, &'a mut Record) -> BoxFuture<'a, Result<(), Stop>>;

/// A condition.
pub(crate) const RULE: Rule = Rule::new("one", "C6");

/// A case that passes.
pub(crate) fn case(
    id: &'static str,
    section: &'static str,
    requirements: &'static [&'static str],
) -> Case<Empty> {
    Case {
        id,
        section,
        title: "A case",
        requirements,
        needs: &[],
        polarity: Polarity::Observe,
        what: "Does one thing.",
        why: "It matters.",
        causes: &["A cause."],
        run: |_, record| Box::pin(async { record.expect(RULE, true, "a", "a") }),
    }
}

/// C6, N18 and N34.
pub(crate) fn register() -> Register {
    Register::parse(
        r#"
        [[requirement]]
        id = "C6"
        level = "must"
        actor = "provider"
        clause = "FAPI 2.0 SP 5.3.3.2; RFC 9207 2.4"
        text = "The issuer is checked."
        [[requirement]]
        id = "N18"
        level = "must"
        actor = "provider"
        clause = "decision"
        text = "An answer without an issuer is refused."
        [[requirement]]
        id = "N34"
        level = "must"
        actor = "provider"
        clause = "RFC 6749 7.1"
        text = "An unknown type of token is refused."
        "#,
    )
    .unwrap()
}
