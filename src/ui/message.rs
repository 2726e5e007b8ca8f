//! Everything that can happen to the window, as one type.

use iced::{Size, theme::Mode};
use oriole_core::{
    engine::{
        command::Done,
        diagnose::{Diagnosis, Progress},
        event::Event,
    },
    error::Error,
};

use crate::{
    Wake,
    action::{Purpose, Timer},
    screen::{
        doctor, main,
        sign_in::{self, create::Registration},
    },
    world::{Answer, Question},
};

/// Something happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The window is there.
    Opened,
    /// The window was told to close.
    CloseRequested,
    /// The window is the one being used, or not any more.
    Focused(bool),
    /// The window has another size, in logical px.
    Resized(Size),
    /// The window is on a screen with this scale.
    Rescaled(f32),
    /// The system asks for light or dark.
    Theme(Mode),
    /// Another process wants something.
    Wake(Wake),
    /// A key that means something everywhere.
    Shortcut(Shortcut),
    /// Time passed: what is said in words of days may be another.
    Tick,
    /// Something waited long enough.
    Timer(Timer),
    /// The engine runs, or not.
    Started(Result<(), Error>),
    /// What happened, at most one message a frame.
    Engine(Vec<Event>),
    /// A command was answered.
    Done(Purpose, Result<Done, Error>),
    /// A question was answered.
    Answered(Question, Result<Answer, Error>),
    /// A connection was tried step by step.
    Diagnosed(u64, Result<Diagnosis, Error>),
    /// How far a connection got that is being tried step by step.
    Progress(u64, Progress),
    /// A server was looked for.
    LookedUp(u64, Diagnosis),
    /// A server said something about a new account.
    Registered(u64, Registration),
    /// The engine has shut down.
    ShutDown,
    /// The person wants to leave.
    Quit,
    /// On the screen to sign in.
    SignIn(sign_in::Message),
    /// On the main screen.
    Main(main::Message),
    /// In the dialog about a connection.
    Doctor(doctor::Message),
}

/// Keys that mean something everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Escape: close the topmost thing.
    Close,
    /// Ctrl+N.
    NewChat,
    /// Alt+Up.
    PreviousChat,
    /// Alt+Down.
    NextChat,
    /// Ctrl+comma.
    Settings,
    /// Ctrl+plus.
    ZoomIn,
    /// Ctrl+minus.
    ZoomOut,
    /// Ctrl+0.
    ZoomReset,
}
