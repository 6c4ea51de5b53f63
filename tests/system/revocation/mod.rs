//! Two nodes over one PostgreSQL: what is ended through one of them is refused by the other at the next request.
//!
//! Every test asks the other node for list, message and attachment, on HTTP/2 connections that were open before, and
//! plays beside a load of other consents and publications through both nodes, which goes on undisturbed.

mod certificates;
mod consents;
mod load;
mod mandates;
mod questions;
mod races;
mod suspension;

use system_tests::authority::Credential;
use system_tests::database::TestDatabase;
use system_tests::node::Node;
use system_tests::process::HubProcess;
use system_tests::world::machine::Machine;
use system_tests::world::people::Person;
use system_tests::world::setting::Setting;
use system_tests::world::stage::Stage;

/// A hub in two processes: everything is ended through the first, and asked of the other.
struct Nodes {
    first: HubProcess,
    other: Node,
}

impl Nodes {
    /// Starts both, and has a letter with an attachment delivered to everybody whose consents end or go on.
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// [`Self::start`] with files of the setting changed before.
    async fn start_with(change: impl FnOnce(&Setting)) -> Self {
        let first = HubProcess::prepare(TestDatabase::postgresql().await).await;
        change(&first.stage.setting);
        first.start_again().await;
        let other = first.start_beside().await;
        let tax = first.stage.sender("tax").await;
        for name in PEOPLE.into_iter().chain([BYSTANDER]) {
            tax.publishes(&Person::named(name).recipient(), "Before it was ended").await;
        }
        Self { first, other }
    }

    /// The actors' side.
    fn stage(&self) -> &Stage {
        &self.first.stage
    }

    /// A machine at the other node.
    fn at_other(&self, credential: &Credential) -> Machine<'_> {
        self.stage().machine_at(self.other.address, Some(credential))
    }

    /// Ends both, well, and looks at what they logged.
    async fn stop(self) {
        for node in [&self.other, &*self.first] {
            assert!(node.terminate().await, "{}", node.said());
            node.check_logs_of(self.stage());
        }
    }
}

/// Whose consents end.
const PEOPLE: [&str; 3] = ["Anna", "Bert", "Emma"];
/// Whose consents and mail go on all the while.
const BYSTANDER: &str = "Fien";
