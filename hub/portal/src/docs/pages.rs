//! What each address for developers answers.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use hub_http::{ProblemEntry, Registry, registry};

use super::text;
use crate::assets::{self, Asset};
use crate::failure::Answer;
use crate::i18n::Language;
use crate::view::Fault;
use crate::visitor::Visitor;

/// Where one can go from everywhere.
const MENU: [(&str, &str); 7] = [
    ("/docs", "For developers"),
    ("/docs/quickstart", "Quickstart"),
    ("/docs/mailbox/v1", "Mailbox API"),
    ("/docs/sender/v1", "Sender API"),
    ("/docs/problems", "Problems"),
    ("/docs/changelog", "Changelog"),
    ("/docs/deprecation", "Deprecation"),
];

/// The frame of a page for developers.
struct Around {
    here: String,
    title: String,
}

impl Around {
    fn new(here: impl Into<String>, title: impl Into<String>) -> Self {
        Self { here: here.into(), title: title.into() }
    }

    fn menu(&self) -> [(&'static str, &'static str); 7] {
        MENU
    }

    fn asset(&self, asset: Asset) -> &'static str {
        assets::path(asset)
    }
}

/// A text.
#[derive(Template)]
#[template(path = "docs_text.html")]
struct TextPage {
    around: Around,
    html: String,
}

/// Every problem and issue there is.
#[derive(Template)]
#[template(path = "docs_problems.html")]
struct ProblemsPage {
    around: Around,
    registry: &'static Registry,
}

/// One problem.
#[derive(Template)]
#[template(path = "docs_problem.html")]
struct ProblemPage {
    around: Around,
    problem: &'static ProblemEntry,
}

/// An API document in its viewer.
#[derive(Template)]
#[template(path = "docs_viewer.html")]
struct ViewerPage {
    around: Around,
    document: String,
}

pub(super) async fn index(visitor: Extension<Visitor>) -> Answer {
    page(Path("index".to_owned()), visitor).await
}

pub(super) async fn page(Path(name): Path<String>, Extension(visitor): Extension<Visitor>) -> Answer {
    let found = specs::DOCS.iter().find(|(of, ..)| *of == name);
    let (name, title, text) = found.ok_or(Fault::NotFound)?;
    let here = if *name == "index" { "/docs".to_owned() } else { format!("/docs/{name}") };
    show(&visitor, &TextPage { around: Around::new(here, *title), html: text::html(text) })
}

pub(super) async fn problems(Extension(visitor): Extension<Visitor>) -> Answer {
    let around = Around::new("/docs/problems", "Problems");
    show(&visitor, &ProblemsPage { around, registry: registry() })
}

pub(super) async fn problem(Path(name): Path<String>, Extension(visitor): Extension<Visitor>) -> Answer {
    let found = registry().problems.iter().find(|problem| problem.name() == name);
    let problem = found.ok_or(Fault::NotFound)?;
    show(&visitor, &ProblemPage { around: Around::new("", problem.title.as_str()), problem })
}

pub(super) async fn viewer(Path(api): Path<String>, Extension(visitor): Extension<Visitor>) -> Answer {
    let title = match api.as_str() {
        "mailbox" => "Mailbox API",
        "sender" => "Sender API",
        _ => return Err(Fault::NotFound.into()),
    };
    let around = Around::new(format!("/docs/{api}/v1"), title);
    let page = ViewerPage { around, document: format!("/doc/{api}/v1/openapi.yaml") };
    Ok((visitor.portal.policy().viewer(), page.render()?).into_response())
}

fn show(visitor: &Visitor, page: &impl Template) -> Answer {
    Ok((visitor.portal.policy().page(Language::En, None), page.render()?).into_response())
}
