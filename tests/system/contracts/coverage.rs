//! Every operation of the documents of machines is called by a test, named here beside it.

use std::collections::{BTreeMap, BTreeSet};

use system_tests::database::TestDatabase;
use system_tests::environment::repository;
use system_tests::openapi::Contract;
use system_tests::world::World;

/// Operations, and the test that calls each with success.
const CALLED: &[(&str, &str)] = &[
    ("mailbox listMailboxes", "story::main_job"),
    ("mailbox getMailbox", "mailbox::finding"),
    ("mailbox listMessages", "mailbox::finding"),
    ("mailbox listPartitions", "mailbox::partitions"),
    ("mailbox addPartition", "mailbox::arranging"),
    ("mailbox getPartition", "mailbox::arranging"),
    ("mailbox renamePartition", "mailbox::arranging"),
    ("mailbox removePartition", "mailbox::arranging"),
    ("mailbox getRoutingRules", "mailbox::arranging"),
    ("mailbox putRoutingRules", "mailbox::arranging"),
    ("mailbox listPartitionRights", "mailbox::arranging"),
    ("mailbox getPartitionRight", "mailbox::arranging"),
    ("mailbox putPartitionRight", "mailbox::arranging"),
    ("mailbox getMessage", "story::main_job"),
    ("mailbox markMessage", "mailbox::archive"),
    ("mailbox reportOpened", "mailbox::archive"),
    ("mailbox getAttachmentContent", "mailbox::conditions"),
    ("mailbox listReplies", "mailbox::replies"),
    ("mailbox sendReply", "mailbox::replies"),
    ("mailbox getReply", "mailbox::replies"),
    ("mailbox listConsents", "mailbox::consents"),
    ("mailbox getConsent", "mailbox::consents"),
    ("mailbox endConsent", "mailbox::consents"),
    ("mailbox listConsentReceipts", "evidence::consents"),
    ("mailbox getConsentReceiptSheet", "evidence::papers"),
    ("mailbox listSenderOrganizations", "mailbox::consents"),
    ("mailbox getSenderOrganization", "mailbox::consents"),
    ("mailbox listSenderApplications", "mailbox::consents"),
    ("mailbox getSenderApplication", "mailbox::consents"),
    ("mailbox listMessageTypes", "mailbox::consents"),
    ("mailbox getMessageType", "mailbox::consents"),
    ("mailbox listChanges", "feed::doors"),
    ("mailbox pollChanges", "push::polling"),
    ("mailbox getLimits", "usage::limits"),
    ("mailbox getMailboxDocument", "contracts::coverage"),
    ("mailbox getHealth", "doors::refusals"),
    ("sender publishMessage", "sender::status"),
    ("sender getMessageStatus", "sender::status"),
    ("sender withdrawMessage", "notices::withdrawals"),
    ("sender listChanges", "notices::doors"),
    ("sender createCampaign", "campaigns::running"),
    ("sender getCampaign", "campaigns::running"),
    ("sender listCampaignRecipients", "campaigns::running"),
    ("sender putCampaignRecipients", "campaigns::running"),
    ("sender cancelCampaign", "campaigns::cancelling"),
    ("sender getMessageEvidence", "mailbox::archive"),
    ("sender getMessageEvidenceSheet", "evidence::papers"),
    ("sender listReplies", "mailbox::replies"),
    ("sender getReplyAttachmentContent", "mailbox::replies"),
    ("sender queryRecipients", "sender::reach"),
    ("sender getLimits", "usage::limits"),
    ("sender getSenderDocument", "contracts::coverage"),
    ("sender getHealth", "doors::refusals"),
    ("registry getEBoxById", "registry::reading"),
    ("registry getMessagesByEBoxId", "registry::finding"),
    ("registry patchMessagesByEBoxId", "registry::reading"),
    ("registry getMessageById", "registry::reading"),
    ("registry getAttachmentByMessageId", "registry::reading"),
    ("registry getAttachmentById", "registry::reading"),
    ("registry getAttachmentContentById", "registry::reading"),
    ("registry getBodyContent", "registry::reading"),
    ("registry getPaymentDataByMessageId", "registry::finding"),
    ("registry postMessage", "registry::publishing"),
    ("registry linkMessage", "registry::publishing"),
    ("registry notifyEvent", "registry::notifications"),
    ("registry getStatus", "registry::publishing"),
    ("registry getAllMessagesTypes", "registry::references"),
    ("registry getMessageTypeById", "registry::references"),
    ("registry findAllSenderApplications", "registry::references"),
    ("registry getSenderApplicationById", "registry::references"),
    ("registry getImageForSenderApplication", "registry::references"),
    ("registry findAllSenderOrganizations", "registry::references"),
    ("registry getSenderOrganizationById", "registry::references"),
    ("registry getImageForSenderOrganization", "registry::references"),
    ("registry getRegistryDocument", "registry::switching"),
    ("mailbox listKeptElsewhere", "federation::posting"),
    ("federation findAllMessageProviders", "federation::providers"),
    ("federation getMessageProviderById", "federation::providers"),
    ("federation patchMessageProviderById", "federation::providers"),
    ("federation patchEboxPreferencesById", "federation::preferences"),
    ("federation getEboxPreferencesByList", "federation::preferences"),
    ("federation getFederationDocument", "federation::providers"),
    ("events getEboxEnterpriseDocumentEvents", "federation::events"),
    ("events submitEboxEnterpriseDocumentEvents", "federation::posting"),
    ("events getEventsDocument", "federation::providers"),
    ("memo listMemoMessages", "memo::reading"),
    ("memo getMemoMessage", "memo::reading"),
    ("memo sendMemoReply", "memo::replies"),
    ("memo getMemoDocument", "memo::switching"),
    ("memo getMemoSchema", "memo::switching"),
    ("certification getStanding", "certification::deciding"),
    ("certification askNonce", "certification::refusals"),
    ("certification handInStatement", "certification::deciding"),
    ("certification listRegisteredProviders", "certification::deciding"),
];

#[test]
fn every_operation_is_called_by_a_test() {
    let called: BTreeMap<&str, &str> = CALLED.iter().copied().collect();
    let mut operations = Vec::new();
    let documents = [
        ("mailbox", specs::MAILBOX_OPENAPI),
        ("sender", specs::SENDER_OPENAPI),
        ("registry", specs::REGISTRY_OPENAPI),
        ("federation", specs::FEDERATION_OPENAPI),
        ("events", specs::EVENTS_OPENAPI),
        ("memo", specs::MEMO_OPENAPI),
        ("certification", specs::CERTIFICATION_OPENAPI),
    ];
    for (api, yaml) in documents {
        let contract = Contract::parse(yaml).unwrap();
        operations
            .extend(contract.operations().into_iter().map(|operation| format!("{api} {}", operation.id)));
    }
    let uncovered: Vec<_> = operations.iter().filter(|name| !called.contains_key(name.as_str())).collect();
    assert!(uncovered.is_empty(), "no test calls {uncovered:?}");
    let gone: Vec<_> = called.keys().filter(|name| !operations.iter().any(|known| known == *name)).collect();
    assert!(gone.is_empty(), "the documents have no {gone:?}");
    let is_file = |test: &str| repository("tests/system").join(test.replace("::", "/") + ".rs").is_file();
    let lost: BTreeSet<_> = called.values().filter(|test| !is_file(test)).collect();
    assert!(lost.is_empty(), "there is no {lost:?}");
}

#[test]
fn every_example_is_as_its_schema_says() {
    let documents = [
        specs::MAILBOX_OPENAPI,
        specs::SENDER_OPENAPI,
        specs::REGISTRY_OPENAPI,
        specs::MEMO_OPENAPI,
        specs::CERTIFICATION_OPENAPI,
        specs::OPERATIONS_OPENAPI,
    ];
    for yaml in documents {
        assert!(Contract::parse(yaml).unwrap().check_examples().unwrap() > 2);
    }
}

#[tokio::test]
async fn every_adapter_gives_its_document_to_machines_and_to_everybody_and_is_judged_by_it() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let (bank, anybody) = (world.provider("bank").await, world.machine(None));
        for adapter in provider_adapters::all() {
            let base = adapter.base();
            let path = format!("{base}/doc/openapi.yaml");
            let judge = world.contracts().iter().find(|contract| contract.operation("GET", &path).is_some());
            let judge = judge.unwrap_or_else(|| panic!("no answer is held against a document of {base}"));
            for operation in judge.operations() {
                let called =
                    CALLED.iter().any(|(name, _)| name.split(' ').nth(1) == Some(operation.id.as_str()));
                assert!(called, "{base}: no test calls {}", operation.id);
            }

            let document = bank.machine.get(&path, None).await;
            document.expect(200);
            let metadata = format!("/.well-known/oauth-protected-resource{base}");
            let metadata = anybody.get(&metadata, None).await.expect(200);
            assert_eq!(metadata["resource"], format!("{}{base}", world.mtls));
            let public = anybody.get(metadata["resource_documentation"].as_str().unwrap(), None).await;
            public.expect(200);
            assert_eq!(public.text(), document.text(), "{base}");
        }
    })
    .await;
}
