//! Chance that repeats itself.

use bilten_kernel::{Entropy, SeededEntropy, random_array};

/// Throws the same numbers for the same seed.
#[derive(Debug)]
pub struct Dice(SeededEntropy);

impl Dice {
    /// Starts a series.
    pub const fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// Throws a number below `n`, or 0 when there is none.
    pub fn below(&self, n: u64) -> u64 {
        let entropy: &dyn Entropy = &self.0;
        u64::from_le_bytes(random_array(entropy)).checked_rem(n).unwrap_or(0)
    }

    /// Tells whether something of so many in a hundred happens.
    pub fn happens(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Picks an index by weight; `None` when all weights are nought.
    pub fn pick(&self, weights: &[u64]) -> Option<usize> {
        let total: u64 = weights.iter().sum();
        if total == 0 {
            return None;
        }
        let mut left = self.below(total);
        weights.iter().position(|weight| {
            let is_here = left < *weight;
            left = left.saturating_sub(*weight);
            is_here
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_weight_is_never_picked() {
        let dice = Dice::new(1);
        for _ in 0..500 {
            assert!(matches!(dice.pick(&[0, 3, 0, 1, 0]), Some(1 | 3)));
        }
        assert_eq!(dice.pick(&[0, 0]), None);
        assert_eq!(Dice::new(1).below(0), 0);
    }

    #[test]
    fn the_same_seed_throws_the_same() {
        let throw = |seed| (0..20).map(|_| Dice::new(seed).below(1_000)).collect::<Vec<_>>();
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
    }
}
