//! Widgets that know nothing of what they show.

pub mod avatar;
pub mod birds;
pub mod field;
pub mod focus;
pub mod menu;
pub mod modal;
pub mod one_line;
pub mod presence_mark;
pub mod tip;
