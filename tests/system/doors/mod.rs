//! Who is let in: every route against every kind of refused certificate, revocation while open, drain.

mod draining;
mod refusals;
mod revocation;
mod routes;
