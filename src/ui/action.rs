//! What an update asks for: plain data, carried out by [`crate::app`] and compared by tests.

use std::time::Duration;

use oriole_core::{
    engine::{
        command::{Command, Password},
        diagnose::Diagnose,
        new_account::Request,
    },
    model::{
        ids::{AccountId, ChatId, MessageId},
        registration::Offer,
    },
};

use crate::{
    desktop::{
        display::{Drawing, Extent},
        notify::Notification,
    },
    world::Question,
};

/// Something to be done outside of the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Start the engine.
    StartEngine,
    /// Tell the engine to do something. The answer comes back with the purpose.
    Send(Command, Purpose),
    /// Ask the engine something. The answer comes back with the question.
    Ask(Question),
    /// Try a connection step by step. What was found comes back with the number.
    Diagnose {
        /// Tells tries apart.
        number: u64,
        /// The stored account whose kept password is used where the request has none.
        account: Option<AccountId>,
        /// What to try.
        request: Box<Diagnose>,
    },
    /// Look for a server without signing in; what was found comes back with the number. What was looked for before is not any more; with
    /// nothing to look for, that is all.
    LookUp(u64, Option<Box<Diagnose>>),
    /// Make an account on a server, a step at a time. What came of it comes back with the number; what was under way before is stopped.
    Register(u64, Box<Registering>),
    /// Tell the engine these last things and shut it down.
    ShutDown(Vec<Command>),
    /// Close the window; the program goes on until [`Action::Exit`].
    CloseWindow,
    /// Keep for the next start that the window is this large.
    KeepSize(Extent),
    /// Draw with this from the next start on.
    DrawWith(Drawing),
    /// Show this on the desktop.
    Notify(Notification),
    /// Take back what is shown on the desktop about this chat.
    Withdraw(ChatId),
    /// Bring the window before the person's eyes, or ask for their attention.
    ShowWindow,
    /// End the program.
    Exit,
    /// Put the cursor into this field.
    Focus(&'static str),
    /// Put the cursor before what stands in this field.
    FocusFront(&'static str),
    /// Put this text into the clipboard.
    Copy(String),
    /// Open this address in the program that the system has for it, or here where it is one of ours.
    OpenLink(String),
    /// Call back after this time.
    Later(Duration, Timer),
}

/// A step on the way to a new account.
#[derive(Debug, Clone, PartialEq)]
pub enum Registering {
    /// Ask the server what it wants to know.
    Ask(Request),
    /// Answer it, with this password.
    Answer(Request, Offer, Password),
    /// Forget it.
    Leave,
}

/// Why a command was sent, so that its answer finds its way.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// To sign in; the number tells attempts apart.
    SignIn(u64),
    /// To open a chat that the person wants to see.
    OpenChat,
    /// To send a message; the text is put back where that fails.
    SendMessage {
        /// Where it was written.
        chat: ChatId,
        /// What was written.
        body: String,
    },
    /// To send a failed message again.
    Retry(MessageId),
    /// Something that the dialog of an account waits for; the number tells them apart.
    Manage(u64),
    /// Something whose success needs no word.
    Quiet,
}

/// What a timer was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// Keeping what was typed in this chat.
    Draft(ChatId),
    /// Looking for the server that is typed, with the number of the pause.
    LookUp(u64),
    /// Whether the window is still not the one being used.
    Unfocused,
}

/// Several of them, in order.
pub type Actions = Vec<Action>;
