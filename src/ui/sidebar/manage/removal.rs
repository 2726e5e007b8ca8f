//! The pages to be rid of an account: what of it stays here, and whether it goes from its server too. That is asked a second time,
//! and what cannot be undone is never what Enter does by itself.

use iced::{
    Center, Element, Fill,
    widget::{checkbox, column, mouse_area, radio, row, space::horizontal, text},
};
use oriole_core::{
    engine::command::Command,
    error::Error,
    model::{account::Account, ids::AccountId},
};

use super::{
    Message as Outer, Page,
    pieces::{help, plain, problem, quiet, warning},
};
use crate::{
    i18n::Words,
    plain_text,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::focus::{FIRST, press},
};

/// What the person does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Keeps the chats here, or not.
    Keep(bool),
    /// Has it deleted on its server too, or not.
    OnServer(bool),
    /// Wants it removed so.
    Remove,
    /// Does so for the second time, where it is deleted on its server.
    Sure,
    /// Thinks better of the second question.
    Back,
}

/// What was chosen.
#[derive(Debug)]
pub struct Form {
    keep: bool,
    on_server: bool,
    /// Whether the second question is asked.
    asking: bool,
    pub(super) busy: bool,
    pub(super) error: Option<Error>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            keep: true,
            on_server: false,
            asking: false,
            busy: false,
            error: None,
        }
    }
}

/// What follows from it.
pub(super) enum Next {
    /// Nothing.
    Stay,
    /// This is sent, and the dialog closes.
    Close(Command),
    /// This is sent, and its answer is waited for.
    Wait(Command),
}

impl Form {
    /// Whether the second question is asked.
    #[must_use]
    pub fn asking(&self) -> bool {
        self.asking
    }

    pub(super) fn update(&mut self, message: Message, account: AccountId) -> Next {
        if self.busy {
            return Next::Stay;
        }
        match message {
            Message::Keep(keep) => self.keep = keep,
            Message::OnServer(on_server) => self.on_server = on_server,
            Message::Remove if self.on_server => {
                self.asking = true;
                self.error = None;
            }
            Message::Remove => {
                return Next::Close(match self.keep {
                    true => Command::SetAside {
                        account,
                        on_server: false,
                    },
                    false => Command::RemoveAccount(account),
                });
            }
            Message::Sure if self.asking => {
                self.busy = true;
                self.error = None;
                return Next::Wait(match self.keep {
                    true => Command::SetAside {
                        account,
                        on_server: true,
                    },
                    false => Command::DeleteAccount(account),
                });
            }
            Message::Sure => {}
            Message::Back => self.asking = false,
        }
        Next::Stay
    }

    pub(super) fn view<'a>(&self, account: &Account, words: &Words) -> Element<'a, Outer> {
        let address = plain_text::line(account.settings.address.as_str(), 120);
        if self.asking {
            return self.second(&address, account, words);
        }
        let title = words.with("account-remove-title", &[("address", address.into())]);
        let ways = column![
            way(
                true,
                self.keep,
                words.get("remove-keep"),
                words.get("remove-keep-below")
            ),
            way(
                false,
                self.keep,
                words.get("remove-erase"),
                words.get("account-remove-erases")
            ),
        ]
        .spacing(space::M);
        let toggle = Outer::Removal(Message::OnServer(!self.on_server));
        let on_server = checkbox(self.on_server)
            .label(words.get("remove-on-server"))
            .size(18)
            .text_size(size::BODY)
            .on_toggle(|on| Outer::Removal(Message::OnServer(on)))
            .style(controls::check);
        let on_server = column![
            press(on_server, Some(toggle)),
            help(words.get("account-remove-stays")),
        ]
        .spacing(space::XS);
        let label = match (self.on_server, self.keep) {
            (true, _) => words.get("account-remove"),
            (false, true) => words.get("remove-now"),
            (false, false) => words.get("account-remove-now"),
        };
        let away = Outer::Open(Page::Overview);
        column![
            heading(title),
            ways,
            on_server,
            ending(label, Some(Outer::Removal(Message::Remove)), away, words),
        ]
        .spacing(space::L)
        .into()
    }

    fn second<'a>(&self, address: &str, account: &Account, words: &Words) -> Element<'a, Outer> {
        let server = plain_text::line(account.settings.address.domain().as_str(), 60);
        let title = words.with("delete-title", &[("address", address.to_owned().into())]);
        let below = words.with("delete-below", &[("server", server.into())]);
        let here = match self.keep {
            true => words.get("delete-keeps"),
            false => words.get("delete-erases"),
        };
        let mut page = column![heading(title), warning(below), quiet(here)].spacing(space::L);
        if let Some(error) = &self.error {
            page = page.push(problem(error, words));
        }
        if self.busy {
            page = page.push(quiet(words.get("delete-asking")));
        }
        let sure = (!self.busy).then_some(Outer::Removal(Message::Sure));
        page.push(ending(
            words.get("delete-now"),
            sure,
            Outer::Removal(Message::Back),
            words,
        ))
        .into()
    }
}

fn heading<'a>(title: String) -> Element<'a, Outer> {
    text(title)
        .size(size::DIALOG)
        .font(style::BOLD)
        .wrapping(text::Wrapping::WordOrGlyph)
        .into()
}

fn way<'a>(keep: bool, now: bool, label: String, below: String) -> Element<'a, Outer> {
    let chosen = Outer::Removal(Message::Keep(keep));
    let dot = radio("", keep, Some(now), |keep| {
        Outer::Removal(Message::Keep(keep))
    })
    .size(18)
    .spacing(0)
    .style(controls::way);
    let line = row![dot, text(label).size(size::BODY)]
        .spacing(space::S)
        .align_y(Center);
    let line = mouse_area(line).on_press(chosen.clone());
    let other = Outer::Removal(Message::Keep(!keep));
    let (less, more) = match keep {
        true => (None, Some(other)),
        false => (Some(other), None),
    };
    let below = text(below)
        .size(size::SMALL)
        .style(surfaces::sub)
        .width(Fill);
    column![
        press(line, Some(chosen)).choose(less, more),
        row![iced::widget::Space::new().width(26), below],
    ]
    .spacing(space::XS)
    .into()
}

fn ending<'a>(
    label: String,
    message: Option<Outer>,
    away: Outer,
    words: &Words,
) -> Element<'a, Outer> {
    let stay = plain(words.get("cancel"), controls::primary, Some(away.clone()));
    row![
        press(
            plain(label, controls::destructive, message.clone()),
            message
        ),
        horizontal(),
        press(stay, Some(away)).id(FIRST),
    ]
    .spacing(space::S)
    .align_y(Center)
    .into()
}
