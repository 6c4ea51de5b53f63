//! The mailbox API of the played hub: who may do what there, and its answers about mailboxes and letters.

use serde_json::{Value, json};

use super::{
    endpoint::{Endpoint, Route},
    grants::{Consent, Life},
    letters::{Mailbox, put, time},
    refusal::{
        certificate_refused, invalid_token, missing_permission, missing_scope, not_found, problem,
        resync_required, unknown_parameter,
    },
    tag::tagged,
    truth::Truth,
    wire::{Answer, Call},
};

/// Who asks, once the token is known.
#[derive(Clone)]
enum Caller {
    /// A citizen's consent, by its place.
    Consent(usize),
    /// The app itself, with these scopes.
    App(Vec<String>),
}

impl Truth {
    /// An answer of the mailbox API.
    pub(crate) fn api(&mut self, route: &Route, call: &Call) -> Answer {
        let caller = match self.caller(call) {
            Ok(caller) => caller,
            Err(refused) => return *refused,
        };
        if let Some((name, _)) = call
            .query
            .iter()
            .find(|(name, _)| name != "access_token" && !parameters(route.endpoint).contains(&name.as_str()))
        {
            return unknown_parameter(name);
        }
        let ids: Vec<&str> = route.ids.iter().map(String::as_str).collect();
        match (route.endpoint, ids.as_slice()) {
            (Endpoint::Limits, _) => self.limits(),
            (Endpoint::Changes, _) => self.changes(&caller.scopes(), call),
            (Endpoint::Consents, _) => self.listed_consents(&caller.scopes()),
            (Endpoint::Consent | Endpoint::EndConsent, [id]) => {
                self.consent(route.endpoint, &caller.scopes(), id)
            }
            (Endpoint::Mailboxes, _) => self.listed_mailboxes(&caller),
            (endpoint, [mailbox, rest @ ..]) => self.in_mailbox(endpoint, &caller, mailbox, rest, call),
            _ => not_found(),
        }
    }

    /// Certificate, then token, then consent: what a read takes.
    fn caller(&self, call: &Call) -> Result<Caller, Box<Answer>> {
        let Some(peer) = &call.wire.peer else { return Err(certificate_refused("absent").into()) };
        if !self.setting.certificates.contains(peer) {
            return Err(certificate_refused("notRegistered").into());
        }
        if self.knobs.refused_certificates.contains(peer) {
            return Err(certificate_refused("revoked").into());
        }
        // a token in the address is the judge's matter: the answer is the same
        let Some(token) = call.bearer().or(call.parameter("access_token")) else {
            return Err(problem(401, "belgif:noAccessToken", "No access token").into());
        };
        let access = self.grants.access.get(token).ok_or_else(invalid_token)?;
        if !access.alive || access.thumbprint.as_ref() != Some(peer) {
            return Err(invalid_token().into());
        }
        match access.consent {
            None => Ok(Caller::App(access.scopes.clone())),
            Some(place) if self.stands(place) => Ok(Caller::Consent(place)),
            Some(_) => Err(invalid_token().into()),
        }
    }

    fn stands(&self, place: usize) -> bool {
        self.grants.consents.get(place).is_some_and(|consent| consent.life == Life::Standing)
    }

    /// The consent under which the caller may see that mailbox.
    fn consent_for(&self, caller: &Caller, mailbox: &str) -> Option<&Consent> {
        match caller {
            Caller::Consent(place) => {
                self.grants.consents.get(*place).filter(|consent| consent.mailbox_id == mailbox)
            }
            Caller::App(scopes) if scopes.iter().any(|scope| scope == "synchronise") => {
                self.grants.consents.iter().find(|consent| {
                    consent.mailbox_id == mailbox
                        && consent.life == Life::Standing
                        && consent.allows("synchronise")
                })
            }
            Caller::App(_) => None,
        }
    }

    fn in_mailbox(
        &mut self,
        endpoint: Endpoint,
        caller: &Caller,
        mailbox: &str,
        rest: &[&str],
        call: &Call,
    ) -> Answer {
        let Some(consent) = self.consent_for(caller, mailbox).cloned() else { return not_found() };
        let needed = match endpoint {
            Endpoint::Mailbox | Endpoint::Messages => "list",
            Endpoint::MarkMessage => "markRead",
            _ => "readContent",
        };
        if !consent.allows(needed) {
            return missing_permission();
        }
        let resource = self.setting.resource();
        let Some((place, found)) = self.mailbox(mailbox) else { return not_found() };
        match (endpoint, rest) {
            (Endpoint::Mailbox, []) => counted(&consent, found, &resource),
            (Endpoint::Messages, []) => self.messages(found, call),
            (Endpoint::Message, [id]) => match found.letter(id) {
                Some(letter) => tagged(Answer::json(200, letter.whole(mailbox, &resource)), call),
                None => not_found(),
            },
            (Endpoint::Attachment, [id, file]) => {
                let file =
                    found.letter(id).and_then(|letter| letter.files.iter().find(|one| one.id == *file));
                file.map_or_else(not_found, |file| super::tag::content(file, call))
            }
            (Endpoint::Opened, [id]) => found.letter(id).map_or_else(not_found, |_| Answer::empty(204)),
            (Endpoint::MarkMessage, [id]) => self.mark(place, id, call),
            _ => not_found(),
        }
    }

    /// One page; a cursor names the letter where the page before ended.
    fn messages(&self, mailbox: &Mailbox, call: &Call) -> Answer {
        let resource = self.setting.resource();
        let asked = call.parameter("pageSize").and_then(|size| size.parse().ok()).unwrap_or(25_usize);
        let size = asked.clamp(1, self.knobs.page);
        let begin = match call.parameter("after") {
            None => 0,
            Some("start") => 0,
            Some(cursor) => match mailbox.letters.iter().position(|letter| letter.id == cursor) {
                Some(place) => place + 1,
                None => return resync_required(),
            },
        };
        let page: Vec<&super::letters::Letter> = mailbox.letters.iter().skip(begin).take(size).collect();
        let items: Vec<Value> = page.iter().map(|letter| letter.summary(&mailbox.id, &resource)).collect();
        let base = format!("{resource}/mailboxes/{}/messages", mailbox.id);
        let query = if call.raw_query.is_empty() { String::new() } else { format!("?{}", call.raw_query) };
        let mut body = json!({
            "self": format!("{base}{query}"), "items": items, "pageSize": size, "total": mailbox.letters.len(),
        });
        if let (true, Some(last)) = (begin + page.len() < mailbox.letters.len(), page.last()) {
            put(&mut body, "next", json!(format!("{base}?pageSize={asked}&after={}", last.id)));
        }
        tagged(Answer::json(200, body), call)
    }

    fn mark(&mut self, place: usize, id: &str, call: &Call) -> Answer {
        let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let resource = self.setting.resource();
        let Some(mailbox) = self.mailboxes.get_mut(place) else { return not_found() };
        let address = mailbox.id.clone();
        let Some(letter) = mailbox.letter_mut(id) else { return not_found() };
        if let Some(read) = asked.get("read").and_then(Value::as_bool) {
            letter.read = read;
        }
        Answer::json(200, letter.summary(&address, &resource))
    }

    fn listed_mailboxes(&self, caller: &Caller) -> Answer {
        let resource = self.setting.resource();
        let opened = |mailbox: &Mailbox| {
            self.consent_for(caller, &mailbox.id).map(|consent| shown(consent, mailbox, &resource))
        };
        let items: Vec<Value> = self.mailboxes.iter().filter_map(opened).collect();
        let mut body = json!({"self": format!("{resource}/mailboxes"), "items": items, "pageSize": 100});
        if let Caller::Consent(_) = caller {
            put(&mut body, "total", json!(items.len()));
        }
        Answer::json(200, body)
    }

    fn limits(&self) -> Answer {
        Answer::json(
            200,
            json!({
                "self": format!("{}/limits", self.setting.resource()),
                "pageSize": {"default": 25, "maximum": 100},
                "requestRate": {"perSecond": 50, "burst": 100},
                "message": {
                    "attachmentCount": 10, "attachmentSize": 20_971_520, "bodySize": 65_536,
                    "subjectLength": 400, "fileNameLength": 255,
                },
            }),
        )
    }

    fn listed_consents(&self, scopes: &[String]) -> Answer {
        if !scopes.iter().any(|scope| scope == "consents") {
            return missing_scope("consents");
        }
        let base = format!("{}/consents", self.setting.resource());
        let standing = self.grants.consents.iter().filter(|consent| consent.life != Life::Ended);
        let items: Vec<Value> = standing
            .map(|consent| {
                let mut shown = consent.shown();
                put(&mut shown, "href", json!(format!("{base}/{}", consent.id)));
                shown
            })
            .collect();
        Answer::json(200, json!({"self": base, "items": items, "pageSize": 100}))
    }

    fn consent(&mut self, endpoint: Endpoint, scopes: &[String], id: &str) -> Answer {
        if !scopes.iter().any(|scope| scope == "consents") {
            return missing_scope("consents");
        }
        let Some(place) = self.grants.place(id) else { return not_found() };
        if endpoint == Endpoint::EndConsent {
            self.ends(place);
            return Answer::empty(204);
        }
        let standing = self.grants.consents.get(place).filter(|consent| consent.life != Life::Ended);
        let Some(consent) = standing else { return not_found() };
        let mut shown = consent.shown();
        put(&mut shown, "self", json!(format!("{}/consents/{id}", self.setting.resource())));
        Answer::json(200, shown)
    }
}

impl Caller {
    fn scopes(&self) -> Vec<String> {
        match self {
            Self::Consent(_) => Vec::new(),
            Self::App(scopes) => scopes.clone(),
        }
    }
}

fn shown(consent: &Consent, mailbox: &Mailbox, resource: &str) -> Value {
    let mut shown = json!({
        "mailboxId": mailbox.id,
        "mailboxKind": mailbox.kind,
        "consentId": consent.id,
        "actions": consent.actions,
        "until": time(consent.until()),
        "total": mailbox.letters.len(),
        "unread": mailbox.letters.iter().filter(|letter| !letter.read).count(),
        "withheld": false,
        "href": format!("{resource}/mailboxes/{}/messages", mailbox.id),
    });
    if mailbox.kind == "enterprise" {
        put(&mut shown, "enterpriseNumber", json!("0712345630"));
    }
    shown
}

fn counted(consent: &Consent, mailbox: &Mailbox, resource: &str) -> Answer {
    let mut body = shown(consent, mailbox, resource);
    put(&mut body, "self", json!(format!("{resource}/mailboxes/{}", mailbox.id)));
    for (name, number) in [("archived", 0), ("registeredMail", 0), ("expiringSoon", 0)] {
        put(&mut body, name, json!(number));
    }
    Answer::json(200, body)
}

/// The query parameters that an operation knows.
fn parameters(endpoint: Endpoint) -> &'static [&'static str] {
    match endpoint {
        Endpoint::Messages => &[
            "pageSize",
            "sort",
            "receivedFrom",
            "receivedBefore",
            "expiresFrom",
            "expiresBefore",
            "read",
            "archived",
            "senderOrganization",
            "messageTypeId",
            "registeredMail",
            "partition",
            "q",
            "qlang",
            "after",
        ],
        Endpoint::Mailboxes | Endpoint::Consents => &["pageSize", "after"],
        Endpoint::Changes => &["after", "pageSize", "wait"],
        _ => &[],
    }
}
