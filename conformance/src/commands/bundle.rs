//! `bundle` and `verify`: a signed report, and the look at one.

use std::path::PathBuf;

use clap::Args;
use conformance::bundle::{AnyResult, Policy, Signer, Verifier, make, verify};
use conformance::engine::now;
use conformance::report::Ending;

use super::{Stop, broken, configuration, report, text};

/// What `bundle` is told.
#[derive(Args)]
pub(crate) struct Bundle {
    /// The folder that `run` wrote, or its report.json.
    report: PathBuf,
    /// The private key that signs: PKCS #8 on P-256, PEM. Your app's own, if the bundle is its declaration.
    #[arg(long)]
    key: PathBuf,
    /// The certificate of that key (PEM), to show whose it is.
    #[arg(long)]
    certificate: Option<PathBuf>,
    /// Where the bundle is written.
    #[arg(long, default_value = "bundle.zip")]
    out: PathBuf,
}

impl Bundle {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        let report = report(&self.report)?;
        let certificate = self.certificate.as_deref().map(text).transpose()?;
        let signer = Signer::read(&text(&self.key)?, certificate.as_deref())
            .map_err(|fault| configuration(format!("{}: {fault}", self.key.display())))?;
        let bundle = make(&report, &signer, now()).map_err(broken)?;
        std::fs::write(&self.out, bundle)
            .map_err(|error| configuration(format!("{}: {error}", self.out.display())))?;
        println!("{} holds the report of {}, signed.", self.out.display(), report.target.name);
        Ok(Ending::Passed)
    }
}

/// What `verify` is told.
#[derive(Args)]
pub(crate) struct Verify {
    /// The bundle.
    bundle: PathBuf,
    /// The key or certificate that you trust (PEM). What the bundle says of its own key is not believed.
    #[arg(long, alias = "certificate")]
    key: PathBuf,
    /// Refuse a run that ended more days ago.
    #[arg(long)]
    max_age_days: Option<u32>,
    /// Refuse a run of another version of the suite.
    #[arg(long)]
    suite_version: Option<String>,
    /// Refuse a run against another register of requirements.
    #[arg(long)]
    requirements_version: Option<String>,
    /// Refuse a run of another client.
    #[arg(long)]
    client_id: Option<String>,
    /// Accept a run that is not green, or that played a part of the plan.
    #[arg(long)]
    any_result: bool,
}

impl Verify {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        let bytes = std::fs::read(&self.bundle)
            .map_err(|error| configuration(format!("{}: {error}", self.bundle.display())))?;
        let verifier = Verifier::read(&text(&self.key)?)
            .map_err(|fault| configuration(format!("{}: {fault}", self.key.display())))?;
        let policy = Policy {
            max_age_days: self.max_age_days,
            suite_version: self.suite_version,
            requirements_version: self.requirements_version,
            client_id: self.client_id,
            any_result: if self.any_result { AnyResult::Yes } else { AnyResult::No },
        };
        let verified = verify(&bytes, &verifier, &policy, now())
            .map_err(|refusal| Stop { ending: Ending::Failed, told: format!("refused: {refusal}") })?;
        let (manifest, report) = (&verified.manifest, &verified.report);
        println!("accepted: {} ({}), {}", report.target.name, manifest.client_id, manifest.result.word());
        println!(
            "  plan {}, suite {}, requirements {}",
            manifest.plan, manifest.suite_version, manifest.requirements_version
        );
        println!("  run ended {}, target {}", manifest.ended, manifest.target);
        Ok(Ending::Passed)
    }
}
