//! Operators and what they do to providers: who may do what, what takes two, and that it bites at the next request.

mod acts;
mod admission;
mod certificates;
mod command_line;
mod connect_test;
mod life;
mod pilot;
mod proposals;
mod removal;
mod suspension;
mod trials;
