use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use super::segment::{SEALED, SEGMENT};
use super::*;
use crate::clock::Clock;
use crate::keys::Keyring;

struct Fixture {
    folder: TempDir,
    blobs: Blobs,
    random: Random,
    clock: Clock,
}

impl Fixture {
    fn new() -> Self {
        let (folder, random, clock) = (tempfile::tempdir().unwrap(), Random::system(), Clock::manual());
        let blobs = Blobs::open(&folder.path().join("objects"), keys(), random.clone()).unwrap();
        Self { folder, blobs, random, clock }
    }

    fn id(&self) -> Uuid {
        self.random.id(self.clock.now())
    }

    /// Stores content in pieces of `step` bytes.
    async fn store_by(&self, content: &[u8], step: usize) -> Stored {
        let mut writer = self.blobs.writer(self.id());
        for piece in content.chunks(step) {
            writer.push(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        assert_eq!(writer.size(), content.len() as u64);
        writer.finish().await.unwrap()
    }

    async fn store(&self, content: &[u8]) -> Stored {
        self.store_by(content, 10_000).await
    }

    async fn read(&self, stored: &Stored, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let pieces: Vec<Bytes> = self.blobs.read(stored, Some(range))?.try_collect().await?;
        Ok(pieces.concat())
    }

    fn file(&self, stored: &Stored) -> PathBuf {
        self.folder.path().join("objects").join(self.blobs.store.path(stored.object).as_ref())
    }

    fn change(&self, stored: &Stored, change: impl Fn(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.file(stored)).unwrap();
        change(&mut bytes);
        fs::write(self.file(stored), bytes).unwrap();
    }

    /// Every file below the folder, finished or not.
    fn files(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.folder.path().join("objects")).unwrap();
        folders
            .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path())
            .collect()
    }

    /// Waits for what drops have left to the runtime.
    async fn settled(&self) {
        for _ in 0..5_000 {
            if self.files().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("files stay: {:?}", self.files());
    }
}

fn keys() -> Keys {
    Keys::new(Keyring::create("demo", Timestamp::from_seconds(1), &Random::system()).unwrap())
}

/// Bytes of which no segment resembles another.
fn content(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at as u32).wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect()
}

#[tokio::test]
async fn content_of_every_size_comes_back() {
    let fixture = Fixture::new();
    let sizes = [0, 1, INLINE - 1, INLINE, INLINE + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT]
        .into_iter()
        .chain([7 * SEGMENT, 8 * SEGMENT - 1, 8 * SEGMENT, 14 * SEGMENT + 1, 1_500_000]);
    for size in sizes {
        let content = content(size);
        let stored = fixture.store(&content).await;

        assert_eq!(stored.size, size as u64);
        assert_eq!(matches!(stored.place, Place::Inline(_)), size <= INLINE, "{size}");
        let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &content);
        assert_eq!(stored.sha256, sha256.as_ref());
        assert_eq!(fixture.blobs.read_all(&stored).await.unwrap(), content, "{size}");
        if size > INLINE {
            assert_eq!(fs::metadata(fixture.file(&stored)).unwrap().len(), segment::sealed_size(stored.size));
        }
    }
}

#[tokio::test]
async fn the_size_of_the_pieces_does_not_matter() {
    let fixture = Fixture::new();
    let content = content(3 * SEGMENT);
    for step in [1_000, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT] {
        let stored = fixture.store_by(&content, step).await;
        assert_eq!(fixture.blobs.read_all(&stored).await.unwrap(), content);
    }
}

#[tokio::test]
async fn nothing_plain_reaches_row_or_disk() {
    let fixture = Fixture::new();
    let canary = b"canary of a letter ";
    for size in [1_000, 100_000] {
        let stored = fixture.store(&canary.repeat(size / canary.len())).await;
        let kept = match &stored.place {
            Place::Inline(sealed) => sealed.clone(),
            Place::Object { .. } => fs::read(fixture.file(&stored)).unwrap(),
        };
        assert!(!kept.windows(6).any(|window| window == b"canary"));
    }
}

#[tokio::test]
async fn a_range_is_cut_from_its_segments() {
    let fixture = Fixture::new();
    for size in [INLINE, 10 * SEGMENT, 10 * SEGMENT + 5] {
        let content = content(size);
        let stored = fixture.store(&content).await;
        let (size, segment) = (stored.size, SEGMENT as u64);
        let borders = [0, 1, segment - 1, segment, segment + 1, 4 * segment, 5 * segment + 7, size - 1, size];
        for start in borders {
            for end in borders.into_iter().filter(|end| *end >= start) {
                match fixture.read(&stored, start..end).await {
                    Ok(read) => {
                        assert!(read == content[start as usize..end as usize], "{start}..{end} of {size}");
                    }
                    Err(error) => assert!(matches!(error, BlobError::Range { .. }) && end > size),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_range_outside_the_content_is_refused_at_once() {
    let fixture = Fixture::new();
    for size in [100, 100_000] {
        let stored = fixture.store(&content(size)).await;
        let size = stored.size;
        #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
        for range in [0..size + 1, size + 1..size + 2, 5..4] {
            assert!(matches!(
                fixture.blobs.read(&stored, Some(range)).map(drop),
                Err(BlobError::Range { .. })
            ));
        }
        assert!(fixture.read(&stored, size..size).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_range_needs_only_its_own_segments_to_be_right() {
    let fixture = Fixture::new();
    let content = content(5 * SEGMENT);
    let stored = fixture.store(&content).await;
    fixture.change(&stored, |bytes| bytes[2 * SEALED + 9] ^= 1);

    let segment = SEGMENT as u64;
    assert_eq!(fixture.read(&stored, 0..2 * segment).await.unwrap(), content[..2 * SEGMENT]);
    assert_eq!(fixture.read(&stored, 3 * segment..stored.size).await.unwrap(), content[3 * SEGMENT..]);
    let damaged = fixture.read(&stored, 2 * segment..2 * segment + 1).await;
    assert!(matches!(damaged, Err(BlobError::Damaged(_))));
}

#[tokio::test]
async fn a_cut_object_is_refused() {
    let fixture = Fixture::new();
    for cut in [1, SEALED, SEALED + 1, 2 * SEALED] {
        let stored = fixture.store(&content(3 * SEGMENT)).await;
        fixture.change(&stored, |bytes| bytes.truncate(bytes.len() - cut));
        assert!(matches!(fixture.blobs.read_all(&stored).await, Err(BlobError::Damaged(_))), "{cut}");

        let pretended = Stored { size: (2 * SEGMENT) as u64, ..stored };
        assert!(matches!(fixture.blobs.read_all(&pretended).await, Err(BlobError::Damaged(_))), "{cut}");
    }
}

#[tokio::test]
async fn reordered_segments_are_refused() {
    let fixture = Fixture::new();
    let stored = fixture.store(&content(4 * SEGMENT)).await;
    fixture.change(&stored, |bytes| {
        let (first, second) = bytes.split_at_mut(SEALED);
        first.swap_with_slice(&mut second[..SEALED]);
    });
    assert!(matches!(fixture.blobs.read_all(&stored).await, Err(BlobError::Damaged(_))));
}

#[tokio::test]
async fn content_never_opens_as_another_one() {
    let fixture = Fixture::new();
    for size in [500, 3 * SEGMENT] {
        let (one, two) = (fixture.store(&content(size)).await, fixture.store(&content(size)).await);
        assert_eq!(one.sha256, two.sha256);

        // The place of one in the row of the other.
        let swapped = Stored { place: one.place.clone(), ..two.clone() };
        assert!(matches!(fixture.blobs.read_all(&swapped).await, Err(BlobError::Key { .. })));
        // Another digest in the row.
        let altered = Stored { sha256: [0; 32], ..one.clone() };
        assert!(matches!(fixture.blobs.read_all(&altered).await, Err(BlobError::Key { .. })));
    }
}

#[tokio::test]
async fn an_object_put_in_the_place_of_another_is_refused() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.store(&content(100_000)).await, fixture.store(&content(100_000)).await);
    fs::copy(fixture.file(&one), fixture.file(&two)).unwrap();
    assert!(matches!(fixture.blobs.read_all(&two).await, Err(BlobError::Damaged(_))));
}

#[tokio::test]
async fn sealed_content_never_passes_for_a_wrapped_key() {
    let fixture = Fixture::new();
    let stored = fixture.store(&[7; 32]).await;
    let Place::Inline(sealed) = stored.place.clone() else { panic!("small") };
    let pretended = Stored { place: Place::Object { wrapped_key: sealed }, ..stored };
    assert!(matches!(fixture.blobs.read_all(&pretended).await, Err(BlobError::Key { .. })));
}

#[tokio::test]
async fn another_keyring_opens_nothing() {
    let fixture = Fixture::new();
    let folder = fixture.folder.path().join("objects");
    let other = Blobs::open(&folder, keys(), Random::system()).unwrap();
    for size in [0, 500, 100_000] {
        let stored = fixture.store(&content(size)).await;
        assert!(matches!(other.read_all(&stored).await, Err(BlobError::Key { .. })));
    }
}

#[tokio::test]
async fn an_aborted_or_dropped_writer_leaves_no_file() {
    let fixture = Fixture::new();
    let mut aborted = fixture.blobs.writer(fixture.id());
    aborted.push(content(1_000_000).into()).await.unwrap();
    assert_eq!(fixture.files().len(), 1);
    aborted.abort().await.unwrap();
    assert!(fixture.files().is_empty());

    let mut dropped = fixture.blobs.writer(fixture.id());
    dropped.push(content(1_000_000).into()).await.unwrap();
    drop(dropped);
    fixture.settled().await;
}

#[tokio::test]
async fn a_finish_that_nobody_waits_for_leaves_no_file() {
    let fixture = Fixture::new();
    for patience in 0..40 {
        let mut writer = fixture.blobs.writer(fixture.id());
        writer.push(content(100_000).into()).await.unwrap();
        let finish = tokio::time::timeout(Duration::from_micros(patience * 50), writer.finish()).await;
        if let Ok(stored) = finish {
            fixture.blobs.discard(&stored.unwrap()).await.unwrap();
        }
    }
    fixture.settled().await;
}

#[tokio::test]
async fn objects_without_a_row_are_removed_unless_released() {
    let fixture = Fixture::new();
    let (kept, lost) = (fixture.store(&content(100_000)).await, fixture.store(&content(100_000)).await);

    let mut unnamed = fixture.blobs.unnamed();
    unnamed.hold(kept.object);
    unnamed.release();
    let mut unnamed = fixture.blobs.unnamed();
    unnamed.hold(lost.object);
    drop(unnamed);

    while fixture.files().len() > 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(fixture.files(), [fixture.file(&kept)]);
}

#[tokio::test]
async fn deleting_again_is_no_error_and_reading_says_gone() {
    let fixture = Fixture::new();
    let stored = fixture.store(&content(100_000)).await;
    fixture.blobs.delete(stored.object).await.unwrap();
    fixture.blobs.discard(&stored).await.unwrap();
    assert!(matches!(fixture.blobs.read_all(&stored).await, Err(BlobError::Gone(id)) if id == stored.object));
}

#[tokio::test]
async fn the_collector_sees_objects_and_sweeps_unfinished_ones() {
    let fixture = Fixture::new();
    let stored = fixture.store(&content(100_000)).await;
    let unfinished = fixture.file(&stored).with_extension("x#1");
    fs::write(&unfinished, b"half").unwrap();

    let objects: Vec<Object> = fixture.blobs.objects().try_collect().await.unwrap();
    assert_eq!(objects.iter().map(|object| object.id).collect::<Vec<_>>(), [stored.object]);
    let hour = Duration::from_secs(3_600);
    let now = fixture.clock.now();
    assert!(objects[0].at > now.minus(hour) && objects[0].at < now.plus(hour));

    assert_eq!(fixture.blobs.remove_unfinished(now.minus(hour)).await.unwrap(), 0);
    assert_eq!(fixture.blobs.remove_unfinished(now.plus(hour)).await.unwrap(), 1);
    assert_eq!(fixture.files(), [fixture.file(&stored)]);
}

#[tokio::test]
async fn content_outlives_the_rotation_of_its_key() {
    let fixture = Fixture::new();
    let mut keyring = Keyring::create("demo", Timestamp::from_seconds(1), &fixture.random).unwrap();
    let path = fixture.folder.path().join("keyring.toml");
    keyring.store(&path).unwrap();
    let keys = Keys::new(Keyring::load(&path).unwrap());
    let blobs =
        Blobs::open(&fixture.folder.path().join("others"), keys.clone(), fixture.random.clone()).unwrap();
    let mut writer = blobs.writer(fixture.id());
    writer.push(content(100_000).into()).await.unwrap();
    let stored = writer.finish().await.unwrap();

    keyring.rotate(crate::keys::Purpose::Content, Timestamp::from_seconds(2), &fixture.random).unwrap();
    keyring.store(&path).unwrap();
    keys.reload(&path).unwrap();

    assert_eq!(blobs.read_all(&stored).await.unwrap(), content(100_000));
}
