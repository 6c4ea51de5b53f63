//! Uploads in parts that were begun and never ended, as a bucket lists them (`ListMultipartUploads`).

use serde::Deserialize;

use crate::clock::Timestamp;

/// A page of the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) uploads: Vec<Unfinished>,
    /// Whether others follow.
    pub(super) more: bool,
}

/// One upload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) begun: Timestamp,
}

/// Reads a page; `None` if it is none.
pub(super) fn page(xml: &[u8]) -> Option<Page> {
    let list: List = quick_xml::de::from_reader(xml).ok()?;
    let uploads = list.uploads.into_iter().map(Upload::read).collect::<Option<_>>()?;
    Some(Page { uploads, more: list.is_truncated })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    #[serde(default)]
    is_truncated: bool,
    #[serde(default, rename = "Upload")]
    uploads: Vec<Upload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Upload {
    key: String,
    upload_id: String,
    initiated: String,
}

impl Upload {
    fn read(self) -> Option<Unfinished> {
        let begun = Timestamp::parse(&self.initiated)?;
        Some(Unfinished { key: self.key, id: self.upload_id, begun })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_uploads_is_read() {
        let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>b</Bucket>
            <KeyMarker></KeyMarker><MaxUploads>1000</MaxUploads><IsTruncated>true</IsTruncated>
            <Upload><Key>content/0a/x</Key><UploadId>A+b/=</UploadId><Initiator><ID>1</ID></Initiator>
            <Initiated>2010-11-10T20:48:33.000Z</Initiated></Upload>
            <Upload><Key>content/0b/y</Key><UploadId>2</UploadId><Initiated>2010-11-10T20:48:34Z</Initiated></Upload>
            </ListMultipartUploadsResult>"#;

        let page = page(xml.as_bytes()).unwrap();

        assert!(page.more);
        assert_eq!(page.uploads.len(), 2);
        let first = &page.uploads[0];
        assert_eq!((first.key.as_str(), first.id.as_str()), ("content/0a/x", "A+b/="));
        assert_eq!(first.begun.rfc3339(), "2010-11-10T20:48:33Z");
    }

    #[test]
    fn an_empty_list_has_nothing_and_an_error_is_no_list() {
        let empty =
            "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";
        assert_eq!(page(empty.as_bytes()), Some(Page { uploads: Vec::new(), more: false }));
        assert_eq!(page(b"<html>"), None);
    }
}
