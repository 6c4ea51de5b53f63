//! Which faces stand on which listener.

use std::sync::Arc;

use axum::middleware;
use axum::{Extension, Router};
use hub_authorization::Origins as AuthorizationOrigins;
use hub_core::Hub;
use hub_http::outbound::Courier;
use hub_http::{Machines, Outbound, admit, trace};
use hub_portal::{IdentitySettings, Portal, PortalSettings};
use provider_adapters::{Adapter, Api, DailyBudget, Issuers};
use tower_http::catch_panic::CatchPanicLayer;

use crate::certification;
use crate::config::Config;
use crate::operations::{self, Readiness};
use crate::push;
use crate::serve::Origins;

/// The routers of the four listeners.
pub(crate) struct Routes {
    pub(crate) public: Router,
    pub(crate) mtls: Router,
    pub(crate) operations: Router,
    pub(crate) content: Router,
}

/// Builds every router of the hub.
pub(crate) fn build(
    config: &Config,
    hub: &Hub,
    machines: &Machines,
    origins: &Origins,
    (readiness, outbound, courier): (&Readiness, Outbound, Option<Arc<Courier>>),
) -> anyhow::Result<Routes> {
    let settings = portal_settings(config, origins)?;
    let (limits, trust) = (Arc::clone(&machines.limits), machines.trust.clone());
    let portal = Portal::new(settings, outbound, limits, trust)?;
    let sheets = portal.sheets();
    let public = hub_portal::routes(portal.clone())
        .merge(hub_authorization::metadata_routes(&authorization(config, hub, origins)))
        .merge(push::routes())
        .merge(certification::public_routes())
        .merge(operations::health());
    let budget = DailyBudget(i64::from(config.limits.recipients_per_day));
    Ok(Routes {
        public: finished(public, hub),
        mtls: finished(
            machine_routes(config, hub, machines, origins).layer(Extension(sheets)).layer(Extension(budget)),
            hub,
        ),
        operations: finished(operations::routes(readiness.clone(), machines, hub, courier), hub),
        content: finished(hub_portal::content_routes(portal).merge(operations::health()), hub),
    })
}

/// Everything behind a client certificate; health and the metadata of the APIs stand outside the gate.
fn machine_routes(config: &Config, hub: &Hub, machines: &Machines, origins: &Origins) -> Router<Hub> {
    let settings = hub_sender_api::Settings { daily_budget: i64::from(config.limits.recipients_per_day) };
    let adapters = adapters(config);
    let mut router = Router::new()
        .merge(operations::health())
        .merge(provider_adapters::metadata_routes(hub.audiences(), &issuers(config, origins), &adapters))
        .merge(admit(
            hub_authorization::machine_routes(&authorization(config, hub, origins)),
            machines,
            hub_authorization::refuse,
        ))
        .merge(admit(hub_authorization::grant_routes(), machines, hub_http::public))
        .merge(admit(certification::machine_routes(), machines, hub_http::public))
        .merge(admit(hub_sender_api::routes_with(settings), machines, hub_http::public));
    if config.authorization.assertions.enabled {
        let ebox = hub_authorization::ebox_routes(&authorization(config, hub, origins));
        router = router.merge(admit(ebox, machines, hub_authorization::refuse));
    }
    for adapter in &adapters {
        router = provider_adapters::mount(router, adapter.as_ref(), machines);
    }
    let unknown = Router::new().fallback(operations::nothing_here);
    router.fallback_service(admit(unknown, machines, hub_http::public).with_state(hub.clone()))
}

/// Who issues tokens here.
fn issuers(config: &Config, origins: &Origins) -> Issuers {
    let ebox = config.authorization.assertions.enabled;
    Issuers {
        main: origins.public.clone(),
        ebox: ebox.then(|| hub_authorization::ebox_issuer(&origins.mtls)),
    }
}

/// The protocols that this hub speaks to providers.
fn adapters(config: &Config) -> Vec<Box<dyn Adapter>> {
    config.adapters.enabled.iter().filter_map(|name| provider_adapters::named(name)).collect()
}

fn authorization(config: &Config, hub: &Hub, origins: &Origins) -> AuthorizationOrigins {
    let apis = adapters(config).into_iter().map(|adapter| adapter.api()).chain([Api::Sender]);
    AuthorizationOrigins {
        issuer: origins.public.clone(),
        mtls: origins.mtls.clone(),
        resources: apis.map(|api| api.audience(hub.audiences()).to_owned()).collect(),
    }
}

fn finished(router: Router<Hub>, hub: &Hub) -> Router {
    router
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(hub.clone(), trace))
        .with_state(hub.clone())
}

fn portal_settings(config: &Config, origins: &Origins) -> anyhow::Result<PortalSettings> {
    let identity = &config.identity;
    let client_secret = match &identity.client_secret_file {
        Some(file) => Some(std::fs::read_to_string(file)?.trim().to_owned()),
        None => None,
    };
    Ok(PortalSettings {
        issuer: origins.public.clone(),
        content_origin: origins.content.clone(),
        default_language: config.portal.default_language.clone(),
        identity: IdentitySettings {
            issuer: identity.issuer.clone(),
            client_id: identity.client_id.clone(),
            client_secret,
            ssin_claim: identity.ssin_claim.clone(),
            acr: identity.acr.clone(),
            algorithms: identity.algorithms.clone(),
        },
    })
}
