//! Input that nobody thought of: made at random, with the same seed in no two runs. Whatever comes, nothing panics, nothing
//! grows without bound, and what is refused is refused with a bounded reason.
//!
//! These run with all other tests, so each makes as many inputs as a second allows; `PROPTEST_CASES=1000000` makes more.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod engine;
mod reading;
mod signing_in;
mod stream;

use proptest::prelude::*;

/// How to look for input: this often, and without files that remember what failed.
fn often(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A runtime whose time passes by itself where all wait.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}
