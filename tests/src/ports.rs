//! Ports for what a test starts, known before anybody listens on them.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{LazyLock, Mutex};

use hub_core::random::Random;

/// Below those that the system hands out to whoever connects.
const BEGIN: u16 = 10_000;
const BLOCK: u16 = 250;
const BLOCKS: u16 = 80;

/// A port that is free now, and that no test is given but this one.
pub fn free_port() -> u16 {
    free_ports(1)
}

/// The first of so many ports in a row that are free now, and that no test is given but this one.
///
/// Whoever is given a port may not listen on it yet, so that nobody sees it taken: within a process none is given twice, and
/// processes that run beside each other take from blocks of their own.
///
/// # Panics
/// If so many are wanted that no block holds them.
pub fn free_ports(many: u16) -> u16 {
    static BLOCK_OF_THIS_PROCESS: LazyLock<Mutex<Block>> = LazyLock::new(|| Mutex::new(Block::free()));
    assert!(many < BLOCK, "{many} ports in a row");
    let mut block = BLOCK_OF_THIS_PROCESS.lock().unwrap();
    loop {
        match block.next(many) {
            Some(first) => return first,
            None => *block = Block::after(&mut block),
        }
    }
}

/// Ports in a row whose first is listened on for as long as the block is this process's.
struct Block {
    held: Vec<TcpListener>,
    next: u16,
    end: u16,
}

impl Block {
    /// One that no other process holds, from a place on that chance names.
    fn free() -> Self {
        let begin = u16::from_be_bytes(Random::system().bytes()) % BLOCKS;
        let mut places = (0..BLOCKS).map(|n| BEGIN + (begin + n) % BLOCKS * BLOCK);
        let found = places.find_map(|first| Some((first, listener(first)?)));
        let (first, held) = found.expect("no block of ports is free");
        Self { held: vec![held], next: first + 1, end: first + BLOCK }
    }

    /// Another one. What was given of the one before stays this process's.
    fn after(before: &mut Self) -> Self {
        let mut block = Self::free();
        block.held.append(&mut before.held);
        block
    }

    /// The first of so many free ones in a row, if the block has them still.
    fn next(&mut self, many: u16) -> Option<u16> {
        while self.next + many <= self.end {
            let first = self.next;
            let listeners: Option<Vec<_>> = (first..first + many).map(listener).collect();
            if listeners.is_some() {
                self.next += many;
                return Some(first);
            }
            self.next += 1;
        }
        None
    }
}

fn listener(port: u16) -> Option<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice_when_nobody_listens() {
        let mut block = Block::free();
        let mut given = BTreeSet::new();
        while let Some(first) = block.next(3) {
            assert!((first..first + 3).all(|port| given.insert(port)));
        }
        assert!(given.len() > usize::from(BLOCK) / 2);
        let begin = block.end - BLOCK;
        assert!(given.iter().all(|port| (begin + 1..block.end).contains(port)));
    }

    #[test]
    fn what_something_listens_on_is_not_given() {
        let mut block = Block::free();
        let given = block.next(1).unwrap();
        let _taken = listener(given).unwrap();
        block.next = given;
        assert!(block.next(2).unwrap() > given);
    }

    #[test]
    fn a_block_is_its_holders_even_when_it_is_used_up() {
        let mut before = Block::free();
        let first = before.end - BLOCK;
        let after = Block::after(&mut before);
        drop(before);
        assert_ne!(after.end, first + BLOCK);
        assert!(listener(first).is_none());
    }
}
