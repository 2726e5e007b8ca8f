//! The conversation: its messages, and the field where one writes.

pub mod composer;
pub mod conversation;
pub mod emoji;
mod header;
pub mod menu;
pub mod pieces;
pub mod rows;
pub mod timeline;
pub mod view;
