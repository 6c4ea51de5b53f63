//! Asking for less at refresh: one mailbox of the grant, or fewer actions (RFC 9396 6). Never for more.

use serde::Deserialize;
use uuid::Uuid;

use super::{ClientAccess, ClientError};
use crate::consent::{Action, Actions, ConsentRow};
use crate::id::MailboxId;
use crate::outside::{OutsideKind, OutsideParty};
use crate::provider::Application;

/// What an access token is limited to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Less {
    /// The only mailbox.
    pub(super) mailbox: Option<MailboxId>,
    /// The only actions.
    pub(super) actions: Option<Actions>,
    /// The scope of its own that it has besides.
    pub(super) scope: Option<&'static str>,
}

/// An element as a token answer gave it, or the part of it that narrows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    locations: Option<Vec<String>>,
    actions: Option<Vec<String>>,
    mailbox_id: Option<String>,
    #[serde(rename = "mailboxKind")]
    _mailbox_kind: Option<String>,
    #[serde(rename = "consentId")]
    _consent_id: Option<String>,
    #[serde(rename = "until")]
    _until: Option<String>,
    #[serde(rename = "withheld")]
    _withheld: Option<bool>,
}

impl ClientAccess {
    /// Reads `authorization_details` of a refresh: one element of type `mailbox`, with `actions` and `mailboxId` that
    /// are among those granted, and the API that it names; what it repeats besides is not looked at.
    ///
    /// # Errors
    /// `invalid_authorization_details` for anything else, and for more than was granted.
    pub(super) fn less(
        &self,
        details: &str,
        application: &Application,
        granted: &[ConsentRow],
    ) -> Result<(Less, Option<String>), ClientError> {
        let wrong = |description: &str| ClientError::oauth("invalid_authorization_details", description);
        let elements: Vec<Element> = serde_json::from_str(details)
            .map_err(|_| wrong("authorization_details is an array of elements as they were granted"))?;
        let [element] = <[Element; 1]>::try_from(elements)
            .map_err(|_| wrong("a token is narrowed to one element; ask again for another"))?;
        let api = |locations: Vec<String>| match locations.as_slice() {
            [location] => self.hub.audiences().reading(Some(location)).map(str::to_owned),
            _ => None,
        };
        let location = match element.locations.map(api) {
            Some(None) => return Err(wrong("locations names one API that reads mailboxes")),
            found => found.flatten(),
        };
        if element.kind != "mailbox" {
            return Err(wrong("the only supported type is mailbox"));
        }
        let mailbox = element.mailbox_id.as_deref().map(|id| {
            let party = OutsideParty::Provider(application.provider.0);
            let block = self.hub.outside().open(&party, OutsideKind::Mailbox, id);
            let mailbox = block.map(|block| MailboxId(Uuid::from_bytes(block)));
            mailbox.filter(|mailbox| granted.iter().any(|consent| consent.mailbox_id == *mailbox))
        });
        let mailbox = match mailbox {
            Some(None) => return Err(wrong("mailboxId is not one that was granted")),
            found => found.flatten(),
        };
        let actions = element.actions.as_deref().map(named).transpose()?;
        let within = |consent: &ConsentRow| {
            mailbox.is_some_and(|mailbox| mailbox != consent.mailbox_id)
                || actions.is_none_or(|actions| actions.without(consent.actions).is_empty())
        };
        if !granted.iter().all(within) {
            return Err(wrong("actions may be narrowed, never widened"));
        }
        Ok((Less { mailbox, actions, scope: None }, location))
    }
}

fn named(names: &[String]) -> Result<Actions, ClientError> {
    let wrong = || ClientError::oauth("invalid_authorization_details", "actions are some of those granted");
    let known = |name: &String| Action::ALL.into_iter().find(|action| action.name() == name);
    let actions: Actions = names.iter().map(known).collect::<Option<_>>().ok_or_else(wrong)?;
    if actions.is_empty() { Err(wrong()) } else { Ok(actions) }
}
