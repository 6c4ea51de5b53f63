//! `[blob]`: where content above 8 KiB is kept.

use std::path::PathBuf;

use anyhow::{bail, ensure};
use serde::Deserialize;
use url::Url;

/// `[blob]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// The folder of content; `content` in the data folder unless said. Shared by all nodes.
    pub folder: Option<PathBuf>,
    /// A bucket in place of the folder.
    pub s3: Option<S3>,
}

/// `[blob.s3]`: a bucket of S3, or of what speaks its protocol. All nodes name the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// `https://host[:port]` of the service; Amazon's for the region unless said. Plain http on this machine only.
    pub endpoint: Option<Url>,
    /// Whether the bucket stands in the path of addresses, and not in their host; in the host unless said.
    #[serde(default)]
    pub path_style: bool,
    /// The id of the access key.
    pub key_id: String,
    /// The file with the secret of the access key.
    pub secret_file: PathBuf,
    /// Below which all objects stand; `content` unless said.
    #[serde(default = "content")]
    pub prefix: String,
    /// PEM with the authorities that vouch for the service; those of `[outbound]` unless said.
    pub authorities: Option<PathBuf>,
}

fn content() -> String {
    "content".to_owned()
}

impl Blob {
    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let s3 = self.s3.as_mut().map(|s3| [Some(&mut s3.secret_file), s3.authorities.as_mut()]);
        self.folder.as_mut().into_iter().chain(s3.into_iter().flatten().flatten())
    }

    /// Refuses what cannot be right.
    pub(super) fn check(&self, is_loopback: impl Fn(&str) -> bool) -> anyhow::Result<()> {
        let Some(s3) = &self.s3 else { return Ok(()) };
        if self.folder.is_some() {
            bail!("blob.folder and blob.s3 are both there: content is kept in one place");
        }
        if let Some(endpoint) = &s3.endpoint {
            let bare = endpoint.path() == "/" && endpoint.query().is_none() && endpoint.username().is_empty();
            ensure!(bare && endpoint.has_host(), "blob.s3.endpoint is https://host[:port] without a path");
            let plain = endpoint.scheme() == "http" && is_loopback(endpoint.as_str());
            ensure!(
                endpoint.scheme() == "https" || plain,
                "blob.s3.endpoint is not https: only a service on this machine may be called otherwise"
            );
        }
        ensure!(
            is_name(&s3.bucket),
            "blob.s3.bucket is 3 to 63 lower-case letters, digits, points and hyphens"
        );
        ensure!(
            s3.path_style || !s3.bucket.contains('.'),
            "blob.s3.bucket has a point, which no certificate of the service covers: set blob.s3.path_style"
        );
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        ensure!(word(&s3.region), "blob.s3.region is letters, digits and hyphens");
        ensure!(
            s3.prefix.split('/').all(word),
            "blob.s3.prefix is words of letters, digits and hyphens, joined by /"
        );
        ensure!(!s3.key_id.trim().is_empty(), "blob.s3.key_id is empty");
        Ok(())
    }
}

/// Whether a bucket can have this name.
fn is_name(bucket: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    (3..=63).contains(&bucket.len()) && bucket.bytes().all(fits) && !bucket.starts_with(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::is_loopback;

    const WHOLE: &str = "[s3]\nbucket = \"letters\"\nregion = \"eu-central-1\"\nendpoint = \"https://s3.example.org\"\n\
                         key_id = \"AKIA\"\nsecret_file = \"s3.secret\"\n";

    fn checked(text: &str) -> Result<(), String> {
        let blob: Blob = toml::from_str(text).map_err(|error| error.to_string())?;
        blob.check(is_loopback).map_err(|error| error.to_string())
    }

    #[test]
    fn a_bucket_is_reached_over_tls_or_on_this_machine() {
        assert_eq!(checked(WHOLE), Ok(()));
        let at = |endpoint: &str| checked(&WHOLE.replace("https://s3.example.org", endpoint));
        for here in ["http://127.0.0.1:9000", "http://s3.localhost:9000", "http://[::1]:9000"] {
            assert_eq!(at(here), Ok(()), "{here}");
        }
        for plain in ["http://s3.example.org", "http://10.0.0.5:9000", "ftp://127.0.0.1"] {
            assert!(at(plain).unwrap_err().contains("not https"), "{plain}");
        }
        for more in
            ["https://s3.example.org/letters", "https://key@s3.example.org", "https://s3.example.org?x=1"]
        {
            assert!(at(more).unwrap_err().contains("without a path"), "{more}");
        }
    }

    #[test]
    fn a_bucket_and_a_folder_exclude_each_other() {
        let both = format!("folder = \"content\"\n{WHOLE}");
        assert!(checked(&both).unwrap_err().contains("blob.folder and blob.s3"));
    }

    #[test]
    fn names_that_no_service_takes_are_refused() {
        let with = |from: &str, to: &str| checked(&WHOLE.replace(from, to)).unwrap_err();
        for bucket in ["UP", "a", "-letters", "let_ters", "letters/x"] {
            assert!(with("\"letters\"", &format!("{bucket:?}")).contains("blob.s3.bucket"), "{bucket}");
        }
        assert!(with("\"letters\"", "\"let.ters\"").contains("path_style"));
        assert!(with("eu-central-1", "").contains("blob.s3.region"));
        assert!(with("\"AKIA\"", "\" \"").contains("blob.s3.key_id"));
        assert!(with("key_id", "prefix = \"a//b\"\nkey_id").contains("blob.s3.prefix"));
        assert!(with("key_id", "retries = 3\nkey_id").contains("retries"));
    }
}
