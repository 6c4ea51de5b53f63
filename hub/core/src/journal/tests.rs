use std::io::{Read as _, Seek as _, Write as _};

use uuid::Uuid;

use super::file::Segment;
use super::*;
use crate::clock::Timestamp;
use crate::id::{ConsentId, MailboxId};

fn reading(number: i64) -> Reading {
    Reading {
        at: Timestamp(1_763_700_000_000_000 + number),
        mailbox: MailboxId(Uuid::from_u128(7)),
        reader: Reader::Provider { application: Uuid::from_u128(8), consent: ConsentId(Uuid::from_u128(9)) },
        what: Disclosed::Content { number, part: 3 },
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn what_was_written_is_read_again() {
    let folder = folder();
    let journal = Journal::open(folder.path(), &Random::system()).unwrap();
    for number in 1..=10 {
        journal.write(&reading(number)).unwrap();
    }
    let person = Reading {
        reader: Reader::Person(MailboxId(Uuid::from_u128(1))),
        what: Disclosed::Summary,
        ..reading(1)
    };
    journal.write(&person).unwrap();
    let nothing = Reading { what: Disclosed::Nothing, ..reading(0) };
    let operator = Reader::Operator(Uuid::from_u128(4));
    let operator = Reading { reader: operator, what: Disclosed::List { number: 5 }, ..reading(5) };
    journal.write(&nothing).unwrap();
    journal.write(&operator).unwrap();

    let segment = Segment::read(folder.path(), 1).unwrap();

    assert_eq!(segment.records.len(), 13);
    assert_eq!(segment.records[4].reading, reading(5));
    assert_eq!(segment.records[10].reading, person);
    assert_eq!((segment.records[11].reading, segment.records[12].reading), (nothing, operator));
    assert_eq!(segment.records[12].end(), segment.end);
    assert_eq!(segment.records[12].head, segment.head);
}

#[test]
fn a_torn_record_is_cut_off_and_the_next_segment_is_chained() {
    let folder = folder();
    let journal = Journal::open(folder.path(), &Random::system()).unwrap();
    journal.write(&reading(1)).unwrap();
    drop(journal);
    let path = folder.path().join("000000000001.journal");
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"torn").unwrap();

    let journal = Journal::open(folder.path(), &Random::system()).unwrap();
    journal.write(&reading(2)).unwrap();

    let (first, second) = (
        Segment::read(folder.path(), 1).unwrap(),
        std::fs::read(folder.path().join("000000000002.journal")).unwrap(),
    );
    assert_eq!(first.records.len(), 1);
    assert_eq!(second[16..48], first.head);
}

#[test]
fn zeros_that_loss_of_power_left_are_cut_off() {
    for zeros in [104, 300] {
        let folder = folder();
        let journal = Journal::open(folder.path(), &Random::system()).unwrap();
        journal.write(&reading(1)).unwrap();
        drop(journal);
        let path = folder.path().join("000000000001.journal");
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&vec![0; zeros]).unwrap();

        Journal::open(folder.path(), &Random::system()).unwrap();

        assert_eq!(Segment::read(folder.path(), 1).unwrap().records.len(), 1);
    }
}

#[test]
fn a_second_process_finds_the_journal_in_use() {
    let folder = folder();
    let _journal = Journal::open(folder.path(), &Random::system()).unwrap();
    assert!(matches!(Journal::open(folder.path(), &Random::system()), Err(JournalError::InUse)));
}

#[test]
fn a_changed_record_breaks_the_chain() {
    let folder = folder();
    let journal = Journal::open(folder.path(), &Random::system()).unwrap();
    journal.write(&reading(1)).unwrap();
    journal.write(&reading(2)).unwrap();
    drop(journal);
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(folder.path().join("000000000001.journal"))
        .unwrap();
    let mut byte = [0];
    file.seek(std::io::SeekFrom::Start(60)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(std::io::SeekFrom::Start(60)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();

    assert!(matches!(
        Journal::open(folder.path(), &Random::system()),
        Err(JournalError::Broken { segment: 1, position: 48 })
    ));
}
