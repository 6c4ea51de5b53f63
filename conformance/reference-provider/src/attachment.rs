//! Whether the bytes of an attachment are those that its message announced.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::header::HeaderMap;

use crate::{error::Mismatch, mailbox::Attachment, reply::Copied};

/// Compares what was copied with the message and with the answer's own headers (RFC 9530).
pub(crate) fn verify(
    attachment: &Attachment,
    media_type: &str,
    headers: &HeaderMap,
    copied: &Copied,
) -> Result<(), Mismatch> {
    if media_type != attachment.media_type.to_ascii_lowercase() {
        return Err(Mismatch::MediaType);
    }
    if copied.length != attachment.size {
        return Err(Mismatch::Length);
    }
    let digest = &attachment.digest;
    if digest.digest_method != "sha-256" || digest.digest_value != URL_SAFE_NO_PAD.encode(copied.sha256) {
        return Err(Mismatch::Digest);
    }
    let announced = headers.get("repr-digest").and_then(|value| value.to_str().ok());
    let expected = format!("sha-256=:{}:", STANDARD.encode(copied.sha256));
    if announced.is_some_and(|announced| !announced.split(',').any(|one| one.trim() == expected)) {
        return Err(Mismatch::ReprDigest);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest;

    use super::*;
    use crate::mailbox::Digest;

    fn attachment(size: u64, digest_value: &str) -> Attachment {
        Attachment {
            attachment_id: "att_1".into(),
            file_name: "a.txt".into(),
            media_type: "text/plain".into(),
            size,
            digest: Digest { digest_method: "sha-256".into(), digest_value: digest_value.into() },
        }
    }

    fn verdict(attachment: &Attachment, media_type: &str, repr_digest: &str) -> Result<(), Mismatch> {
        let copied = Copied { length: 3, sha256: digest::digest(&digest::SHA256, b"abc") };
        let headers = [("repr-digest", repr_digest)]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        verify(attachment, media_type, &headers, &copied)
    }

    #[test]
    fn an_attachment_must_have_the_type_the_length_and_the_digests_that_were_announced() {
        let (url_safe, plain) =
            ("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        let (text, header) = ("text/plain", format!("sha-256=:{plain}:"));

        assert_eq!(verdict(&attachment(3, url_safe), text, &header), Ok(()));
        assert_eq!(verdict(&attachment(4, url_safe), text, &header), Err(Mismatch::Length));
        assert_eq!(verdict(&attachment(3, "AAAA"), text, &header), Err(Mismatch::Digest));
        assert_eq!(verdict(&attachment(3, url_safe), text, "sha-256=:AAAA:"), Err(Mismatch::ReprDigest));
        assert_eq!(verdict(&attachment(3, url_safe), "text/html", &header), Err(Mismatch::MediaType));
    }
}
