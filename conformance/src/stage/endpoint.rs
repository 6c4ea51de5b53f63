//! What a played hub can be asked, by method and path.

/// One operation of the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// RFC 8414.
    Metadata,
    /// RFC 9728.
    ResourceMetadata,
    /// RFC 9126.
    Par,
    /// Where browsers arrive.
    Authorize,
    /// RFC 6749 3.2.
    Token,
    /// RFC 7662.
    Introspect,
    /// RFC 7009.
    Revoke,
    /// Grant management.
    Grant,
    /// The keys that sign events.
    Jwks,
    /// How events are sent.
    SsfConfiguration,
    /// `GET /mailboxes`
    Mailboxes,
    /// `GET /mailboxes/{mailboxId}`
    Mailbox,
    /// `GET …/messages`
    Messages,
    /// `GET …/messages/{messageId}`
    Message,
    /// `PATCH …/messages/{messageId}`
    MarkMessage,
    /// `POST …/opened`
    Opened,
    /// `GET …/content`
    Attachment,
    /// `GET /consents`
    Consents,
    /// `GET /consents/{consentId}`
    Consent,
    /// `DELETE /consents/{consentId}`
    EndConsent,
    /// `GET /changes`
    Changes,
    /// `GET /limits`
    Limits,
    /// Endpoints that the metadata name for clients without a certificate: nobody has business there.
    Trap,
    /// Nothing of the hub.
    Unknown,
}

/// An operation with the ids that stand in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) ids: Vec<String>,
}

impl Endpoint {
    /// Says whether it is an operation of the mailbox API, which takes an access token.
    pub fn is_api(self) -> bool {
        self >= Self::Mailboxes && self <= Self::Limits
    }

    /// Says whether it is an endpoint at which the client authenticates with its certificate.
    pub fn is_client_authenticated(self) -> bool {
        matches!(self, Self::Par | Self::Token | Self::Introspect | Self::Revoke)
    }
}

/// The operation of the browsers' door.
pub(crate) fn public(method: &str, path: &str) -> Route {
    let endpoint = match (method, path) {
        ("GET", "/.well-known/oauth-authorization-server") => Endpoint::Metadata,
        ("GET", "/.well-known/ssf-configuration") => Endpoint::SsfConfiguration,
        ("GET", "/jwks") => Endpoint::Jwks,
        ("GET" | "POST", "/authorize") => Endpoint::Authorize,
        _ if path.starts_with("/trap/") => Endpoint::Trap,
        _ => Endpoint::Unknown,
    };
    Route { endpoint, ids: Vec::new() }
}

/// The operation of the machines' door. `/moved` is a second address of the same endpoints.
pub(crate) fn machine(method: &str, path: &str) -> Route {
    let plain = path.strip_prefix("/moved").unwrap_or(path);
    let segments: Vec<&str> = plain.split('/').skip(1).collect();
    let (endpoint, ids): (Endpoint, Vec<&str>) = match (method, segments.as_slice()) {
        ("GET", [".well-known", "oauth-protected-resource", "mailbox", "v1"]) => {
            (Endpoint::ResourceMetadata, vec![])
        }
        ("POST", ["par"]) => (Endpoint::Par, vec![]),
        ("POST", ["token"]) => (Endpoint::Token, vec![]),
        ("POST", ["introspect"]) => (Endpoint::Introspect, vec![]),
        ("POST", ["revoke"]) => (Endpoint::Revoke, vec![]),
        ("GET" | "DELETE", ["grants", id]) => (Endpoint::Grant, vec![id]),
        (_, ["mailbox", "v1", rest @ ..]) => return api(method, rest),
        _ => (Endpoint::Unknown, vec![]),
    };
    Route { endpoint, ids: owned(&ids) }
}

fn api(method: &str, segments: &[&str]) -> Route {
    let (endpoint, ids): (Endpoint, Vec<&str>) = match (method, segments) {
        ("GET", ["changes"]) => (Endpoint::Changes, vec![]),
        ("GET", ["limits"]) => (Endpoint::Limits, vec![]),
        ("GET", ["mailboxes"]) => (Endpoint::Mailboxes, vec![]),
        ("GET", ["mailboxes", mailbox]) => (Endpoint::Mailbox, vec![mailbox]),
        ("GET", ["mailboxes", mailbox, "messages"]) => (Endpoint::Messages, vec![mailbox]),
        ("GET", ["mailboxes", mailbox, "messages", message]) => (Endpoint::Message, vec![mailbox, message]),
        ("PATCH", ["mailboxes", mailbox, "messages", message]) => {
            (Endpoint::MarkMessage, vec![mailbox, message])
        }
        ("POST", ["mailboxes", mailbox, "messages", message, "opened"]) => {
            (Endpoint::Opened, vec![mailbox, message])
        }
        ("GET", ["mailboxes", mailbox, "messages", message, "attachments", file, "content"]) => {
            (Endpoint::Attachment, vec![mailbox, message, file])
        }
        ("GET", ["consents"]) => (Endpoint::Consents, vec![]),
        ("GET", ["consents", consent]) => (Endpoint::Consent, vec![consent]),
        ("DELETE", ["consents", consent]) => (Endpoint::EndConsent, vec![consent]),
        _ => (Endpoint::Unknown, vec![]),
    };
    Route { endpoint, ids: owned(&ids) }
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_operation_and_its_ids() {
        let route = machine("GET", "/mailbox/v1/mailboxes/mbx_1/messages/msg_2/attachments/att_3/content");
        assert_eq!(route.endpoint, Endpoint::Attachment);
        assert_eq!(route.ids, ["mbx_1", "msg_2", "att_3"]);
        assert_eq!(machine("POST", "/moved/token").endpoint, Endpoint::Token);
        assert_eq!(machine("GET", "/token").endpoint, Endpoint::Unknown);
        assert_eq!(public("POST", "/trap/token").endpoint, Endpoint::Trap);
    }

    #[test]
    fn what_takes_a_token_is_told_from_what_takes_a_certificate() {
        assert!(Endpoint::Changes.is_api() && Endpoint::Mailboxes.is_api());
        assert!(!Endpoint::Token.is_api() && Endpoint::Token.is_client_authenticated());
        assert!(!Endpoint::Trap.is_api());
    }
}
