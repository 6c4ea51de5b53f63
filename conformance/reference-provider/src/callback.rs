//! The hub's answer as it comes back through the browser, and the checks before it is believed.
//!
//! Whoever opens the callback may be anybody: the answer counts only for the browser that asked (`state`),
//! only from the hub that was asked (`iss`), and only if it says one thing.

use std::collections::HashMap;

use url::form_urlencoded;

use crate::random;

/// An authorization code; good for one try at the token endpoint.
pub struct Code(pub(crate) String);

/// Why an answer is not followed by a token request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// This browser asked nothing, or has had its answer.
    #[error("this browser has no request under way")]
    NoRequest,
    /// The answer belongs to another request.
    #[error("the answer belongs to another request")]
    State,
    /// The answer does not come from the hub that was asked, or does not say so.
    #[error("the answer does not come from the hub")]
    Issuer,
    /// A parameter stands twice in the answer.
    #[error("the answer says something twice")]
    Twice,
    /// The answer carries a code and an error.
    #[error("the answer contradicts itself")]
    Contradiction,
    /// There is neither a code nor an error in the answer.
    #[error("the answer carries no code")]
    NoCode,
    /// The citizen, or the hub, said no (RFC 6749 4.1.2.1).
    #[error("the hub answered {0}")]
    Denied(String),
}

/// Checks the query of a callback against the `state` and `issuer` of the request under way.
pub(crate) fn check(query: &str, state: &str, issuer: &str) -> Result<Code, Refusal> {
    let answer = parameters(query)?;
    let parameter = |name: &str| answer.get(name).map(String::as_str);

    if !parameter("state").is_some_and(|given| random::same(given, state)) {
        return Err(Refusal::State);
    }
    // RFC 9207 2.4: compared letter by letter, for errors too.
    if parameter("iss") != Some(issuer) {
        return Err(Refusal::Issuer);
    }
    match (parameter("code"), parameter("error")) {
        (Some(_), Some(_)) => Err(Refusal::Contradiction),
        (None, Some(error)) => Err(Refusal::Denied(error.chars().filter(is_error_char).take(60).collect())),
        (Some(code), None) if !code.is_empty() => Ok(Code(code.to_owned())),
        _ => Err(Refusal::NoCode),
    }
}

/// The `state` that an answer carries, if it carries one.
pub(crate) fn state_in(query: &str) -> Option<String> {
    parameters(query).ok()?.remove("state")
}

/// Reads the parameters; none may stand twice (RFC 6749 3.1).
fn parameters(query: &str) -> Result<HashMap<String, String>, Refusal> {
    let mut found = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if found.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(Refusal::Twice);
        }
    }
    Ok(found)
}

/// Error codes are lower-case words; anything else in one is dropped before a person sees it.
fn is_error_char(c: &char) -> bool {
    c.is_ascii_lowercase() || *c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://facteur.localhost:8443";
    const ISS: &str = "iss=https%3A%2F%2Ffacteur.localhost%3A8443";

    fn refusal(query: &str) -> Refusal {
        check(query, "state-1", ISSUER).err().unwrap()
    }

    #[test]
    fn a_whole_answer_gives_its_code() {
        let code = check(&format!("code=fac_1&state=state-1&{ISS}&new=1"), "state-1", ISSUER).ok().unwrap();
        assert_eq!(code.0, "fac_1");
    }

    #[test]
    fn the_state_must_be_the_one_of_this_browser() {
        assert_eq!(refusal(&format!("code=c&{ISS}")), Refusal::State);
        assert_eq!(refusal(&format!("code=c&state=state-2&{ISS}")), Refusal::State);
    }

    #[test]
    fn the_issuer_must_be_there_and_be_the_one_asked() {
        assert_eq!(refusal("code=c&state=state-1"), Refusal::Issuer);
        assert_eq!(refusal("code=c&state=state-1&iss=https%3A%2F%2Fevil.example"), Refusal::Issuer);
        assert_eq!(refusal(&format!("code=c&state=state-1&{ISS}%2F")), Refusal::Issuer);
        assert_eq!(
            refusal(&format!("code=c&state=state-1&{}", ISS.replace("facteur", "Facteur"))),
            Refusal::Issuer
        );
        assert_eq!(refusal("error=access_denied&state=state-1"), Refusal::Issuer);
    }

    #[test]
    fn an_answer_says_one_thing_once() {
        for (query, why) in [
            ("", Refusal::NoCode),
            ("code=", Refusal::NoCode),
            ("response=x&id_token=y", Refusal::NoCode),
            ("code=c&code=d", Refusal::Twice),
            ("code=c&error=access_denied", Refusal::Contradiction),
        ] {
            assert_eq!(refusal(&format!("{query}&state=state-1&{ISS}")), why, "{query}");
        }
        assert_eq!(refusal(&format!("code=c&state=state-1&{ISS}&{ISS}")), Refusal::Twice);
    }

    #[test]
    fn a_refusal_by_the_citizen_is_told_as_such() {
        let denied = Refusal::Denied("access_denied".into());
        assert_eq!(refusal(&format!("error=access_denied&state=state-1&{ISS}")), denied);
    }
}
