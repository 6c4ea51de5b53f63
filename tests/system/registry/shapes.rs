//! Our document beside the published one: its paths, and the members of its schemas. What stands here are facts about
//! `e-Box-Enterprise-swagger-v2.1-AP-Public.yaml`: names, and which of them are required.

use std::collections::BTreeSet;

use serde_json::Value;
use system_tests::openapi::Contract;

/// Operations of the published document: method, path, name.
const OPERATIONS: [(&str, &str, &str); 20] = [
    ("GET", "/ebox", "getEBoxById"),
    ("GET", "/ebox/messages", "getMessagesByEBoxId"),
    ("PATCH", "/ebox/messages", "patchMessagesByEBoxId"),
    ("GET", "/ebox/messages/{messageId}", "getMessageById"),
    ("GET", "/ebox/messages/{messageId}/attachments", "getAttachmentByMessageId"),
    ("GET", "/ebox/messages/{messageId}/attachments/{attachmentId}", "getAttachmentById"),
    ("GET", "/ebox/messages/{messageId}/attachments/{attachmentId}/content", "getAttachmentContentById"),
    ("GET", "/ebox/messages/{messageId}/body", "getBodyContent"),
    ("GET", "/ebox/messages/{messageId}/paymentData", "getPaymentDataByMessageId"),
    ("POST", "/publishMessage", "postMessage"),
    ("POST", "/linkEboxMessage", "linkMessage"),
    ("POST", "/searchMessageStatus", "getStatus"),
    ("GET", "/referenceData/messageTypes", "getAllMessagesTypes"),
    ("GET", "/referenceData/messageTypes/{messageTypeId}", "getMessageTypeById"),
    ("GET", "/referenceData/senderApplications", "findAllSenderApplications"),
    ("GET", "/referenceData/senderApplications/{senderApplicationId}", "getSenderApplicationById"),
    (
        "GET",
        "/referenceData/senderApplications/{senderApplicationId}/images/{imageId}/content",
        "getImageForSenderApplication",
    ),
    ("GET", "/referenceData/senderOrganizations", "findAllSenderOrganizations"),
    ("GET", "/referenceData/senderOrganizations/{senderOrganizationId}", "getSenderOrganizationById"),
    (
        "GET",
        "/referenceData/senderOrganizations/{senderOrganizationId}/images/{imageId}/content",
        "getImageForSenderOrganization",
    ),
];

/// What the published document answers with: schema, required members, the others.
const ANSWERS: [(&str, &str, &str); 21] = [
    ("Ebox", "numberOfMessages", "numberOfUnreadMessages lastReceiptDate lastConsultationDate eboxSize"),
    ("Messages", "", "items totalItems"),
    (
        "Message",
        "expirationDate messageId messageTypeId readStatus receiptDate registeredMail senderOrganizationId subject \
         bodyMainContent replyAuthorized",
        "originalMessageId visible forTheAttentionOf senderApplicationId attachments paymentData businessDataList",
    ),
    ("Attachments", "", "items totalItems"),
    (
        "Attachment",
        "size mainContent mediaType fileName",
        "attachmentId attachmentTitle digest attachmentSigned contentHref",
    ),
    ("Digest", "digestMethod digestValue", ""),
    ("BusinessDataList", "", "items totalItems"),
    ("BusinessData", "key name values", "description"),
    ("PaymentData", "amount currency iban paymentDataId vatAmount dueDate", "bic reference"),
    ("ForTheAttentionOf", "", "id type name"),
    ("TranslatedString", "", "nl fr de"),
    ("EboxId", "eboxType eboxIdValue", ""),
    ("PublicationStatusMessage", "messageId expirationDate", "code message"),
    ("LinkResponse", "", "messageId expirationDate nbSuccessLinks errorCases"),
    ("MessageStatus", "messageId eboxId readStatus", "expirationDate visible"),
    ("StatusMessage", "code id message", "contact environment"),
    (
        "MessageType",
        "messageTypeId messageTypeName",
        "messageTypeDescription validityPeriod senderOrganizationIds senderApplicationIds",
    ),
    ("ValidityPeriod", "validityPeriodNumber validityPeriodUnit", ""),
    (
        "SenderApplication",
        "applicationId applicationName",
        "applicationDescription applicationLogos applicationUrl senderOrganizationIds messageTypeIds \
         contactBusiness contactTechnical",
    ),
    (
        "SenderOrganization",
        "organizationId organizationShortName",
        "organizationLongName organizationLogos organizationUrl senderApplicationIds messageTypeIds \
         contactBusiness contactTechnical",
    ),
    ("Image", "imageId size mediaType contentHref", "language"),
];

/// What the published document takes: schema, required members, the others.
const QUESTIONS: [(&str, &str, &str); 7] = [
    (
        "MessageToPublish",
        "recipient subject bodyMainContent replyAuthorized",
        "forTheAttentionOf originalMessageId messageTypeId expirationDate senderOrganizationId senderApplicationId \
         registeredMail attachments bodyContent businessDataList paymentData",
    ),
    ("AttachmentToPublish", "mainContent httpPartName", "attachmentTitle digest attachmentSigned"),
    ("BusinessDataToPublish", "key values", "name description"),
    ("MessageToLink", "messageId recipients", ""),
    ("MessagesToUpdate", "", "items totalItems"),
    ("MessageToUpdate", "messageId visible", ""),
    ("MessageIdEboxId", "", "messageId eboxId"),
];

/// The parameters of the list of messages.
const CRITERIA: &str = "page pageSize receivedBefore receivedAfter expiredBefore expiredAfter readStatus visible \
                        messageTypeId senderOrganizationId senderApplicationId q registeredMail qlang";

/// What our document knows beside the published one, each thing optional: nobody who does not name it meets it, but in the
/// mailbox of an enterprise that has partitions.
const EXTENSIONS: [(&str, &str); 2] = [("Message", "partitionId"), ("MessageToUpdate", "partitionId")];
/// The same of the parameters of the list.
const MORE_CRITERIA: &str = "partitionId";

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

/// The members of a schema that are published; what is ours is optional.
fn members<'s>(name: &str, schema: &'s Value) -> BTreeSet<&'s str> {
    let own: BTreeSet<&str> =
        EXTENSIONS.iter().filter(|(of, _)| *of == name).map(|(_, member)| *member).collect();
    let all: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert!(own.is_subset(&all) && own.is_disjoint(&required(schema)), "{name}: {own:?}");
    all.into_iter().filter(|member| !own.contains(member)).collect()
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect()
}

fn document() -> Value {
    serde_yaml_ng::from_str(specs::REGISTRY_OPENAPI).unwrap()
}

#[test]
fn every_operation_of_the_published_document_is_here_under_its_name() {
    let ours: BTreeSet<_> = Contract::parse(specs::REGISTRY_OPENAPI)
        .unwrap()
        .operations()
        .into_iter()
        .map(|operation| (operation.method, operation.path, operation.id))
        .collect();
    for (method, path, id) in OPERATIONS {
        let path = format!("{}{path}", super::BASE);
        assert!(ours.contains(&(method.to_owned(), path.clone(), id.to_owned())), "{method} {path} {id}");
    }
    assert_eq!(
        ours.len(),
        OPERATIONS.len() + 2,
        "and the document itself, and the webhook of later versions"
    );
    let document = document();
    let list = document.pointer("/paths/~1ebox~1messages/get/parameters").unwrap().as_array().unwrap();
    let named = |it: &Value| {
        let pointer = it["$ref"].as_str().unwrap().trim_start_matches('#').to_owned();
        document.pointer(&pointer).unwrap().clone()
    };
    let queries: Vec<Value> = list.iter().map(named).filter(|it| it["in"] == "query").collect();
    let queries: BTreeSet<&str> = queries.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(queries, &words(CRITERIA) | &words(MORE_CRITERIA));
    assert!(list.iter().map(named).all(|it| it["name"] != MORE_CRITERIA || it["required"] != true));
}

#[test]
fn answers_hold_what_is_required_and_nothing_that_is_not_published() {
    let document = document();
    for (name, needed, others) in ANSWERS {
        let schema = &document["components"]["schemas"][name];
        let published = &words(needed) | &words(others);
        assert!(
            members(name, schema).is_subset(&published),
            "{name}: {:?}",
            &members(name, schema) - &published
        );
        assert!(
            words(needed).is_subset(&required(schema)),
            "{name}: {:?}",
            &words(needed) - &required(schema)
        );
        // `items` and `totalItems` are always there, whatever the schema says (rule 1)
        if published == words("items totalItems") {
            assert_eq!(required(schema), published, "{name}");
        }
    }
}

#[test]
fn questions_may_hold_everything_that_is_published_and_need_no_more() {
    let document = document();
    for (name, needed, others) in QUESTIONS {
        let schema = &document["components"]["schemas"][name];
        assert_eq!(members(name, schema), &words(needed) | &words(others), "{name}");
        let more = &required(schema) - &words(needed);
        // a list of updates or pairs says something only with its members
        assert!(more.is_empty() || needed.is_empty(), "{name}: {more:?}");
    }
}
