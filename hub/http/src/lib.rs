//! What every face of the hub shares: who is calling, what is refused and how, what a request may contain.
//!
//! [`admit`] stands before every machine route: it judges the connection's certificate. [`Caller`] then turns
//! certificate and token into an access. [`Problem`] is how faces say no. How much anybody may ask stands in
//! [`limits`] and [`seats`], whom the hub itself may call in [`outbound`].

mod admit;
mod caller;
pub mod disposition;
pub mod form;
pub mod language;
pub mod limits;
mod network;
pub mod outbound;
pub mod peer;
mod problem;
mod registry;
mod routing;
pub mod seats;
mod sheets;
mod strict;
mod trace;
mod uploads;
mod watch;

pub use admit::{Machines, Refuse, Trusted, admit, public};
pub use caller::{Caller, MachineAccess, bearer};
pub use limits::{Limits, Rate, Rates};
pub use network::Network;
pub use outbound::Outbound;
pub use problem::Problem;
pub use registry::{IssueEntry, ProblemEntry, Registry, registry};
pub use routing::{Ids, keep_private, no_route, only};
pub use sheets::{SetAround, Sheet, Sheets};
pub use strict::{NoQuery, StrictJson, StrictQuery, json_issues, number, whole};
pub use trace::{TraceId, environment, trace};
pub use uploads::{UPLOADS_PER_CLIENT, Uploads};
pub use watch::Watch;
