//! `hook`: the page about the test hook, which an app's developer builds.

use clap::Args;
use conformance::report::Ending;

use super::Stop;

/// What `hook` is told.
#[derive(Args)]
pub(crate) struct HookPage {
    /// The OpenAPI document in place of the page.
    #[arg(long)]
    openapi: bool,
}

impl HookPage {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        say!("{}", if self.openapi { OPENAPI } else { PAGE });
        Ok(Ending::Passed)
    }
}

const PAGE: &str = include_str!("../../../specs/conformance/test-hook.md");
const OPENAPI: &str = include_str!("../../../specs/conformance/test-hook.openapi.yaml");
