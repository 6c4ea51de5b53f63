//! The files of the development CA: written beside their place and then renamed, so that a hub that
//! rereads them never sees half of one.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use hub_http::peer::TrustFile;

/// Makes a folder that only its owner may enter, and gives its absolute path.
pub(super) fn folder(path: &Path) -> anyhow::Result<PathBuf> {
    let path = std::path::absolute(path).context("making the path absolute")?;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&path)
        .with_context(|| format!("creating {}", path.display()))?;
    Ok(path)
}

/// Writes a trust file.
pub(super) fn write_trust(path: &Path, file: &TrustFile) -> anyhow::Result<()> {
    write_public(path, &toml::to_string(file).context("writing a trust file")?)
}

/// Writes a file that everybody may read.
pub(super) fn write_public(path: &Path, text: &str) -> anyhow::Result<()> {
    write(path, text, 0o644)
}

/// Writes a file that only its owner may read.
pub(super) fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    write(path, text, 0o600)
}

fn write(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let beside = path.with_extension("new");
    let written = || -> std::io::Result<()> {
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    written().with_context(|| format!("writing {}", path.display()))
}
