//! Why an assertion is not believed.

/// What is wrong with an assertion; the text goes to the client, whose certificate is known, and the code into the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("client_assertion is longer than 8192 characters")]
    TooLarge,
    #[error(
        "client_assertion is a JWS in compact form: three parts of base64url, JSON objects without repeated members"
    )]
    Shape,
    #[error("alg of the assertion is RS256, PS256 or ES256")]
    Algorithm,
    #[error("the assertion has crit, and nothing critical is understood here")]
    Critical,
    #[error("typ of an assertion is JWT, if there is one")]
    Type,
    #[error("no key of this client that is registered and valid now has that kid and alg")]
    Key,
    #[error("the signature of the assertion is not of the registered key")]
    Signature,
    #[error("iss and sub of the assertion are the client id, both")]
    Party,
    #[error("aud of the assertion is the address of this token endpoint and nothing else")]
    Audience,
    #[error(
        "exp of the assertion is a whole number of seconds, at most 10 minutes after iat, or after now without one"
    )]
    Expiry,
    #[error("the assertion has expired")]
    Expired,
    #[error("iat or nbf of the assertion lies in the future")]
    NotYet,
    #[error("iat and nbf of an assertion are whole numbers of seconds")]
    Number,
    #[error("jti of the assertion is a text of 1 to 256 bytes")]
    Jti,
    #[error("the assertion was used before; sign a new one for each request")]
    Replayed,
}

impl Flaw {
    /// Its word in the audit.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "assertionTooLarge",
            Self::Shape => "assertionShape",
            Self::Algorithm => "assertionAlgorithm",
            Self::Critical => "assertionCritical",
            Self::Type => "assertionType",
            Self::Key => "assertionKey",
            Self::Signature => "assertionSignature",
            Self::Party => "assertionParty",
            Self::Audience => "assertionAudience",
            Self::Expiry => "assertionExpiry",
            Self::Expired => "assertionExpired",
            Self::NotYet => "assertionNotYet",
            Self::Number => "assertionNumber",
            Self::Jti => "assertionJti",
            Self::Replayed => "assertionReplayed",
        }
    }
}
