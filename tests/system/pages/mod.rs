//! The portal in a real browser: every page, in every language, with and without script, by mouse and by keyboard.
//!
//! The pages of a hub do not depend on its database, so these tests run on one; `story` walks them on both.

mod consent;
mod consents;
mod enterprise;
mod errors;
mod keyboard;
mod login;
mod mailbox;
mod phones;
mod roles;
mod tour;
mod tour_of_roles;
mod tour_of_sequels;
mod trees;

use system_tests::database::TestDatabase;
use system_tests::world::World;
use system_tests::world::browser::{Browser, Look, USUAL};

/// Runs a story in a browser with scripts and in one without, each with a hub of its own.
async fn with_and_without_script(story: impl AsyncFn(&World, &Browser<'_>)) {
    for script in [true, false] {
        with(Look { script, ..USUAL }, &story).await;
    }
}

/// Runs a story in a browser of this look.
async fn with(look: Look, story: impl AsyncFn(&World, &Browser<'_>)) {
    World::on(TestDatabase::sqlite().await, async |world| {
        let browser = world.browser(look).await;
        story(world, &browser).await;
    })
    .await;
}
