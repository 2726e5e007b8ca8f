//! Oriole's windows.

use futures::{channel::mpsc::UnboundedReceiver, future::BoxFuture};
use oriole_core::{
    engine::handle::{EventStream, Handle},
    error::Error,
};

/// What makes the engine run; called once, from the window's own runtime.
pub type StartEngine =
    Box<dyn FnOnce() -> BoxFuture<'static, Result<(Handle, EventStream), Error>> + Send>;

/// What the window needs of the program.
pub struct Start {
    /// Makes the engine run.
    pub engine: StartEngine,
    /// What others ask of the window.
    pub wake: UnboundedReceiver<Wake>,
}

/// What others ask of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Oriole was started once more: come to the front.
    Show,
}

/// Shows the window until it is closed.
///
/// # Errors
/// Where there is no screen.
pub fn run(start: Start) -> Result<(), String> {
    drop(start);
    Ok(())
}
