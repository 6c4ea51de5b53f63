//! Where a page may send the visitor back to: a path of this site, whatever the address said.

/// `wanted` if it is a path of this site, else the start page.
///
/// A browser takes `//host`, `/\host` and paths with control characters for other sites.
pub fn local(wanted: &str) -> &str {
    let rest = wanted.strip_prefix('/');
    let own = rest.is_some_and(|rest| !rest.starts_with(['/', '\\']) && rest.len() < LONGEST);
    if own && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') { wanted } else { "/" }
}

const LONGEST: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        assert_eq!(local("/consents?lang=fr"), "/consents?lang=fr");
        for foreign in [
            "https://x.example",
            "//x.example",
            "/\\x.example",
            "/\t/x.example",
            "consents",
            "",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(local(foreign), "/", "{foreign:?}");
        }
    }
}
