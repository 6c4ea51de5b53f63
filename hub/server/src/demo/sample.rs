//! A sample of `specs` in a demo: what takes an operator or a certificate authority is made ready here, what takes people in
//! [`super::story`]. How it is loaded and played is told beside it: that is a client's business.

use clap::ValueEnum;
use specs::{CONSULTATION_MANDATES, CONSULTATION_REFERENCE};

use super::ca;

/// A sample.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Sample {
    /// The e-Box's consultation scenarios: `specs/message-registry/consultation`.
    Consultation,
}

impl Sample {
    /// Its reference data, in the format of `facteur apply`.
    pub(crate) fn reference(self) -> &'static str {
        match self {
            Self::Consultation => CONSULTATION_REFERENCE,
        }
    }

    /// Who acts for its enterprise, as further entries of a file of mandates.
    pub(crate) fn mandates(self) -> &'static str {
        let Self::Consultation = self;
        let entries = CONSULTATION_MANDATES.find("[[mandate]]").unwrap_or_default();
        CONSULTATION_MANDATES.get(entries..).unwrap_or_default()
    }

    /// The systems that its people register: the one that tells of partitions, and the one that reads.
    pub(crate) fn systems(self) -> [ca::Client<'static>; 2] {
        let Self::Consultation = self;
        let organization = Some(ENTERPRISE);
        [
            ca::Client {
                name: SERVICE,
                san_uri: "urn:facteur:demo:software:consultation-service",
                organization,
            },
            ca::Client { name: SOFTWARE, san_uri: "urn:facteur:demo:software:consultation", organization },
        ]
    }
}

/// The sender application.
pub(crate) const SENDER: &str = "consultation-mailroom";
/// The system that tells of partitions.
pub(crate) const SERVICE: &str = "consultation-service";
/// The system that reads.
pub(crate) const SOFTWARE: &str = "consultation-software";
/// The file that the loader takes, in the demo's folder.
pub(crate) const FILE: &str = "consultation.json";
/// The number of the enterprise.
const ENTERPRISE: &str = "0002007009";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_people_of_the_sample_can_log_in_and_act_for_its_enterprise() {
        let sample = Sample::Consultation;
        let people = crate::demo::people::People::of_demo().unwrap();
        let mandates: toml::Table = toml::from_str(sample.mandates()).unwrap();
        let mandates = mandates["mandate"].as_array().unwrap();
        assert_eq!(mandates.len(), 2);
        for (mandate, subject) in mandates.iter().zip(["elise", "greta"]) {
            let ssin = mandate["person_ssin"].as_str();
            assert_eq!(ssin, people.citizen(subject).map(|citizen| citizen.ssin.as_str()));
            assert_eq!(mandate["enterprise"].as_str(), Some(ENTERPRISE));
        }
        assert!(sample.reference().contains(SENDER) && sample.reference().contains(ENTERPRISE));
    }
}
