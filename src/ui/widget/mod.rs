//! Widgets that know nothing of what they show.

pub mod avatar;
pub mod field;
pub mod modal;
pub mod one_line;
pub mod presence_mark;
