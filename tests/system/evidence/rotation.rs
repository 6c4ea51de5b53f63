//! New keys: what was sealed before stays proven, with the keys of then and with those of now.

use hub_core::clock::Clock;
use hub_core::keys::{Keyring, Purpose};
use hub_core::random::Random;
use serde_json::Value;
use system_tests::world::World;
use system_tests::world::people::Person;

use super::{Court, bytes_of, evidence, published};

/// Rotates the key on disk, as `facteur keys rotate evidence` does, and lets the hub reread it.
fn rotate(world: &World) {
    let path = world.setting.path("keyring.toml");
    let mut keyring = Keyring::load(&path).unwrap();
    keyring.rotate(Purpose::Evidence, Clock::System.now(), &Random::system()).unwrap();
    keyring.store(&path).unwrap();
    world.hub().reload_keys(&path).unwrap();
}

fn names(keys: &[u8]) -> Vec<String> {
    let keys: Value = serde_json::from_slice(keys).unwrap();
    let all = keys["keys"].as_array().unwrap();
    all.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn evidence_from_before_a_rotation_is_proven_after_it() {
    World::on_both(async |world| {
        let (tax, bert) = (world.sender("tax").await, Person::named("Bert"));
        let before = tax.publishes(&bert.recipient(), "Before the rotation").await;
        let old = bytes_of(&evidence(&tax, &before).await[0]["document"]);
        let then = Court::of(world).await;

        rotate(world);
        let after = tax.publishes(&bert.recipient(), "After the rotation").await;
        let new = bytes_of(&evidence(&tax, &after).await[0]["document"]);
        let now = Court::of(world).await;

        then.proves("old.json", &old).await;
        now.proves("old.json", &old).await;
        now.proves("new.json", &new).await;
        // the keys of then do not know the new one
        then.refuses(&[then.file("new.json", &new)]).await;
        let again = bytes_of(&evidence(&tax, &before).await[0]["document"]);
        assert_eq!(again, old, "what was sealed is given out as it was");
    })
    .await;
}

#[tokio::test]
async fn a_key_stays_published_when_its_secret_is_destroyed() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let message = tax.publishes(&Person::named("Bert").recipient(), "By the old key").await;
        let old = bytes_of(&evidence(&tax, &message).await[0]["document"]);
        rotate(world);
        assert_eq!(names(&published(world).await), ["demo-evidence-1", "demo-evidence-2"]);

        let path = world.setting.path("keyring.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let keys: Vec<&str> = text.split("[[key]]").filter(|key| !key.contains("demo-evidence-1")).collect();
        std::fs::write(&path, keys.join("[[key]]")).unwrap();
        world.hub().reload_keys(&path).unwrap();

        assert_eq!(names(&published(world).await), ["demo-evidence-1", "demo-evidence-2"]);
        Court::of(world).await.proves("old.json", &old).await;
    })
    .await;
}
