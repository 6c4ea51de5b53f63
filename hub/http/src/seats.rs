//! Seats: how many may be inside at once, in all and for one key.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// A number of seats; one key may hold only some of them. Cheap to clone, all clones are one.
pub struct Seats<K: Hash + Eq + Clone>(Arc<Inside<K>>);

struct Inside<K> {
    total: usize,
    per_key: usize,
    taken: Mutex<Taken<K>>,
}

struct Taken<K> {
    total: usize,
    by_key: HashMap<K, usize>,
}

/// One seat, given back when dropped.
pub struct Seat<K: Hash + Eq + Clone> {
    inside: Arc<Inside<K>>,
    key: K,
}

impl<K: Hash + Eq + Clone> Seats<K> {
    /// `total` seats, of which one key may hold `per_key`.
    pub fn new(total: usize, per_key: usize) -> Self {
        let taken = Mutex::new(Taken { total: 0, by_key: HashMap::new() });
        Self(Arc::new(Inside { total, per_key, taken }))
    }

    /// Takes a seat for `key`; `None` if there is none left for it.
    pub fn take(&self, key: K) -> Option<Seat<K>> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.by_key.get(&key).copied().unwrap_or(0);
        if taken.total >= self.0.total || here >= self.0.per_key {
            return None;
        }

        taken.total += 1;
        taken.by_key.insert(key.clone(), here + 1);
        Some(Seat { inside: Arc::clone(&self.0), key })
    }

    /// How many seats are taken.
    pub fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl<K: Hash + Eq + Clone> Clone for Seats<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Hash + Eq + Clone> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut taken = self.inside.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        let here = taken.by_key.get(&self.key).copied().unwrap_or(0);
        if here > 1 {
            taken.by_key.insert(self.key.clone(), here - 1);
        } else {
            taken.by_key.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_cannot_take_every_seat() {
        let seats = Seats::new(3, 2);

        let first = seats.take("here").unwrap();
        let _second = seats.take("here").unwrap();
        assert!(seats.take("here").is_none());
        let _third = seats.take("there").unwrap();
        assert!(seats.take("there").is_none());

        drop(first);
        assert_eq!(seats.taken(), 2);
        assert!(seats.take("here").is_some());
    }
}
