//! The customer's browser, as far as a flow needs one: cookies of the app, redirections one by one.

use std::time::Duration;

use reqwest::{
    Client, Method,
    header::{COOKIE, HeaderMap, LOCATION, REFRESH, SET_COOKIE},
};
use url::Url;

use super::{bounded, client, reach, reason};
use crate::engine::{Message, Party, Seen, Stopwatch, Wire};

/// One browser of one customer.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    wire: Wire,
    /// Who sits before it: `one`, `two`.
    pub customer: &'static str,
    /// Where cookies belong.
    app: String,
    /// The hub's origin, and what the suite's browser shows there.
    hub: (String, String),
    cookies: Vec<(String, String)>,
}

/// What the browser shows in the end.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where the answer sends the browser, if it does.
    pub location: Option<String>,
    /// Each redirection that was followed or is left.
    pub sent_to: Vec<String>,
    /// The header `Refresh`, which sends a browser on too.
    pub refresh: Option<String>,
    /// The text.
    pub text: String,
}

impl Browser {
    /// A browser without cookies; `app` is the app's origin, `hub` the hub's with the secret of the suite's browser.
    pub fn new(
        customer: &'static str,
        app: &Url,
        hub: (String, String),
        trusted: &[String],
        wire: Wire,
    ) -> Result<Self, reqwest::Error> {
        wire.hide("browser secret", &hub.1);
        let client = client(trusted, None, Duration::from_secs(30))?;
        let app = app.origin().ascii_serialization();
        Ok(Self { client, wire, customer, app, hub, cookies: Vec::new() })
    }

    /// The same browser program with these cookies only, as `name=value`.
    pub fn holding(&self, customer: &'static str, cookies: &[String]) -> Self {
        let mut other = Self { customer, cookies: Vec::new(), ..self.clone() };
        for cookie in cookies {
            other.keeps(cookie);
        }
        other
    }

    /// Opens an address and stays there, whatever the answer says.
    pub async fn opens(&mut self, url: &Url) -> Result<Page, String> {
        self.asks(Method::GET, url, HeaderMap::new()).await
    }

    /// Opens an address and follows redirections within the app.
    pub async fn visits(&mut self, url: &Url) -> Result<Page, String> {
        let mut page = self.opens(url).await?;
        let mut at = url.clone();
        let mut sent_to = Vec::new();
        for _ in 0..5 {
            let Some(next) = page.location.as_deref().and_then(|to| at.join(to).ok()) else { break };
            sent_to.push(next.to_string());
            if next.origin().ascii_serialization() != self.app {
                break;
            }
            page = self.opens(&next).await?;
            at = next;
        }
        Ok(Page { sent_to, ..page })
    }

    /// Makes a request with headers of the caller's choice.
    pub async fn asks(&mut self, method: Method, url: &Url, headers: HeaderMap) -> Result<Page, String> {
        let origin = url.origin().ascii_serialization();
        let to_app = origin == self.app;
        if !to_app && origin != self.hub.0 {
            return Err(format!(
                "{origin} is neither the app's origin nor the hub's: the suite does not go there"
            ));
        }
        if let Some(why) = reach::refused(url) {
            return Err(why);
        }
        let mut request = self.client.request(method.clone(), url.clone()).headers(headers.clone());
        request = match (to_app, self.cookie()) {
            (true, Some(cookies)) => request.header(COOKIE, cookies),
            (true, None) => request,
            (false, _) => {
                request.header("x-suite-customer", self.customer).header("x-suite-browser", &self.hub.1)
            }
        };
        let watch = Stopwatch::start();
        let response = request.send().await.map_err(reason)?;
        let (status, answered) = (response.status().as_u16(), response.headers().clone());
        let body = bounded::body(response).await?;
        if to_app {
            // what goes to the hub is told by the hub
            self.wire.saw(&Seen {
                request: Message { headers, ..Message::default() },
                status: Some(status),
                answer: Message { headers: answered.clone(), body: body.clone() },
                micros: watch.micros(),
                ..Seen::request(Party::Browser, Party::App, method.as_str(), url.as_str())
            });
            let set: Vec<String> = texts(&answered, &SET_COOKIE);
            set.iter().for_each(|cookie| self.keeps(cookie));
        }
        let location = texts(&answered, &LOCATION).into_iter().next();
        let refresh = texts(&answered, &REFRESH).into_iter().next();
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Page { status, sent_to: location.iter().cloned().collect(), location, refresh, text })
    }

    fn keeps(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.retain(|(known, _)| known != name.trim());
            self.cookies.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    fn cookie(&self) -> Option<String> {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn texts(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}
