//! The question for an account's password, where nobody here knows it: at each start on a computer without a keyring, unless the person
//! has it kept in a file.

use iced::{
    Center, Element,
    widget::{checkbox, column, row, space::horizontal, text, text::Wrapping, text_input},
};
use oriole_core::{
    engine::command::{Command, Password},
    error::ErrorKind,
    model::{account::AccountUpdate, ids::AccountId},
};
use zeroize::Zeroizing;

use crate::{
    action::{Action, Actions, Purpose},
    i18n::Words,
    plain_text,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    typed::{Wrong, wrong_words},
    widget::{
        field::{Hint, field},
        focus::press,
    },
    world::World,
};

/// The field of the password.
pub const PASSWORD: &str = "ask-password";

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Types the password.
    Password(Password),
    /// Has it kept in a file, or not.
    InFile(bool),
    /// Signs in with it.
    SignIn,
    /// Leaves the account signed out.
    Later,
}

/// What is typed.
#[derive(Debug)]
pub struct Ask {
    account: AccountId,
    password: Zeroizing<String>,
    in_file: bool,
    tried: bool,
}

/// Whether an account waits for its password.
#[must_use]
pub fn is_needed(account: AccountId, world: &World) -> bool {
    let enabled = world.account(account).is_some_and(|known| known.enabled);
    let error = world.link(account).and_then(|link| link.error.as_ref());
    enabled && error.is_some_and(|error| error.kind == ErrorKind::PasswordNeeded)
}

/// Whether it is in no keyring because there is none to keep it in.
fn without_keyring(account: AccountId, world: &World) -> bool {
    let error = world.link(account).and_then(|link| link.error.as_ref());
    error.is_some_and(|error| !error.detail.is_empty())
}

impl Ask {
    /// The question for this account's password.
    #[must_use]
    pub fn open(account: AccountId) -> Self {
        Self {
            account,
            password: Zeroizing::default(),
            in_file: false,
            tried: false,
        }
    }

    /// Whose password it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Takes in what the person did. True where that was all.
    pub fn update(&mut self, message: Message, world: &mut World, actions: &mut Actions) -> bool {
        match message {
            Message::Password(password) => {
                self.password = Zeroizing::new(password.reveal().to_owned());
            }
            Message::InFile(in_file) => self.in_file = in_file,
            Message::SignIn if self.password.is_empty() => {
                self.tried = true;
                actions.push(Action::Focus(PASSWORD));
            }
            Message::SignIn => {
                let account = self.account;
                let in_file = self.in_file && without_keyring(account, world);
                world.trying(account);
                let given = Command::UpdateAccount {
                    account,
                    update: AccountUpdate::default(),
                    password: Some(Password::new(self.password.as_str())),
                    proxy_password: None,
                };
                actions.push(Action::Send(given, Purpose::Quiet));
                if in_file {
                    let keep = Command::KeepInFile(account);
                    actions.push(Action::Send(keep, Purpose::Quiet));
                }
                return true;
            }
            Message::Later => return true,
        }
        false
    }

    /// Draws the question.
    #[must_use]
    pub fn view<'a>(&'a self, world: &World, words: &Words) -> Element<'a, Message> {
        let account = world.account(self.account);
        let address = account.map(|known| known.settings.address.as_str());
        let address = plain_text::line(address.unwrap_or_default(), 80);
        let title = words.with("ask-title", &[("address", address.into())]);
        let no_keyring = without_keyring(self.account, world);
        let below = match no_keyring {
            true => words.get("ask-no-keyring"),
            false => words.get("ask-unknown"),
        };
        let head = column![
            text(title)
                .size(size::DIALOG)
                .font(style::BOLD)
                .wrapping(Wrapping::WordOrGlyph),
            text(below).size(size::BODY).style(surfaces::sub),
        ]
        .spacing(space::S);
        let hint = match self.tried && self.password.is_empty() {
            true => Hint::Wrong(wrong_words(words, Wrong::Password)),
            false => Hint::None,
        };
        let input = text_input("", &self.password)
            .id(PASSWORD)
            .secure(true)
            .on_input(|text| Message::Password(Password::new(text)))
            .on_submit(Message::SignIn);
        let mut page = column![head, field(words.get("password"), input, hint)].spacing(space::L);
        if no_keyring {
            page = page.push(self.in_file(words));
        }
        let button = |label: String, look, message: Message| {
            let button = iced::widget::button(text(label).size(size::BODY).font(style::BOLD))
                .padding([space::S, space::L])
                .style(look)
                .on_press(message.clone());
            press(button, Some(message))
        };
        let later: fn(&iced::Theme, iced::widget::button::Status) -> iced::widget::button::Style =
            controls::secondary;
        page.push(
            row![
                horizontal(),
                button(words.get("ask-later"), later, Message::Later),
                button(words.get("sign-in"), controls::primary, Message::SignIn),
            ]
            .spacing(space::S)
            .align_y(Center),
        )
        .into()
    }

    fn in_file<'a>(&self, words: &Words) -> Element<'a, Message> {
        let toggle = Message::InFile(!self.in_file);
        let keep = checkbox(self.in_file)
            .label(words.get("ask-in-file"))
            .size(18)
            .text_size(size::BODY)
            .on_toggle(Message::InFile)
            .style(controls::check);
        let below = text(words.get("ask-in-file-below"))
            .size(size::SMALL)
            .style(surfaces::sub);
        column![press(keep, Some(toggle)), below]
            .spacing(space::XS)
            .into()
    }
}
