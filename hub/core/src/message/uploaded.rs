//! The parts of a form that came in, and whether they are what the metadata says.

use super::draft::DraftAttachment;
use super::media::Sniffed;
use super::rules::{Findings, digest_of, is_part_name};
use crate::blob::Stored;

/// A part that came in.
#[derive(Debug)]
pub(crate) struct Uploaded {
    pub(crate) name: String,
    /// The media type that the part itself declares, without parameters.
    pub(crate) declared: Option<String>,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) sniffed: Sniffed,
    /// `None` if the form is compared with an earlier one and not stored.
    pub(crate) stored: Option<Stored>,
}

/// Compares the parts with the attachments; `allowed` are the message type's media types, if it is known.
pub(crate) fn check_parts(
    attachments: &[DraftAttachment],
    parts: &[Uploaded],
    allowed: Option<&[String]>,
    findings: &mut Findings,
) {
    for (at, attachment) in attachments.iter().enumerate() {
        let place = |member: &str| format!("attachments[{at}].{member}");
        if allowed.is_some_and(|allowed| !allowed.contains(&attachment.media_type)) {
            findings.note(
                "mediaTypeRefused",
                place("mediaType"),
                "the message type does not allow this media type",
            );
        }
        let Some(part) = parts.iter().find(|part| part.name == attachment.part) else {
            findings.note("missingPart", place("part"), "the form has no part of this name");
            continue;
        };
        if part.size == 0 {
            findings.note("emptyPart", place("part"), "the part is empty");
            continue;
        }
        if digest_of(attachment).is_some_and(|digest| digest != part.sha256) {
            findings.note("digestMismatch", place("digest.digestValue"), "the content has another digest");
        }
        if !part.declares(&attachment.media_type) {
            findings.note("mediaTypeRefused", place("mediaType"), "the part declares another media type");
        } else if !part.sniffed.agrees(&attachment.media_type) {
            findings.note("mediaTypeRefused", place("mediaType"), "the content is not of this media type");
        }
    }
    for part in parts.iter().filter(|part| !attachments.iter().any(|file| file.part == part.name)) {
        findings.note("unexpectedPart", shown(&part.name), "no attachment names this part");
    }
}

/// A part's name as a problem may repeat it: nothing if it could not name a part.
pub(crate) fn shown(name: &str) -> &str {
    if is_part_name(name) { name } else { "" }
}

impl Uploaded {
    /// Whether the part's own media type is the attachment's; none, or "just bytes", says nothing.
    fn declares(&self, media_type: &str) -> bool {
        match self.declared.as_deref() {
            None | Some("application/octet-stream") => true,
            Some(declared) => declared.eq_ignore_ascii_case(media_type),
        }
    }
}
