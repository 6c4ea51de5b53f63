//! Between forms and answers on one side, and what a client may do on the other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub_core::access::client::{self, PushRequest};
use hub_core::access::provider::GrantView;

use crate::fault::Fault;
use crate::form::Form;
use crate::wire;

/// What is asked of the token endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Grant<'a> {
    /// RFC 6749 4.1.3 and RFC 7636 4.5.
    Code { code: &'a str, redirect_uri: &'a str, verifier: &'a str },
    /// RFC 6749 6.
    Refresh { token: &'a str, details: Option<&'a str> },
    /// RFC 6749 4.4.2 and RFC 8707 2.2.
    Own { scope: Option<&'a str>, resource: Option<&'a str> },
}

/// Reads a pushed request; what must not be pushed is refused here, the rest is judged by the use case.
pub(crate) fn push_request(form: &Form) -> Result<PushRequest, Fault> {
    if form.has_any(&["request_uri"]) {
        return Err(Fault::invalid_request("request_uri is not a parameter of a pushed request"));
    }
    if form.has_any(&["request"]) {
        return Err(Fault::oauth(
            "request_not_supported",
            "a request is pushed as a form, not as a signed object",
        ));
    }
    if form.value("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Fault::invalid_request("response_mode is query"));
    }
    if form.has_any(&["scope"]) {
        return Err(Fault::oauth(
            "invalid_scope",
            "a provider asks with authorization_details, not with scope",
        ));
    }
    Ok(PushRequest {
        response_type: form.owned("response_type"),
        redirect_uri: form.owned("redirect_uri"),
        state: form.owned("state"),
        code_challenge: form.owned("code_challenge"),
        code_challenge_method: form.owned("code_challenge_method"),
        authorization_details: form.owned("authorization_details"),
        resource: form.owned("resource"),
        ui_locales: form.owned("ui_locales"),
        grant_management_action: form.owned("grant_management_action"),
        grant_id: form.owned("grant_id"),
    })
}

/// Reads a token request; `apis` are the audiences of tokens that a citizen granted.
///
/// `authorization_details` goes with a refresh only: it narrows one access token; widening is the citizen's alone
/// (RFC 9396 6, TRUST T9).
pub(crate) fn grant<'a>(form: &'a Form, apis: &[&str]) -> Result<Grant<'a>, Fault> {
    let grant_type = form.required("grant_type")?;
    if grant_type != "refresh_token" && form.has_any(&["authorization_details"]) {
        let description = "authorization_details is pushed, and narrows at refresh only";
        return Err(Fault::oauth("invalid_authorization_details", description));
    }
    if grant_type == "client_credentials" {
        return Ok(Grant::Own { scope: form.value("scope"), resource: form.value("resource") });
    }
    let grant = match grant_type {
        "authorization_code" => Grant::Code {
            code: form.required("code")?,
            redirect_uri: form.required("redirect_uri")?,
            verifier: form.required("code_verifier")?,
        },
        "refresh_token" => Grant::Refresh {
            token: form.required("refresh_token")?,
            details: form.value("authorization_details"),
        },
        _ => {
            let description = "grant_type is authorization_code, refresh_token or client_credentials";
            return Err(Fault::oauth("unsupported_grant_type", description));
        }
    };
    if form.has_any(&["scope"]) {
        return Err(Fault::oauth("invalid_scope", "what a citizen granted has no scope"));
    }
    if form.value("resource").is_some_and(|resource| !apis.contains(&resource)) {
        return Err(Fault::oauth("invalid_target", "resource is an API that reads mailboxes"));
    }
    Ok(grant)
}

impl From<client::Pushed> for wire::Pushed {
    fn from(pushed: client::Pushed) -> Self {
        Self { request_uri: pushed.request_uri, expires_in: pushed.expires_in }
    }
}

impl From<client::Issued> for wire::Tokens {
    fn from(issued: client::Issued) -> Self {
        Self {
            access_token: issued.access.expose().to_owned(),
            token_type: BEARER,
            expires_in: issued.expires_in,
            refresh_token: issued.refresh.map(|refresh| refresh.expose().to_owned()),
            scope: issued.scope,
            authorization_details: details(issued.granted),
            grant_id: issued.grant,
        }
    }
}

/// Elements of `authorization_details`; `None` if there is none.
fn details(granted: Vec<client::Granted>) -> Option<Vec<wire::Granted>> {
    (!granted.is_empty()).then(|| granted.into_iter().map(Into::into).collect())
}

impl From<GrantView> for wire::Grant {
    fn from(grant: GrantView) -> Self {
        Self {
            scopes: [],
            claims: [],
            authorization_details: grant.granted.into_iter().map(Into::into).collect(),
            created_at: grant.created_at.rfc3339(),
            last_updated: grant.updated_at.rfc3339(),
            expires_at: grant.expires_at.rfc3339(),
        }
    }
}

impl From<client::Granted> for wire::Granted {
    fn from(granted: client::Granted) -> Self {
        Self {
            kind: "mailbox",
            locations: [granted.location],
            actions: granted.actions.names(),
            mailbox_kind: granted.kind.name(),
            mailbox_id: granted.mailbox,
            consent_id: granted.consent,
            until: granted.until.rfc3339(),
            withheld: granted.withheld,
        }
    }
}

/// The introspection answer; nothing but `active` is said of a token that opens nothing (RFC 7662 2.2).
pub(crate) fn introspection(found: Option<client::Introspection>, issuer: &str) -> wire::Introspection {
    let Some(token) = found else {
        return wire::Introspection::Inactive { active: false };
    };
    wire::Introspection::Active(Box::new(wire::Active {
        active: true,
        client_id: token.client_id,
        aud: token.audience,
        exp: token.until.seconds(),
        iss: issuer.to_owned(),
        token_type: BEARER,
        scope: token.scope,
        cnf: wire::Confirmation { thumbprint: URL_SAFE_NO_PAD.encode(token.thumbprint) },
        authorization_details: details(token.granted),
    }))
}

/// Also of tokens bound to a certificate (RFC 8705 3).
pub(crate) const BEARER: &str = "Bearer";

#[cfg(test)]
mod tests {
    use hub_core::clock::Timestamp;
    use hub_core::consent::Action;
    use hub_core::mailbox::Kind;
    use serde_json::{Value, json};

    use super::*;

    const API: &str = "https://api.test/mailbox/v1";

    fn form(body: &str) -> Form {
        Form::parse(body.as_bytes()).unwrap()
    }

    fn granted() -> client::Granted {
        client::Granted {
            actions: [Action::List, Action::ReadContent].into_iter().collect(),
            kind: Kind::Enterprise,
            mailbox: "mbx_1k6sy9541sj3eqhb6gd1ghcakj".into(),
            consent: "cns_3cfwtz2etwfvdzc22ggfdetg9m".into(),
            until: Timestamp::parse("2027-11-20T22:59:59Z").unwrap(),
            location: API.into(),
            withheld: false,
        }
    }

    #[test]
    fn what_is_not_pushed_has_its_code() {
        let code = |body: &str| push_request(&form(body)).map(|_| "ok").unwrap_or_else(|fault| fault.code);
        assert_eq!(code("response_type=code&nonce=n&colour=red"), "ok");
        assert_eq!(code("response_mode=query&scope=&request_uri="), "ok");
        assert_eq!(code("request_uri=urn:x"), "invalid_request");
        assert_eq!(code("request=eyJ"), "request_not_supported");
        assert_eq!(code("response_mode=fragment"), "invalid_request");
        assert_eq!(code("scope=list"), "invalid_scope");
    }

    #[test]
    fn each_grant_type_asks_for_its_parameters() {
        let read = |body: &str| {
            grant(&form(body), &[API]).map(|grant| format!("{grant:?}")).map_err(|fault| fault.code)
        };
        let code = "grant_type=authorization_code&code=c&redirect_uri=r&code_verifier=v";
        assert!(read(code).unwrap().starts_with("Code"));
        assert!(
            read("grant_type=refresh_token&refresh_token=t&resource=https://api.test/mailbox/v1").is_ok()
        );
        assert!(
            read("grant_type=client_credentials&scope=publish&resource=anything").unwrap().starts_with("Own")
        );
        assert_eq!(read("code=c"), Err("invalid_request"));
        for missing in ["code=c&", "redirect_uri=r&", "&code_verifier=v"] {
            assert_eq!(read(&code.replace(missing, "")), Err("invalid_request"), "{missing}");
        }
        assert_eq!(read("grant_type=refresh_token"), Err("invalid_request"));
        assert_eq!(
            read("grant_type=client_credentials&authorization_details=[]"),
            Err("invalid_authorization_details")
        );
        assert!(read("grant_type=refresh_token&refresh_token=t&authorization_details=[]").is_ok());
        for other in ["password", "urn:ietf:params:oauth:grant-type:token-exchange", "implicit"] {
            assert_eq!(read(&format!("grant_type={other}")), Err("unsupported_grant_type"));
        }
        assert_eq!(read(&format!("{code}&resource=https://api.test/sender/v1")), Err("invalid_target"));
        assert_eq!(read(&format!("{code}&scope=list")), Err("invalid_scope"));
        assert_eq!(read(&format!("{code}&authorization_details=[]")), Err("invalid_authorization_details"));
    }

    #[test]
    fn what_was_granted_has_the_documented_shape() {
        let schema: Value = serde_json::from_str(specs::MAILBOX_GRANTED_SCHEMA).unwrap();
        let written = serde_json::to_value(wire::Granted::from(granted())).unwrap();
        jsonschema::validate(&schema, &written).unwrap();
        assert_eq!(written["until"], "2027-11-20T22:59:59Z");
    }

    #[test]
    fn introspection_shows_the_binding_or_nothing() {
        assert_eq!(serde_json::to_value(introspection(None, "i")).unwrap(), json!({ "active": false }));
        let token = client::Introspection {
            client_id: "demo-bank-app".into(),
            audience: API.into(),
            scope: None,
            until: Timestamp::from_seconds(1_800_000_000),
            thumbprint: [0; 32],
            granted: vec![granted()],
        };
        let shown = serde_json::to_value(introspection(Some(token), "https://issuer.test")).unwrap();
        assert_eq!(shown["cnf"], json!({ "x5t#S256": "A".repeat(43) }));
        assert_eq!(shown["exp"], 1_800_000_000);
        assert_eq!(shown["authorization_details"][0]["mailboxKind"], "enterprise");
        assert!(shown.get("scope").is_none());
    }
}
