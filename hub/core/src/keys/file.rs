//! The keyring's file: TOML, readable by its owner only, replaced in one step.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::key::{Key, KeyEntry, State};
use super::{KeyError, Keyring, Purpose};
use crate::clock::Timestamp;
use crate::random::Random;

impl Keyring {
    /// Reads a keyring; refuses a file that others than its owner may read or write.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let (environment, keys) = keys_of(path)?;
        Self::of(&environment, keys)
    }

    /// Reads a keyring, and makes a first key for every purpose that it has none for; gives their entries too.
    ///
    /// That is how a keyring learns of the purposes of a newer program.
    pub fn complete(path: &Path, now: Timestamp, random: &Random) -> Result<(Self, Vec<KeyEntry>), KeyError> {
        let (environment, mut keys) = keys_of(path)?;
        let mut made = Vec::new();
        for purpose in Purpose::ALL {
            if keys.iter().any(|key| key.entry.purpose == *purpose) {
                continue;
            }
            let highest = keys.iter().map(|key| key.entry.no).max().unwrap_or(0);
            let place = (highest.checked_add(1).ok_or(KeyError::Full)?, 1);
            let key = Key::fresh(&environment, *purpose, place, now, random)?;
            made.push(key.entry.clone());
            keys.push(key);
        }
        Ok((Self::of(&environment, keys)?, made))
    }

    /// Writes the keyring with mode 0600; a reader sees the old file or the new one, also after loss of power.
    pub fn store(&self, path: &Path) -> Result<(), KeyError> {
        let keys = self.keys.iter().map(|key| WrittenKey::of(key)).collect();
        let written = Written { environment: self.environment.clone(), keys };
        let text = toml::to_string(&written).map(Zeroizing::new);
        let text = text.map_err(|_| KeyError::Incomplete(path.display().to_string()))?;
        replace(path, text.as_bytes()).map_err(|source| KeyError::File { path: path.to_owned(), source })
    }
}

/// What a file says, before its promises are checked.
fn keys_of(path: &Path) -> Result<(String, Vec<Key>), KeyError> {
    let text = read(path)?;
    let written: Written = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        KeyError::Syntax { path: path.to_owned(), line }
    })?;
    let keys = written.keys.iter().map(WrittenKey::key).collect::<Result<_, _>>()?;
    Ok((written.environment, keys))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    environment: String,
    #[serde(rename = "key", default)]
    keys: Vec<WrittenKey>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    no: u16,
    id: String,
    #[zeroize(skip)]
    purpose: Purpose,
    #[zeroize(skip)]
    state: State,
    created: String,
    secret: String,
    /// DER in base64, the key's own first; of keys that sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
}

impl WrittenKey {
    fn of(key: &Key) -> Self {
        let KeyEntry { no, id, purpose, state, created } = key.entry.clone();
        Self {
            no,
            id,
            purpose,
            state,
            created: created.rfc3339(),
            secret: STANDARD.encode(key.secret.as_slice()),
            certificates: key
                .signer()
                .map(|signer| signer.chain().iter().map(|der| STANDARD.encode(der)).collect())
                .unwrap_or_default(),
        }
    }

    fn key(&self) -> Result<Key, KeyError> {
        let incomplete = || KeyError::Incomplete(self.id.clone());
        let secret = Zeroizing::new(STANDARD.decode(&self.secret).map_err(|_| incomplete())?);
        let secret: [u8; 32] = secret.as_slice().try_into().map_err(|_| incomplete())?;
        let created = Timestamp::parse(&self.created).ok_or_else(incomplete)?;
        let chain = self.certificates.iter().map(|text| STANDARD.decode(text).map_err(|_| incomplete()));

        let Self { no, purpose, state, .. } = *self;
        Key::new(
            KeyEntry { no, id: self.id.clone(), purpose, state, created },
            Zeroizing::new(secret),
            chain.collect::<Result<_, _>>()?,
        )
    }
}

/// The file's text, after a look at the permissions of the very file that is open.
fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let trouble = |source| KeyError::File { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(trouble)?;
    let about = file.metadata().map_err(trouble)?;

    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Mode { path: path.to_owned(), mode });
        }
    }

    // Large enough at once, so that no copy of a secret is left behind by growing.
    let length = usize::try_from(about.len()).unwrap_or(0);
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(1)));
    file.read_to_string(&mut text).map_err(trouble)?;
    Ok(text)
}

/// Writes beside the file, makes it durable, renames, makes the folder durable.
fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);

    let written = write_new(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written?;
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn write_new(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);

    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}
