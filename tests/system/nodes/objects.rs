//! The bucket as the object store: what the folder promises, kept by a real S3 server.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use hub_core::blob::{BlobError, Blobs, INLINE, Place, Stored, Trial};
use hub_core::clock::Clock;
use hub_core::error::Error;
use hub_core::keys::{Keyring, Keys};
use hub_core::random::Random;
use hub_server::config::S3;
use hub_server::objects;
use system_tests::s3::S3Server;
use system_tests::world::letter::pdf;

struct Bucket {
    s3: S3Server,
    blobs: Blobs,
}

impl Bucket {
    fn new() -> Self {
        let s3 = S3Server::start();
        let blobs = open(&s3, |_| {});
        Self { s3, blobs }
    }

    async fn store(&self, content: &[u8]) -> Stored {
        self.try_store(content).await.unwrap()
    }

    async fn try_store(&self, content: &[u8]) -> Result<Stored, BlobError> {
        let mut writer = self.blobs.writer(Random::system().id(Clock::System.now()));
        for piece in content.chunks(100_000) {
            writer.push(Bytes::copy_from_slice(piece)).await?;
        }
        writer.finish().await
    }

    async fn read(&self, stored: &Stored, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let pieces: Vec<Bytes> = self.blobs.read(stored, Some(range))?.try_collect().await?;
        Ok(pieces.concat())
    }

    /// The file of an object, on the server's side.
    fn file(&self, stored: &Stored) -> PathBuf {
        let name = stored.object.simple().to_string();
        self.s3.objects().into_iter().find(|file| file.ends_with(&name)).unwrap()
    }

    fn change(&self, stored: &Stored, change: impl Fn(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.file(stored)).unwrap();
        change(&mut bytes);
        fs::write(self.file(stored), bytes).unwrap();
    }

    /// Waits until the server keeps so many files: what it is busy with may take it long beside other work.
    async fn settles_at(&self, files: usize) {
        for _ in 0..6_000 {
            if self.s3.files().len() == files {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("files stay: {:?}", self.s3.files());
    }
}

fn open(s3: &S3Server, change: impl FnOnce(&mut S3)) -> Blobs {
    hub_server::install_crypto();
    let (random, now) = (Random::system(), Clock::System.now());
    let keys = Keys::new(Keyring::create("demo", now, &random).unwrap());
    let mut bucket = s3.bucket();
    change(&mut bucket);
    objects::open(&s3.outbound(), &bucket, &keys, &random).unwrap()
}

/// Sealed bytes of a segment of content.
const SEALED: usize = 64 * 1024 + 16;
/// Content that goes to the store in more than one part.
const LARGE: usize = 12_000_000;

#[tokio::test]
async fn content_of_every_size_comes_back_whole_and_in_ranges() {
    let bucket = Bucket::new();
    for size in [0, INLINE, INLINE + 1, 80 * 65_536 - 1, 80 * 65_536, 80 * 65_536 + 1, LARGE] {
        let content = pdf(size.max(20));
        let stored = bucket.store(&content).await;

        assert_eq!(matches!(stored.place, Place::Inline(_)), content.len() <= INLINE, "{size}");
        assert!(bucket.blobs.read_all(&stored).await.unwrap() == content, "{size}");
        let end = content.len() as u64;
        for range in [0..1, end - 1..end, end / 2..end / 2 + 7, end / 3..end, end..end] {
            let (from, to) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
            assert!(bucket.read(&stored, range).await.unwrap() == content[from..to], "{size}");
        }
        assert!(matches!(bucket.read(&stored, 0..end + 1).await, Err(BlobError::Range { .. })));
    }
}

#[tokio::test]
async fn the_server_sees_no_plain_text() {
    let bucket = Bucket::new();
    let stored = bucket.store(&b"canary of a letter ".repeat(10_000)).await;
    let kept = fs::read(bucket.file(&stored)).unwrap();
    assert!(!kept.windows(6).any(|window| window == b"canary"));
}

#[tokio::test]
async fn damaged_cut_exchanged_and_missing_objects_are_told_apart() {
    let bucket = Bucket::new();
    let content = pdf(400_000);
    let (changed, cut, emptied) =
        (bucket.store(&content).await, bucket.store(&content).await, bucket.store(&content).await);
    let (exchanged, gone) = (bucket.store(&content).await, bucket.store(&content).await);

    bucket.s3.change(|| {
        bucket.change(&changed, |bytes| bytes[2 * SEALED + 9] ^= 1);
        bucket.change(&cut, |bytes| bytes.truncate(bytes.len() - 1));
        bucket.change(&emptied, Vec::clear);
        fs::copy(bucket.file(&cut), bucket.file(&exchanged)).unwrap();
    });
    assert!(bucket.read(&changed, 0..65_536).await.unwrap() == content[..65_536]);
    for damaged in [&changed, &cut, &emptied, &exchanged] {
        let read = bucket.blobs.read_all(damaged).await;
        assert!(matches!(read, Err(BlobError::Damaged(id)) if id == damaged.object), "{read:?}");
    }

    bucket.blobs.delete(gone.object).await.unwrap();
    bucket.blobs.discard(&gone).await.unwrap();
    assert!(matches!(bucket.blobs.read_all(&gone).await, Err(BlobError::Gone(id)) if id == gone.object));
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing_behind() {
    let bucket = Bucket::new();
    let writer = || bucket.blobs.writer(Random::system().id(Clock::System.now()));
    for size in [100_000, LARGE] {
        let mut aborted = writer();
        aborted.push(pdf(size).into()).await.unwrap();
        aborted.abort().await.unwrap();
        let mut dropped = writer();
        dropped.push(pdf(size).into()).await.unwrap();
        drop(dropped);
        for patience in [0, 1, 3, 10, 30, 100] {
            let mut unheard = writer();
            unheard.push(pdf(size).into()).await.unwrap();
            let heard = tokio::time::timeout(Duration::from_millis(patience), unheard.finish()).await;
            // neither given up nor, under a server that removes folders meanwhile, failed: nothing else stays
            if let Ok(Ok(stored)) = heard {
                bucket.blobs.discard(&stored).await.unwrap();
            }
        }
    }
    bucket.settles_at(0).await;
}

#[tokio::test]
async fn the_collector_sees_objects_and_aborts_what_a_crash_left() {
    let bucket = Bucket::new();
    let stored = bucket.store(&pdf(100_000)).await;
    let mut crashed = bucket.blobs.writer(Random::system().id(Clock::System.now()));
    crashed.push(pdf(LARGE).into()).await.unwrap();
    std::mem::forget(crashed);

    let objects: Vec<_> = bucket.blobs.objects().try_collect().await.unwrap();
    assert_eq!(objects.iter().map(|object| object.id).collect::<Vec<_>>(), [stored.object]);
    let (now, hour) = (Clock::System.now(), Duration::from_secs(3_600));
    assert!(objects[0].at > now.minus(hour) && objects[0].at < now.plus(hour));

    assert_eq!(bucket.blobs.remove_unfinished(now.minus(hour)).await.unwrap(), 0);
    assert_eq!(bucket.blobs.remove_unfinished(now.plus(hour)).await.unwrap(), 1);
    assert_eq!(bucket.blobs.remove_unfinished(now.plus(hour)).await.unwrap(), 0);
    bucket.settles_at(1).await;
    assert_eq!(bucket.blobs.read_all(&stored).await.unwrap(), pdf(100_000));
}

#[tokio::test]
async fn a_bucket_is_one_hubs() {
    let s3 = S3Server::start();
    let (one, same, other) = (open(&s3, |_| {}), open(&s3, |_| {}), open(&s3, |_| {}));
    assert_eq!(one.owner().await.unwrap(), None);
    let (first, second) = tokio::join!(one.claim("demo 1"), same.claim("demo 1"));
    first.and(second).unwrap();
    assert!(matches!(other.claim("demo 2").await, Err(BlobError::Foreign)));
    assert_eq!(other.owner().await.unwrap().unwrap(), "demo 1");

    let beside = open(&s3, |bucket| bucket.prefix = "content-2".to_owned());
    beside.claim("demo 2").await.unwrap();
    let objects: Vec<_> = one.objects().try_collect().await.unwrap();
    assert!(objects.is_empty(), "the claim counts as an object: {objects:?}");
}

#[tokio::test]
async fn a_trial_leaves_nothing_and_says_what_is_wrong() {
    let bucket = Bucket::new();
    let object = Random::system().id(Clock::System.now());
    let trial = bucket.blobs.try_out(object).await.unwrap();
    println!("figure: rclone's server refuses to overwrite: {trial:?}");
    assert!(matches!(trial, Some(Trial { .. })));
    bucket.settles_at(0).await;

    let secret = bucket.s3.bucket().secret_file.with_file_name("wrong");
    fs::write(&secret, "another secret").unwrap();
    let wrong = |change: &dyn Fn(&mut S3)| open(&bucket.s3, |bucket| change(bucket));
    let refused = wrong(&|bucket| bucket.secret_file.clone_from(&secret)).try_out(object).await;
    assert!(matches!(refused, Err(BlobError::Store(_))), "{refused:?}");
    let missing = wrong(&|bucket| bucket.bucket = "others".to_owned());
    assert!(matches!(missing.claim("demo 1").await, Err(BlobError::Store(_))));
    let trusted = wrong(&|bucket| bucket.authorities = Some(stranger(&bucket.secret_file)));
    assert!(matches!(trusted.claim("demo 1").await, Err(BlobError::Store(_))));
}

/// A file with an authority that vouches for nobody, beside this file.
fn stranger(beside: &std::path::Path) -> PathBuf {
    let file = beside.with_file_name("strangers.pem");
    fs::write(&file, &system_tests::world::setting::authorities().strangers.certificate).unwrap();
    file
}

#[tokio::test]
async fn a_bucket_that_is_not_there_makes_no_object_gone() {
    let bucket = Bucket::new();
    let stored = bucket.store(&pdf(100_000)).await;
    let folder = bucket.file(&stored).ancestors().nth(3).unwrap().to_owned();
    let moved = folder.with_file_name("moved");
    bucket.s3.change(|| fs::rename(&folder, &moved).unwrap());

    let read = bucket.blobs.read_all(&stored).await;
    assert!(matches!(read, Err(BlobError::Store(_))), "{read:?}");

    bucket.s3.change(|| fs::rename(&moved, &folder).unwrap());
    assert_eq!(bucket.blobs.read_all(&stored).await.unwrap(), pdf(100_000));
}

#[tokio::test]
async fn a_server_that_is_away_is_told_soon_and_leaves_nothing() {
    let bucket = Bucket::new();
    let stored = bucket.store(&pdf(100_000)).await;
    bucket.s3.kill();

    let begun = Instant::now();
    let error = bucket.try_store(&pdf(100_000)).await.unwrap_err();
    assert!(matches!(Error::from(error), Error::Unavailable { retry_after: 1.. }));
    let error = bucket.blobs.read_all(&stored).await.unwrap_err();
    assert!(matches!(Error::from(error), Error::Unavailable { retry_after: 1.. }));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());

    bucket.s3.start_again();
    assert_eq!(bucket.blobs.read_all(&stored).await.unwrap(), pdf(100_000));
    bucket.settles_at(1).await;
}
