//! A client is known by exactly the name that was registered for it, whatever else its certificate says.

use data_encoding::HEXLOWER;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, SanType};
use system_tests::authority::Credential;
use system_tests::world::World;
use system_tests::world::answer::Answer;
use system_tests::world::setting::authorities;

use super::binding::digest;

/// The names of a certificate that an authority of ours vouches for.
#[derive(Clone, Copy, Default)]
struct Names<'a> {
    uris: &'a [&'a str],
    hosts: &'a [&'a str],
    common_name: &'a str,
    organization: &'a str,
}

impl Names<'_> {
    fn certificate(&self) -> Credential {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        if !self.organization.is_empty() {
            params.distinguished_name.push(DnType::OrganizationName, self.organization);
        }
        params.distinguished_name.push(DnType::CommonName, self.common_name);
        let uris = self.uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap()));
        let hosts = self.hosts.iter().map(|host| SanType::DnsName((*host).try_into().unwrap()));
        params.subject_alt_names = uris.chain(hosts).collect();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        authorities().providers.sign(params)
    }

    /// What the token endpoint says to its holder who claims to be this client.
    async fn ask(&self, world: &World, client_id: &str) -> Answer {
        let form = [("client_id", client_id), ("grant_type", "client_credentials"), ("scope", "feed")];
        let answer = world.machine(Some(&self.certificate())).post_form("/token", &form).await;
        answer.json()["access_token"].as_str().into_iter().for_each(|token| world.never_shown(token));
        answer
    }
}

/// Two applications, one by a host name and one by its subject.
const REGISTERED: &str = r#"
environment = "demo"

[[certificate]]
role = "provider"
anchor = "providers"
client_id = "bank-app"
san_uri = "urn:test:bank-app"
state = "removed"

[[certificate]]
role = "provider"
anchor = "providers"
client_id = "bank-app"
san_dns = "app.bank.test"

[[certificate]]
role = "provider"
anchor = "providers"
client_id = "post-app"
subject = "CN=Post app,O=Demo Post BV"
"#;

#[tokio::test]
async fn a_host_name_or_a_subject_is_as_good_as_a_uri_and_has_to_be_the_same() {
    World::on_both(async |world| {
        world.apply(REGISTERED).await;
        let plain = Names { common_name: "x", ..Names::default() };
        let by_host = Names { hosts: &["app.bank.test"], ..plain };
        let by_subject = Names { common_name: "Post app", organization: "Demo Post BV", ..plain };

        by_host.ask(world, "bank-app").await.expect(200);
        by_subject.ask(world, "post-app").await.expect(200);
        by_host.ask(world, "post-app").await.expect_oauth(401, "invalid_client");
        by_subject.ask(world, "bank-app").await.expect_oauth(401, "invalid_client");

        for (what, names) in [
            ("the removed name", Names { uris: &["urn:test:bank-app"], ..plain }),
            ("a host below", Names { hosts: &["x.app.bank.test"], ..plain }),
            ("a wildcard", Names { hosts: &["*.bank.test"], ..plain }),
            ("a host that begins alike", Names { hosts: &["app.bank.test.evil.test"], ..plain }),
            ("the host as common name", Names { common_name: "app.bank.test", ..plain }),
            ("the host as URI", Names { uris: &["app.bank.test"], ..plain }),
            ("the host in a URI", Names { uris: &["https://app.bank.test"], ..plain }),
            ("a subject without its organization", Names { common_name: "Post app", ..plain }),
            ("a subject in one name", Names { common_name: "Post app,O=Demo Post BV", ..plain }),
            (
                "a subject with another organization",
                Names { common_name: "Post app", organization: "Demo Post NV", ..plain },
            ),
        ] {
            for client in ["bank-app", "post-app"] {
                let error = names.ask(world, client).await.expect_oauth(401, "invalid_client");
                let said = error["error_description"].as_str().unwrap();
                assert!(said.starts_with("notRegistered: "), "{what}: {said}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_pinned_registration_takes_that_certificate_only() {
    World::on_both(async |world| {
        let names = Names { uris: &["urn:test:pinned"], common_name: "x", ..Names::default() };
        let (pinned, twin) = (names.certificate(), names.certificate());
        let thumbprint = HEXLOWER.encode(&digest(&pinned).0);
        world
            .apply(&format!(
                "environment = \"demo\"\n[[certificate]]\nrole = \"provider\"\nanchor = \"providers\"\n\
                 client_id = \"bank-app\"\nsan_uri = \"urn:test:pinned\"\nthumbprint = \"{thumbprint}\"\n"
            ))
            .await;
        let form = [("client_id", "bank-app"), ("token", "fat_unknown")];

        world.machine(Some(&pinned)).post_form("/introspect", &form).await.expect(200);
        let refused = world.machine(Some(&twin)).post_form("/introspect", &form).await;
        refused.expect_oauth(401, "invalid_client");
    })
    .await;
}
