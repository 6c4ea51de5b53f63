//! Several nodes over one PostgreSQL and one bucket: any request on any node, and nothing is lost when a node or the bucket goes.
//!
//! The bucket is a real S3 server over TLS. The first node's database and bucket are the other's; each has a journal of its own.

mod configured;
mod killed;
mod objects;
mod outage;
mod together;

use system_tests::authority::Credential;
use system_tests::database::TestDatabase;
use system_tests::node::Node;
use system_tests::process::HubProcess;
use system_tests::s3::S3Server;
use system_tests::world::machine::Machine;
use system_tests::world::sender::Sender;
use system_tests::world::stage::Stage;

/// A hub in two processes, with its content in a bucket.
struct Nodes {
    first: HubProcess,
    other: Node,
    s3: S3Server,
}

impl Nodes {
    async fn start() -> Self {
        let s3 = S3Server::start();
        let first = HubProcess::prepare(TestDatabase::postgresql().await).await;
        s3.keeps_content_of(&first.stage.setting);
        first.start_again().await;
        let other = first.start_beside().await;
        Self { first, other, s3 }
    }

    /// The actors' side.
    fn stage(&self) -> &Stage {
        &self.first.stage
    }

    /// A machine at the other node.
    fn at_other(&self, credential: &Credential) -> Machine<'_> {
        self.stage().machine_at(self.other.address, Some(credential))
    }

    /// The same sender application at the other node.
    fn sender_at_other<'w>(&'w self, sender: &Sender<'w>) -> Sender<'w> {
        Sender { machine: self.at_other(&sender.credential), ..sender.clone() }
    }

    /// What both complained of.
    fn troubles(&self) -> String {
        let said = self.first.said() + &self.other.said();
        let lines = said.lines().filter(|line| line.contains("\"ERROR\"") || line.contains("\"WARN\""));
        lines.filter(|line| !line.contains("revocation list expired")).collect::<Vec<_>>().join("\n")
    }

    /// Starts one of them again over the same data, and waits until it is ready.
    async fn start_again(&self, node: &Node) {
        node.start_on(self.stage()).await;
    }

    /// Ends both, well, and looks at what they logged.
    async fn stop(self) {
        for node in [&self.other, &*self.first] {
            assert!(node.terminate().await, "{}", node.said());
            node.check_logs_of(self.stage());
        }
    }
}
