//! A browser without a screen: it keeps cookies, reads forms and presses their buttons, as the citizen would.
//!
//! It follows no redirect by itself, so that every hop can be told. It sends the headers by which servers
//! recognise a request that another site caused, and obeys `__Host-`, `Secure` and `SameSite`.

mod cookies;
mod form;
mod markup;

use std::path::Path;

use anyhow::{Context as _, anyhow};
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url, header};

use self::cookies::CookieJar;
pub(crate) use self::form::Form;

use super::connect;
use super::language::Language;

/// The browser of one citizen.
pub(crate) struct Browser {
    client: Client,
    cookies: CookieJar,
    language: Language,
}

/// What the browser shows after one request; a redirect shows nothing and leads on.
pub(crate) struct Page {
    /// Its address.
    pub(crate) url: Url,
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// The document.
    pub(crate) html: String,
    /// Where the answer leads, if it is a redirect.
    pub(crate) leads_to: Option<Url>,
    /// Whether another site had a part in getting here.
    site: Site,
}

/// Who caused a request, as `Sec-Fetch-Site` has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    /// The person, by typing an address.
    Nobody,
    /// A page of the same origin.
    Same,
    /// A page of another site.
    Cross,
}

impl Browser {
    /// A browser without history that trusts the authority in the file `ca` and asks for pages in `language`.
    pub(crate) fn new(ca: &Path, language: Language) -> anyhow::Result<Self> {
        Ok(Self { client: connect::client(ca, None)?, cookies: CookieJar::default(), language })
    }

    /// Opens an address that the person typed.
    pub(crate) async fn open(&mut self, url: &str) -> anyhow::Result<Page> {
        let url = Url::parse(url).context("the address")?;
        let request = self.client.get(url.clone());
        self.send(request, (Method::GET, url), Site::Nobody).await
    }

    /// Goes where a redirect leads; browsers change its method to GET.
    pub(crate) async fn follow(&mut self, page: &Page) -> anyhow::Result<Page> {
        let url = page.leads_to.clone().ok_or_else(|| anyhow!("{} leads nowhere", page.url))?;
        let site = match page.site {
            Site::Same => page.site_to(&url),
            already => already,
        };
        let request = self.client.get(url.clone());
        self.send(request, (Method::GET, url), site).await
    }

    /// Sends a form that was filled in on a page.
    pub(crate) async fn submit(&mut self, page: &Page, form: &Form) -> anyhow::Result<Page> {
        let url = page.url.join(form.action()).context("the form's address")?;
        let request = self
            .client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, page.url.origin().ascii_serialization())
            .body(form.body());
        self.send(request, (Method::POST, url.clone()), page.site_to(&url)).await
    }

    async fn send(
        &mut self,
        request: RequestBuilder,
        (method, url): (Method, Url),
        site: Site,
    ) -> anyhow::Result<Page> {
        let mut request = request
            .header(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
            .header("sec-fetch-site", site.name())
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("sec-fetch-user", "?1")
            .header("upgrade-insecure-requests", "1");
        // SameSite=Lax: what another site posts comes without cookies.
        if (site != Site::Cross || method == Method::GET)
            && let Some(cookies) = self.cookies.header(&url)
        {
            request = request.header(header::COOKIE, cookies);
        }
        let response = request.send().await?;
        let status = response.status();
        self.cookies.take(&url, response.headers());
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let leads_to = match location {
            Some(location) if status.is_redirection() => Some(url.join(location).context("the redirect")?),
            _ => None,
        };
        let html = response.text().await?;
        Ok(Page { url, status, html, leads_to, site })
    }
}

impl Page {
    /// The forms on the page.
    pub(crate) fn forms(&self) -> Vec<Form> {
        form::forms(&self.html)
    }

    /// The form that goes to an address with this end.
    pub(crate) fn form(&self, action: &str) -> anyhow::Result<Form> {
        let found = self.forms().into_iter().find(|form| form.action().ends_with(action));
        found.with_context(|| format!("no form to …{action} on the page"))
    }

    /// The text of the first element of this name, without markup.
    pub(crate) fn text_of(&self, element: &str) -> Option<String> {
        markup::texts(&self.html, element).into_iter().next()
    }

    /// The text of every element of this name, without markup.
    pub(crate) fn texts_of(&self, element: &str) -> Vec<String> {
        markup::texts(&self.html, element)
    }

    /// Heading and text of each section.
    pub(crate) fn sections(&self) -> Vec<(String, String)> {
        markup::sections(&self.html)
    }

    fn site_to(&self, url: &Url) -> Site {
        if self.url.origin() == url.origin() { Site::Same } else { Site::Cross }
    }
}

impl Site {
    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Same => "same-origin",
            Self::Cross => "cross-site",
        }
    }
}
