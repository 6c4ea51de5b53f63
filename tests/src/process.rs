//! The built binary `facteur` over a database of its own, as one process or as several nodes.

use std::net::Ipv4Addr;
use std::ops::Deref;

use crate::database::TestDatabase;
use crate::node::Node;
use crate::world::landing::Landing;
use crate::world::setting::{Ports, Setting};
use crate::world::stage::Stage;

/// A hub in a process, with fixed ports.
pub struct HubProcess {
    /// The actors' side of it.
    pub stage: Stage,
    /// The process.
    node: Node,
    /// Its database; dropped after the process has ended.
    pub database: TestDatabase,
}

impl HubProcess {
    /// Writes everything, applies the reference data with the binary, and starts it.
    pub async fn start(database: TestDatabase) -> Self {
        let hub = Self::prepare(database).await;
        hub.start_again().await;
        hub
    }

    /// Everything but the start.
    pub async fn prepare(database: TestDatabase) -> Self {
        crate::world::prepare();
        let (landing, ports) = (Landing::open().await, Ports::free());
        let setting = Setting::write(&database, &ports, &landing.url);
        let Ports::Fixed([public, mtls, operations, content]) = ports else { unreachable!() };
        let origins = [
            format!("https://facteur.localhost:{public}"),
            format!("https://api.localhost:{mtls}"),
            format!("https://localhost:{operations}"),
            format!("https://content.localhost:{content}"),
        ];
        let node = Node::new(Ipv4Addr::LOCALHOST, setting.config_file(), setting.path("hub.log"));
        let hub = Self { stage: Stage::new(setting, landing, origins), node, database };
        crate::world::register(&hub.stage).await;
        hub.run(&["migrate"]).await;
        let reference = hub.stage.setting.path("reference.toml");
        hub.run(&["apply", reference.to_str().unwrap()]).await;
        hub
    }

    /// Starts another node beside this one: the same database, content, keys, trust and origins, with an address, a
    /// journal and a mandates file of its own.
    pub async fn start_beside(&self) -> Node {
        let setting = &self.stage.setting;
        let address = Ipv4Addr::new(127, 0, 0, 2);
        let node = Node::new(address, setting.write_beside(address), setting.path("hub-2.log"));
        node.start(&self.stage, &[]).await;
        node
    }

    /// Starts it again over the same data.
    pub async fn start_again(&self) {
        self.start_behind(&[]).await;
    }

    /// Starts it behind another program, and waits until it answers.
    pub async fn start_behind(&self, before: &[&str]) {
        self.node.start(&self.stage, before).await;
    }

    /// Whether it is ready for work.
    pub async fn is_ready(&self) -> bool {
        self.node.is_ready_on(&self.stage).await
    }

    /// Whether its logs show what they must not.
    pub fn check_logs(&self) {
        self.node.check_logs_of(&self.stage);
    }
}

impl Deref for HubProcess {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}
