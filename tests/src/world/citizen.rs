//! A citizen with a browser that runs no script: cookies, links and forms, at the hub and at the identity provider.

use std::net::Ipv4Addr;
use std::sync::Arc;

use reqwest::cookie::Jar;
use reqwest::{Client, Method, RequestBuilder};
use url::Url;

use super::identity::IdentityProvider;
use super::machine::{Hosts, client};
use super::page::{Form, Page};
use super::people::Person;
use super::provider::{Asked, Grant, Provider};
use super::stage::Stage;

/// A citizen and their browser.
pub struct Citizen<'w> {
    /// Who they are.
    pub person: Person,
    stage: &'w Stage,
    client: Client,
}

/// The level of assurance with which they log in.
pub const SUBSTANTIAL: &str = "urn:facteur:demo:substantial";
/// A level that is not enough.
pub const LOW: &str = "urn:facteur:demo:low";

impl Stage {
    /// The citizen of that name, with a browser that was never here.
    pub fn citizen(&self, name: &str) -> Citizen<'_> {
        self.citizen_with(name, &Arc::default())
    }

    /// The citizen of that name, with a browser whose cookies the test holds too.
    pub fn citizen_with(&self, name: &str, cookies: &Arc<Jar>) -> Citizen<'_> {
        let here = Hosts::at(Ipv4Addr::LOCALHOST);
        let client = client(&here, None).cookie_provider(Arc::clone(cookies)).build().unwrap();
        Citizen { person: Person::named(name), stage: self, client }
    }
}

impl Citizen<'_> {
    /// Opens a path of the portal, or a whole address, and follows where it leads.
    pub async fn open(&self, address: &str) -> Page {
        let url =
            if address.starts_with('/') { format!("{}{address}", self.stage.public) } else { address.into() };
        self.follow(self.client.get(url)).await
    }

    /// Sends a form of the page, and follows where it leads.
    pub async fn submit(&self, page: &Page, form: &Form) -> Page {
        self.follow(self.pressed(page, form)).await
    }

    /// The request that a form of the page makes.
    pub fn pressed(&self, page: &Page, form: &Form) -> RequestBuilder {
        let target = Url::parse(&page.url).unwrap().join(&form.action).unwrap();
        let origin = Url::parse(&page.url).unwrap().origin().ascii_serialization();
        let request =
            self.client.post(target).header("origin", origin).header("sec-fetch-site", "same-origin");
        request.form(&form.fields)
    }

    /// Follows a link of the page whose address contains `part`.
    #[track_caller]
    pub fn link(&self, page: &Page, part: &str) -> String {
        let href =
            page.link(part).unwrap_or_else(|| panic!("{} has no link {part}: {}", page.url, page.html));
        Url::parse(&page.url).unwrap().join(&href).unwrap().into()
    }

    /// Logs in at the portal's front door.
    pub async fn logs_in(&self) -> Page {
        self.logs_in_at(SUBSTANTIAL).await
    }

    /// Logs in with that level of assurance.
    pub async fn logs_in_at(&self, level: &str) -> Page {
        let page = self.open("/login").await;
        let page = if page.form_at_identity_provider() {
            page
        } else {
            self.open(&self.link(&page, "/login")).await
        };
        self.identifies(page, level).await
    }

    /// Fills in the page of the identity provider, if that is where the browser is.
    pub async fn identifies(&self, page: Page, level: &str) -> Page {
        if !page.form_at_identity_provider() {
            return page;
        }
        let form = page
            .form("/login/")
            .with("citizen", self.person.name)
            .with("level", level)
            .with("choice", "login");
        self.submit(&page, &form).await
    }

    /// Opens the page of a pushed request and logs in for it.
    pub async fn comes_from(&self, asked: &Asked) -> Page {
        let landing = self.open(&asked.url).await;
        assert_eq!(landing.status, 200, "{}", landing.text_of("main"));
        let page = self.submit(&landing, &landing.form("/authorize")).await;
        self.identifies(page, SUBSTANTIAL).await
    }

    /// Opens the mailbox whose card in the overview says this; they are logged in.
    pub async fn opens(&self, card: &str) -> Page {
        let overview = self.open("/").await;
        let number = overview.html.split("<li class=\"card\">").skip(1).position(|text| text.contains(card));
        let cards: Vec<_> =
            overview.forms().into_iter().filter(|form| form.action.starts_with("/mailboxes/")).collect();
        let number = number.unwrap_or_else(|| panic!("no card says {card}: {}", overview.words()));
        self.submit(&overview, &cards[number]).await
    }

    /// Agrees to what is asked for the mailbox that the screen names so; gives where the browser is sent back to.
    pub async fn agrees_for(&self, asked: &Asked, name: &str) -> String {
        let screen = self.comes_from(asked).await;
        let options = screen.html.split("<input type=\"checkbox\" name=\"mailbox\" value=\"").skip(1);
        let chosen =
            options.filter(|option| option.split("</label>").next().is_some_and(|text| text.contains(name)));
        let chosen: Vec<&str> = chosen.filter_map(|option| option.split('"').next()).collect();
        assert_eq!(chosen.len(), 1, "{name}: {}", screen.words());
        let form = screen.form("/authorize/consent").with("mailbox", chosen[0]).with("decision", "agree");
        let back = self.submit(&screen, &form).await;
        assert!(back.url.starts_with(&self.stage.landing.url), "{}: {}", back.url, back.words());
        back.url
    }

    /// Agrees to what is asked, for the first mailbox offered; gives where the browser is sent back to.
    pub async fn agrees(&self, asked: &Asked) -> String {
        let screen = self.comes_from(asked).await;
        self.decides(&screen, "agree").await
    }

    /// Refuses what is asked; gives where the browser is sent back to.
    pub async fn refuses(&self, asked: &Asked) -> String {
        let screen = self.comes_from(asked).await;
        self.decides(&screen, "refuse").await
    }

    /// Presses a button of the consent screen; gives where the browser is sent back to.
    pub async fn decides(&self, screen: &Page, decision: &str) -> String {
        let form = screen.form("/authorize/consent").with("decision", decision);
        let back = self.submit(screen, &form).await;
        assert!(
            back.url.starts_with(&self.stage.landing.url),
            "{} {}: {}",
            back.status,
            back.url,
            back.text_of("main")
        );
        back.url
    }

    /// Gives a provider a whole grant of their own mailbox.
    pub async fn grants(&self, provider: &Provider<'_>, actions: &[&str]) -> Grant {
        let asked = provider.asks(actions).await;
        let callback = self.agrees(&asked).await;
        provider.redeems(&asked, &callback).await
    }

    /// Ends the first live consent in the list; they are logged in.
    pub async fn revokes(&self) -> Page {
        let list = self.open("/consents").await;
        self.submit(&list, &list.form("/revoke")).await
    }

    /// Turns digital mail on or off; they are logged in.
    pub async fn switches(&self, decision: &str) -> Page {
        let page = self.open("/activation").await;
        let form = page.form("/activation").with("decision", decision);
        self.submit(&page, &form).await
    }

    async fn follow(&self, request: RequestBuilder) -> Page {
        let mut response = request.send().await.unwrap();
        for _ in 0..20 {
            let (url, status) = (response.url().clone(), response.status());
            let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
            let Some(location) = location.filter(|_| status.is_redirection()) else {
                let html = response.text().await.unwrap();
                return Page { url: url.into(), status: status.as_u16(), html };
            };
            let next = url.join(&location).unwrap();
            if next.as_str().starts_with(&self.stage.landing.url) {
                return Page { url: next.into(), status: status.as_u16(), html: String::new() };
            }
            response = self.client.get(next).send().await.unwrap();
        }
        panic!("the browser is sent in circles")
    }

    /// A request of this browser, to be completed and sent; it follows nothing.
    pub fn request(&self, method: &str, address: &str) -> RequestBuilder {
        let url =
            if address.starts_with('/') { format!("{}{address}", self.stage.public) } else { address.into() };
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
    }

    /// A request of this browser that follows nothing.
    pub async fn fetch(&self, address: &str) -> reqwest::Response {
        self.client.get(address).send().await.unwrap()
    }
}

impl Page {
    fn form_at_identity_provider(&self) -> bool {
        self.url.starts_with(&IdentityProvider::shared().issuer)
            && self.forms().iter().any(|form| form.action.starts_with("/login/"))
    }
}
