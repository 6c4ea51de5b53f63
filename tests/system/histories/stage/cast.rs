//! The people, mailboxes, letters, providers and certificates of one history, new ones each time, and how each party
//! names them.

use std::collections::BTreeSet;

use hub_core::access::MachineProof;
use hub_core::access::sender::Outcome;
use hub_core::id::{ApplicationId, MailboxId, ProviderId};
use hub_core::message::draft::{Draft, DraftBody, Recipient};
use hub_core::number::{Century, EnterpriseNumber, Ssin};
use hub_core::outside::{OutsideKind, OutsideParty};
use hub_core::peer::{PeerIdentity, Role};
use hub_core::text::Texts;

use super::super::dice::Dice;
use super::super::model::Model;
use super::super::step::{APPS, App, LETTERS, MAILBOXES, Mailbox, NUMBERS, PERSONS, PROVIDERS, provider_of};
use super::{Stage, identity};

/// The cast of one history.
pub(in super::super) struct Cast {
    /// Makes every name of this history new.
    pub(super) n: usize,
    pub(super) numbers: Vec<Ssin>,
    pub(super) enterprise: String,
    pub(super) mailboxes: Vec<MailboxId>,
    /// The numbers of the letters in each mailbox, in the order in which they were sent.
    pub(super) letters: Vec<Vec<i64>>,
    pub(super) providers: Vec<ProviderId>,
    pub(super) applications: Vec<ApplicationId>,
    pub(super) one_name: [bool; APPS],
    pub(in super::super) secrets: Secrets,
}

/// What the hub handed out, in the order in which the model has it.
#[derive(Default)]
pub(in super::super) struct Secrets {
    /// Of each application: the request's URI and the session that was opened for it.
    pub(in super::super) requests: [Option<(String, String)>; APPS],
    pub(in super::super) codes: [Option<String>; APPS],
    pub(in super::super) tokens: Vec<String>,
    /// As their providers know them.
    pub(in super::super) grants: Vec<Option<String>>,
    pub(in super::super) consents: Vec<[u8; 16]>,
    pub(in super::super) events: usize,
    /// Tokens that were presented since they are over for good.
    pub(in super::super) over: BTreeSet<usize>,
}

impl Stage {
    /// Makes the cast of a new history, and the model of it.
    pub(in super::super) async fn cast(&self, n: usize, dice: &mut Dice) -> (Cast, Model) {
        let one_name = [0; APPS].map(|_| dice.percent(50));
        let mut cast = Cast {
            n,
            numbers: (0..NUMBERS).map(|number| ssin(n * NUMBERS + number)).collect(),
            enterprise: EnterpriseNumber::with_check(200_000 + n as u32).unwrap().as_str().to_owned(),
            mailboxes: Vec::new(),
            letters: Vec::new(),
            providers: Vec::new(),
            applications: Vec::new(),
            one_name,
            secrets: Secrets::default(),
        };
        self.apply(&cast.reference()).await;
        let expiry = self.send_letters(&mut cast).await;
        for provider in 0..PROVIDERS {
            let found =
                self.db.fetch_optional("SELECT id FROM provider WHERE code = $1", (cast.provider(provider),));
            let (id,): (ProviderId,) = found.await.unwrap().unwrap();
            cast.providers.push(id);
        }
        for app in 0..APPS {
            let sql = "SELECT id FROM provider_application WHERE client_id = $1";
            let (id,): (ApplicationId,) =
                self.db.fetch_optional(sql, (cast.client_id(app),)).await.unwrap().unwrap();
            cast.applications.push(id);
        }
        (cast, Model::new(self.now(), expiry, one_name))
    }

    /// Sends the letters; gives when those of each organization expire.
    async fn send_letters(&self, cast: &mut Cast) -> [i64; 2] {
        let mut expiry = [0; 2];
        let senders = [self.sender("demo-tax").await, self.sender("demo-family").await];
        for (mailbox, orgs) in LETTERS.iter().enumerate() {
            for (letter, org) in orgs.iter().enumerate() {
                let key = format!("{} {mailbox} {letter}", cast.n);
                let upload = senders[*org].begin(&key).await.unwrap();
                let sent = upload.publish(&cast.letter(mailbox, *org, &key)).await.unwrap();
                let Outcome::Delivered { expires_at } = sent.published.outcome else {
                    panic!("not delivered")
                };
                expiry[*org] = expires_at.seconds();
            }
            let subject = format!("{{\"en\":\"{} {mailbox} 0\"}}", cast.n);
            let sql = "SELECT mailbox_id FROM message WHERE subject = $1";
            let (id,): (MailboxId,) = self.db.fetch_optional(sql, (subject,)).await.unwrap().unwrap();
            let sql = "SELECT number FROM message WHERE mailbox_id = $1 ORDER BY number";
            let numbers: Vec<(i64,)> = self.db.fetch_all(sql, (id,)).await.unwrap();
            cast.mailboxes.push(id);
            cast.letters.push(numbers.into_iter().map(|(number,)| number).collect());
        }
        expiry
    }

    async fn sender(&self, client_id: &str) -> hub_core::access::sender::SenderAccess {
        let identity = identity(Role::Sender, client_id, 0);
        let client = self.hub.client(&identity, client_id).await.unwrap();
        let issued = client.client_credentials(Some("publish"), None).await.unwrap();
        let audience = self.hub.audiences().sender.clone();
        let proof =
            MachineProof { identity: &identity, token: Some(issued.access.expose()), audience: &audience };
        self.hub.sender(&proof, "publish").await.unwrap()
    }

    /// A mailbox as a provider knows it.
    pub(super) fn mailbox_of(&self, cast: &Cast, app: App, mailbox: Mailbox) -> String {
        self.ids.seal(&cast.party(app), OutsideKind::Mailbox, cast.mailboxes[mailbox].0.into_bytes())
    }

    /// A letter as a provider knows it.
    pub(super) fn letter_of(&self, cast: &Cast, app: App, (mailbox, letter): (Mailbox, usize)) -> String {
        let number = cast.letters[mailbox][letter];
        self.ids.seal_message(&cast.party(app), cast.mailboxes[mailbox].0, number)
    }

    /// A consent as a provider knows it.
    pub(super) fn consent_of(&self, cast: &Cast, app: App, consent: usize) -> String {
        self.ids.seal(&cast.party(app), OutsideKind::Consent, cast.secrets.consents[consent])
    }

    /// Something as a person knows it.
    pub(super) fn of_person(
        &self,
        cast: &Cast,
        person: Mailbox,
        (kind, id): (OutsideKind, [u8; 16]),
    ) -> String {
        self.ids.seal(&OutsideParty::Person(cast.mailboxes[person].0), kind, id)
    }
}

impl Cast {
    pub(super) fn provider(&self, provider: usize) -> String {
        format!("provider-{}-{provider}", self.n)
    }

    pub(super) fn client_id(&self, app: App) -> String {
        format!("app-{}-{app}", self.n)
    }

    pub(super) fn party(&self, app: App) -> OutsideParty {
        OutsideParty::Provider(self.providers[provider_of(app)].0)
    }

    /// The name under which a certificate of an application is registered.
    pub(super) fn name(&self, app: App, slot: usize) -> String {
        format!("{}-{slot}", self.client_id(app))
    }

    /// A certificate of an application; two may have one name.
    pub(super) fn certificate(&self, app: App, cert: usize) -> PeerIdentity {
        let slot = if self.one_name[app] { 0 } else { cert };
        identity(Role::Provider, &self.name(app, slot), cert)
    }

    /// The certificate to which a registration is pinned: the second name's always is.
    pub(super) fn pin(&self, app: App, slot: usize) -> Option<String> {
        let pinned = (slot == 1).then(|| self.certificate(app, 1).thumbprint);
        pinned.map(|thumbprint| data_encoding::HEXLOWER.encode(&thumbprint))
    }

    fn letter(&self, mailbox: Mailbox, org: usize, subject: &str) -> Draft {
        let (ssin, enterprise_number) = match mailbox < PERSONS {
            true => (Some(self.numbers[mailbox].as_str().to_owned()), None),
            false => (None, Some(self.enterprise.clone())),
        };
        let text = |text: &str| Texts::from([("en".to_owned(), text.to_owned())]);
        Draft {
            recipient: Recipient { ssin, enterprise_number },
            subject: text(subject),
            sender_organization: ["0001001078", "0001002068"][org].to_owned(),
            message_type: ["tax-assessment", "family-benefits"][org].to_owned(),
            body: Some(DraftBody { text: text("Dear reader"), main: true }),
            attachments: Vec::new(),
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

    fn reference(&self) -> String {
        let mut text = "environment = \"demo\"\n".to_owned();
        for number in &self.numbers[..PERSONS] {
            text += &format!("[[citizen]]\nssin = \"{}\"\nactive = true\n", number.as_str());
        }
        text += &format!("[[enterprise]]\nnumber = \"{}\"\n", self.enterprise);
        for provider in 0..PROVIDERS {
            let code = self.provider(provider);
            text += &format!("[[provider]]\nid = \"{code}\"\nlegal_name = \"{code}\"\nstate = \"active\"\n");
        }
        for app in 0..APPS {
            let (client, provider) = (self.client_id(app), self.provider(provider_of(app)));
            text += &format!(
                "[[provider_application]]\nid = \"{client}\"\nprovider = \"{provider}\"\nbrand = \"{client}\"\n\
                 purpose = {{ en = \"Mail\" }}\nretention = {{ en = \"None\" }}\nredirect_uris = [\"{CALLBACK}\"]\n"
            );
            for slot in 0..if self.one_name[app] { 1 } else { 2 } {
                let pin =
                    self.pin(app, slot).map(|pin| format!("thumbprint = \"{pin}\"\n")).unwrap_or_default();
                text += &format!(
                    "[[certificate]]\nrole = \"provider\"\nanchor = \"test\"\nclient_id = \"{client}\"\n\
                     san_uri = \"urn:test:{}\"\n{pin}",
                    self.name(app, slot)
                );
            }
        }
        assert_eq!(MAILBOXES, PERSONS + 1);
        text
    }
}

/// Where browsers go back to.
pub(super) const CALLBACK: &str = "https://app.localhost/callback";

/// The `n`th test person, born from 1900 to 1909.
fn ssin(n: usize) -> Ssin {
    let (day, order) = (n / 900, 1 + n % 900);
    let first9 = (day / 336) * 10_000_000 + (1 + day / 28 % 12) * 100_000 + (1 + day % 28) * 1_000 + order;
    Ssin::with_check(first9 as u32, Century::Twentieth).unwrap()
}
