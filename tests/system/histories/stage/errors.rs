//! Refusals of the hub in the words of the model.

use hub_core::access::client::ClientError;
use hub_core::error::{Error, TokenRefusal};

/// A refusal in one word; what no step may cause stays as the hub says it.
pub(in super::super) fn word(error: Error) -> String {
    match error {
        Error::Certificate(refusal) => format!("certificate:{}", refusal.code()),
        Error::Token(TokenRefusal::Expired) => "token:expired".to_owned(),
        Error::Token(TokenRefusal::Invalid) => "token:invalid".to_owned(),
        Error::Forbidden(_) => "forbidden".to_owned(),
        Error::NotFound(what) => format!("notFound:{what}"),
        Error::Invalid(issues) => {
            let name = issues.first().map(|issue| issue.name.as_str()).unwrap_or_default();
            format!("invalid:{}", name.rsplit('.').next().unwrap_or_default())
        }
        Error::Conflict(conflict) => format!("conflict:{conflict:?}"),
        other => format!("{other:?}"),
    }
}

/// A refusal of the authorization server in one word.
pub(in super::super) fn oauth(error: ClientError) -> String {
    match error {
        ClientError::OAuth { code, .. } => format!("oauth:{code}"),
        ClientError::Hub(error) => word(error),
    }
}
