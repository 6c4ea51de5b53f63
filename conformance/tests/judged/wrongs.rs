//! The wrong deeds of the small app that take more than leaving something out.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

use super::{
    app::{Connection, Desk, Flow, Refused},
    flaw::Flaw,
};

impl Desk {
    /// The reason as the hook is told it.
    pub(crate) fn reason(&self, refusal: &'static str) -> &'static str {
        match self.flaw {
            Some(Flaw::SaysStrangeWords) => "banana",
            Some(Flaw::NamesAnotherReason) => "notFound",
            _ => refusal,
        }
    }

    /// The connection that is used where this one is asked for.
    pub(crate) fn whose(&self, id: &str) -> String {
        let memory = self.memory.lock().unwrap();
        let own = memory.connections.get(id).map(|known| known.customer.clone());
        let others = memory.connections.iter().find(|(_, known)| Some(&known.customer) != own.as_ref());
        match (self.flaw, others) {
            (Some(Flaw::SwapsCustomers), Some((other, _))) if own.is_some() => other.clone(),
            _ => id.to_owned(),
        }
    }

    /// Where the browser is sent.
    pub(crate) async fn sent_elsewhere(&self, mut told: Value) -> Value {
        match self.flaw {
            Some(Flaw::SendsElsewhere) => told["authorizeUrl"] = json!(format!("{}/elsewhere", self.origin)),
            Some(Flaw::OpensItself) => {
                let _ = self.client().get(told["authorizeUrl"].as_str().unwrap()).send().await;
            }
            _ => {}
        }
        told
    }

    /// What is done with the code of an answer that will be refused.
    pub(crate) async fn asks_all_the_same(&self, issuer: Option<&str>, flow: &Flow, code: Option<&str>) {
        let Some(code) = code.map(str::to_owned) else { return };
        let form = [
            ("client_id", self.setting.client_id.clone()),
            ("grant_type", "authorization_code".into()),
            ("code", code),
            ("redirect_uri", format!("{}/callback", self.origin)),
            ("code_verifier", flow.verifier.clone()),
        ];
        match (self.flaw, issuer) {
            (Some(Flaw::AsksWhomIssNames), Some(issuer)) => {
                let _ = self.client().post(format!("{issuer}/token")).form(&form).send().await;
            }
            (Some(Flaw::AsksLater), _) => {
                let metadata = self.metadata().await.unwrap();
                let place = metadata["mtls_endpoint_aliases"]["token_endpoint"].as_str().unwrap().to_owned();
                let request = self.client().post(place).form(&form);
                self.late.lock().unwrap().spawn(async move {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    let _ = request.send().await;
                });
            }
            _ => {}
        }
    }

    /// Goes on where a server answers in TLS 1.1.
    pub(crate) async fn speaks_old_tls(&self) {
        if self.is_not(Flaw::SpeaksOldTls) {
            return;
        }
        let issuer = Url::parse(&self.setting.issuer).unwrap();
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", issuer.port().unwrap())).await else { return };
        stream.write_all(&[0x16, 3, 1, 0, 4, 1, 0, 0, 0]).await.unwrap();
        let mut hello = [0; 64];
        let read = stream.read(&mut hello).await.unwrap_or(0);
        if read > 0 && hello[0] == 0x16 && hello[1..3] == [3, 2] {
            stream.write_all(&[0x16, 3, 2, 0, 4, 0x10, 0, 0, 0]).await.unwrap();
            let _ = stream.read(&mut hello).await;
        }
    }

    /// An answer that nobody asked the hub for.
    pub(crate) fn told_from_memory(
        &self,
        known: &Connection,
        question: &Value,
    ) -> Option<Result<Value, Refused>> {
        let tagged = question["ifNoneMatch"] == json!(true);
        match self.flaw {
            Some(Flaw::SaysUnchanged) if tagged => Some(Ok(json!({"outcome": "ok", "unchanged": true}))),
            Some(Flaw::TellsFromMemory) if !known.kept.is_empty() => {
                Some(Ok(json!({"outcome": "ok", "messageIds": known.kept})))
            }
            _ => None,
        }
    }

    /// What happens besides reading a list.
    pub(crate) async fn reads_more(&self, id: &str, read: Result<Value, Refused>) -> Result<Value, Refused> {
        for mailbox in self.of(id).besides {
            let url = format!("{}/mailboxes/{mailbox}/messages", self.setting.resource);
            let _ = self.call(id, &url, None).await;
        }
        let ids: Vec<String> = read
            .as_ref()
            .ok()
            .and_then(|told| serde_json::from_value(told["messageIds"].clone()).ok())
            .unwrap_or_default();
        let before = self.of(id).kept.len();
        match (self.flaw, &read) {
            (Some(Flaw::EmptyWhenBusy), Err(("later", _))) => {
                return Ok(json!({"outcome": "ok", "messageIds": []}));
            }
            (Some(Flaw::FailsOnNews), Ok(_)) if before > 0 && ids.len() > before => {
                return Err(("failed", "hubFailed"));
            }
            (Some(Flaw::EndsByItself), Ok(_)) => self.change(id, |known| known.state = "ended".into()),
            _ => {}
        }
        if !ids.is_empty() {
            self.change(id, |known| known.kept = ids);
        }
        read
    }
}
