//! Widgets that know nothing of what they show.

pub mod avatar;
pub mod emoji_picker;
pub mod field;
pub mod keys;
pub mod modal;
pub mod one_line;
pub mod presence_mark;
pub mod rich_body;
pub mod virtual_list;
