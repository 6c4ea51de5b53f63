//! The cases of the hub plan, by what they look at.

mod agreeing;
mod api;
mod content;
mod endings;
mod feed;
mod isolation;
mod lists;
mod metadata;
mod pushing;
mod redeeming;
mod registry;
mod registry_shown;
mod renewing;
mod resource;
mod tls;

use futures_util::future::BoxFuture;

use super::trial::Trial;
use crate::engine::{Case, Polarity, Record, Stop};

/// What a story tells at its end.
pub(super) type Told = Result<(), Stop>;

type Story = for<'a> fn(&'a mut Trial, &'a mut Record) -> BoxFuture<'a, Told>;

/// All cases, in the order of the plan.
pub(super) fn all() -> Vec<Case<Trial>> {
    let parts = [
        tls::CASES,
        metadata::CASES,
        pushing::CASES,
        agreeing::CASES,
        redeeming::CASES,
        renewing::CASES,
        resource::CASES,
        api::CASES,
        lists::CASES,
        content::CASES,
        isolation::CASES,
        feed::CASES,
        registry::CASES,
        registry_shown::CASES,
        endings::CASES,
    ];
    parts.concat()
}

/// A case without its words, which follow where it is used.
const fn case(
    id: &'static str,
    section: &'static str,
    polarity: Polarity,
    requirements: &'static [&'static str],
    run: Story,
) -> Case<Trial> {
    Case { id, section, title: "", requirements, needs: &[], polarity, what: "", why: "", causes: &[], run }
}
