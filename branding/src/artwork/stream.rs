//! Numbers from a seed: SplitMix64, the same on every machine.
#![expect(clippy::float_arithmetic, reason = "geometry of pictures")]

use sha2::{Digest, Sha256};

pub(super) struct Stream(u64);

impl Stream {
    pub(super) fn new(seed: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(seed.as_bytes()).into();
        let head = digest.first_chunk::<8>().expect("a digest has 32 bytes");
        Self(u64::from_le_bytes(*head))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let high = u32::try_from(self.next() >> 32).expect("32 bits are left");
        high.checked_rem(bound).unwrap_or(0)
    }

    /// A number in `low..high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.below(1 << 20)) / f64::from(1 << 20)
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = u32::try_from(from.len()).unwrap_or(1);
        let index = usize::try_from(self.below(count)).unwrap_or(0);
        &from[index]
    }
}
