//! The socket between two Orioles on one profile: a Unix socket that only its owner can reach, or a named pipe on Windows.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{connect, Address, Listener};
#[cfg(windows)]
pub(super) use windows::{connect, Address, Listener};

/// A short name for a folder, the same in every process and version (FNV-1a, 64 bits).
fn short_name(directory: &std::path::Path) -> String {
    let hash = directory
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
