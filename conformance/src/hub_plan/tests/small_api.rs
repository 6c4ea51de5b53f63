//! The mailbox API of the small hub: one mailbox with three letters, under another name for each client.

use std::time::Instant;

use http::Method;
use serde_json::{Value, json};

use super::small_hub::{BURST, Call, Reply, State, Token, outside, problem};
use crate::digest::sha256_base64url;

const CONTENT: &[u8] = b"%PDF-1.7 a letter of the small hub, long enough for ranges of bytes\n%%EOF\n";

impl State {
    pub(super) fn api(&mut self, call: &Call) -> Reply {
        let token = match self.caller(call) {
            Ok(token) => token,
            Err(refused) => return refused,
        };
        let path = call.path.trim_start_matches("/mailbox/v1/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let known = ["pageSize", "after", "sort", "read", "receivedFrom", "receivedBefore", "q", "qlang"];
        let in_query = self.breaks("reads tokens from the query");
        let is_known = |name: &str| known.contains(&name) || (in_query && name == "access_token");
        let unknown = call.query.iter().find(|(name, _)| !is_known(name));
        if let Some((name, _)) = unknown.filter(|_| !self.breaks("passes over unknown parameters")) {
            return refused(name);
        }
        match (parts.as_slice(), &call.method) {
            (["limits"], &Method::GET) if self.is_asked_too_often() => {
                problem(429, "tooManyRequests", &json!({})).with("retry-after", "1")
            }
            (["limits"], &Method::GET) => self.limits(),
            (["refData", "messageTypes"], &Method::GET) => {
                Reply::json(200, &json!({"items": []})).with("cache-control", "public, max-age=86400")
            }
            (["consents", ..], method) => self.consents_of(&token, &parts, &method.clone()),
            (["mailboxes"], &Method::GET) => self.mailboxes(&token),
            (["mailboxes", mailbox, "messages", rest @ ..], _) => {
                self.in_mailbox(call, &token, mailbox, rest)
            }
            _ => problem(404, "resourceNotFound", &json!({})),
        }
    }

    fn caller(&self, call: &Call) -> Result<Token, Reply> {
        let challenge = format!(
            "Bearer resource_metadata=\"{}/.well-known/oauth-protected-resource/mailbox/v1\"",
            self.origin
        );
        let refused = |name: &str| problem(401, name, &json!({})).with("www-authenticate", challenge.clone());
        if call.peer.is_none() {
            let hangs_up = self.breaks("hangs up on strangers");
            return Err(if hangs_up { Reply::page(0) } else { refused("certificateRefused") });
        }
        let header = call.header("authorization");
        let written = header.split_once(' ').filter(|(scheme, _)| {
            if self.breaks("knows one spelling of Bearer") {
                *scheme == "Bearer"
            } else {
                scheme.eq_ignore_ascii_case("bearer")
            }
        });
        let token = match written {
            Some((_, token)) => token,
            None if self.breaks("reads tokens from the query") => call.parameter("access_token"),
            None => return Err(refused("noAccessToken")),
        };
        let bound = |found: &&Token| {
            call.peer.as_ref() == Some(&found.thumbprint) || self.breaks("does not bind tokens")
        };
        match self.access.get(token).filter(bound).filter(|found| self.lives(found)) {
            Some(found) => Ok(found.clone()),
            None => Err(refused("invalidAccessToken")),
        }
    }

    /// A burst of questions, and as many again a second after the first of them.
    fn is_asked_too_often(&mut self) -> bool {
        let (left, since) = self.questions;
        let (left, since) =
            if since.elapsed().as_secs() >= 1 { (BURST, Instant::now()) } else { (left, since) };
        self.questions = (left.saturating_sub(1), since);
        left == 0 && !self.breaks("has no limits")
    }

    fn limits(&self) -> Reply {
        Reply::json(
            200,
            &json!({"self": format!("{}/mailbox/v1/limits", self.origin), "pageSize": {"default": 25, "maximum": 100},
            "requestRate": {"perSecond": BURST, "burst": BURST}}),
        )
    }

    fn party<'a>(&self, client: &'a str) -> &'a str {
        if self.breaks("has one name for all") { "everybody" } else { client }
    }

    fn mailboxes(&self, token: &Token) -> Reply {
        let place = token.consent.filter(|_| token.scope.is_empty());
        let items: Vec<Value> = place
            .map(|place| {
                let mailbox = outside("mbx", &token.client, "box");
                json!({"mailboxId": mailbox, "consentId": outside("cns", &token.client, &place.to_string()),
                    "mailboxKind": "citizen", "actions": token.actions, "until": "2027-02-01T00:00:00Z",
                    "href": format!("{}/mailbox/v1/mailboxes/{mailbox}/messages", self.origin)})
            })
            .into_iter()
            .collect();
        Reply::json(
            200,
            &json!({"self": format!("{}/mailbox/v1/mailboxes", self.origin), "items": items, "pageSize": 25}),
        )
    }

    fn in_mailbox(&mut self, call: &Call, token: &Token, mailbox: &str, rest: &[&str]) -> Reply {
        let own = mailbox == outside("mbx", &token.client, "box");
        let any =
            self.breaks("opens any mailbox") && mailbox.starts_with("mbx_") && !mailbox.contains("000000");
        let known = self.clients.iter().any(|client| mailbox == outside("mbx", &client.id, "box"));
        if !own && known && self.breaks("tells what is another's") {
            return problem(403, "missingPermission", &json!({}));
        }
        if !own && self.breaks("breaks at names of others") {
            return Reply::page(500);
        }
        if !own && known && self.breaks("says in a header what is another's") {
            return problem(404, "resourceNotFound", &json!({})).with("cache-control", "private");
        }
        if token.consent.is_none() || !(own || any) {
            return problem(404, "resourceNotFound", &json!({}));
        }
        let needed = match (rest.len(), &call.method) {
            (0, _) => "list",
            (1, &Method::PATCH) => "markRead",
            _ => "readContent",
        };
        let granted =
            token.actions.as_array().is_some_and(|actions| actions.iter().any(|action| action == needed));
        if !granted && !self.breaks("forgets actions") {
            return problem(403, "missingPermission", &json!({}));
        }
        let base = format!("{}/mailbox/v1/mailboxes/{mailbox}/messages", self.origin);
        let named =
            |id: &str| (1..=3).find(|n| outside("msg", self.party(&token.client), &n.to_string()) == id);
        match (rest, &call.method) {
            ([], &Method::GET) => self.list(call, token, &base),
            ([id], &Method::GET) => named(id).map_or_else(
                || problem(404, "resourceNotFound", &json!({})),
                |n| tagged(call, Reply::json(200, &self.message(token, n, &base))),
            ),
            ([id], &Method::PATCH) if named(id).is_some() => self.patch(call, token, &base),
            ([id, "attachments", file, "content"], &Method::GET)
                if named(id)
                    .is_some_and(|n| outside("att", self.party(&token.client), &n.to_string()) == *file) =>
            {
                self.content(call)
            }
            ([] | [_], _) => problem(405, "methodNotAllowed", &json!({})).with("allow", "GET, HEAD, PATCH"),
            _ => problem(404, "resourceNotFound", &json!({})),
        }
    }

    fn summary(&self, token: &Token, n: u32, base: &str) -> Value {
        let id = outside("msg", self.party(&token.client), &n.to_string());
        let zone = if self.breaks("writes local dates") { "" } else { "Z" };
        let mut summary = json!({"messageId": id, "href": format!("{base}/{id}"), "subject": {"nl": format!("Letter {n}")},
            "receivedAt": format!("2026-11-0{n}T10:00:00{zone}"), "expiresAt": "2027-11-01T10:00:00Z",
            "read": self.read && n == 3, "hasAttachments": true});
        if self.breaks("writes null") {
            summary["partition"] = Value::Null;
        }
        summary
    }

    fn message(&self, token: &Token, n: u32, base: &str) -> Value {
        let mut message = self.summary(token, n, base);
        let file = outside("att", self.party(&token.client), &n.to_string());
        let id = message["messageId"].as_str().unwrap().to_owned();
        message["self"] = json!(format!("{base}/{id}"));
        let digest = if self.breaks("states another digest") {
            sha256_base64url(b"x")
        } else {
            sha256_base64url(CONTENT)
        };
        message["attachments"] = json!([{"attachmentId": file, "fileName": "letter.pdf", "mediaType": "application/pdf",
            "size": CONTENT.len(), "digest": {"digestMethod": "sha-256", "digestValue": digest}, "main": true,
            "contentHref": format!("{base}/{id}/attachments/{file}/content")}]);
        message
    }

    fn list(&self, call: &Call, token: &Token, base: &str) -> Reply {
        if let Some(wrong) = wrong_question(call) {
            return refused(wrong);
        }
        let rising = call.parameter("sort") == "receivedAt";
        let mut letters: Vec<u32> =
            if rising != self.breaks("lists the oldest first") { vec![1, 2, 3] } else { vec![3, 2, 1] };
        if call.parameter("receivedBefore").starts_with("19") {
            letters.clear();
        }
        let size: usize = call.parameter("pageSize").parse().unwrap_or(25);
        let party = if self.breaks("takes cursors of others") { "all" } else { &token.client };
        let cursor = |at: usize| {
            if self.breaks("counts its cursors") {
                format!("{at}MQ")
            } else {
                outside("cur", party, &format!("{at}{rising}"))
            }
        };
        let after = call.parameter("after");
        let begin = if after.is_empty() {
            Some(0)
        } else {
            (0..4).find(|at| cursor(*at) == after).or(self.breaks("takes any cursor").then_some(1))
        };
        let Some(begin) = begin else { return refused("after") };
        let page: Vec<Value> =
            letters.iter().skip(begin).take(size).map(|n| self.summary(token, *n, base)).collect();
        let end = begin + page.len();
        let mut body = json!({"self": base, "items": page, "pageSize": size});
        if end < letters.len() {
            let skip = usize::from(self.breaks("skips a letter") && size == 1);
            let sort = if rising { "&sort=receivedAt" } else { "" };
            body["next"] = json!(format!("{base}?pageSize={size}{sort}&after={}", cursor(end + skip)));
        }
        tagged(call, Reply::json(200, &body))
    }

    fn patch(&mut self, call: &Call, token: &Token, base: &str) -> Reply {
        if !call.header("content-type").starts_with("application/merge-patch+json") {
            return problem(415, "unsupportedMediaType", &json!({}));
        }
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let known = body.as_object().is_some_and(|members| members.keys().all(|name| name == "read"));
        let Some(read) = body["read"].as_bool().filter(|_| known || self.breaks("patches anything")) else {
            return refused("read");
        };
        self.read = read && !self.breaks("forgets the flag");
        Reply::json(200, &self.summary(token, 3, base))
    }

    fn content(&self, call: &Call) -> Reply {
        let digest = sha256_base64url(CONTENT).replace('-', "+").replace('_', "/");
        let whole = |status, body: &[u8]| {
            let headers = vec![
                ("content-type", "application/pdf".to_owned()),
                (
                    "cache-control",
                    if self.breaks("lets letters be cached") { "private, max-age=60" } else { "no-store" }
                        .to_owned(),
                ),
                ("repr-digest", format!("sha-256=:{digest}=:")),
                ("content-disposition", "attachment; filename=\"letter.pdf\"".to_owned()),
            ];
            Reply { status, headers, body: body.to_vec() }
        };
        let (length, range) = (CONTENT.len(), call.header("range").trim_start_matches("bytes=").to_owned());
        let Some((from, to)) = range.split_once('-') else { return tagged(call, whole(200, CONTENT)) };
        let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) => (from, to),
            (Ok(from), Err(_)) => (from, length - 1),
            (Err(_), Ok(last)) => (length - last, length - 1),
            (Err(_), Err(_)) => (0, length - 1),
        };
        if from >= length {
            return whole(416, b"").with("content-range", format!("bytes */{length}"));
        }
        let end = if self.breaks("gives a byte less") { to } else { to + 1 };
        whole(206, &CONTENT[from..end]).with("content-range", format!("bytes {from}-{to}/{length}"))
    }

    fn consents_of(&mut self, token: &Token, parts: &[&str], method: &Method) -> Reply {
        if token.scope != "consents" {
            return problem(403, "missingScope", &json!({}));
        }
        let anybody = self.breaks("shows others' consents");
        let shown: Vec<usize> = (0..self.consents.len())
            .filter(|place| {
                self.consents[*place].alive && (anybody || self.consents[*place].client == token.client)
            })
            .collect();
        let name = |place: usize| outside("cns", &self.consents[place].client, &place.to_string());
        let [_, id] = parts else {
            let items: Vec<Value> = shown.iter().map(|place| json!({"consentId": name(*place)})).collect();
            return Reply::json(200, &json!({"self": self.origin, "items": items, "pageSize": 100}));
        };
        let Some(place) = shown.into_iter().find(|place| name(*place) == *id) else {
            return problem(404, "resourceNotFound", &json!({}));
        };
        if method == Method::DELETE {
            self.consents[place].alive = false;
            return Reply { status: 204, headers: Vec::new(), body: Vec::new() };
        }
        Reply::json(200, &json!({"consentId": id}))
    }
}

fn refused(name: &str) -> Reply {
    problem(400, "badRequest", &json!({"issues": [{"name": name}]}))
}

fn wrong_question(call: &Call) -> Option<&'static str> {
    let size = call.parameter("pageSize");
    let twice = call.query.iter().filter(|(name, _)| name == "pageSize").count() > 1;
    if twice || (!size.is_empty() && !size.parse::<u32>().is_ok_and(|size| (1..=100).contains(&size))) {
        return Some("pageSize");
    }
    if !matches!(call.parameter("read"), "" | "true" | "false") {
        return Some("read");
    }
    if !call.parameter("receivedFrom").is_empty() {
        return Some("receivedFrom");
    }
    (!call.parameter("q").is_empty() && call.parameter("qlang").is_empty()).then_some("qlang")
}

fn tagged(call: &Call, reply: Reply) -> Reply {
    let tag = format!("\"{}\"", sha256_base64url(&reply.body));
    if call.header("if-none-match") == tag {
        return Reply { status: 304, headers: vec![("etag", tag)], body: Vec::new() };
    }
    reply.with("etag", tag)
}
