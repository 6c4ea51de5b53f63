//! How the small app reads letters: pages, files, and one renewal where the hub says no.

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    app::{Desk, Refused},
    desk::digest,
    flaw::Flaw,
};

impl Desk {
    pub(crate) async fn reads(&self, id: &str, question: &Value) -> Result<Value, Refused> {
        let id = &self.whose(id);
        let known = self.of(id);
        if known.state == "ended" && self.is_not(Flaw::ReadsAfterTheEnd) {
            return Err(("ended", "grantEnded"));
        }
        let base =
            format!("{}/mailboxes/{}/messages", self.setting.resource, text(&known.granted["mailboxId"]));
        match question["what"].as_str() {
            Some("messages") => match self.told_from_memory(&known, question) {
                Some(told) => told,
                None => {
                    let read = self.messages(id, &base, question).await;
                    self.reads_more(id, read).await
                }
            },
            Some(_) if !known.granted["actions"].as_array().unwrap().contains(&json!("readContent")) => {
                Err(("denied", "insufficientScope"))
            }
            Some("message") => self.message(id, &base, question).await.map(|_| json!({"outcome": "ok"})),
            _ => self.attachment(id, &base, question).await,
        }
    }

    pub(crate) async fn messages(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let mut found: Vec<String> = Vec::new();
        let mut next = Some(base.to_owned());
        let mut begun_again = false;
        let tag = self.of(id).tags.get(base).cloned().filter(|_| question["ifNoneMatch"] == json!(true));
        while let Some(url) = next.take() {
            let (status, headers, body) = self.call(id, &url, tag.as_deref()).await?;
            match status {
                304 => return Ok(json!({"outcome": "ok", "unchanged": true})),
                410 if !begun_again => {
                    begun_again = true;
                    found.clear();
                    next = Some(base.to_owned());
                    continue;
                }
                410 => return Err(("refused", "paging")),
                _ => {}
            }
            let page = json_body(&headers, &body)?;
            let whole = page["items"].as_array().cloned().unwrap_or_default();
            if whole.iter().any(|item| !text(&item["href"]).starts_with(base)) {
                return Err(("refused", "otherMailbox"));
            }
            for item in whole {
                let message = text(&item["messageId"]).to_owned();
                if !found.contains(&message) || self.flaw == Some(Flaw::ShowsLettersTwice) {
                    found.push(message);
                }
            }
            if let (Some(tag), true) = (headers.get("etag"), url == base) {
                let tag = tag.to_str().unwrap().to_owned();
                self.change(id, |known| drop(known.tags.insert(base.to_owned(), tag)));
            }
            if question["all"] == json!(true) {
                next = page["next"].as_str().map(str::to_owned);
            }
            if next.as_ref().is_some_and(|next| !next.starts_with(base)) {
                return Err(("refused", "paging"));
            }
        }
        Ok(json!({"outcome": "ok", "messageIds": found}))
    }

    /// The subjects of a mailbox, for the customer's page.
    pub(crate) async fn subjects(&self, id: &str) -> Result<Vec<String>, Refused> {
        let mailbox = self.of(id).granted["mailboxId"].clone();
        let url = format!("{}/mailboxes/{}/messages", self.setting.resource, text(&mailbox));
        let (_, headers, body) = self.call(id, &url, None).await?;
        let page = match self.flaw {
            Some(Flaw::ShowsRefused) => serde_json::from_slice(&body).unwrap_or_default(),
            _ => json_body(&headers, &body)?,
        };
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let other = items.iter().any(|item| !text(&item["href"]).starts_with(&url));
        if other && self.is_not(Flaw::ShowsRefused) {
            return Err(("refused", "otherMailbox"));
        }
        Ok(items.iter().map(|item| item["subject"].to_string().replace("\\\"", "\"")).collect())
    }

    pub(crate) async fn message(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let asked = text(&question["messageId"]);
        let (_, headers, body) = self.call(id, &format!("{base}/{asked}"), None).await?;
        let message = json_body(&headers, &body)?;
        if text(&message["messageId"]) != asked {
            return Err(("refused", "otherMailbox"));
        }
        Ok(message)
    }

    pub(crate) async fn attachment(&self, id: &str, base: &str, question: &Value) -> Result<Value, Refused> {
        let message = self.message(id, base, question).await?;
        let files = message["attachments"].as_array().cloned().unwrap_or_default();
        let file = files.into_iter().find(|file| file["attachmentId"] == question["attachmentId"]).unwrap();
        let place = format!(
            "{base}/{}/attachments/{}/content",
            text(&question["messageId"]),
            text(&file["attachmentId"])
        );
        let (_, headers, body) = self.call(id, &place, None).await?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        if header("content-type") != text(&file["mediaType"]) {
            return Err(("refused", "contentType"));
        }
        if file["size"] != json!(body.len()) {
            return Err(("refused", "length"));
        }
        let same = digest(&body) == text(&file["digest"]["digestValue"])
            && header("repr-digest") == format!("sha-256=:{}:", STANDARD.encode(sum));
        if !same && self.is_not(Flaw::TrustsWrongDigest) {
            return Err(("refused", "digest"));
        }
        Ok(json!({"outcome": "ok", "attachment": {"size": body.len(), "sha256": digest(&body)}}))
    }

    /// One call with the token; renewed once.
    pub(crate) async fn call(
        &self,
        id: &str,
        url: &str,
        tag: Option<&str>,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Refused> {
        let mut renewals = 0;
        loop {
            let mut request = self.client().get(url).header("BelGov-Trace-Id", uuid());
            request = match self.flaw {
                Some(Flaw::TokenInAddress) => request.query(&[("access_token", self.of(id).access)]),
                _ => request.bearer_auth(self.of(id).access),
            };
            if let Some(tag) = tag {
                request = request.header("if-none-match", tag);
            }
            let (status, headers, body) = self.send(request).await?;
            let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
            let kind = problem["type"].as_str().unwrap_or_default();
            let most = if self.flaw == Some(Flaw::RenewsWithoutEnd) { 5 } else { 1 };
            match status {
                401 if kind.ends_with("certificateRefused") => return Err(("refused", "clientRefused")),
                401 if renewals < most => {
                    renewals += 1;
                    self.renew(id).await?;
                }
                401 => {
                    self.change(id, |known| known.state = "ended".into());
                    return Err(("ended", "unauthorized"));
                }
                403 => return Err(("denied", "insufficientScope")),
                410 if kind.ends_with("resyncRequired") => return Ok((status, headers, body)),
                404 | 410 => return Err(("gone", "notFound")),
                200..=399 => return Ok((status, headers, body)),
                _ => return Err(("failed", "hubFailed")),
            }
        }
    }
}

fn json_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(("refused", "contentType"));
    }
    serde_json::from_slice(body).map_err(|_| ("refused", "notJson"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn uuid() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
