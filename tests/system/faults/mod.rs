//! What breaks: the process, the power, the disk, the database. What was acknowledged stays.

mod database;
mod disk;
mod journal;
mod kills;
pub(crate) mod load;
mod power;
