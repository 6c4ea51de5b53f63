//! What rows and evidence say of a letter.

use crate::error::Error;
use crate::evidence::Content;
use crate::hub::Parts;
use crate::keys::Purpose;
use crate::message::draft::Draft;
use crate::message::folding::Words;
use crate::message::{Flags, Header, NewPart, Place, SealedHeader, sealed_header_aad};

/// A part as evidence states it.
pub(crate) fn stated(part: &NewPart) -> Content<'_> {
    Content {
        role: part.role.name(),
        main: part.main,
        media_type: &part.media_type,
        sha256: part.stored.sha256,
        size: part.stored.size,
    }
}

/// What is searched of a letter, as JSON; nothing that is sealed is in it.
pub(crate) fn words_of(draft: &Draft) -> Result<String, Error> {
    let (clear, _) = Header::split(draft.business_data.clone());
    serde_json::to_string(&Words::of(&draft.subject, &clear)).map_err(Error::internal)
}

/// What its row in the list shows.
pub(crate) fn flags_of(draft: &Draft) -> Flags {
    Flags::default()
        .with(Flags::REGISTERED_MAIL, draft.registered_mail)
        .with(Flags::HAS_ATTACHMENTS, !draft.attachments.is_empty())
        .with(Flags::REPLY_ALLOWED, draft.reply_allowed)
        .with(Flags::HAS_PAYMENT, draft.payment.is_some())
}

/// The clear header as JSON, and the sealed one if there is anything to seal (TRUST T22).
pub(crate) fn headers(
    parts: &Parts,
    draft: &Draft,
    place: Place,
) -> Result<(String, Option<Vec<u8>>), Error> {
    let (clear, sealed) = Header::split(draft.business_data.clone());
    let header = Header {
        subject: draft.subject.clone(),
        business_data: clear,
        payment: draft.payment.clone(),
        registered_mail: draft.registered_mail,
        reply_allowed: draft.reply_allowed,
    };
    let sealed =
        SealedHeader { for_the_attention_of: draft.for_the_attention_of.clone(), business_data: sealed };
    let sealed = if sealed.is_empty() {
        None
    } else {
        let plain = serde_json::to_vec(&sealed).map_err(Error::internal)?;
        let aad = sealed_header_aad(place.home, place.publication);
        Some(parts.keys.current().seal(Purpose::SealedColumns, &aad, &plain, &parts.random))
    };
    Ok((serde_json::to_string(&header).map_err(Error::internal)?, sealed))
}
