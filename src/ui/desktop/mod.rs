//! What the desktop around the window gives. Nothing here knows a screen.

pub mod display;
pub mod notify;
pub mod open;
