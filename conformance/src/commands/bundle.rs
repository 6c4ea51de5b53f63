//! `bundle` and `verify`: a signed report, and the look at one.

use std::path::PathBuf;

use clap::Args;
use conformance::bundle::{AnyResult, Policy, Signer, Verified, Verifier, make, verify};
use conformance::engine::now;
use conformance::plan::Known;
use conformance::profile::Capability;
use conformance::report::Ending;

use super::init::capability;
use super::{Stop, broken, configuration, counted, report, text};

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
        say!("{} holds the report of {}, signed.", self.out.display(), report.target.name);
        Ok(Ending::Passed)
    }
}

/// What `verify` is told.
#[derive(Args)]
pub(crate) struct Verify {
    /// The bundle.
    bundle: PathBuf,
    /// The certificate that you trust (PEM): the one of the app that was judged, or of the first provider of a hub's run. Or a public key, and then --client-id
    /// says whose it is. What the bundle says of its own key is not believed.
    #[arg(long, alias = "certificate")]
    key: PathBuf,
    /// The plan that must have been played: provider, providerByHand for an app without a test hook, or hub.
    #[arg(long, default_value = "provider")]
    plan: String,
    /// Refuse a run that began more days ago; 0 takes a run of any age.
    #[arg(long, default_value_t = 90)]
    max_age_days: u32,
    /// Refuse a run of another client.
    #[arg(long)]
    client_id: Option<String>,
    /// Refuse a run of an app that was not declared to do all of these: read,refresh,push.
    #[arg(long, value_delimiter = ',', value_parser = capability)]
    needs: Vec<Capability>,
    /// Accept a run that is not green, that was told of failures to expect, that was resumed, or that played a part.
    #[arg(long)]
    any_result: bool,
}

impl Verify {
    pub(super) fn obey(self) -> Result<Ending, Stop> {
        let bytes = std::fs::read(&self.bundle)
            .map_err(|error| configuration(format!("{}: {error}", self.bundle.display())))?;
        let verifier = Verifier::read(&text(&self.key)?)
            .map_err(|fault| configuration(format!("{}: {fault}", self.key.display())))?;
        let plan = Known::named(&self.plan)
            .map_err(broken)?
            .ok_or_else(|| configuration(format!("this program has no plan `{}`", self.plan)))?;
        let policy = Policy {
            max_age_days: (self.max_age_days > 0).then_some(self.max_age_days),
            client_id: self.client_id,
            needs: self.needs,
            any_result: if self.any_result { AnyResult::Yes } else { AnyResult::No },
        };
        let verified = verify(&bytes, &verifier, (&plan, &policy), now())
            .map_err(|refusal| Stop { ending: Ending::Failed, told: format!("refused: {refusal}") })?;
        tell(&verified);
        Ok(Ending::Passed)
    }
}

fn tell(verified: &Verified) {
    let (manifest, report) = (&verified.manifest, &verified.report);
    let part = report.part().map(|part| format!(": {part}")).unwrap_or_default();
    say!("accepted: {} ({}), {}{part}", report.target.name, manifest.client_id, manifest.result.word());
    say!(
        "  plan {}, suite {}, requirements {}",
        manifest.plan,
        manifest.suite_version,
        manifest.requirements_version
    );
    say!("  run began {}, ended {}, target {}", report.began, manifest.ended, manifest.target);
    let declared: Vec<&str> = report.profile.declared.iter().map(|capability| capability.word()).collect();
    say!("  declared: {}", declared.join(", "));
    say!(
        "  {}; {} conditions checked, {} failures expected",
        counted(report),
        report.assertions,
        report.expected_failures.len()
    );
}
