//! What a form or a query says.

use axum::extract::{FromRequest, FromRequestParts, RawForm, Request};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use url::form_urlencoded;

use crate::failure::Failure;
use crate::view::Fault;

/// The pairs of a form.
pub(crate) struct Fields(Vec<(String, String)>);

/// The pairs of a query.
pub(crate) struct Parameters(pub(crate) Fields);

impl Fields {
    /// What a form or a query in a test says.
    #[cfg(test)]
    pub(crate) fn read(text: &str) -> Self {
        Self::parse(text.as_bytes())
    }

    fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The value of a field; `None` if it is absent, empty, or said more than once (RFC 6749 3.1).
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next().filter(|value| !value.is_empty());
        if values.next().is_some() { None } else { first }
    }

    /// The values of a field that may be said several times.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let RawForm(bytes) = RawForm::from_request(request, state)
            .await
            .map_err(|_| Failure::from(Fault::Input).into_response())?;
        Ok(Self::parse(&bytes))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_said_twice_is_not_said() {
        let fields = Fields::parse(b"a=1&b=2&b=3&c=");
        assert_eq!((fields.one("a"), fields.one("b"), fields.one("c")), (Some("1"), None, None));
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["2", "3"]);
    }
}
