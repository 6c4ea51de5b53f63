//! Between the shapes of the operators' API and what the hub knows.

use data_encoding::{BASE64, HEXLOWER};
use hub_core::access::operator::{
    ActView, ApplicationForm, ApplicationView, CertificateView, PilotView, ProposalView, ProviderView,
    TestMailboxView,
};
use hub_core::clock::Timestamp;
use hub_core::error::Error;
use hub_core::message::draft::Recipient;
use hub_core::operator::{Change, Fate, Operator};
use hub_core::provider::{NewCertificate, Provider, Reach};

use super::wire;

/// A form for an application; the logo comes as base64.
pub(super) fn application_form(
    client_id: String,
    put: wire::ApplicationToPut,
) -> Result<ApplicationForm, Error> {
    let unreadable = |_| Error::invalid("invalidInput", "logo", "base64 is expected");
    let logo = put.logo.map(|text| BASE64.decode(text.as_bytes())).transpose().map_err(unreadable)?;
    Ok(ApplicationForm {
        client_id,
        provider: put.provider_id,
        brand: put.brand,
        purpose: put.purpose,
        retention: put.retention,
        redirect_uris: put.redirect_uris,
        logo,
    })
}

/// A certificate to register for a client.
pub(super) fn new_certificate(
    client_id: String,
    asked: wire::CertificateToRegister,
) -> Result<NewCertificate, Error> {
    Ok(NewCertificate {
        client_id,
        valid_from: time(asked.valid_from, "validFrom")?,
        valid_until: time(asked.valid_until, "validUntil")?,
        anchor: asked.anchor,
        name_kind: asked.name_kind,
        name: asked.name,
        thumbprint: asked.thumbprint.map(|text| text.to_ascii_lowercase()),
    })
}

fn time(text: Option<String>, name: &str) -> Result<Option<Timestamp>, Error> {
    let wrong = || Error::invalid("invalidInput", name, "an RFC 3339 date-time is expected");
    text.map(|text| Timestamp::parse(&text).ok_or_else(wrong)).transpose()
}

impl From<wire::Holder> for Recipient {
    fn from(holder: wire::Holder) -> Self {
        Self { ssin: holder.ssin, enterprise_number: holder.enterprise_number }
    }
}

impl From<&Operator> for wire::Me {
    fn from(operator: &Operator) -> Self {
        Self {
            client_id: operator.client_id.clone(),
            person: operator.person.clone(),
            roles: operator.roles.iter().map(|role| role.name()).collect(),
        }
    }
}

impl From<Provider> for wire::Provider {
    fn from(provider: Provider) -> Self {
        Self {
            provider_id: provider.code,
            legal_name: provider.legal_name,
            state: provider.state.name(),
            suspended_from: provider.state.suspended_from(),
            since: provider.moved_at.map(Timestamp::rfc3339),
            applications: None,
        }
    }
}

impl From<ProviderView> for wire::Provider {
    fn from(view: ProviderView) -> Self {
        let applications = view.applications.into_iter().map(Into::into).collect();
        Self { applications: Some(applications), ..view.provider.into() }
    }
}

impl From<ApplicationView> for wire::Application {
    fn from(ApplicationView { application, provider }: ApplicationView) -> Self {
        Self {
            client_id: application.client_id,
            provider_id: provider,
            brand: application.brand,
            purpose: application.purpose,
            retention: application.retention,
            redirect_uris: application.redirect_uris,
            logo: application.logo.is_some(),
            pilot: application.pilot,
            reach: match application.reach {
                Reach::Nothing => "nothing",
                Reach::TestMailboxes => "testMailboxes",
                Reach::Everything => "everything",
            },
        }
    }
}

impl From<CertificateView> for wire::Certificate {
    fn from(CertificateView { id, certificate, state }: CertificateView) -> Self {
        Self {
            certificate_id: id,
            client_id: certificate.client_id,
            anchor: certificate.anchor,
            name_kind: certificate.name_kind.name(),
            name: certificate.name,
            thumbprint: certificate.thumbprint.map(|digest| HEXLOWER.encode(&digest.0)),
            valid_from: certificate.valid_from.rfc3339(),
            valid_until: certificate.valid_until.map(Timestamp::rfc3339),
            state,
            ended_at: certificate.ended_at.map(Timestamp::rfc3339),
        }
    }
}

impl From<ProposalView> for wire::Proposal {
    fn from(ProposalView { id, proposal }: ProposalView) -> Self {
        let (decided_by, decided_at) = match &proposal.fate {
            Fate::Approved { by, at } | Fate::Rejected { by, at } => (Some(by.clone()), Some(at.rfc3339())),
            Fate::Open | Fate::Expired => (None, None),
        };
        Self {
            proposal_id: id,
            state: proposal.fate.name(),
            change: proposal.change.into(),
            proposed_by: proposal.proposed_by,
            proposed_at: proposal.proposed_at.rfc3339(),
            until: proposal.until.rfc3339(),
            decided_by,
            decided_at,
        }
    }
}

impl From<Change> for wire::Change {
    fn from(change: Change) -> Self {
        let subject = change.subject().to_owned();
        let (kind, state, certificate) = match change {
            Change::MoveProvider { to, .. } => ("moveProvider", Some(to.name()), None),
            Change::RegisterCertificate { certificate } => {
                ("registerCertificate", None, Some(certificate.into()))
            }
            Change::OpenApplication { .. } => ("openApplication", None, None),
        };
        Self { kind, subject, state, certificate }
    }
}

impl From<NewCertificate> for wire::ProposedCertificate {
    fn from(certificate: NewCertificate) -> Self {
        Self {
            anchor: certificate.anchor,
            name_kind: certificate.name_kind.name(),
            name: certificate.name,
            thumbprint: certificate.thumbprint,
            valid_from: certificate.valid_from.map(Timestamp::rfc3339),
            valid_until: certificate.valid_until.map(Timestamp::rfc3339),
        }
    }
}

impl From<TestMailboxView> for wire::TestMailbox {
    fn from(view: TestMailboxView) -> Self {
        Self { mailbox_id: view.id, kind: view.kind.name() }
    }
}

impl From<PilotView> for wire::PilotCitizen {
    fn from(view: PilotView) -> Self {
        Self { citizen_id: view.id, since: view.since.rfc3339() }
    }
}

impl From<ActView> for wire::Act {
    fn from(act: ActView) -> Self {
        Self { at: act.at.rfc3339(), person: act.person, action: act.action, object: act.object }
    }
}
