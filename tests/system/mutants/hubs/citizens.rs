//! The test citizen of a stand: the suite's command only says where to go, and is told where the browser was sent back to.
//!
//! It does what `tests/clients/citizen.mjs` does, in this process: a program of its own for each of some thirty consents would
//! take longer than everything else in a plan.

use std::convert::Infallible;
use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::cookie::Jar;
use system_tests::world::citizen::SUBSTANTIAL;
use system_tests::world::machine::Machine;
use system_tests::world::page::{Form, Page};
use system_tests::world::stage::Stage;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Where citizens are told to go: one port for those who agree, one for those who refuse.
pub(super) struct Citizens {
    agree: TcpListener,
    refuse: TcpListener,
}

impl Citizens {
    /// Listens.
    pub(super) async fn open() -> Self {
        let listener = || TcpListener::bind("127.0.0.1:0");
        Self { agree: listener().await.unwrap(), refuse: listener().await.unwrap() }
    }

    /// The commands for the profile: they hand their last argument over and print what they are told.
    pub(super) fn commands(&self) -> [Vec<String>; 2] {
        [&self.agree, &self.refuse].map(|listener| {
            let port = listener.local_addr().unwrap().port();
            let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port}; echo \"$0\" >&3; cat <&3");
            vec!["bash".to_owned(), "-c".to_owned(), script]
        })
    }

    /// Goes wherever somebody of this name is told to go.
    pub(super) async fn serve(&self, stage: &Stage, name: &str) -> Infallible {
        let jar = Arc::new(Jar::default());
        let machine = stage.machine_of(None, |builder| builder.cookie_provider(Arc::clone(&jar)));
        let citizen = Citizen { machine, stage, name };
        loop {
            let (accepted, decision) = tokio::select! {
                accepted = self.agree.accept() => (accepted, "agree"),
                accepted = self.refuse.accept() => (accepted, "refuse"),
            };
            citizen.hears(accepted.unwrap().0, decision).await;
        }
    }
}

struct Citizen<'w> {
    machine: Machine<'w>,
    stage: &'w Stage,
    name: &'w str,
}

impl Citizen<'_> {
    /// Goes to the address of a line and answers with where the way ends outside the hub, if it does.
    async fn hears(&self, stream: TcpStream, decision: &str) {
        let mut stream = BufReader::new(stream);
        let mut address = String::new();
        stream.read_line(&mut address).await.unwrap();
        let home = match self.goes(address.trim(), decision).await {
            Ok(home) => home,
            // told, so that a run can be understood afterwards
            Err(place) => {
                println!("{} stayed at {place}", self.name);
                String::new()
            }
        };
        // the suite may have had enough
        drop(stream.write_all(home.as_bytes()).await);
    }

    /// Where the way ends outside the hub, or else the page on which it does.
    async fn goes(&self, address: &str, decision: &str) -> Result<String, String> {
        let lost = || "no page".to_owned();
        let mut way = self.follow(self.machine.request("GET", address)).await.ok_or_else(lost)?;
        for _ in 0..10 {
            let page = match way {
                Way::Home(address) => return Ok(address),
                Way::Page(page) => page,
            };
            let place = format!("{} ({}): {}", page.url, page.status, page.text_of("h1"));
            let form = self.filled(&page, decision).ok_or(place)?;
            let target = Url::parse(&page.url).and_then(|url| url.join(&form.action)).map_err(|_| lost())?;
            let origin = target.origin().ascii_serialization();
            let request = self.machine.request("POST", target.as_str()).header("origin", origin);
            let request = request.header("sec-fetch-site", "same-origin").form(&form.fields);
            way = self.follow(request).await.ok_or_else(lost)?;
        }
        Err("page after page".to_owned())
    }

    /// The form that leads on, filled in.
    fn filled(&self, page: &Page, decision: &str) -> Option<Form> {
        let form = |begin: &str| page.forms().into_iter().find(|form| form.action.starts_with(begin));
        if let Some(login) = form("/login/") {
            let login = login.with("citizen", self.name).with("level", SUBSTANTIAL);
            return Some(login.with("choice", "login"));
        }
        if let Some(consent) = form("/authorize/consent") {
            return Some(consent.with("decision", decision));
        }
        form("/authorize")
    }

    /// Follows redirections within the hub and the identity provider.
    async fn follow(&self, request: RequestBuilder) -> Option<Way> {
        let mut request = request.build().ok()?;
        for _ in 0..20 {
            request.headers_mut().insert("accept", http::HeaderValue::from_static("text/html"));
            // a connection that rested may have been closed at its other end: a browser tries once more
            let response = match self.machine.execute(request.try_clone()?).await {
                Ok(response) => response,
                Err(_) => self.machine.execute(request).await.ok()?,
            };
            let (url, status) = (response.url().clone(), response.status());
            let location = response.headers().get("location").and_then(|value| value.to_str().ok());
            let Some(next) = location.and_then(|location| url.join(location).ok()) else {
                let html = response.text().await.ok()?;
                return Some(Way::Page(Page { url: url.into(), status: status.as_u16(), html }));
            };
            let identifies = next.host_str() == Some("identity.localhost");
            if next.origin().ascii_serialization() != self.stage.public && !identifies {
                return Some(Way::Home(next.into()));
            }
            request = self.machine.request("GET", next.as_str()).build().ok()?;
        }
        None
    }
}

/// Where a browser is.
enum Way {
    /// At a page of the hub or the identity provider.
    Page(Page),
    /// On its way to an address outside both.
    Home(String),
}
