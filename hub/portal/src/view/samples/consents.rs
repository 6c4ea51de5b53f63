//! What the sample pages of permissions show: given, paused, ended, for apps and for own software.

use hub_core::clock::Timestamp;

use super::data::{at, child, proof};
use crate::view::*;

pub(super) fn less(frame: Frame) -> ConsentLess {
    ConsentLess {
        frame,
        consent: "cns_1".into(),
        brand: "Demo Bank".into(),
        actions: vec![Action::ReadContent, Action::MarkRead, Action::Synchronise],
        senders: vec![("0200000038".into(), "Demo Federal Tax Office".into())],
        already: vec!["Demo Hospital".into()],
    }
}

pub(super) fn live(
    brand: &str,
    by: Giver,
    last_read: Option<Timestamp>,
    actions: Vec<Action>,
) -> GivenConsent {
    GivenConsent {
        consent: "cns_1".into(),
        usage: "/mailboxes/mbx_own/usage?consent=cns_1".into(),
        brand: brand.into(),
        legal_name: format!("{brand} Belgium NV"),
        software: None,
        logo: None,
        by,
        actions,
        withheld: vec!["Demo Federal Tax Office".into(), "Demo Hospital".into()],
        paused: None,
        granted: at("2026-11-20T10:00:00Z"),
        until: at("2027-11-20T22:59:59Z"),
        last_read,
        proofs: vec![proof(&["granted"]), proof(&["narrowed"])],
    }
}

pub(super) fn ended(how: Ending) -> EndedConsent {
    let (granted, ended) = (at("2026-01-01T10:00:00Z"), at("2026-11-19T10:00:00Z"));
    let usage = "/mailboxes/mbx_own/usage?consent=cns_2".into();
    let proofs = vec![proof(&["granted"]), proof(&["ended"])];
    let (by, software) = (Giver::You, false);
    EndedConsent { usage, brand: "Demo Archive".into(), granted, ended, how, by, software, proofs }
}

pub(super) fn consents(frame: Frame, holder: Holder, by: &Giver) -> Consents {
    let all = vec![Action::List, Action::ReadContent, Action::MarkRead, Action::Synchronise];
    let live = vec![
        live("Demo Bank", by.clone(), Some(at("2026-11-21T08:15:00Z")), all),
        live("Demo Regional Portal", by.clone(), None, vec![Action::List]),
    ];
    let how = [
        Ending::Citizen,
        Ending::Provider,
        Ending::Expired,
        Ending::Superseded,
        Ending::Withdrawn,
        Ending::Removed,
        Ending::Operator,
        Ending::Mandate,
        Ending::Unclaimed,
        Ending::Refused,
        Ending::TimedOut,
    ];
    let (decides, closed) = (true, holder == Holder::Earlier);
    let (software, still, ended) = (vec![], vec![], how.map(ended).to_vec());
    Consents { frame, holder, decides, closed, live, software, still, ended }
}

/// What somebody sees who only helps: nothing to press.
pub(super) fn seen_by_a_helper(frame: Frame) -> Consents {
    let mut page = consents(frame, child(), &Giver::Other("Test Child".into()));
    page.decides = false;
    page.still = vec![still("roleEnded", Giver::Other("Test Partner".into()), false)];
    page.ended.truncate(2);
    page
}

/// Everything that can stand still, and an app that is paused for everybody.
pub(super) fn standing_still(frame: Frame, holder: Holder) -> Consents {
    let mut page = consents(frame, holder, &Giver::You);
    for (n, given) in page.live.iter_mut().enumerate() {
        given.consent = format!("cns_live_{n}");
        given.paused = (n == 0).then(|| at("2026-11-21T09:00:00Z"));
    }
    let other = || Giver::Other("Test Partner".into());
    let reasons = ["roleEnded", "deceased", "incapable", "closed", "merged"];
    page.still = reasons.map(|reason| still(reason, other(), true)).to_vec();
    page.still.push(still("merged", Giver::You, true));
    page.ended = [Ending::Citizen, Ending::Superseded, Ending::Mandate, Ending::Refused, Ending::Forsaken]
        .map(|how| EndedConsent { by: other(), ..ended(how) })
        .to_vec();
    page
}

/// An enterprise with software of its own, in use, paused and ended.
pub(super) fn with_software(frame: Frame, holder: Holder) -> Consents {
    let mut page = consents(frame, holder, &Giver::You);
    page.live.truncate(1);
    page.software = vec![
        software("cns_bookkeeping", Giver::You),
        software("cns_archive", Giver::Other("Test Partner".into())),
    ];
    let paused = software("cns_paused", Giver::Other("Test Partner".into()));
    page.still = vec![StillConsent { given: paused, ..still("roleEnded", Giver::You, true) }];
    page.ended = vec![EndedConsent { software: true, ..ended(Ending::Citizen) }];
    page
}

pub(super) fn resume(frame: Frame, holder: Holder, given: GivenConsent) -> Resume {
    Resume { frame, holder, given, why: still("roleEnded", Giver::You, true).why }
}

pub(super) fn still(reason: &'static str, by: Giver, may_resume: bool) -> StillConsent {
    let mut given = live("Demo Bank", by, None, vec![Action::List, Action::ReadContent]);
    given.consent = format!("cns_{reason}_{}", given.by.kind());
    let (since, until) = (at("2026-11-20T10:00:00Z"), at("2026-12-20T10:00:00Z"));
    StillConsent { given, why: Standstill { reason, since, until }, may_resume }
}

pub(super) fn software(consent: &str, by: Giver) -> GivenConsent {
    GivenConsent {
        consent: consent.into(),
        software: Some("own-k7c2m5q4h3x6t2aa".into()),
        withheld: vec![],
        ..live("Bookkeeping", by, Some(at("2026-11-21T08:15:00Z")), vec![Action::List])
    }
}

pub(super) fn register(frame: Frame, refusal: Option<SoftwareRefusal>) -> RegisterSoftware {
    RegisterSoftware { frame, enterprise: "Demo Bakery BV".into(), name: "Bookkeeping".into(), refusal }
}

pub(super) const REFUSALS: [SoftwareRefusal; 14] = [
    SoftwareRefusal::Name,
    SoftwareRefusal::PrivateKey,
    SoftwareRefusal::NoCertificate,
    SoftwareRefusal::Expired,
    SoftwareRefusal::NotYetValid,
    SoftwareRefusal::UnknownIssuer,
    SoftwareRefusal::WrongUsage,
    SoftwareRefusal::Revoked,
    SoftwareRefusal::Unknown,
    SoftwareRefusal::WrongEnvironment,
    SoftwareRefusal::TooLarge,
    SoftwareRefusal::OtherRole,
    SoftwareRefusal::OtherOrganization,
    SoftwareRefusal::Registered,
];
