//! Tests of oriole-core against real servers: Prosody and ejabberd, started by the tests themselves on 127.0.0.1.
//!
//! They exist because a scripted peer only ever says what its author thought of. Nothing here leaves this machine, and a server
//! that is not installed is a failure, never a skipped test. Only on Linux: the servers are Debian's packages.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

mod servers;
