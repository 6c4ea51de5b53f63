//! Zips that are not what they seem to whoever reads their list.

use super::*;

#[test]
fn a_zip_with_bytes_around_it_is_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let before = [b"before".as_slice(), &bundle].concat();
    let after = [bundle.as_slice(), b"after"].concat();
    for bytes in [before, after, b"no zip".to_vec(), Vec::new()] {
        assert!(matches!(refusal(&bytes, &verifier, now), Refusal::Archive(_)));
    }
}

#[test]
fn entries_that_the_list_does_not_name_are_refused() {
    let (bundle, verifier, now) = bundle(&green());
    let hidden = repacked(&[("report.html".to_owned(), b"another report".to_vec())]);
    let hidden =
        hidden.get(..ZipArchive::new(Cursor::new(&hidden)).unwrap().central_directory_start() as usize);
    let hidden = hidden.unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bundle)).unwrap();
    let list = archive.central_directory_start() as usize;
    let second = archive.by_index(1).unwrap().header_start() as usize;
    for place in [second, list] {
        let mut bytes = [&bundle[..place], hidden, &bundle[place..]].concat();
        shift(&mut bytes, list + hidden.len(), place, hidden.len());
        // The zip is right for whoever reads its list.
        assert_eq!(files_of(&bytes), files_of(&bundle));
        assert!(matches!(refusal(&bytes, &verifier, now), Refusal::Archive(_)), "{place}");
    }
}

/// Moves what the list of a zip, and its end, say of places at and behind `place`.
fn shift(bytes: &mut [u8], list: usize, place: usize, by: usize) {
    let add = |bytes: &mut [u8], at: usize| {
        let told = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        if told as usize >= place {
            bytes[at..at + 4].copy_from_slice(&(told + by as u32).to_le_bytes());
        }
    };
    let mut at = list;
    while bytes[at..].starts_with(b"PK\x01\x02") {
        add(bytes, at + 42);
        let length = |n: usize| usize::from(u16::from_le_bytes([bytes[at + n], bytes[at + n + 1]]));
        at += 46 + length(28) + length(30) + length(32);
    }
    add(bytes, at + 16);
}

#[test]
fn an_entry_that_says_another_name_to_whoever_reads_from_the_beginning_is_refused() {
    let (mut bundle, verifier, now) = bundle(&green());
    let name = bundle.windows(11).position(|name| name == b"report.json").unwrap();
    bundle[name] = b'R';
    assert!(matches!(refusal(&bundle, &verifier, now), Refusal::Archive(_)));
}

#[test]
fn more_than_any_report_is_not_unpacked() {
    let (bundle, verifier, now) = bundle(&green());
    let mut files = files_of(&bundle);
    files[0].1 = vec![b' '; 40 * 1024 * 1024];
    files[1].1 = vec![b' '; 40 * 1024 * 1024];
    let refused = refusal(&repacked(&files), &verifier, now);
    assert_eq!(refused, Refusal::Archive(format!("{} is too large", files[1].0)));
    // What has no place in a bundle is not unpacked at all.
    files.push(("more.txt".to_owned(), vec![b' '; 4]));
    assert_eq!(refusal(&repacked(&files), &verifier, now), Refusal::Added("more.txt".to_owned()));
}
