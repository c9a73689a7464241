//! The draw: a permutation of the seats that the seed decides and anybody can recompute.

use bilten_kernel::Secret;
use sha2::{Digest, Sha256};

/// Name of the algorithm below; another algorithm gets another name.
pub const ALGORITHM: &str = "feistel-sha256-8";

const ROUNDS: u8 = 8;

/// What decides a draw: 32 random bytes, secret until the draw, public after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed(Secret<[u8; 32]>);

impl Seed {
    /// Wraps 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// Returns the bytes. Only for the store, and for everybody after the draw.
    pub const fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// Returns the SHA-256 of the seed: published before the draw, it binds us to the seed.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose()).into()
    }
}

/// Places of the seats that took part in a draw.
///
/// A Feistel network of eight rounds over two halves of `half` bits each, walked until it lands below the number of
/// seats, so that it permutes exactly `0..count`. Its key is made of the seed *and* the number of seats: nobody who
/// knows the seed beforehand can pick a good seat, because the number is known at the opening only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    key: [u8; 32],
    count: u64,
    half: u32,
}

impl Draw {
    /// Prepares the draw of so many seats.
    pub fn new(seed: &Seed, count: u64) -> Self {
        let mut half = 1;
        while half < 31 && 1_u64 << (2 * half) < count {
            half += 1;
        }
        let mut hasher = Sha256::new();
        hasher.update(seed.expose());
        hasher.update(count.to_be_bytes());
        Self {
            key: hasher.finalize().into(),
            count,
            half,
        }
    }

    /// Returns how many seats took part.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns the place of a seat, from 0; a seat that came after the draw keeps its number.
    pub fn place(&self, seat: u64) -> u64 {
        if seat >= self.count {
            return seat;
        }
        let mut place = self.step(seat);
        // The network permutes a field that is at most four times as large; a permutation comes back into the range.
        while place >= self.count {
            place = self.step(place);
        }
        place
    }

    fn step(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ (self.scramble(round, right) & mask));
        }
        left << self.half | right
    }

    fn scramble(&self, round: u8, half: u64) -> u64 {
        let mut hasher = Sha256::new();
        hasher.update(self.key);
        hasher.update([round]);
        hasher.update(half.to_be_bytes());
        let digest = hasher.finalize();
        digest[..8].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn seed(number: u8) -> Seed {
        Seed::new([number; 32])
    }

    #[test]
    fn every_seat_gets_one_place_and_every_place_one_seat() {
        for count in (0..130).chain([255, 256, 257, 1_000, 4_097, 65_536]) {
            let draw = Draw::new(&seed(3), count);
            let places: HashSet<u64> = (0..count).map(|seat| draw.place(seat)).collect();
            assert_eq!(places.len(), usize::try_from(count).unwrap(), "{count}");
            assert!(places.iter().all(|place| *place < count), "{count}");
            assert_eq!(draw.place(count), count, "who comes later keeps his number");
            assert_eq!(draw.place(count + 77), count + 77);
        }
    }

    #[test]
    fn early_seats_have_no_better_places_than_late_ones() {
        // 2,000 draws of 10 seats: each seat is first about 200 times (six standard deviations are 80).
        for seat in [0, 4, 9] {
            let first = (0..2_000_u32)
                .filter(|number| {
                    let mut bytes = [0; 32];
                    bytes[..4].copy_from_slice(&number.to_be_bytes());
                    Draw::new(&Seed::new(bytes), 10).place(seat) == 0
                })
                .count();
            assert!((120..280).contains(&first), "seat {seat} was first {first} times");
        }
    }

    #[test]
    fn places_depend_on_the_seed_and_on_the_number_of_seats() {
        let places = |seed: &Seed, count| {
            (0..50)
                .map(|seat| Draw::new(seed, count).place(seat))
                .collect::<Vec<_>>()
        };
        assert_ne!(places(&seed(1), 1_000), places(&seed(2), 1_000));
        assert_ne!(places(&seed(1), 1_000), places(&seed(1), 1_001));
        assert_eq!(places(&seed(1), 1_000), places(&seed(1), 1_000));
    }

    #[test]
    fn places_are_those_that_the_published_program_computes() {
        let places = |count| -> Vec<u64> { (0..5).map(|seat| Draw::new(&seed(3), count).place(seat)).collect() };
        assert_eq!(places(5), [4, 1, 3, 0, 2]);
        assert_eq!(places(1_000), [199, 574, 499, 382, 112]);
        assert_eq!(places(1_000_000), [755_530, 192_043, 784_560, 685_823, 197_045]);
    }

    #[test]
    fn a_seed_is_never_written_to_a_log() {
        assert!(!format!("{:?}", seed(7)).contains('7'));
    }
}
