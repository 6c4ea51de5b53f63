//! What can be wrong with the small app: one thing at a time.

/// A rule that the app breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Metadata of any issuer are believed.
    TakesAnyIssuer,
    /// Metadata are read once and never again.
    KeepsMetadataForEver,
    /// The server's certificate is not looked at.
    TrustsEveryCertificate,
    /// Every request has the same PKCE verifier.
    OneVerifier,
    /// The browser carries the state too.
    TellsTooMuch,
    /// A foreign page can begin a consent.
    StartsForForeigners,
    /// An answer without `iss` is taken.
    NeedsNoIss,
    /// Any `iss` is taken, and none.
    IgnoresIss,
    /// Any `state` is taken, and none.
    IgnoresState,
    /// An answer in any browser is taken.
    AnyBrowser,
    /// A code that comes again is sent again.
    RedeemsTwice,
    /// A token of any type is used.
    TakesAnyTokenType,
    /// More than was asked is used.
    TakesMoreThanAsked,
    /// A new refresh token is passed over.
    KeepsOldRefreshToken,
    /// 401 is met with renewals, five of them.
    RenewsWithoutEnd,
    /// The connection goes on after its end.
    ReadsAfterTheEnd,
    /// The hub is not left alone when it asks for it.
    IgnoresRetryAfter,
    /// A letter on two pages is two letters.
    ShowsLettersTwice,
    /// A file with another digest is handed on.
    TrustsWrongDigest,
    /// The access token stands in the address.
    TokenInAddress,
    /// The customer is told that it is over before the hub has said so.
    EndsUnconfirmed,
}
