//! Answers as a face writes them: kept, and given again while nothing has changed (DATA rule 4).

use bytes::Bytes;

use super::{Granted, ProviderAccess};
use crate::access::tag::Name;
use crate::answer::{Answer, Kept, Written};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::journal::Disclosed;

/// An answer that was written and recorded.
pub(super) struct Finished<'a> {
    /// What it depends on; `None` if it follows something that this consent does not show.
    pub(super) name: Option<Name<'a>>,
    pub(super) bytes: Bytes,
    /// What its reader learnt.
    pub(super) disclosed: Disclosed,
    /// The first moment at which time alone changes it.
    pub(super) fresh_until: Option<Timestamp>,
}

impl ProviderAccess {
    /// The answer of that name, if its reader has it already or it is kept. The record is left here.
    pub(super) fn answered_before<'t>(
        &self,
        granted: &Granted,
        name: Option<&Name<'_>>,
        (face, tags): (&'static str, &[&'t str]),
    ) -> Result<Option<Answer<'t>>, Error> {
        let Some(name) = name else { return Ok(None) };
        if let Some(tag) = name.known(tags, self.now) {
            self.note(granted, Disclosed::Nothing)?;
            return Ok(Some(Answer::Known(tag)));
        }
        let Some(kept) = self.hub.kept_answers().find(&name.key(face), self.now) else { return Ok(None) };
        self.note(granted, kept.disclosed)?;
        Ok(Some(Answer::Written(kept.written.clone())))
    }

    /// Keeps what was written for whoever asks the same while nothing has changed.
    pub(super) fn finish(&self, face: &'static str, finished: Finished<'_>) -> Answer<'static> {
        let Finished { name, bytes, disclosed, fresh_until } = finished;
        let Some(name) = name else { return Answer::Written(Written { bytes, tag: None }) };
        let written = Written { bytes, tag: Some(name.tag(fresh_until)) };
        let kept = Kept { written: written.clone(), disclosed, fresh_until };
        self.hub.kept_answers().keep(name.key(face), kept);
        Answer::Written(written)
    }
}
