//! A provider's life, step by step, over the operations door.

use system_tests::environment::figure;
use system_tests::world::World;

const TARGETS: [&str; 5] = ["sandbox", "certified", "active", "suspended", "removed"];

/// Each state, and what becomes of a wish for each target: `1` done, `2` waits for a second operator, `-` no such step.
const TABLE: [(&str, &str, &str); 8] = [
    // state, where it stood if it is suspended, sandbox certified active suspended removed
    ("applied", "", "1---1"),
    ("sandbox", "", "-1-12"),
    ("certified", "", "--212"),
    ("active", "", "---12"),
    ("suspended", "sandbox", "1---2"),
    ("suspended", "certified", "-1--2"),
    ("suspended", "active", "--2-2"),
    ("removed", "", "-----"),
];

#[tokio::test]
async fn every_legal_step_is_possible_and_no_other() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let mut steps = 0;
        for (row, (state, stood, wishes)) in TABLE.iter().enumerate() {
            for (target, wish) in TARGETS.into_iter().zip(wishes.chars()) {
                let provider = format!("demo-{row}-{target}");
                place(world, &provider, (state, stood)).await;
                let answer = an.moves(&provider, target).await;
                match wish {
                    '1' => assert_eq!(answer.expect(200)["state"], target, "{state} {stood}"),
                    '2' => {
                        let proposal = answer.expect(202);
                        assert_eq!(proposal["change"]["state"], target);
                        expect_state(world, &provider, state).await;
                        bart.decides(&proposal, "approve").await.expect(200);
                    }
                    _ => {
                        answer.expect_problem(409, "noSuchStep");
                        expect_state(world, &provider, state).await;
                        continue;
                    }
                }
                expect_state(world, &provider, target).await;
                steps += 1;
            }
        }
        figure(&format!("{steps} steps done, {} refused on {}", 40 - steps, world.database()));
    })
    .await;
}

#[tokio::test]
async fn suspending_waits_for_nobody_and_resuming_leads_back_only_there() {
    World::on_both(async |world| {
        let [an, sofie, tom] = ["an", "sofie", "tom"].map(|name| world.operator(name));
        tom.moves("demo-bank", "suspended").await.expect_problem(403, "missingPermission");
        let suspended = sofie.moves("demo-bank", "suspended").await.expect(200);
        assert_eq!(
            (&suspended["state"], &suspended["suspendedFrom"]),
            (&"suspended".into(), &"active".into())
        );

        an.moves("demo-bank", "sandbox").await.expect_problem(409, "noSuchStep");
        an.moves("demo-bank", "certified").await.expect_problem(409, "noSuchStep");
        let resumed = an.with(&sofie, an.moves("demo-bank", "active").await).await;
        assert_eq!(resumed["state"], "approved");
        assert!(an.get("/v1/providers/demo-bank").await.expect(200)["suspendedFrom"].is_null());

        place(world, "demo-trying", ("sandbox", "")).await;
        sofie.moves("demo-trying", "certified").await.expect_problem(403, "missingPermission");
    })
    .await;
}

/// Puts a new provider into a state, as a file of the holder of the data can.
async fn place(world: &World, provider: &str, (state, stood): (&str, &str)) {
    let file = |state: &str| {
        format!(
            "environment = \"demo\"\n[[provider]]\nid = \"{provider}\"\nlegal_name = \"Demo NV\"\nstate = \"{state}\"\n"
        )
    };
    if !stood.is_empty() {
        world.apply(&file(stood)).await;
    }
    world.apply(&file(state)).await;
}

async fn expect_state(world: &World, provider: &str, state: &str) {
    let shown = world.operator("tom").get(&format!("/v1/providers/{provider}")).await.expect(200);
    assert_eq!(shown["state"], state, "{provider} on {}", world.database());
}
