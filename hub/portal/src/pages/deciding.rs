//! The consent screen and its decision.
//!
//! What is kept with a decision is what the citizen saw: the form carries the digest of the screen, the screen is
//! made again from the same facts, and if one of them changed meanwhile the new screen is shown instead.

use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use hub_core::Hub;
use hub_core::access::citizen::{Before, Chosen, Decision, KnownSender, Question, RequestAccess};
use hub_core::consent::{Actions, Screen};
use hub_core::error::{Conflict, Error};
use hub_core::id::Sha256;
use url::Url;

use super::authorize::{Link, logo, outcome, redirect};
use crate::explain::address;
use crate::failure::{Answer, Failure};
use crate::form::Fields;
use crate::i18n::Language;
use crate::reply;
use crate::session::LoggedIn;
use crate::texts;
use crate::view::{self, Choice, ConsentPage, ConsentScreen, Fault, OutcomeKind, TEXT_VERSION, Tick};
use crate::visitor::Visitor;

type Asked<'a> = (&'a Link, &'a RequestAccess);

/// Shows the question, or first that of digital mail, without which there is nothing to collect.
pub(crate) async fn ask(session: &LoggedIn, (link, request): Asked<'_>, stays_off: bool) -> Answer {
    if let Some(reason) = session.citizen.obstacle(request).await? {
        session.citizen.turn_away(request, reason).await?;
        return reply::see_other(&link.address());
    }
    let question = session.citizen.question(request).await?;
    if question.closed {
        return outcome(&session.visitor, request, OutcomeKind::NotOpen);
    }
    if question.candidates.is_empty() {
        return outcome(&session.visitor, request, OutcomeKind::NoMailbox);
    }
    if !question.candidates.iter().any(|candidate| candidate.active) {
        return if stays_off {
            outcome(&session.visitor, request, OutcomeKind::NotActive)
        } else {
            reply::see_other(&address("/activation", &link.address(), false))
        };
    }
    let shown = shown(session, request, &question).await?;
    page(session, (link, request), shown)
}

/// Takes the decision, once; the browser goes back to the app with the answer.
pub(crate) async fn decide(State(hub): State<Hub>, visitor: Visitor, fields: Fields) -> Answer {
    let link = Link::of(&fields)?;
    let request = link.request(&hub, visitor.browser()).await?;
    let language = fields.one("lang").and_then(Language::parse);
    let mut visitor = visitor.asked_for(request.view()?.ui_locales).at(link.address());
    visitor.language = language.unwrap_or(visitor.language);
    let Some(session) = LoggedIn::find(&hub, &visitor).await? else {
        return reply::see_other(&link.address());
    };
    session.sent(&fields)?;
    if !session.citizen.may_decide(&request) {
        return reply::see_other(&link.address());
    }
    match fields.one("decision") {
        Some("agree") => agree(&session, (&link, &request), &fields).await,
        Some("refuse") => {
            let decision = session.citizen.refuse(&request, visitor.portal.issuer()).await;
            answer(&link, decision)
        }
        _ => Err(Fault::Input.into()),
    }
}

async fn agree(session: &LoggedIn, (link, request): Asked<'_>, fields: &Fields) -> Answer {
    let question = session.citizen.question(request).await?;
    if question.closed {
        return outcome(&session.visitor, request, OutcomeKind::NotOpen);
    }
    let chosen = chosen(&question, fields)?;
    let shown = shown(session, request, &question).await?;
    if fields.one("shown") != Some(digest(&shown).as_str()) {
        return page(session, (link, request), shown);
    }
    let screen = Screen {
        html: shown.into_bytes(),
        text_version: TEXT_VERSION.to_owned(),
        language: session.visitor.language.tag().to_owned(),
        until: (!question.term.is_once()).then_some(question.until),
    };
    let decision = session.citizen.agree(request, &chosen, &screen, session.visitor.portal.issuer()).await;
    answer(link, decision)
}

/// What the form says was chosen.
fn chosen(question: &Question, fields: &Fields) -> Result<Chosen, Failure> {
    let mailboxes: Vec<String> = fields.all("mailbox").map(str::to_owned).collect();
    if mailboxes.is_empty() {
        return Err(Fault::Choice.into());
    }
    let without = texts::named(fields.all("without")).ok_or(Fault::Input)?;
    let with = texts::named(fields.all("with")).ok_or(Fault::Input)?;
    if !without.without(question.may_leave_out()).is_empty()
        || !with.without(question.own_choices()).is_empty()
    {
        return Err(Fault::Input.into());
    }
    let actions = question.actions.without(question.own_choices()).without(without).or(with);
    let withheld = texts::numbers(fields.all("withhold")).ok_or(Fault::Input)?;
    Ok(Chosen { mailboxes, actions, withheld })
}

/// Back to the app; what was decided before is told on the request's page.
fn answer(link: &Link, decided: Result<Decision, Error>) -> Answer {
    match decided {
        Ok(decision) => reply::see_other(redirect(&decision.redirect_uri, &decision.query)?.as_str()),
        Err(Error::Conflict(Conflict::AlreadyOver)) => reply::see_other(&link.address()),
        Err(Error::NotFound(_)) => Err(Fault::Choice.into()),
        Err(error) => Err(error.into()),
    }
}

fn page(session: &LoggedIn, (link, request): Asked<'_>, shown: String) -> Answer {
    let visitor = &session.visitor;
    let mut fields = link.fields();
    fields.push(("lang".to_owned(), visitor.language.tag().to_owned()));
    fields.push(("shown".to_owned(), digest(&shown)));
    let brand = request.view()?.application.brand.clone();
    let leads_to = Url::parse(request.redirect_uri()).map_err(|error| Failure::internal(&error))?;
    let page = ConsentPage { frame: visitor.frame(), brand, shown, fields };
    visitor.show_as(StatusCode::OK, &page, Some(&leads_to))
}

/// The screen's bytes: the same facts give the same bytes.
async fn shown(session: &LoggedIn, request: &RequestAccess, question: &Question) -> Result<String, Failure> {
    let view = request.view()?;
    let application = view.application;
    let language = session.visitor.language;
    let before = before(question);
    let had = before.as_ref().map(|before| before.actions).unwrap_or_default();
    let left_out = before.as_ref().map(|before| before.left_out).unwrap_or_default();
    let screen = ConsentScreen {
        brand: application.brand.clone(),
        legal_name: application.legal_name.clone(),
        logo: logo(&session.visitor.portal, application),
        purpose: texts::words(&application.purpose, language),
        actions: texts::actions(question.actions),
        until: (!question.term.is_once()).then_some(question.until),
        copies: texts::words(&application.retention, language),
        person: session.citizen.name().to_owned(),
        choices: choices(session, question).await?,
        may_leave_out: ticks(question.may_leave_out(), left_out),
        may_add: ticks(question.own_choices(), had),
        senders: senders(question, language),
        before: before.map(|before| view::Before {
            actions: texts::actions(before.actions),
            until: before.until,
            stays: before.merged && before.until > question.until,
        }),
    };
    Ok(screen.render(language)?)
}

/// What the application may do now, over all mailboxes that fit: the most of it.
fn before(question: &Question) -> Option<Before> {
    let standing = question.candidates.iter().filter_map(|candidate| candidate.before.clone());
    standing.reduce(|one, other| Before {
        actions: one.actions.or(other.actions),
        left_out: one.left_out.and(other.left_out),
        until: one.until.max(other.until),
        merged: one.merged || other.merged,
        withheld: one.withheld.intersection(&other.withheld).copied().collect(),
    })
}

fn ticks(actions: Actions, chosen: Actions) -> Vec<Tick<view::Action>> {
    let chosen = texts::actions(chosen);
    let tick = |what| Tick { chosen: chosen.contains(&what), what };
    texts::actions(actions).into_iter().map(tick).collect()
}

fn senders(question: &Question, language: Language) -> Vec<Tick<(String, String)>> {
    let withheld = before(question).map(|before| before.withheld).unwrap_or_default();
    let tick = |sender: &KnownSender| Tick {
        what: (sender.number.to_string(), texts::sender(sender, language)),
        chosen: withheld.contains(&sender.number),
    };
    question.senders.iter().map(tick).collect()
}

async fn choices(session: &LoggedIn, question: &Question) -> Result<Vec<Choice>, Failure> {
    let mailboxes = session.citizen.mailbox_views().await?;
    let mut choices = Vec::new();
    for candidate in question.candidates.iter().filter(|candidate| candidate.active) {
        let known = mailboxes.iter().find(|mailbox| mailbox.id == candidate.id);
        choices.extend(known.map(|mailbox| Choice {
            mailbox: mailbox.id.clone(),
            holder: texts::holder(mailbox),
            chosen: candidate.before.is_some(),
        }));
    }
    Ok(choices)
}

fn digest(shown: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::of(shown.as_bytes()).0)
}
