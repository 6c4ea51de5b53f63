//! The keyring as everybody holds it: shared, and replaced as a whole when its file changed.

use std::path::Path;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::{KeyError, Keyring};

/// A handle on the hub's keyring; clones share it.
#[derive(Clone, Debug)]
pub struct Keys(Arc<ArcSwap<Keyring>>);

impl Keys {
    /// Shares a keyring.
    pub fn new(keyring: Keyring) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keyring)))
    }

    /// The keyring as it is now. Not to be held across a wait.
    pub fn current(&self) -> Guard<Arc<Keyring>> {
        self.0.load()
    }

    /// Reads the file again and learns its keys, but goes on sealing as before: other nodes may not know a new key yet.
    ///
    /// # Errors
    /// As [`Self::reload`].
    pub fn learn(&self, path: &Path) -> Result<(), KeyError> {
        let (next, current) = (Keyring::load(path)?, self.0.load_full());
        current.allows(&next)?;
        self.0.store(Arc::new(next.sealing_as(&current)));
        Ok(())
    }

    /// Reads the file again and takes its keyring.
    ///
    /// If the file cannot be read, is of another environment or lacks a key that seals now, the keyring
    /// stays as it was.
    pub fn reload(&self, path: &Path) -> Result<(), KeyError> {
        let next = Keyring::load(path)?;
        self.current().allows(&next)?;
        self.0.store(Arc::new(next));
        Ok(())
    }
}
