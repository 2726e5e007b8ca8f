//! Oriole's window: the only place that knows iced.
//!
//! The loop is pure: [`screen::Ui::update`] turns a [`message::Message`] into [`action::Action`]s, which are plain
//! data; [`app`] carries them out, and reaches the engine through [`backend`] alone.

pub mod action;
pub mod app;
pub mod backend;
pub mod chat;
pub mod desktop;
pub mod emoji;
pub mod i18n;
pub mod message;
pub mod plain_text;
pub mod preferences;
pub mod screen;
pub mod sidebar;
pub mod style;
pub mod time_format;
pub mod typed;
pub mod widget;
pub mod world;

use std::sync::Arc;

use futures::{channel::mpsc, future::BoxFuture};
use oriole_core::{
    engine::handle::{EventStream, Handle},
    error::Error,
    model::ids::ChatId,
};

use crate::desktop::{display::Display, notify::Notifier};

/// Starts the engine; called once, after the window is there.
pub type Engine =
    Box<dyn FnOnce() -> BoxFuture<'static, Result<(Handle, EventStream), Error>> + Send>;

/// What the window needs of the program.
pub struct Start {
    /// Starts the engine.
    pub engine: Engine,
    /// What other processes ask of the window.
    pub wake: mpsc::UnboundedReceiver<Wake>,
    /// What is kept of the window itself.
    pub display: Arc<dyn Display>,
    /// What shows notifications.
    pub notifier: Arc<dyn Notifier>,
}

/// What is asked of the window from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// Show yourself.
    Show,
    /// Show what this `xmpp:` link leads to. It may come from anybody.
    Link(String),
    /// Nobody has touched the machine for a while, or somebody does again.
    Idle(bool),
    /// Show this chat: its notification was pressed.
    Chat(ChatId),
}

/// Opens the window and returns when it was closed and the engine has shut down.
///
/// # Errors
/// Where there is no screen to draw on.
pub fn run(start: Start) -> iced::Result {
    app::run(start)
}
