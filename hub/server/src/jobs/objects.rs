//! Looking after the bucket: whether it answers, and whose objects it holds.

use std::time::Duration;

use anyhow::Context as _;
use hub_core::Hub;
use hub_core::blob::BlobError;
use hub_core::error::Causes;

use crate::operations::{Objects, Readiness};

/// Looks for the first time. What cannot be right ends the start; what is away may come.
pub(crate) async fn first_look(hub: &Hub, readiness: &Readiness) -> anyhow::Result<()> {
    if !hub.keeps_objects_elsewhere() {
        return Ok(());
    }
    match hub.claim_objects().await {
        Ok(()) => {
            noted(readiness, Objects::Here);
        }
        Err(error) if cannot_be_right(&error) => return Err(error).context("the bucket of blob.s3"),
        Err(error) => {
            noted(readiness, Objects::Unreached);
            tracing::warn!(error = %Causes(&error), "the object store does not answer; this node waits for it");
        }
    }
    Ok(())
}

/// Looks again.
pub(super) async fn look(hub: &Hub, readiness: &Readiness) {
    match hub.claim_objects().await {
        Ok(()) if noted(readiness, Objects::Here) => tracing::info!("the object store answers again"),
        Ok(()) => {}
        Err(error @ BlobError::Foreign) => {
            noted(readiness, Objects::Unreached);
            tracing::error!(%error, "this node takes no more requests");
        }
        Err(error) if noted(readiness, Objects::Away) => {
            tracing::error!(error = %Causes(&error), "the object store does not answer: only letters without large parts go");
        }
        Err(_) => {}
    }
}

/// Notes what a look showed and gives whether that is news.
fn noted(readiness: &Readiness, objects: Objects) -> bool {
    metrics::gauge!("facteur_object_store_up").set(if objects == Objects::Here { 1.0 } else { 0.0 });
    readiness.set_objects(objects)
}

/// Whether somebody has to change the configuration, or the bucket.
fn cannot_be_right(error: &BlobError) -> bool {
    use object_store::Error as Refusal;
    match error {
        BlobError::Foreign => true,
        BlobError::Store(refusal) => matches!(
            refusal,
            Refusal::NotFound { .. } | Refusal::PermissionDenied { .. } | Refusal::Unauthenticated { .. }
        ),
        _ => false,
    }
}

/// How often a node looks.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(5);
