//! Reading: the list of a mailbox, and one message with its documents.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use hub_core::Hub;
use hub_core::access::provider::AskedPage;
use hub_http::{Caller, Ids, Problem, StrictQuery, number};

use crate::memo::callers::Reader;
use crate::memo::convert::{self, View};
use crate::memo::frame::{Frame, Piece};
use crate::memo::outgoing::Outgoing;
use crate::memo::wire;

pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(Reader(access)): Caller<Reader>,
    Ids(mailbox): Ids<String>,
    StrictQuery(query): StrictQuery<wire::PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = View::new(&mailbox, convert::language(query.lang.as_deref(), &headers)?);
    let size = number(&query.page_size, "?pageSize")?;
    let asked = AskedPage { size, after: query.after.as_deref(), ..AskedPage::default() };
    let page = access.messages(&mailbox, asked).await?;

    let mut frame = Frame::new()?;
    frame.value("Messages", &convert::messages(page, &view, &hub.audiences().memo, &query))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(wire::MEDIA_TYPE)),
        (header::VARY, HeaderValue::from_static("Accept-Language")),
    ];
    Ok((headers, frame.whole()).into_response())
}

pub(super) async fn letter(
    Caller(Reader(access)): Caller<Reader>,
    Ids((mailbox, message)): Ids<(String, String)>,
    StrictQuery(query): StrictQuery<wire::MessageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = View::new(&mailbox, convert::language(query.lang.as_deref(), &headers)?);
    let mut letter = access.letter(&mailbox, &message).await?;
    let first = letter.first.take();
    let (pieces, language) = convert::letter(letter, &view)?;
    let length: u64 = pieces.iter().map(Piece::length).sum();
    let document = Outgoing::new(access, (mailbox, message), (pieces, first));
    Ok(answer(document, length, language))
}

fn answer(document: Outgoing, length: u64, language: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(wire::MEDIA_TYPE)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language)),
        (header::VARY, HeaderValue::from_static("Accept-Language")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Body::from_stream(document.stream())).into_response()
}
