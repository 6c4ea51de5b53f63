//! What acts on the register have in common, whoever does them.

use std::path::Path;

use crate::db::Tx;
use crate::error::Error;
use crate::hub::Parts;
use crate::id::{ProviderId, Sha256};
use crate::outbox::{Kind, NewTask};
use crate::provider::State;

/// What a removal brings with it: the provider's certificates end at once, its consents in a job (DATA rule 9).
pub(super) async fn follow_removal(
    tx: &mut Tx,
    parts: &Parts,
    provider: ProviderId,
    state: State,
) -> Result<(), Error> {
    if state != State::Removed {
        return Ok(());
    }
    let now = parts.clock.now();
    tx.end_certificates_of(provider, now).await?;
    let task = NewTask { id: parts.random.id(now), kind: Kind::EndConsents, key: provider.0.to_string() };
    tx.enqueue(task, now).await?;
    Ok(())
}

/// Keeps the logo in a file of `folder`, if one is named; `place` names it in what is refused.
pub(super) async fn read_logo(
    tx: &mut Tx,
    file: Option<&Path>,
    folder: &Path,
    place: &str,
) -> Result<Option<Sha256>, Error> {
    let Some(file) = file else { return Ok(None) };
    let unread = |_| Error::invalid("mediaTypeRefused", place, "the file does not open");
    let image = tokio::fs::read(folder.join(file)).await.map_err(unread)?;
    put_logo(tx, image, place).await.map(Some)
}

/// Keeps a logo after looking at its bytes; `place` names it in what is refused.
pub(super) async fn put_logo(tx: &mut Tx, image: Vec<u8>, place: &str) -> Result<Sha256, Error> {
    let refused = |detail: &str| Error::invalid("mediaTypeRefused", place, detail);
    if image.len() > LOGO_LIMIT {
        return Err(refused("at most 256 KiB are expected"));
    }
    let kind = infer::get(&image).ok_or_else(|| refused("not an image"))?;
    if !["image/png", "image/jpeg", "image/gif"].contains(&kind.mime_type()) {
        return Err(refused("a PNG, JPEG or GIF is expected"));
    }
    let digest = Sha256::of(&image);
    tx.put_logo(digest, kind.mime_type(), image).await?;
    Ok(digest)
}

/// The largest logo, in bytes.
const LOGO_LIMIT: usize = 256 * 1024;
