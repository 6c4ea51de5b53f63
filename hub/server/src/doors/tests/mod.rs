//! Doors, proven over real sockets with certificates made here.

mod certificates;
mod clients;
mod handshakes;
mod lives;
mod revocations;
mod setting;
