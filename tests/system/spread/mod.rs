//! The mailbox tables spread over shards: the suite runs on them unchanged, and one shard answers each statement but the listed ones.

mod schema;
mod sizes;
mod suite;
