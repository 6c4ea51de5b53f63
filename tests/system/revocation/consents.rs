//! Consents and tokens that end: by the citizen, by the provider, by another consent in their place.

use std::cell::Cell;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::json;
use system_tests::environment::{figure, full};
use system_tests::world::citizen::Citizen;
use system_tests::world::machine::Machine;
use system_tests::world::operator::Operator;
use system_tests::world::provider::{Asked, EVERYTHING, Grant, Provider};

use super::load::under_load;
use super::questions::{INVALID_TOKEN, Questions, Tally};
use super::{Nodes, PEOPLE};

/// A way in which what a provider holds comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The citizen stops it on the page of their consents.
    Citizen,
    /// The provider gives the grant back.
    Provider,
    /// The citizen gives another consent in its place.
    Superseded,
    /// The provider revokes the refresh token, and with it the grant's tokens.
    RefreshToken,
    /// An operator ends it, as the last resort.
    Operator,
    /// The citizen turns digital mail off.
    Withdrawn,
    /// The provider revokes one access token; the consent goes on.
    AccessToken,
}

/// The endings of ten consents and of two tokens, in the order in which a citizen goes through them.
const ROUND: [Ending; 12] = [
    Ending::Citizen,
    Ending::AccessToken,
    Ending::Superseded,
    Ending::Provider,
    Ending::Citizen,
    Ending::Superseded,
    Ending::RefreshToken,
    Ending::Citizen,
    Ending::AccessToken,
    Ending::Provider,
    Ending::Operator,
    Ending::Withdrawn,
];

/// A citizen, the provider and an operator at the first node, and what the provider asks with at the other.
pub(super) struct Pair<'w> {
    pub(super) citizen: Citizen<'w>,
    pub(super) bank: Provider<'w>,
    sofie: Operator<'w>,
    pub(super) there: Machine<'w>,
}

impl<'w> Pair<'w> {
    /// A citizen of that name with a browser of their own, and a client of the bank's.
    pub(super) async fn of(nodes: &'w Nodes, name: &str) -> Self {
        let bank = nodes.stage().provider("bank").await;
        let there = nodes.at_other(&bank.credential);
        Self { citizen: nodes.stage().citizen(name), bank, sofie: nodes.stage().operator("sofie"), there }
    }

    /// A consent of the citizen's own mailbox.
    pub(super) async fn begins(&self) -> Grant {
        let asked = self.asks().await;
        let callback = self.citizen.agrees(&asked).await;
        self.bank.redeems(&asked, &callback).await
    }

    async fn asks(&self) -> Asked {
        let create = json!({"grant_management_action": "create"});
        self.bank.asks_for(&self.bank.details(&EVERYTHING, "citizen"), create).await
    }

    /// Ends it through the first node; when this returns, that node has said so and nothing more was asked of it.
    ///
    /// Gives what redeems the next consent, if that is how it ended.
    pub(super) async fn ends(&self, grant: &Grant, how: Ending) -> Option<(Asked, String)> {
        match how {
            Ending::Citizen => self.presses("/consents", "/revoke", None).await,
            Ending::Withdrawn => self.presses("/activation", "/activation", Some("off")).await,
            Ending::Operator => {
                let consent = grant.details["consentId"].as_str().unwrap();
                self.sofie.delete(&format!("/v1/providers/demo-bank/consents/{consent}")).await.expect(204);
            }
            Ending::RefreshToken => self.revokes(&grant.refresh).await,
            Ending::AccessToken => self.revokes(&grant.access).await,
            Ending::Provider => {
                let (bank, id) = (&self.bank, grant.id.as_deref().unwrap());
                let own = bank.machine.client_credentials(&bank.client_id, "grant_management_revoke").await;
                let request = bank.machine.request("DELETE", &format!("/grants/{id}")).bearer_auth(own);
                bank.machine.send(request).await.expect(204);
            }
            Ending::Superseded => {
                let asked = self.asks().await;
                let callback = self.citizen.agrees(&asked).await;
                return Some((asked, callback));
            }
        }
        None
    }

    /// Presses a button of a page of the portal, and reads nothing but that it was done.
    async fn presses(&self, address: &str, button: &str, decision: Option<&str>) {
        let page = self.citizen.open(address).await;
        let mut form = page.form(button);
        if let Some(decision) = decision {
            form = form.with("decision", decision);
        }
        let answer = self.citizen.pressed(&page, &form).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{address}");
    }

    async fn revokes(&self, token: &str) {
        let form = [("client_id", self.bank.client_id.as_str()), ("token", token)];
        self.bank.machine.post_form("/revoke", &form).await.expect(200);
    }

    /// What the provider holds after an ending.
    pub(super) async fn goes_on(&self, old: &Grant, how: Ending, next: Option<(Asked, String)>) -> Grant {
        match (how, next) {
            (_, Some((asked, callback))) => self.bank.redeems(&asked, &callback).await,
            (Ending::AccessToken, None) => self.bank.refreshes(old).await,
            (Ending::Withdrawn, None) => {
                self.presses("/activation", "/activation", Some("on")).await;
                self.begins().await
            }
            (_, None) => self.begins().await,
        }
    }
}

/// Goes through a round of endings; what ended is refused at the other node at once.
async fn endings(pair: &Pair<'_>, mut grant: Grant, (consents, tokens): (&Tally, &Tally)) -> Grant {
    for how in ROUND {
        let questions = Questions::answered(&pair.there, &grant).await;
        let next = pair.ends(&grant, how).await;
        let tally = if how == Ending::AccessToken { tokens } else { consents };
        questions.refused(INVALID_TOKEN, tally).await;
        grant = pair.goes_on(&grant, how, next).await;
    }
    grant
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_through_one_node_is_refused_by_the_other_at_once() {
    let rounds = if full("1,000 consents ended on two nodes instead of 20") { 100 } else { 2 };
    let nodes = Nodes::start().await;
    let pairs = join_all(PEOPLE.map(|name| Pair::of(&nodes, name))).await;
    let (consents, tokens) = (Tally::default(), Tally::default());
    let begun = Instant::now();
    let left = Cell::new(rounds);

    let citizens = join_all(pairs.iter().map(|pair| async {
        let mut grant = pair.begins().await;
        while left.get() > 0 {
            left.set(left.get() - 1);
            grant = endings(pair, grant, (&consents, &tokens)).await;
        }
    }));
    let ((), load) = under_load(&nodes, async { drop(citizens.await) }).await;

    consents.expect(rounds * 10);
    tokens.expect(rounds * 2);
    let [three, two, one] = [3, 2, 1].map(|each| each * rounds);
    figure(&format!(
        "{} consents ({three} by the citizen, {two} by the provider, {two} by another consent, {one} by the refresh token, \
         {one} by an operator, {one} by withdrawal) and {two} access tokens ended through one node in {} s; list, message \
         and attachment at once through the other: {} refused, 0 served; {load}",
        rounds * 10,
        begun.elapsed().as_secs(),
        rounds * 36,
    ));
    nodes.stop().await;
}
