//! Objects that are stored and that no row names yet.

use tokio::runtime::Handle;
use uuid::Uuid;

use super::Blobs;

/// Objects that no row names yet; those still held when this is dropped are deleted.
///
/// To be [released](Unnamed::release) right before the commit that names them: once a commit has begun,
/// nobody but the database knows whether they are needed, and the collector finds those that are not.
pub struct Unnamed {
    blobs: Blobs,
    objects: Vec<Uuid>,
}

impl Unnamed {
    pub(super) fn new(blobs: Blobs) -> Self {
        Self { blobs, objects: Vec::new() }
    }

    /// Holds one more object.
    pub fn hold(&mut self, object: Uuid) {
        self.objects.push(object);
    }

    /// Lets all objects go, which stay in the store.
    pub fn release(mut self) {
        self.objects.clear();
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        let objects = std::mem::take(&mut self.objects);
        let (false, Ok(runtime)) = (objects.is_empty(), Handle::try_current()) else {
            return;
        };

        let blobs = self.blobs.clone();
        runtime.spawn(async move {
            for object in objects {
                if let Err(error) = blobs.delete(object).await {
                    tracing::warn!(%object, %error, "object without a row stays for the collector");
                }
            }
        });
    }
}
