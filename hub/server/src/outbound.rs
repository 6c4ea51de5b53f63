//! The outbound client as the configuration describes it.

use hub_http::Outbound;
use hub_http::outbound::OutboundSettings;

use crate::config::Config;

/// Builds the client by which the hub calls anybody.
pub(crate) fn client(config: &Config) -> anyhow::Result<Outbound> {
    Ok(Outbound::new(&settings(config))?)
}

/// Whom the hub may call.
pub(crate) fn settings(config: &Config) -> OutboundSettings {
    OutboundSettings {
        environment: config.hub.environment.clone(),
        allow: config.outbound.allow.clone(),
        authorities: config.outbound.ca.clone(),
    }
}
