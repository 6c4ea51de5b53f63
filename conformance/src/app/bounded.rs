//! Bodies of the app are read up to a limit: what comes after it is no answer.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use super::reason;

/// Reads a body, or says why it cannot be read.
pub(super) async fn body(mut response: Response) -> Result<Bytes, String> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(reason)? {
        if body.len() + chunk.len() > LIMIT {
            return Err(format!("the body is larger than {LIMIT} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Pages and JSON of an app are much smaller.
const LIMIT: usize = 1024 * 1024;
