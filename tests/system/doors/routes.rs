//! The routes of the mtls listener, from the API documents and the endpoints of the authorization server.

use system_tests::world::stage::Stage;

/// A route with values in the places of its parameters.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) face: Face,
}

/// How refusals look there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Open to everybody.
    Open,
    /// Problem documents; for providers.
    Mailbox,
    /// Problem documents; for senders.
    Sender,
    /// Status messages; for everybody.
    Registry,
    /// Status messages; for readers.
    RegistryReader,
    /// Status messages; for senders.
    RegistrySender,
    /// Problem documents in XML; for readers.
    Memo,
    /// OAuth errors.
    OAuth,
    /// Paths that do not exist.
    Nowhere,
}

/// Every route that a hub has there whose issuer for software of the e-Box is on.
pub(super) fn all(stage: &Stage) -> Vec<Route> {
    let route = |method: &str, path: &str, face| Route { method: method.into(), path: path.into(), face };
    let mut routes: Vec<Route> =
        ["/par", "/token", "/introspect", "/revoke"].map(|path| route("POST", path, Face::OAuth)).to_vec();
    routes.push(route("POST", "/ebox/oauth/v5/token", Face::OAuth));
    routes.push(route("GET", "/.well-known/oauth-authorization-server/ebox/oauth/v5", Face::OAuth));
    routes.extend(
        ["GET", "DELETE"].map(|method| route(method, &format!("/grants/{}", id("grt")), Face::Mailbox)),
    );
    for operation in stage.contracts().iter().flat_map(system_tests::openapi::Contract::operations) {
        let face = match operation.path.as_str() {
            "/health" => Face::Open,
            // of the public listener
            "/certification/v1/providers" => Face::Nowhere,
            path if path.starts_with("/sender/") => Face::Sender,
            path if path.starts_with("/messageRegistry/v2/ebox") => Face::RegistryReader,
            "/messageRegistry/v2/eventNotifications" => Face::RegistryReader,
            "/messageRegistry/v2/linkEboxMessage" | "/messageRegistry/v2/searchMessageStatus" => {
                Face::RegistrySender
            }
            path if path.starts_with("/messageRegistry/") => Face::Registry,
            "/federation/v1/eboxPreferences" => Face::RegistryReader,
            "/federation/v1/eboxPreferences/search" => Face::RegistrySender,
            "/federation/v1/messageProviders/{messageProviderId}" if operation.method == "PATCH" => {
                Face::RegistrySender
            }
            "/events/v1/ebox/enterprise/document/events" if operation.method == "POST" => {
                Face::RegistrySender
            }
            "/events/v1/ebox/enterprise/document/events" => Face::RegistryReader,
            path if path.starts_with("/federation/") || path.starts_with("/events/") => Face::Registry,
            path if path.starts_with("/memo/") => Face::Memo,
            _ => Face::Mailbox,
        };
        let mut path = operation.path.clone();
        for (parameter, kind) in PARAMETERS {
            path = path.replace(parameter, &id(kind));
        }
        routes.push(route(&operation.method, &path, face));
    }
    for base in provider_adapters::all().iter().map(|adapter| adapter.base()).chain(["/sender/v1"]) {
        routes.push(route("GET", &format!("/.well-known/oauth-protected-resource{base}"), Face::Open));
    }
    routes.push(route("GET", "/", Face::Nowhere));
    routes.push(route("POST", "/admin/v1/everything", Face::Nowhere));
    routes
}

/// The parameters of paths, and how ids in their place begin.
const PARAMETERS: &[(&str, &str)] = &[
    ("{mailboxId}", "mbx"),
    ("{campaignId}", "cmp"),
    ("{messageId}", "msg"),
    ("{attachmentId}", "att"),
    ("{replyId}", "rpl"),
    ("{consentId}", "cns"),
    ("{personId}", "psn"),
    ("{partitionId}", "prt"),
    ("{evidenceId}", "evd"),
    ("{senderOrganizationId}", "org"),
    ("{senderApplicationId}", "app"),
    ("{messageTypeId}", "typ"),
    ("{imageId}", "img"),
    ("{messageProviderId}", "prv"),
    ("{schemaName}", "xsd"),
];

/// An id that has the right shape and stands for nothing.
fn id(kind: &str) -> String {
    format!("{kind}_{}", "0".repeat(26))
}
