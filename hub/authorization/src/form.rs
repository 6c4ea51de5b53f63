//! The parameters of a request, as OAuth reads forms (RFC 6749 3.2).
//!
//! No parameter comes twice, an empty one was not sent, unknown ones are for others to look at or nobody.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::fault::Fault;

/// Parameters by name, none of them empty.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a body of type `application/x-www-form-urlencoded`.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Fault> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            // Neither survives every place where a value is kept or sent back to.
            if [&name, &value].iter().any(|text| text.contains(['\0', '\u{FFFD}'])) {
                return Err(Fault::invalid_request("the form is not UTF-8 text"));
            }
            if parameters.contains_key(name.as_ref()) {
                return Err(Fault::invalid_request(format!("the parameter {name} comes twice")));
            }
            parameters.insert(name.into_owned(), value.into_owned());
        }
        parameters.retain(|_, value| !value.is_empty());
        Ok(Self(parameters))
    }

    /// The value of a parameter; `None` if it was not sent.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value of a parameter as a text of its own.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// The value of a parameter that must be there: `invalid_request` if it is not.
    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Fault> {
        self.value(name).ok_or_else(|| Fault::invalid_request(format!("{name} is required")))
    }

    /// Whether one of these parameters was sent.
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let form = Form::parse(b"code=a%2Bb+c&state=%C3%A9").unwrap();
        assert_eq!(form.value("code"), Some("a+b c"));
        assert_eq!(form.value("state"), Some("é"));
        assert_eq!(form.value("token"), None);
    }

    #[test]
    fn an_empty_parameter_was_not_sent() {
        let form = Form::parse(b"state=&code&&resource=x").unwrap();
        assert_eq!(form.value("state"), None);
        assert_eq!(form.required("code").map_err(|fault| fault.code).unwrap_err(), "invalid_request");
        assert!(form.has_any(&["code", "resource"]));
        assert!(!form.has_any(&["code", "state"]));
    }

    #[test]
    fn no_parameter_comes_twice_even_if_empty_or_unknown() {
        for body in ["code=1&code=2", "code=1&code=1", "code=&code=1", "colour=red&colour=blue"] {
            assert!(Form::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn what_is_not_text_is_refused() {
        for body in [&b"state=%00"[..], b"state=%FF%FE", b"st\xFFate=1"] {
            assert!(Form::parse(body).is_err());
        }
    }
}
