//! Letters that are published and consents that are given, the way the outside does it.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own share of the fixture")]

use std::collections::BTreeSet;

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use hub_core::access::MachineProof;
use hub_core::access::citizen::{Chosen, CitizenAccess, VerifiedPerson};
use hub_core::access::client::{Granted, PushRequest};
use hub_core::access::operator::MandatesFile;
use hub_core::access::provider::{AskedPage, ProviderAccess};
use hub_core::access::sender::Outcome;
use hub_core::access::shown::ListedMessage;
use hub_core::consent::Screen;
use hub_core::error::Error;
use hub_core::id::Sha256;
use hub_core::mailbox::Number;
use hub_core::message::Marks;
use hub_core::message::draft::{Draft, DraftAttachment, DraftBody};
use hub_core::number::{EnterpriseNumber, Ssin};
use hub_core::peer::Role;
use hub_core::text::Texts;

use crate::common::{World, identity, recipient};

/// The first provider's application, of the reference data.
pub const BANK: &str = "demo-bank-app";
/// Another provider's application; see [`second_provider`].
pub const OTHER: &str = "demo-other-app";

/// A grant as its provider holds it.
pub struct Held {
    pub client: &'static str,
    pub access: String,
    pub refresh: String,
    pub granted: Granted,
    /// The grant, if it was asked for with an action of grant management.
    pub grant: Option<String>,
    /// The session of the person who gave it.
    pub session: String,
}

impl Held {
    /// The mailbox, as the provider knows it.
    pub fn mailbox(&self) -> &str {
        &self.granted.mailbox
    }

    /// What the hub makes of the access token and the application's own certificate.
    pub async fn access(&self, world: &World) -> Result<ProviderAccess, Error> {
        admitted(world, self.client, &self.access).await
    }

    /// The access; it must be given.
    pub async fn open(&self, world: &World) -> ProviderAccess {
        self.access(world).await.unwrap()
    }

    /// The newest messages.
    pub async fn list(&self, world: &World) -> Vec<ListedMessage> {
        self.open(world).await.messages(self.mailbox(), AskedPage::default()).await.unwrap().items
    }

    /// Fetches a new access token.
    pub async fn renew(&mut self, world: &World) {
        let client = world.hub.client(&identity(Role::Provider, self.client), self.client).await.unwrap();
        let issued = client.refresh(&self.refresh, None).await.unwrap();
        self.access = issued.access.expose().to_owned();
    }

    /// The person takes the consent back.
    pub async fn revoke(&self, world: &World) {
        let citizen = world.hub.citizen(&self.session).await.unwrap();
        let view = citizen.consents().await.unwrap().into_iter().find(|consent| consent.live).unwrap();
        citizen.revoke(&view.id).await.unwrap();
    }
}

pub async fn admitted(world: &World, client: &str, token: &str) -> Result<ProviderAccess, Error> {
    let audience = world.hub.audiences().mailbox.clone();
    let identity = identity(Role::Provider, client);
    world.hub.provider(&MachineProof { identity: &identity, token: Some(token), audience: &audience }).await
}

/// Registers another provider with its application.
pub async fn second_provider(world: &World) {
    world
        .apply(
            r#"
            environment = "demo"
            [[provider]]
            id = "demo-other"
            legal_name = "Demo Other NV"
            state = "active"
            [[provider_application]]
            id = "demo-other-app"
            provider = "demo-other"
            brand = "Demo Other"
            purpose = { en = "Shows your official mail" }
            retention = { en = "Keeps no copies" }
            redirect_uris = ["https://bank.localhost/callback"]
            [[certificate]]
            role = "provider"
            anchor = "test"
            client_id = "demo-other-app"
            san_uri = "urn:test:demo-other-app"
            "#,
        )
        .await;
}

/// Sets the state of the first provider.
pub async fn provider_state(world: &World, state: &str) {
    world
        .apply(&format!(
            "environment = \"demo\"\n[[provider]]\nid = \"demo-bank\"\nlegal_name = \"Demo Bank NV\"\nstate = \"{state}\"\n"
        ))
        .await;
}

/// A citizen logs in and agrees to what an application asks with their own mailbox.
pub async fn grants(world: &World, person: &Ssin, client: &'static str, actions: &[&str]) -> Held {
    agrees(world, person, client, ("citizen", actions), (None, None)).await
}

/// A citizen agrees to a grant of their own mailbox that may be managed: `create`, or `merge` and `replace` of that grant.
pub async fn grants_managed(
    world: &World,
    person: &Ssin,
    actions: &[&str],
    (action, grant): (&str, Option<&str>),
) -> Held {
    agrees(world, person, BANK, ("citizen", actions), (Some(action), grant)).await
}

/// A legal representative logs in and agrees for the enterprise.
pub async fn grants_for_enterprise(
    world: &World,
    person: &Ssin,
    client: &'static str,
    actions: &[&str],
) -> Held {
    agrees(world, person, client, ("enterprise", actions), (None, None)).await
}

async fn agrees(
    world: &World,
    person: &Ssin,
    client: &'static str,
    (kind, actions): (&str, &[&str]),
    (action, grant): (Option<&str>, Option<&str>),
) -> Held {
    let hub = &world.hub;
    let api = hub.audiences().mailbox.clone();
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let machine = hub.client(&identity(Role::Provider, client), client).await.unwrap();
    let details = serde_json::json!([{
        "type": "mailbox", "locations": [api], "actions": actions, "mailboxKind": kind, "duration": "P12M",
    }]);
    let pushed = machine
        .push(&PushRequest {
            response_type: Some("code".into()),
            redirect_uri: Some("https://bank.localhost/callback".into()),
            code_challenge: Some(BASE64URL_NOPAD.encode(&Sha256::of(verifier.as_bytes()).0)),
            code_challenge_method: Some("S256".into()),
            authorization_details: Some(details.to_string()),
            grant_management_action: action.map(str::to_owned),
            grant_id: grant.map(str::to_owned),
            ..PushRequest::default()
        })
        .await
        .unwrap();

    hub.request(client, &pushed.request_uri, Some("browser")).await.unwrap().bind("browser").await.unwrap();
    let session = log_in(world, person, Some(&pushed.request_uri)).await;
    let citizen = hub.citizen(&session).await.unwrap();
    let request = hub.request(client, &pushed.request_uri, Some("browser")).await.unwrap();
    let code = agreed_code(&citizen, &request).await;

    let issued = machine.redeem(&code, "https://bank.localhost/callback", verifier).await.unwrap();
    Held {
        client,
        access: issued.access.expose().to_owned(),
        refresh: issued.refresh.unwrap().expose().to_owned(),
        granted: issued.granted.into_iter().next().unwrap(),
        grant: issued.grant,
        session,
    }
}

async fn agreed_code(citizen: &CitizenAccess, request: &hub_core::access::citizen::RequestAccess) -> String {
    let question = citizen.question(request).await.unwrap();
    let mailboxes = vec![question.candidates.first().unwrap().id.clone()];
    let chosen = Chosen { mailboxes, actions: question.actions, withheld: BTreeSet::new() };
    let screen = Screen {
        html: b"<p>agree?</p>".to_vec(),
        text_version: "1".into(),
        language: "nl".into(),
        until: Some(question.until),
    };
    let decision = citizen.agree(request, &chosen, &screen, "https://hub.test").await.unwrap();
    decision.query.into_iter().find(|(name, _)| *name == "code").unwrap().1
}

/// A person logs in; gives the session's secret.
pub async fn log_in(world: &World, person: &Ssin, request: Option<&str>) -> String {
    let start = world.hub.begin_login("browser", request, "/").await.unwrap();
    let returned = world.hub.take_login(start.state.expose(), "browser").await.unwrap();
    let verified = VerifiedPerson {
        ssin: person.as_str().to_owned(),
        name: "Test Citizen".into(),
        acr: "urn:facteur:demo:substantial".into(),
        auth_time: world.clock.now(),
        id_token: "header.body.signature".into(),
    };
    world.hub.open_session(&returned, &verified).await.unwrap().expose().to_owned()
}

/// Opens an enterprise's mailbox and makes these people its legal representatives until then.
pub async fn represents(world: &World, people: &[&Ssin], number: &EnterpriseNumber, until: &str) {
    world.apply(&format!("environment = \"demo\"\n[[enterprise]]\nnumber = \"{number}\"\n")).await;
    let now = world.clock.now().rfc3339();
    let mandates: String = people
        .iter()
        .map(|person| {
            format!(
                "[[mandate]]\nperson_ssin = \"{}\"\nenterprise = \"{number}\"\nenterprise_name = \"Demo NV\"\n\
                 role = \"legalRepresentative\"\nreference = \"test/1\"\nvalid_from = \"2020-01-01T00:00:00Z\"\n\
                 valid_until = \"{until}\"\n",
                person.as_str()
            )
        })
        .collect();
    let file = format!("checked_at = \"{now}\"\nsource = \"test\"\n{mandates}");
    let file: MandatesFile = toml::from_str(&file).unwrap();
    world.hub.local_operator("test").load_mandates(&file).await.unwrap();
}

/// A letter with a text, and with files whose content is given.
pub fn letter(to: &Number, subject: &str, files: &[&Bytes]) -> Draft {
    let attachments = files.iter().enumerate().map(|(n, content)| DraftAttachment {
        part: format!("file{n}"),
        file_name: format!("relevé {n}.pdf"),
        media_type: "application/pdf".into(),
        digest_method: "sha-256".into(),
        digest_value: BASE64URL_NOPAD.encode(&Sha256::of(content).0),
        main: n == 0,
    });
    Draft {
        recipient: recipient(to),
        subject: Texts::from([("nl".to_owned(), subject.to_owned())]),
        sender_organization: "0001001078".into(),
        message_type: "tax-assessment".into(),
        body: Some(DraftBody {
            text: Texts::from([("nl".to_owned(), "Beste **lezer**".to_owned())]),
            main: files.is_empty(),
        }),
        attachments: attachments.collect(),
        business_data: Vec::new(),
        payment: None,
        for_the_attention_of: None,
        registered_mail: false,
        reply_allowed: false,
        replaces: None,
        remind_after: None,
        follow_recipient: false,
    }
}

/// Publishes a draft with its files and gives the sender's id of the message.
pub async fn publish(world: &World, draft: &Draft, files: &[&Bytes]) -> String {
    let sender = world.sender("demo-tax", "publish").await;
    let key = world.hub.random().trace_id().to_string();
    let mut upload = sender.begin(&key).await.unwrap();
    for (n, content) in files.iter().enumerate() {
        let mut part = upload.intake().part(&format!("file{n}"), None);
        part.push((*content).clone()).await.unwrap();
        part.finish().await.unwrap();
    }
    let published = upload.publish(draft).await.unwrap().published;
    assert!(matches!(published.outcome, Outcome::Delivered { .. }));
    published.message_id
}

/// Publishes a letter of that subject, without files.
pub async fn write_to(world: &World, to: &Number, subject: &str) -> String {
    publish(world, &letter(to, subject, &[]), &[]).await
}

/// A PDF of that many bytes.
pub fn pdf(size: usize) -> Bytes {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(size.max(content.len()), b'x');
    content.into()
}

/// Records in the reading journal, of every kind.
pub async fn records(world: &World) -> Vec<(String, Option<i64>, Option<i64>)> {
    world.hub.upkeep().load_journal().await.unwrap();
    world.db.fetch_all("SELECT what, number, part FROM reading ORDER BY segment, position", ()).await.unwrap()
}

/// Version and unread messages of the one mailbox that has messages.
pub async fn version_and_unread(world: &World) -> (i64, i64) {
    world.row("SELECT version, unread FROM mailbox WHERE total > 0").await
}

/// The display flag, to be set.
pub fn set_read(read: bool) -> Marks {
    Marks { read: Some(read), ..Marks::default() }
}
