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
    /// A code is sent to the hub that `iss` names, and the answer refused afterwards.
    AsksWhomIssNames,
    /// The token request comes when the answer is refused already.
    AsksLater,
    /// Reasons are told in words that the hook does not know.
    SaysStrangeWords,
    /// Every refusal is told as the same, and not what it was.
    NamesAnotherReason,
    /// Each customer is shown the other's connection.
    SwapsCustomers,
    /// A list that was asked for before is always told as unchanged, and not asked for.
    SaysUnchanged,
    /// A list is asked for once and then told from memory.
    TellsFromMemory,
    /// A connection is told as ended that nobody has ended.
    EndsByItself,
    /// TLS 1.1 is spoken where the server does.
    SpeaksOldTls,
    /// A renewal that fails costs the refresh token.
    LosesRefreshToken,
    /// A hub that asks for time makes an empty list.
    EmptyWhenBusy,
    /// Parameters that are not known break the page.
    FallsOverParameters,
    /// A letter's subject is put into the page as it is, without quotes.
    ShowsMarkup,
    /// No page is told of.
    TellsNoPages,
    /// What is refused is handed on all the same.
    HandsOnRefused,
    /// What is refused stands on the customer's page all the same.
    ShowsRefused,
    /// A renewal is told as done, whatever the hub says.
    SaysRenewed,
    /// A second mailbox is not told of, and read.
    ReadsSecondMailbox,
    /// A consent cannot be ended.
    CannotEnd,
    /// A page of three megabytes.
    TellsTooLong,
    /// The browser is sent to a page of the app's own choice.
    SendsElsewhere,
    /// The app opens the authorization endpoint too.
    OpensItself,
    /// A list with something new in it fails.
    FailsOnNews,
    /// An event is refused and counts all the same.
    AppliesRefused,
    /// A late event brings back what has ended.
    RevivesEnded,
}
