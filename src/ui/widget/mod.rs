//! Widgets that know nothing of what they show.

pub mod avatar;
pub mod birds;
pub mod corner;
pub mod emoji_picker;
pub mod field;
pub mod focus;
pub mod keys;
pub mod menu;
pub mod modal;
pub mod one_line;
pub mod picker;
pub mod presence_mark;
pub mod rich_body;
pub mod tip;
pub mod virtual_list;
pub mod whole;
