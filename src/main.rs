//! Oriole.
fn main() {}
