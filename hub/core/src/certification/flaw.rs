//! Why a statement is not believed, or a nonce not given.

/// What is wrong; the text goes to whoever handed it in, the code into the answer and the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Flaw {
    /// It is no statement.
    #[error("the statement is no compact JWS of at most 16384 characters with the claims of a statement")]
    Malformed,
    /// Not ES256.
    #[error("alg of a statement is ES256 and nothing else")]
    Algorithm,
    /// A JWS made for something else.
    #[error("typ of the statement is another, or it has crit")]
    Type,
    /// A key that the operator did not name to the hub.
    #[error("the hub was told of no certification key with this kid")]
    UnknownKey,
    /// Edited, or signed by another key.
    #[error(
        "the signature is not of the certification key over these words: the statement was edited, or another key signed it"
    )]
    Signature,
    /// Made for another hub.
    #[error("the statement is for another hub: aud is not this hub's issuer")]
    OtherHub,
    /// About another application.
    #[error("the statement is about another application than the one that hands it in")]
    OtherClient,
    /// Made with another certificate.
    #[error("the statement is about another certificate than the one of this connection")]
    OtherCertificate,
    /// Another plan than the policy asks for.
    #[error("the hub's policy asks for another plan")]
    OtherPlan,
    /// A suite that the policy does not accept, or no more.
    #[error("the hub's policy does not accept this version of the suite")]
    SuiteVersion,
    /// Requirements that the policy does not accept, or no more.
    #[error("the hub's policy does not accept this version of the requirements")]
    RequirementsVersion,
    /// The run was not green.
    #[error("the run did not pass: only a green one counts")]
    NotGreen,
    /// The run forgave failures.
    #[error("the run was told of failures to expect")]
    ExpectedFailures,
    /// A part of the plan.
    #[error("the run played a part of the plan, or did not come to its end")]
    PartOfPlan,
    /// In two goes.
    #[error("the run went on with an earlier one")]
    Resumed,
    /// It leaves out something that the policy asks every app for.
    #[error("the app was not declared to have every capability that the hub's policy needs")]
    Capabilities,
    /// Too old.
    #[error("the run began longer ago than the hub's policy allows")]
    Stale,
    /// From the future.
    #[error("the run ended, or the statement was made, in the future, or the run ended before it began")]
    Future,
    /// A certified run without a nonce.
    #[error("a certified run carries a nonce of this hub, and a declared one carries none")]
    NonceMissing,
    /// Not one of ours, or put aside by a newer one.
    #[error("the hub gave out no such nonce, or a newer one since")]
    NonceUnknown,
    /// Given to another application.
    #[error("the nonce was given to another application, or for other versions")]
    NonceOther,
    /// Used.
    #[error("the nonce was used: the statement, or another one of the same run, was handed in before")]
    NonceUsed,
    /// Its time is over.
    #[error("the time of the nonce is over")]
    NonceExpired,
    /// It waited for an operator until it did not count any more.
    #[error(
        "what is stated does not count any more: by time, by policy, or because its certificate is not registered"
    )]
    Lapsed,
    /// The operator wants a provider to go on who is not certified.
    #[error("no application of the provider is certified now")]
    NotCertified,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 25] = [
        Self::Malformed,
        Self::Algorithm,
        Self::Type,
        Self::UnknownKey,
        Self::Signature,
        Self::OtherHub,
        Self::OtherClient,
        Self::OtherCertificate,
        Self::OtherPlan,
        Self::SuiteVersion,
        Self::RequirementsVersion,
        Self::NotGreen,
        Self::ExpectedFailures,
        Self::PartOfPlan,
        Self::Resumed,
        Self::Capabilities,
        Self::Stale,
        Self::Future,
        Self::NonceMissing,
        Self::NonceUnknown,
        Self::NonceOther,
        Self::NonceUsed,
        Self::NonceExpired,
        Self::Lapsed,
        Self::NotCertified,
    ];

    /// The word in answers and in the audit.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::UnknownKey => "unknownKey",
            Self::Signature => "signature",
            Self::OtherHub => "otherHub",
            Self::OtherClient => "otherClient",
            Self::OtherCertificate => "otherCertificate",
            Self::OtherPlan => "otherPlan",
            Self::SuiteVersion => "suiteVersion",
            Self::RequirementsVersion => "requirementsVersion",
            Self::NotGreen => "notGreen",
            Self::ExpectedFailures => "expectedFailures",
            Self::PartOfPlan => "partOfPlan",
            Self::Resumed => "resumed",
            Self::Capabilities => "capabilities",
            Self::Stale => "stale",
            Self::Future => "future",
            Self::NonceMissing => "nonceMissing",
            Self::NonceUnknown => "nonceUnknown",
            Self::NonceOther => "nonceOther",
            Self::NonceUsed => "nonceUsed",
            Self::NonceExpired => "nonceExpired",
            Self::Lapsed => "lapsed",
            Self::NotCertified => "notCertified",
        }
    }
}
