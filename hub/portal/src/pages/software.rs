//! An enterprise's own software: registered by whoever decides for it, with the system's certificate.
//!
//! What is pasted is judged by the trust that judges connections, and not kept: a private key among it is refused
//! before anything else looks at the text.

use axum::extract::{Path, State};
use http::StatusCode;
use hub_core::Hub;
use hub_core::clock::Timestamp;
use hub_core::error::{Conflict, Error};
use hub_core::peer::{PeerIdentity, Refusal, Role};
use hub_http::peer::{TrustHandle, verdict};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::consents::known;
use crate::failure::{Answer, Failure};
use crate::reply;
use crate::session::{LoggedIn, Posted};
use crate::view::{Fault, Holder, RegisterSoftware, SoftwareRefusal, SoftwareRegistered};

/// The form.
pub(crate) async fn ask(session: LoggedIn) -> Answer {
    show(&session, "", None)
}

/// Registers what the form says.
pub(crate) async fn register(State(hub): State<Hub>, Posted { session, fields }: Posted) -> Answer {
    deciding(&session)?;
    let name = fields.one("name").unwrap_or_default();
    let certificate = fields.one("certificate").unwrap_or_default();
    let identity = match identity(session.visitor.portal.trust(), certificate, hub.now()) {
        Ok(identity) => identity,
        Err(refusal) => return show(&session, name, Some(refusal)),
    };
    match session.citizen.register_software(name, &identity).await {
        Ok(software) => reply::see_other(&format!("/software/{}", software.consent)),
        Err(error) => show(&session, name, Some(refusal(error)?)),
    }
}

/// Says how registered software is called and what comes next.
pub(crate) async fn registered(Path(consent): Path<String>, session: LoggedIn) -> Answer {
    let enterprise = enterprise(&session)?;
    let found = known(&session, &consent).await?;
    if !found.live || !found.standing.own_software {
        return reply::see_other("/consents");
    }
    let standing = found.standing;
    session.visitor.show(&SoftwareRegistered {
        frame: session.visitor.frame(),
        enterprise,
        name: standing.brand,
        client_id: standing.client_id,
        until: standing.until,
    })
}

fn show(session: &LoggedIn, name: &str, refusal: Option<SoftwareRefusal>) -> Answer {
    let enterprise = deciding(session)?;
    let status = if refusal.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let mut frame = session.visitor.frame();
    frame.here = "/software".to_owned();
    let page = RegisterSoftware { frame, enterprise, name: name.to_owned(), refusal };
    session.visitor.show_as(status, &page, None)
}

/// The name of the open enterprise, for whoever decides for it.
fn deciding(session: &LoggedIn) -> Result<String, Failure> {
    if session.mailbox.decides { enterprise(session) } else { Err(Fault::Forbidden.into()) }
}

fn enterprise(session: &LoggedIn) -> Result<String, Failure> {
    match session.holder() {
        Holder::Enterprise { name, .. } => Ok(name),
        Holder::Own | Holder::Earlier | Holder::Person { .. } => Err(Fault::Forbidden.into()),
    }
}

/// Who the pasted certificate says that the software is.
fn identity(trust: &TrustHandle, text: &str, now: Timestamp) -> Result<PeerIdentity, SoftwareRefusal> {
    if text.contains("PRIVATE KEY") {
        return Err(SoftwareRefusal::PrivateKey);
    }
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(SoftwareRefusal::NoCertificate)?;
    let verdict = trust.inspect(|trust| verdict(trust, &chain, now));
    let identity = verdict.identity().map_err(worded)?;
    if identity.role == Role::OwnSoftware { Ok(identity.clone()) } else { Err(SoftwareRefusal::OtherRole) }
}

fn worded(refusal: Refusal) -> SoftwareRefusal {
    match refusal {
        Refusal::Absent => SoftwareRefusal::NoCertificate,
        Refusal::Expired => SoftwareRefusal::Expired,
        Refusal::NotYetValid => SoftwareRefusal::NotYetValid,
        Refusal::UnknownIssuer | Refusal::NotRegistered => SoftwareRefusal::UnknownIssuer,
        Refusal::WrongUsage => SoftwareRefusal::WrongUsage,
        Refusal::Revoked => SoftwareRefusal::Revoked,
        Refusal::CrlExpired => SoftwareRefusal::Unknown,
        Refusal::WrongEnvironment => SoftwareRefusal::WrongEnvironment,
        Refusal::TooLarge => SoftwareRefusal::TooLarge,
        Refusal::OtherParty => SoftwareRefusal::OtherOrganization,
        Refusal::WrongRole => SoftwareRefusal::OtherRole,
    }
}

/// What the form says of an error that is about what was filled in.
fn refusal(error: Error) -> Result<SoftwareRefusal, Failure> {
    match error {
        Error::Conflict(Conflict::Registered) => Ok(SoftwareRefusal::Registered),
        Error::Invalid(issues) if issues.iter().any(|issue| issue.name == "name") => {
            Ok(SoftwareRefusal::Name)
        }
        Error::Invalid(issues) if issues.iter().any(|issue| issue.name == "certificate") => {
            Ok(SoftwareRefusal::OtherOrganization)
        }
        other => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_refused_before_anything_reads_the_text() {
        let trust = TrustHandle::open("demo", Vec::new()).unwrap();
        let now = Timestamp(0);
        let refused = |text: &str| identity(&trust, text, now).unwrap_err();

        for kind in ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
            let text = format!("-----BEGIN {kind}-----\nMC4CAQAw\n-----END {kind}-----\n");
            assert_eq!(refused(&text), SoftwareRefusal::PrivateKey);
        }
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n"] {
            assert_eq!(refused(text), SoftwareRefusal::NoCertificate, "{text}");
        }
        let nobody = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        assert_eq!(refused(nobody), SoftwareRefusal::UnknownIssuer);
    }
}
