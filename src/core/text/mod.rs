//! Text as people send it, made fit for a screen: cleaned, folded, with its links, emoji and scripts found.
//!
//! Pure functions without any I/O. Everything here is called with what strangers wrote, so every function takes time
//! in proportion to the length of its text, never panics, and returns a bounded number of things.
//!
//! The order of use: [`normalize::fold`] gives the text that is shown, [`spans::parse`] what is in it. All ranges are
//! bytes of that shown text and lie on character boundaries.

pub mod emoji;
pub mod links;
pub mod normalize;
pub mod runs;
pub mod spans;
pub mod suggest;
pub mod uri;
