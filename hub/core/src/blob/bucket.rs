//! A bucket of S3, or of what speaks its protocol, shared by all nodes of a hub.
//!
//! Nothing in it is ever overwritten: whatever is put must not be there yet. One object, the *claim*, says whose it is,
//! so that two hubs never collect each other's objects.

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder, AwsAuthorizer, S3ConditionalPut};
use object_store::client::{HttpClient, HttpRequest, HttpRequestBody};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::BlobError;
use super::store::{is_missing, is_taken};
use super::unfinished::{Page, Unfinished, page};
use super::wires::{Careful, Wires};
use crate::clock::Timestamp;

/// Which bucket, and by which key.
pub struct BucketSettings {
    /// Its name.
    pub bucket: String,
    /// Its region, as requests are signed for it.
    pub region: String,
    /// Scheme, host and port of the service, without a path; Amazon's for the region if there is none.
    pub endpoint: Option<String>,
    /// Whether the bucket stands in the path of addresses, and not in their host.
    pub path_style: bool,
    /// The id of the access key.
    pub key_id: String,
    /// The secret of the access key.
    pub secret: Zeroizing<String>,
    /// Below which all objects stand: `content`.
    pub prefix: String,
}

impl BucketSettings {
    /// Scheme and host under which the bucket is asked, and the bucket's own address below it.
    pub fn addresses(&self) -> (String, String) {
        let amazon = || format!("https://s3.{}.amazonaws.com", self.region);
        let endpoint = self.endpoint.clone().unwrap_or_else(amazon);
        let endpoint = endpoint.trim_end_matches('/');
        match endpoint.split_once("://").filter(|_| !self.path_style) {
            Some((scheme, host)) => {
                let address = format!("{scheme}://{}.{host}", self.bucket);
                (address.clone(), address)
            }
            None => (endpoint.to_owned(), format!("{endpoint}/{}", self.bucket)),
        }
    }
}

/// What a trial of the store showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Whether it refuses to overwrite. One that does not is trusted to be given fresh names only.
    pub refuses_to_overwrite: bool,
}

/// An open bucket.
pub(super) struct Bucket {
    s3: AmazonS3,
    http: HttpClient,
    address: String,
    region: String,
    prefix: Path,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Bucket {
    /// Opens a bucket that is reached by this client; asks nobody.
    pub(super) fn open(settings: &BucketSettings, http: HttpClient) -> Result<Self, BlobError> {
        let http = HttpClient::new(Careful(http));
        let (endpoint, address) = settings.addresses();
        let s3 = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_endpoint(endpoint)
            .with_virtual_hosted_style_request(!settings.path_style)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(settings.secret.as_str())
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_disable_bulk_delete(true)
            .with_retry(retries())
            .with_http_connector(Wires(http.clone()))
            .build()?;
        let prefix = Path::parse(&settings.prefix).map_err(object_store::Error::from)?;
        Ok(Self { s3, http, address, region: settings.region.clone(), prefix })
    }

    pub(super) fn objects(&self) -> &dyn ObjectStore {
        &self.s3
    }

    pub(super) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// Makes sure that the bucket answers and is `owner`'s; one that is nobody's becomes theirs.
    pub(super) async fn claim(&self, owner: &str) -> Result<(), BlobError> {
        match self.owner().await? {
            Some(found) if found == owner => return Ok(()),
            Some(_) => return Err(BlobError::Foreign),
            None => {}
        }
        let put = self.s3.put_opts(&self.claimed_at(), owner.to_owned().into(), PutMode::Create.into()).await;
        match put {
            Ok(_) => {}
            Err(error) if is_taken(&error) => {}
            Err(other) => return Err(other.into()),
        }
        // who came at the same moment may have been first
        match self.owner().await? {
            Some(found) if found == owner => Ok(()),
            _ => Err(BlobError::Foreign),
        }
    }

    fn claimed_at(&self) -> Path {
        self.prefix.clone().join(CLAIM)
    }

    /// Whose objects it holds; `None` if nobody has claimed it.
    pub(super) async fn owner(&self) -> Result<Option<Bytes>, BlobError> {
        match self.s3.get(&self.claimed_at()).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// Puts, reads and deletes an object that nobody names.
    pub(super) async fn try_out(&self, path: &Path, object: Uuid) -> Result<Trial, BlobError> {
        let put = |text: &'static str| PutPayload::from_static(text.as_bytes());
        self.s3.put_opts(path, put("first"), PutMode::Create.into()).await?;
        let refuses = match self.s3.put_opts(path, put("again"), PutMode::Create.into()).await {
            Ok(_) => false,
            Err(error) if is_taken(&error) => true,
            Err(other) => return Err(other.into()),
        };
        let read = self.s3.get_range(path, 1..3).await?;
        self.s3.delete(path).await?;
        if read != if refuses { "ir" } else { "ga" } {
            return Err(BlobError::Damaged(object));
        }
        Ok(Trial { refuses_to_overwrite: refuses })
    }

    /// Aborts uploads in parts that nobody has finished since `before`, and says how many.
    pub(super) async fn remove_unfinished(&self, before: Timestamp) -> Result<usize, BlobError> {
        let mut aborted = HashSet::new();
        loop {
            let page = self.unfinished().await?;
            let old = page.uploads.into_iter().filter(|upload| upload.begun < before);
            // a service may still list what was aborted
            let old: Vec<Unfinished> = old.filter(|upload| aborted.insert(upload.id.clone())).collect();
            for upload in &old {
                self.abort(upload).await?;
            }
            // the next page comes up when this one is gone
            if old.is_empty() || !page.more {
                return Ok(aborted.len());
            }
        }
    }

    /// Aborts an upload; one that another node has aborted is no error.
    async fn abort(&self, upload: &Unfinished) -> Result<(), BlobError> {
        let path = Path::parse(&upload.key).map_err(object_store::Error::from)?;
        match self.s3.abort_multipart(&path, &upload.id).await {
            Err(error) if !is_missing(&error) => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn unfinished(&self) -> Result<Page, BlobError> {
        let uri = format!("{}?uploads=&prefix={}/", self.address, self.prefix);
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = uri.parse().map_err(|_| BlobError::Answer("an address that is none"))?;
        let credential = self.s3.credentials().get_credential().await?;
        AwsAuthorizer::new(&credential, "s3", &self.region).try_authorize(&mut request, None)?;
        let answer = self.http.execute(request).await.map_err(|_| BlobError::Answer("none"))?;
        let status = answer.status().as_u16();
        let body = answer.into_body().bytes().await;
        let body = body.map_err(|_| BlobError::Answer("half a list of uploads"))?;
        match status {
            200 => page(&body),
            // a service that lists none removes them by a rule of its own; one that has none may say so like this
            405 | 501 => Some(Page::default()),
            404 if String::from_utf8_lossy(&body).contains("NoSuchUpload") => Some(Page::default()),
            _ => return Err(BlobError::Answer("a refusal to list uploads")),
        }
        .ok_or(BlobError::Answer("a list of uploads that is none"))
    }
}

/// How patient we are: a client waits for the answer to its request meanwhile.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_secs(1),
            base: 3.0,
        },
        max_retries: 2,
        retry_timeout: Duration::from_secs(5),
    }
}

/// The object that says whose the others are.
const CLAIM: &str = "claim";

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::future::BoxFuture;
    use object_store::client::{HttpError, HttpResponse, HttpService};

    use super::*;
    use crate::blob::Blobs;
    use crate::clock::Clock;
    use crate::keys::{Keyring, Keys};
    use crate::random::Random;

    /// A service that answers every put alike, and remembers how it was asked.
    #[derive(Clone, Debug)]
    struct Service {
        puts: u16,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl HttpService for Service {
        fn call<'s, 'f>(&'s self, request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
        where
            's: 'f,
            Self: 'f,
        {
            self.asked.lock().unwrap().push(request.method().to_string());
            let mut answer = HttpResponse::new(String::new().into());
            if request.method() == "PUT" {
                assert_eq!(request.headers()["if-none-match"], "*");
                *answer.status_mut() = self.puts.try_into().unwrap();
            }
            Box::pin(async move { Ok(answer) })
        }
    }

    /// How a service is asked when an object is put that it answers like this.
    async fn asked_when_puts_are(puts: u16) -> Vec<String> {
        let (random, now) = (Random::system(), Clock::System.now());
        let keys = Keys::new(Keyring::create("demo", now, &random).unwrap());
        let service = Service { puts, asked: Arc::default() };
        let blobs =
            Blobs::in_bucket(&settings(None, true), HttpClient::new(service.clone()), keys, random.clone());
        let mut writer = blobs.unwrap().writer(random.id(now));
        writer.push(vec![7; 100_000].into()).await.unwrap();

        writer.finish().await.unwrap_err();

        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        service.asked.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn what_stands_already_is_not_deleted_and_what_failed_is() {
        assert_eq!(asked_when_puts_are(412).await, ["PUT"]);
        assert_eq!(asked_when_puts_are(403).await, ["PUT", "DELETE"]);
    }

    fn settings(endpoint: Option<&str>, path_style: bool) -> BucketSettings {
        BucketSettings {
            bucket: "letters".to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: endpoint.map(str::to_owned),
            path_style,
            key_id: "key".to_owned(),
            secret: Zeroizing::new("secret".to_owned()),
            prefix: "content".to_owned(),
        }
    }

    fn addresses(endpoint: Option<&str>, path_style: bool) -> (String, String) {
        settings(endpoint, path_style).addresses()
    }

    #[test]
    fn a_bucket_stands_in_the_path_or_in_the_host() {
        let pair = |endpoint: &str, address: &str| (endpoint.to_owned(), address.to_owned());
        let amazon = "https://s3.eu-central-1.amazonaws.com";
        assert_eq!(addresses(None, true), pair(amazon, &format!("{amazon}/letters")));
        let in_host = "https://letters.s3.eu-central-1.amazonaws.com";
        assert_eq!(addresses(None, false), pair(in_host, in_host));
        let own = "https://s3.localhost:9000";
        assert_eq!(addresses(Some("https://s3.localhost:9000/"), true), pair(own, &format!("{own}/letters")));
        let in_host = "https://letters.s3.localhost:9000";
        assert_eq!(addresses(Some(own), false), pair(in_host, in_host));
    }
}
