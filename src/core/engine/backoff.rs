//! How long to wait before the next try: longer each time, and never all clients of a server at once.

use std::time::Duration;

use rand::Rng;

/// The waits of one account.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    tries: u32,
}

/// The longest wait, before chance shortens it.
const LONGEST: Duration = Duration::from_secs(60);

impl Backoff {
    /// Waits that begin with this one.
    #[must_use]
    pub fn new(first: Duration) -> Self {
        Self { first, tries: 0 }
    }

    /// How long to wait now: doubled each time up to a minute, and by chance down to half of it.
    pub fn next(&mut self, rng: &mut impl Rng) -> Duration {
        let longest = self
            .first
            .saturating_mul(1 << self.tries.min(16))
            .min(LONGEST);
        self.tries += 1;
        longest.mul_f64(rng.random_range(0.5..=1.0))
    }

    /// The connection held for a while.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    #[test]
    fn waits_grow_to_a_minute_and_start_again() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut backoff = Backoff::new(Duration::from_secs(1));
        for longest in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let wait = backoff.next(&mut rng).as_secs_f64();
            let longest = f64::from(longest);
            assert!(
                (longest / 2.0..=longest).contains(&wait),
                "{wait} of {longest}"
            );
        }
        backoff.reset();
        assert!(backoff.next(&mut rng) <= Duration::from_secs(1));
    }
}
