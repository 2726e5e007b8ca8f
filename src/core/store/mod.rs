//! The database.

pub mod write;
