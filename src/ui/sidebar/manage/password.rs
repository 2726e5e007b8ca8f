//! The page to change an account's password on its server. The old one is the one that is kept; how good the new one is, is not judged.

use iced::{
    Element,
    widget::{checkbox, column, container, row, text, text_input},
};
use oriole_core::{
    engine::command::{Command, Password},
    error::Error,
    model::{account::Account, ids::AccountId},
};
use zeroize::Zeroizing;

use super::{
    Message as Outer,
    pieces::{back, ending, heading, problem, small},
};
use crate::{
    i18n::Words,
    plain_text,
    style::{
        controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        field::{Hint, field},
        focus::press,
    },
};

/// The field of the new password.
pub const NEW: &str = "password-new";
/// The field where it is typed again.
pub const AGAIN: &str = "password-again";

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Types the new password.
    New(Password),
    /// Types it again.
    Again(Password),
    /// Wants to see what is typed, or not.
    Show(bool),
    /// Has it changed.
    Change,
}

/// How far it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The person types; what went wrong before, if anything did.
    Editing(Option<Error>),
    /// The server is being asked.
    Asking,
    /// The server has the new password, and so has this computer.
    Changed,
}

/// What is typed.
#[derive(Debug)]
pub struct Form {
    new: Zeroizing<String>,
    again: Zeroizing<String>,
    shown: bool,
    tried: bool,
    phase: Phase,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            new: Zeroizing::default(),
            again: Zeroizing::default(),
            shown: false,
            tried: false,
            phase: Phase::Editing(None),
        }
    }
}

impl Form {
    /// How far it got.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Takes in what the person did. Gives what is to be sent, or the field that is to be corrected.
    pub(super) fn update(
        &mut self,
        message: Message,
        account: AccountId,
    ) -> Result<Option<Command>, &'static str> {
        let typed = |password: &Password| Zeroizing::new(password.reveal().to_owned());
        match message {
            Message::New(password) => self.new = typed(&password),
            Message::Again(password) => self.again = typed(&password),
            Message::Show(shown) => self.shown = shown,
            Message::Change if matches!(self.phase, Phase::Editing(_)) => {
                self.tried = true;
                if self.new.is_empty() {
                    return Err(NEW);
                }
                if !self.same() {
                    return Err(AGAIN);
                }
                self.phase = Phase::Asking;
                return Ok(Some(Command::ChangePassword {
                    account,
                    password: Password::new(self.new.as_str()),
                }));
            }
            Message::Change => {}
        }
        Ok(None)
    }

    /// The server answered.
    pub(super) fn done(&mut self, result: Result<(), Error>) {
        self.phase = match result {
            Ok(()) => {
                self.new = Zeroizing::default();
                self.again = Zeroizing::default();
                Phase::Changed
            }
            Err(error) => Phase::Editing(Some(error)),
        };
    }

    /// What can be seen needs not be typed twice.
    fn same(&self) -> bool {
        self.shown || *self.new == *self.again
    }

    pub(super) fn view<'a>(&'a self, account: &Account, words: &Words) -> Element<'a, Outer> {
        let server = plain_text::line(account.settings.address.domain().as_str(), 60);
        let title = words.get("password-title");
        if self.phase == Phase::Changed {
            let done = row![
                icon(icons::CHECK, 20.0).style(surfaces::ok),
                text(words.get("password-changed")).size(size::BODY),
            ]
            .spacing(space::M);
            let below = words.with("password-below", &[("server", server.into())]);
            return column![heading(title, below), done, back(words)]
                .spacing(space::L)
                .into();
        }
        let free = matches!(self.phase, Phase::Editing(_));
        let hint = match self.tried && self.new.is_empty() {
            true => Hint::Wrong(words.get("password-missing")),
            false => Hint::None,
        };
        let typed = |to: fn(Password) -> Message| {
            move |text: String| Outer::Password(to(Password::new(text)))
        };
        let new = text_input("", &self.new)
            .id(NEW)
            .secure(!self.shown)
            .on_input_maybe(free.then_some(typed(Message::New)))
            .on_submit(Outer::Password(Message::Change));
        let new = field(words.get("password-new"), new, hint);
        let mut form = column![new].spacing(space::M);
        if !self.shown {
            let hint = match self.tried && !self.new.is_empty() && !self.same() {
                true => Hint::Wrong(words.get("password-differs")),
                false => Hint::None,
            };
            let again = text_input("", &self.again)
                .id(AGAIN)
                .secure(true)
                .on_input_maybe(free.then_some(typed(Message::Again)))
                .on_submit(Outer::Password(Message::Change));
            form = form.push(field(words.get("password-again"), again, hint));
        }
        let shown = checkbox(self.shown)
            .label(words.get("password-show"))
            .size(18)
            .text_size(size::BODY)
            .on_toggle(|shown| Outer::Password(Message::Show(shown)))
            .style(controls::check);
        let toggle = Outer::Password(Message::Show(!self.shown));
        form = form.push(press(shown, Some(toggle)));
        match &self.phase {
            Phase::Editing(Some(error)) => form = form.push(problem(error, words)),
            Phase::Asking => {
                form = form.push(
                    text(words.get("password-asking"))
                        .size(size::BODY)
                        .style(surfaces::sub),
                );
            }
            _ => {}
        }
        let below = words.with("password-below", &[("server", server.into())]);
        column![
            heading(title, below),
            form,
            container(small(words.get("password-elsewhere"), Outer::Change)),
            ending(
                words,
                words.get("password-change"),
                Outer::Password(Message::Change),
                free
            ),
        ]
        .spacing(space::L)
        .into()
    }
}
