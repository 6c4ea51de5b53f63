//! What operators did stands in the audit under their names, for them and for those who keep the security.

use serde_json::{Value, json};
use system_tests::world::World;

fn actions(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|act| format!("{} {}", act["person"].as_str().unwrap(), act["action"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn everybody_sees_their_own_acts_and_security_sees_all() {
    World::on_both(async |world| {
        let [an, bart, sofie] = ["an", "bart", "sofie"].map(|name| world.operator(name));
        let later = || world.advance(std::time::Duration::from_millis(1));
        later();
        an.put("/v1/providers/demo-new", &json!({"legalName": "New NV"})).await.expect(200);
        later();
        bart.put("/v1/providers/demo-new", &json!({"legalName": "Newer NV"})).await.expect(200);
        later();
        let proposed = an.moves("demo-bank", "removed").await.expect(202);
        later();
        bart.decides(&proposed, "reject").await.expect(200);

        let own = actions(&an.get("/v1/acts").await.expect(200));
        assert_eq!(own, ["an.peeters propose", "an.peeters registerProvider"]);
        let all = actions(&sofie.get("/v1/acts?of=everybody").await.expect(200));
        assert_eq!(all[..3], ["bart.claes reject", "an.peeters propose", "bart.claes renameProvider"]);
        assert!(all.contains(&"test apply".to_owned()), "{all:?}");
        an.get("/v1/acts?of=everybody").await.expect_problem(403, "missingPermission");
    })
    .await;
}

#[tokio::test]
async fn acts_are_walked_page_by_page() {
    World::on_both(async |world| {
        let (an, bart) = (world.operator("an"), world.operator("bart"));
        for n in 0..60 {
            let name = json!({"legalName": format!("New {n}")});
            an.put("/v1/providers/demo-new", &name).await.expect(200);
            // some acts fall into one instant, the first does not
            world.advance(std::time::Duration::from_millis(u64::from(n % 3 == 0)));
        }
        let first = an.get("/v1/acts").await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second = an.get(&format!("/v1/acts?after={next}")).await.expect(200);

        assert_eq!(first["items"].as_array().unwrap().len(), 50);
        assert_eq!(actions(&second).len(), 10);
        assert_eq!(actions(&second)[9], "an.peeters registerProvider");
        assert!(second["next"].is_null());
        bart.get(&format!("/v1/acts?after={next}")).await.expect_issue("invalidInput", "after");
    })
    .await;
}
