//! The hub under test: a process of its own, its data, and those who ask it.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hub_core::db::Db;
use serde_json::Value;
use system_tests::authority::Credential;
use system_tests::database::TestDatabase;
use system_tests::process::HubProcess;
use system_tests::world::people::enterprise;
use system_tests::world::provider::Grant;
use system_tests::world::setting::authorities;

use crate::audit::{Kind, Tally};
use crate::data::{self, Opened};
use crate::growth_data;
use crate::load::Target;
use crate::machine::Processes;
use crate::peers::Peer;
use crate::rows;
use crate::wire::Line;

/// The hub and what is known of it.
pub(crate) struct Subject {
    /// The process.
    pub(crate) hub: HubProcess,
    /// The provider's certificate.
    pub(crate) bank: Credential,
    /// The senders, each with its certificate.
    pub(crate) senders: Vec<Sender>,
    /// The mailboxes that are read.
    pub(crate) opened: Arc<Vec<Opened>>,
    /// What was answered about them.
    pub(crate) tally: Tally,
    /// The consent that a citizen gave, of which the others are copies.
    pub(crate) grant: Grant,
    port: u16,
    /// PostgreSQL, where the hub uses it.
    database: Option<Processes>,
}

/// An application of a public body that publishes.
pub(crate) struct Sender {
    client: String,
    credential: Credential,
}

/// What it is filled with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Filling {
    /// So many mailboxes of a hundred letters, each with its content.
    Letters(usize),
    /// So many mailboxes of a hundred messages of one campaign, of which so many are read. No answer is kept: what is
    /// measured is the page that has to be made.
    Growth(usize, usize),
}

impl Subject {
    /// A hub that is filled with this.
    pub(crate) async fn start(database: TestDatabase, postgres: Processes, filling: Filling) -> Self {
        let of = (database.name == "postgresql").then_some(postgres);
        let hub = HubProcess::prepare(database).await;
        for key in ["per_second", "burst"] {
            hub.stage.setting.configure(key, "4000000");
        }
        if matches!(filling, Filling::Growth(..)) {
            hub.stage.setting.add_line("[hub]", "answers_mib = 0");
        }
        let senders = hub.stage.setting.path("senders.toml");
        fs::write(&senders, registered()).unwrap();
        hub.run(&["apply", senders.to_str().unwrap()]).await;
        hub.start_again().await;
        let (grant, bank) = {
            let (bank, grant) = data::first(&hub).await;
            (grant, bank.credential)
        };
        assert!(hub.terminate().await, "the hub ends");
        let tokens = match filling {
            Filling::Letters(mailboxes) => data::copies(&hub, &grant, mailboxes).await,
            Filling::Growth(mailboxes, opened) => growth_data::many(&hub, &grant, mailboxes, opened).await,
        };
        hub.start_again().await;
        let port = hub.stage.mtls.rsplit(':').next().unwrap().parse().unwrap();
        let sender = |client: String| {
            let credential = authorities().senders.client(&format!("urn:test:{client}"));
            Sender { client, credential }
        };
        let senders = client_ids().map(sender).collect();
        let (opened, tally) = (Arc::default(), Tally::default());
        let mut subject = Self { hub, bank, senders, opened, tally, grant, port, database: of };
        subject.opened = Arc::new(match filling {
            Filling::Letters(_) => subject.open(tokens).await,
            Filling::Growth(..) => subject.find(tokens).await,
        });
        subject
    }

    /// `sqlite` or `postgresql`.
    pub(crate) fn database(&self) -> &'static str {
        self.hub.database.name
    }

    /// Where the provider asks.
    pub(crate) fn target(&self) -> Target {
        Target::new("localhost", self.port, &self.bank)
    }

    /// Where a sender publishes.
    pub(crate) fn target_of(&self, sender: &Sender) -> Target {
        self.target_with(&sender.credential)
    }

    /// Where somebody with this certificate asks.
    pub(crate) fn target_with(&self, credential: &Credential) -> Target {
        Target::new("localhost", self.port, credential)
    }

    /// A new token of a sender; it lives for ten minutes.
    pub(crate) async fn token_of(&self, sender: &Sender) -> String {
        let machine = self.hub.stage.machine(Some(&sender.credential));
        machine.client_credentials(&sender.client, "publish status").await
    }

    /// A new token of the provider itself, with this scope.
    pub(crate) async fn token_for(&self, scope: &str) -> String {
        self.hub.stage.machine(Some(&self.bank)).client_credentials("bank-app", scope).await
    }

    /// The hub's database, beside the hub.
    pub(crate) async fn db(&self) -> Db {
        data::db_of(&self.hub).await
    }

    /// The hub without its database.
    pub(crate) fn hub_processes(&self) -> Processes {
        Processes(self.hub.id())
    }

    /// The whole server side.
    pub(crate) fn processes(&self) -> Vec<Processes> {
        std::iter::once(Processes(self.hub.id())).chain(self.database).collect()
    }

    /// The hub's own memory, in KiB.
    pub(crate) fn hub_memory(&self) -> f64 {
        Processes(self.hub.id()).memory() as f64
    }

    /// The bytes that the hub gives, for servers that shall give the same.
    pub(crate) async fn answers(&self) -> BTreeMap<&'static str, Vec<u8>> {
        let one = &self.opened[0];
        let (list, message) = (rows::list_of(one), rows::message_of(one));
        let file = format!("{message}/attachments/{}/content", one.attachment);
        let mut files = BTreeMap::new();
        for (name, path) in [("page.json", list), ("message.json", message), ("file.pdf", file)] {
            files.insert(name, self.get(one, &path).await.0.to_vec());
        }
        files
    }

    /// The tag of a file at another server.
    pub(crate) async fn tag_at(&self, peer: &Peer, file: &str) -> String {
        let target = Target::new("localhost", peer.port, &self.bank);
        let request = Request::get(format!("/{file}")).header(header::HOST, "localhost");
        let answer = target.once(request.body(Full::default()).unwrap()).await;
        answer.headers()[header::ETAG].to_str().unwrap().to_owned()
    }

    /// Learns the ids that the provider has for each mailbox, and fetches what is only fetched once as new.
    async fn open(&self, tokens: Vec<String>) -> Vec<Opened> {
        let mut opened = Vec::with_capacity(tokens.len());
        for mut one in self.find(tokens).await {
            let list: Value = json(&self.get(&one, &rows::list_of(&one)).await.0);
            assert_eq!(list["items"].as_array().unwrap().len(), 50);
            one.message = list["items"][0]["messageId"].as_str().unwrap().to_owned();
            let message: Value = json(&self.get(&one, &rows::message_of(&one)).await.0);
            one.attachment = message["attachments"][0]["attachmentId"].as_str().unwrap().to_owned();
            let file = format!("{}/attachments/{}/content", rows::message_of(&one), one.attachment);
            self.get(&one, &file).await;
            one.tag = self.get(&one, &rows::list_of(&one)).await.1;
            opened.push(one);
        }
        opened
    }

    /// Learns the id that the provider has for each mailbox.
    pub(crate) async fn find(&self, tokens: Vec<String>) -> Vec<Opened> {
        let mut line = Line::to(self.target()).await;
        let mut found = Vec::with_capacity(tokens.len());
        for token in tokens {
            let mut one = Opened { token, ..Opened::default() };
            let request = rows::asking(&one, "/mailbox/v1/mailboxes").body(Full::default()).unwrap();
            let mailboxes = line.expect(request, StatusCode::OK).await;
            one.mailbox = mailboxes["items"][0]["mailboxId"].as_str().unwrap().to_owned();
            found.push(one);
        }
        found
    }

    async fn get(&self, one: &Opened, path: &str) -> (Bytes, String) {
        let answer = self.target().once(rows::asking(one, path).body(Full::default()).unwrap()).await;
        let tag = answer.headers().get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned());
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        match path.rsplit('/').next().unwrap_or_default() {
            "content" => self.tally.add(Kind::Content, 1),
            last if last.starts_with("messages?") => self.tally.add(Kind::List, 1),
            _ => self.tally.add(Kind::Message, 1),
        }
        (answer.into_body().collect().await.unwrap().to_bytes(), tag.unwrap_or_default())
    }
}

/// One application may have 32 publications under way.
fn client_ids() -> impl Iterator<Item = String> {
    (1..=8).map(|n| format!("mailroom-{n}"))
}

/// What an operator registers of them.
fn registered() -> String {
    let each = |client: String| {
        format!(
            "[[sender_application]]\nid = \"{client}\"\ncode = \"test:{client}\"\nname = {{ nl = \"{client}\", fr = \"{client}\", de = \"{client}\", en = \"{client}\" }}\n\
             [[trio]]\norganization = \"{}\"\napplication = \"{client}\"\nmessage_type = \"tax-assessment\"\n\
             [[certificate]]\nrole = \"sender\"\nanchor = \"senders\"\nclient_id = \"{client}\"\nsan_uri = \"urn:test:{client}\"\n",
            enterprise(11)
        )
    };
    format!("environment = \"demo\"\n{}", client_ids().map(each).collect::<String>())
}

fn json(bytes: &Bytes) -> Value {
    serde_json::from_slice(bytes).unwrap()
}
