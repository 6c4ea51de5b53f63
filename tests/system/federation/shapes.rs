//! Our documents beside the published ones: paths, and members of schemas. What stands here are facts about
//! `ebox-federation-1.3.yaml` and `ebox-enterprise-event-api-1.1.1.yaml`: names, and which of them are required.

use std::collections::BTreeSet;

use serde_json::Value;
use system_tests::openapi::Contract;

/// What a published document says of a schema: required members, the others.
type Schema = (&'static str, &'static str, &'static str);

const FEDERATION: [Schema; 7] = [
    (
        "MessageProvider",
        "messageProviderActivationDate messageProviderDescription messageProviderId messageProviderName \
         messageProviderTechnicalContact messageProviderUrl apiSupportedVersion",
        "messageProviderDeactivationDate messageProviderPlannedMaintenance _links",
    ),
    ("MessageProviderPlannedMaintenance", "startDate endDate", ""),
    ("EboxId", "eboxType eboxIdValue", ""),
    ("EboxIdSameTypeList", "eboxType eboxIdType eboxIdValueList", ""),
    (
        "EboxPreferences",
        "eboxId exclusivelyEbox",
        "lastConnectionDate totalNumberOfMessages totalNumberOfUnreadMessages",
    ),
    ("EboxPreferencesToUpdate", "eboxId exclusivelyEbox", ""),
    ("StatusMessage", "code id message", "contact environment stackTrace details"),
];

const EVENTS: [Schema; 4] = [
    (
        "EboxEnterpriseDocumentEvent",
        "eventType enterpriseId messageId receiptDate expirationDate registeredMail",
        "eventCorrelationId messageTypeId senderOrganizationId senderApplicationId subject",
    ),
    ("EboxEnterpriseDocumentEventPageItem", "eventSequenceNbr eventTime eventProviderId eventData", ""),
    ("EboxEnterpriseDocumentEventPage", "", "EboxEnterpriseDocumentEvents pageInfo"),
    ("EventPageInfo", "lastSequenceNbr hasNext", ""),
];

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

#[test]
fn answers_hold_what_the_published_documents_require_and_name_nothing_else() {
    let documents = [(specs::FEDERATION_OPENAPI, &FEDERATION[..]), (specs::EVENTS_OPENAPI, &EVENTS[..])];
    for (yaml, schemas) in documents {
        let document: Value = serde_yaml_ng::from_str(yaml).unwrap();
        for (name, required, others) in schemas {
            let schema = &document["components"]["schemas"][name];
            let members: BTreeSet<&str> =
                schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let always = schema["required"].as_array().into_iter().flatten();
            let always: BTreeSet<&str> = always.map(|member| member.as_str().unwrap()).collect();
            let known: BTreeSet<&str> = words(required).union(&words(others)).copied().collect();
            assert!(words(required).is_subset(&always), "{name}: {always:?}");
            assert!(members.is_subset(&known), "{name}: {members:?}");
        }
    }
    // of what is told, the number of the enterprise may be missing, and the mailbox is named beside it
    let told: Value = serde_yaml_ng::from_str(specs::EVENTS_OPENAPI).unwrap();
    let told = &told["components"]["schemas"]["EboxEnterpriseDocumentEventTold"]["properties"];
    let mut members: BTreeSet<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert!(members.remove("mailboxId"));
    assert!(members.is_subset(&words(EVENTS[0].1).union(&words(EVENTS[0].2)).copied().collect()));
}

#[test]
fn the_operations_have_the_published_names_and_places() {
    let federation = [
        ("GET", "/messageProviders", "findAllMessageProviders"),
        ("GET", "/messageProviders/{messageProviderId}", "getMessageProviderById"),
        ("PATCH", "/messageProviders/{messageProviderId}", "patchMessageProviderById"),
        ("PATCH", "/eboxPreferences", "patchEboxPreferencesById"),
        ("POST", "/eboxPreferences/search", "getEboxPreferencesByList"),
    ];
    let events = [
        ("GET", "/ebox/enterprise/document/events", "getEboxEnterpriseDocumentEvents"),
        ("POST", "/ebox/enterprise/document/events", "submitEboxEnterpriseDocumentEvents"),
    ];
    let documents = [
        ("/federation/v1", specs::FEDERATION_OPENAPI, &federation[..]),
        ("/events/v1", specs::EVENTS_OPENAPI, &events[..]),
    ];
    for (base, yaml, published) in documents {
        let ours = Contract::parse(yaml).unwrap().operations();
        for (method, path, id) in published {
            let at = format!("{base}{path}");
            let found = ours.iter().find(|operation| operation.id == *id);
            let found = found.unwrap_or_else(|| panic!("{id} is missing"));
            assert_eq!((found.method.as_str(), found.path.as_str()), (*method, at.as_str()));
        }
    }
}
