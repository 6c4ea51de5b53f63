//! Following a list from page to page, as long as it stays the same list.

use std::collections::BTreeSet;

use url::Url;

use crate::error::Unexpected;

/// More pages than any list has; whoever sends more sends for ever.
const MOST: usize = 10_000;

/// The pages of one list that are still to be read.
pub(crate) struct Pages {
    list: Url,
    next: Option<Url>,
    met: BTreeSet<Url>,
    begun_again: bool,
}

impl Pages {
    /// Begins with the first page.
    pub(crate) fn of(list: Url) -> Self {
        Self { next: Some(list.clone()), list, met: BTreeSet::new(), begun_again: false }
    }

    /// The page to read now; `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<Url> {
        self.next.take()
    }

    /// Goes on where a page says that the list goes on, whether the page held something or not.
    pub(crate) fn turn(&mut self, next: Option<Url>) -> Result<(), Unexpected> {
        if let Some(url) = &next {
            let new = self.met.len() < MOST && self.met.insert(url.clone());
            if !new || !is_same_place(url, &self.list) {
                return Err(Unexpected::Paging);
            }
        }
        self.next = next;
        Ok(())
    }

    /// Begins again because the hub does not know the cursor any more: once, and only if there was a cursor.
    pub(crate) fn begin_again(&mut self) -> Result<(), Unexpected> {
        if self.begun_again || self.met.is_empty() {
            return Err(Unexpected::Paging);
        }
        self.met.clear();
        self.next = Some(self.list.clone());
        self.begun_again = true;
        Ok(())
    }
}

/// Says whether a link leads to the same resource, whatever its query. A token goes nowhere else.
pub(crate) fn is_same_place(link: &Url, place: &Url) -> bool {
    link.scheme() == place.scheme() && link.authority() == place.authority() && link.path() == place.path()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn pages() -> Pages {
        let mut pages = Pages::of(url("https://api.example/messages"));
        assert_eq!(pages.next(), Some(url("https://api.example/messages")));
        pages
    }

    #[test]
    fn a_list_ends_where_no_page_follows() {
        let mut pages = pages();
        pages.turn(Some(url("https://api.example/messages?after=a"))).unwrap();
        assert_eq!(pages.next(), Some(url("https://api.example/messages?after=a")));
        pages.turn(None).unwrap();
        assert_eq!(pages.next(), None);
    }

    #[test]
    fn a_page_elsewhere_or_once_more_is_refused() {
        for elsewhere in [
            "https://evil.example/messages?after=a",
            "http://api.example/messages?after=a",
            "https://api.example:444/messages?after=a",
            "https://api.example/other?after=a",
            "https://a@api.example/messages?after=a",
        ] {
            assert_eq!(pages().turn(Some(url(elsewhere))), Err(Unexpected::Paging), "{elsewhere}");
        }
        let (mut pages, same) = (pages(), url("https://api.example/messages?after=a"));
        pages.turn(Some(same.clone())).unwrap();
        assert_eq!(pages.turn(Some(same)), Err(Unexpected::Paging));
    }

    #[test]
    fn a_list_begins_again_once_and_not_at_its_first_page() {
        let mut pages = pages();
        assert_eq!(pages.begin_again(), Err(Unexpected::Paging));
        pages.turn(Some(url("https://api.example/messages?after=a"))).unwrap();
        pages.begin_again().unwrap();
        assert_eq!(pages.next(), Some(url("https://api.example/messages")));
        pages.turn(Some(url("https://api.example/messages?after=a"))).unwrap();
        assert_eq!(pages.begin_again(), Err(Unexpected::Paging));
    }
}
