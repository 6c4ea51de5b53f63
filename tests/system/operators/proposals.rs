//! What takes two operators: two persons, within a day, by the rules as they are when it is done.

use std::time::Duration;

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::operator::Operator;

/// A certified provider that somebody proposes to make active.
async fn activation(world: &World, by: &Operator<'_>) -> Value {
    world
        .apply(
            "environment = \"demo\"\n[[provider]]\nid = \"demo-ready\"\nlegal_name = \"Demo Ready NV\"\n\
             state = \"certified\"\n",
        )
        .await;
    by.moves("demo-ready", "active").await.expect(202)
}

async fn state(operator: &Operator<'_>) -> String {
    let provider = operator.get("/v1/providers/demo-ready").await.expect(200);
    provider["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_approves_what_they_proposed_whichever_certificate_they_use() {
    World::on_both(async |world| {
        let [an, again, bart] = ["an", "an-2", "bart"].map(|name| world.operator(name));
        let proposal = activation(world, &an).await;

        for same in [&an, &again] {
            world.advance(Duration::from_millis(1));
            same.decides(&proposal, "approve").await.expect_problem(403, "secondOperatorNeeded");
        }
        assert_eq!(state(&an).await, "certified");
        let refused = an.get("/v1/acts").await.expect(200)["items"][0].clone();
        assert_eq!((&refused["action"], &refused["person"]), (&json!("refused"), &json!("an.peeters")));

        let approved = bart.decides(&proposal, "approve").await.expect(200);
        assert_eq!((&approved["state"], &approved["decidedBy"]), (&json!("approved"), &json!("bart.claes")));
        assert_eq!(state(&an).await, "active");
        for decision in ["approve", "reject"] {
            bart.decides(&proposal, decision).await.expect_problem(409, "alreadyOver");
        }
    })
    .await;
}

#[tokio::test]
async fn support_decides_nothing_and_security_does() {
    World::on_both(async |world| {
        let [an, sofie, tom] = ["an", "sofie", "tom"].map(|name| world.operator(name));
        let proposal = activation(world, &an).await;
        tom.decides(&proposal, "approve").await.expect_problem(403, "missingPermission");
        tom.decides(&proposal, "reject").await.expect_problem(403, "missingPermission");
        tom.moves("demo-ready", "active").await.expect_problem(403, "missingPermission");
        assert_eq!(
            tom.get("/v1/proposals").await.expect(200)["items"][0]["proposalId"],
            proposal["proposalId"]
        );

        sofie.decides(&proposal, "approve").await.expect(200);
        assert_eq!(state(&tom).await, "active");
    })
    .await;
}

#[tokio::test]
async fn a_proposal_waits_for_a_day_and_no_longer() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let proposal = activation(world, &an).await;
        world.advance(Duration::from_secs(24 * 3_600));

        bart.decides(&proposal, "approve").await.expect_problem(409, "alreadyOver");

        let id = proposal["proposalId"].as_str().unwrap();
        assert_eq!(an.get(&format!("/v1/proposals/{id}")).await.expect(200)["state"], "expired");
        assert_eq!(state(&an).await, "certified");
    })
    .await;
}

#[tokio::test]
async fn what_was_put_aside_cannot_be_approved_any_more() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        let proposal = activation(world, &an).await;
        assert_eq!(an.decides(&proposal, "reject").await.expect(200)["state"], "rejected");
        bart.decides(&proposal, "approve").await.expect_problem(409, "alreadyOver");
        assert_eq!(state(&an).await, "certified");
    })
    .await;
}

#[tokio::test]
async fn what_changed_meanwhile_refuses_the_whole_approval() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let proposal = activation(world, &an).await;
        sofie.moves("demo-ready", "suspended").await.expect(200);

        bart.decides(&proposal, "approve").await.expect_problem(409, "noSuchStep");

        assert_eq!(state(&an).await, "suspended");
        let id = proposal["proposalId"].as_str().unwrap();
        assert_eq!(an.get(&format!("/v1/proposals/{id}")).await.expect(200)["state"], "open");
        let (approvals,): (i64,) = world
            .row("SELECT COUNT(*) FROM audit_write WHERE role = 'operator' AND action = 'approve'")
            .await;
        assert_eq!(approvals, 0, "what was not done is not said to be done");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_approve_at_once_one_does() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let proposal = activation(world, &an).await;

        let (one, other) =
            tokio::join!(bart.decides(&proposal, "approve"), sofie.decides(&proposal, "approve"));

        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
        let (moves,): (i64,) =
            world.row("SELECT COUNT(*) FROM audit_write WHERE action = 'activateProvider'").await;
        assert_eq!(moves, 1);
    })
    .await;
}

#[tokio::test]
async fn a_proposal_that_nobody_made_is_not_found() {
    World::on_both(async |world| {
        let bart = world.operator("bart");
        let unknown = json!({"proposalId": format!("prp_{}", "0".repeat(26))});
        bart.decides(&unknown, "approve").await.expect_problem(404, "resourceNotFound");
        bart.get("/v1/proposals/everything").await.expect_problem(404, "resourceNotFound");
    })
    .await;
}
