//! Pictures from strangers, made fit for a screen. Pure functions on bytes: nothing here fetches or keeps anything.

pub mod picture;
