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
/// The same where the server wants to be left alone.
const LONGEST_PATIENT: Duration = Duration::from_secs(600);
/// As many tries count as made where the server wants to be left alone: half a minute with the usual first wait.
const PATIENT_TRIES: u32 = 5;

impl Backoff {
    /// Waits that begin with this one.
    #[must_use]
    pub fn new(first: Duration) -> Self {
        Self { first, tries: 0 }
    }

    /// How long to wait now: doubled each time up to a minute, and by chance down to half of it.
    pub fn next(&mut self, rng: &mut impl Rng) -> Duration {
        self.up_to(LONGEST, rng)
    }

    /// How long to wait now where the server wants to be left alone: doubled each time from half a minute up to ten.
    pub fn next_patient(&mut self, rng: &mut impl Rng) -> Duration {
        self.tries = self.tries.max(PATIENT_TRIES);
        self.up_to(LONGEST_PATIENT, rng)
    }

    fn up_to(&mut self, most: Duration, rng: &mut impl Rng) -> Duration {
        let longest = self.first.saturating_mul(1 << self.tries.min(16)).min(most);
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

    #[test]
    fn a_server_that_wants_to_be_left_alone_is() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut backoff = Backoff::new(Duration::from_secs(1));
        for longest in [32, 64, 128, 256, 512, 600, 600] {
            let wait = backoff.next_patient(&mut rng).as_secs_f64();
            let longest = f64::from(longest);
            assert!(
                (longest / 2.0..=longest).contains(&wait),
                "{wait} of {longest}"
            );
        }
        assert!(backoff.next(&mut rng) <= LONGEST, "another failure");
    }
}
