//! Every page with sample data, in every language: each one renders, and a folder of them is there to look at.

mod consents;
mod data;
mod log;
mod pages;
mod partitions;
mod tests;
