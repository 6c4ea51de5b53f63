//! What all actors of a test share: where the hub is, what its answers must look like, what must never be shown.

use std::sync::{Mutex, PoisonError};

use specs::{
    CERTIFICATION_OPENAPI, EVENTS_OPENAPI, FEDERATION_OPENAPI, MAILBOX_OPENAPI, MEMO_OPENAPI,
    OPERATIONS_OPENAPI, REGISTRY_OPENAPI, SENDER_OPENAPI,
};

use super::answer::Answer;
use super::landing::Landing;
use super::people::PEOPLE;
use super::setting::Setting;
use crate::openapi::Contract;
use crate::xml;

/// The place where a test plays.
pub struct Stage {
    /// The public origin, which is the issuer.
    pub public: String,
    /// The origin of the machines.
    pub mtls: String,
    /// The origin of the operators.
    pub operations: String,
    /// The origin of attachments.
    pub content: String,
    /// The files the hub was started with.
    pub setting: Setting,
    /// Where the provider applications want browsers back.
    pub landing: Landing,
    contracts: Vec<Contract>,
    operators: Contract,
    canaries: Mutex<Vec<String>>,
}

impl Stage {
    pub(crate) fn new(setting: Setting, landing: Landing, origins: [String; 4]) -> Self {
        let [public, mtls, operations, content] = origins;
        let people = PEOPLE.iter().flat_map(|person| [person.ssin(), person.family_name.to_owned()]);
        Self {
            public,
            mtls,
            operations,
            content,
            setting,
            landing,
            contracts: MACHINES.map(|yaml| Contract::parse(yaml).unwrap()).into(),
            operators: Contract::parse(OPERATIONS_OPENAPI).unwrap(),
            canaries: Mutex::new(people.collect()),
        }
    }

    /// From now on this text must stand in no log, error, follow-up task or file of the hub.
    pub fn never_shown(&self, text: &str) {
        self.canaries.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_owned());
    }

    /// Everything that must not be shown.
    pub(crate) fn canaries(&self) -> Vec<String> {
        self.canaries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The API documents of the mtls listener.
    pub fn contracts(&self) -> &[Contract] {
        &self.contracts
    }

    /// The API document of the operations listener.
    pub fn operators_contract(&self) -> &Contract {
        &self.operators
    }

    /// Holds an answer of the mtls or operations listener against the document that describes it.
    #[track_caller]
    pub(crate) fn check_answer(&self, method: &str, path: &str, answer: &Answer) {
        let Answer { status, headers, body, .. } = answer;
        let mut contracts = self.contracts.iter().chain([&self.operators]);
        if let Some(contract) = contracts.find(|contract| contract.operation(method, path).is_some()) {
            let content_type = answer.header("content-type");
            contract.check_response(method, path, status.as_u16(), content_type, headers, body).unwrap();
            xml::check_answer(path, content_type, body).unwrap();
        }
        if status.is_client_error() || status.is_server_error() {
            let text = answer.text();
            for canary in self.canaries() {
                assert!(!text.contains(&canary), "{}: the answer shows {canary}: {text}", answer.asked);
            }
        }
        assert_ne!(status.as_u16(), 500, "{}: {}", answer.asked, answer.text());
    }
}

/// The documents of the mtls listener.
const MACHINES: [&str; 7] = [
    MAILBOX_OPENAPI,
    SENDER_OPENAPI,
    REGISTRY_OPENAPI,
    FEDERATION_OPENAPI,
    EVENTS_OPENAPI,
    MEMO_OPENAPI,
    CERTIFICATION_OPENAPI,
];
