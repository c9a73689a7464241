//! The gate to the database under attack: cancelled, interrupted, misconfigured, injected.

mod attacks;
mod cancelled;
mod dropped;
mod interleaved;
mod refused_roles;

/// Numbers that repeat for the same seed; the moments of cancellation need no more.
struct Dice(u64);

impl Dice {
    /// Returns a number below the bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Gives way to other tasks some times; a clock would be too coarse for the moments between two packets.
async fn turns(count: u64) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}
