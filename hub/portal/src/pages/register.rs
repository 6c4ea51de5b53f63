//! The public register of apps.

use axum::extract::State;
use hub_core::Hub;
use hub_core::access::certification::{Ground, RegisterEntry};
use hub_core::certification::Lapse;

use crate::failure::Answer;
use crate::view::{Check, Register, RegisteredApp};
use crate::visitor::Visitor;

/// Every app, for everybody.
pub(crate) async fn show(State(hub): State<Hub>, visitor: Visitor) -> Answer {
    let apps = hub.provider_register().await?.into_iter().map(app).collect();
    visitor.show(&Register { frame: visitor.frame(), apps })
}

fn app(entry: RegisterEntry) -> RegisteredApp {
    let lapsed = entry.standing.on.as_ref().and_then(|on| on.lapse).map(Lapse::name);
    RegisteredApp {
        brand: entry.brand,
        legal_name: entry.legal_name,
        state: entry.state,
        since: entry.since,
        level: entry.standing.level,
        lapsed,
        check: entry.standing.on.map(check),
    }
}

fn check(on: Ground) -> Check {
    Check { until: on.until, version: on.suite_version, can: on.capabilities }
}
