//! The dialog of one account: where it stands, whether it is used, how it connects, and how to be rid of it.
//!
//! Removing asks a second time and says what is erased. What is changed in fields is changed in the form to sign in.

use iced::{
    Center, Element, Fill, Theme,
    widget::{button, checkbox, column, container, row, space::horizontal, text, text::Wrapping},
};
use oriole_core::{
    engine::{command::Command, event::ConnectionState},
    model::{
        account::{Account, AccountUpdate},
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
};

use super::{accounts, portrait};
use crate::{
    action::{Action, Actions, Purpose},
    i18n::Words,
    plain_text,
    screen::{Context, certificate::fingerprint, doctor::report::security_words},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{FIRST, press},
        one_line::one_line,
    },
    world::{Link, World},
};

/// How wide the dialog gets, in px.
pub const WIDTH: f32 = 520.0;

/// What the person does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Has the account used, or not.
    Enable(bool),
    /// Connects it at once.
    Connect,
    /// Signs it out.
    Disconnect,
    /// Changes its server, security or password.
    Change,
    /// Looks at its connection step by step.
    Check,
    /// Leaves the judgement of certificates to the computer again.
    ForgetPin,
    /// Wants it removed, and is asked again.
    Remove,
    /// Has said so twice.
    RemoveNow,
    /// Keeps it.
    Keep,
    /// Leaves.
    Close,
}

/// What is to be done beyond the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Stay,
    /// Close it.
    Close,
    /// Close it, and show the account's form.
    Change(AccountId),
    /// Close it, and look at the account's connection.
    Check(AccountId),
}

/// The state of the dialog.
#[derive(Debug)]
pub struct Manage {
    account: AccountId,
    removing: bool,
}

impl Manage {
    /// The dialog of this account.
    #[must_use]
    pub fn open(account: AccountId) -> Self {
        Self {
            account,
            removing: false,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Whether it asks if the account is to be removed.
    #[must_use]
    pub fn removing(&self) -> bool {
        self.removing
    }

    /// The name of the page that is shown, so that the focus begins anew on each.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.removing {
            "manage-remove"
        } else {
            "manage"
        }
    }

    /// What a click beside the dialog means, and Escape.
    #[must_use]
    pub fn away(&self) -> Message {
        if self.removing {
            Message::Keep
        } else {
            Message::Close
        }
    }

    /// Takes in what the person did.
    pub fn update(&mut self, message: Message, world: &mut World, actions: &mut Actions) -> Next {
        match message {
            Message::Enable(enabled) => change(
                self.account,
                AccountUpdate {
                    enabled: Some(enabled),
                    ..AccountUpdate::default()
                },
                actions,
            ),
            Message::ForgetPin => change(
                self.account,
                AccountUpdate {
                    pin: Some(None),
                    ..AccountUpdate::default()
                },
                actions,
            ),
            Message::Connect => connect(self.account, world, actions),
            Message::Disconnect => {
                if let Some(account) = world.account(self.account) {
                    set_presence(account, Show::Offline, actions);
                }
            }
            Message::Change => return Next::Change(self.account),
            Message::Check => return Next::Check(self.account),
            Message::Remove => self.removing = true,
            Message::Keep => self.removing = false,
            Message::RemoveNow if self.removing => {
                quiet(Command::RemoveAccount(self.account), actions);
                return Next::Close;
            }
            Message::RemoveNow => {}
            Message::Close => return Next::Close,
        }
        Next::Stay
    }

    /// Draws the dialog; nothing where the account is gone.
    #[must_use]
    pub fn view<'a>(&self, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
        let Some(account) = world.account(self.account) else {
            return iced::widget::Space::new().into();
        };
        if self.removing {
            return removing(account, context);
        }
        let unknown = Link::default();
        let link = world.link(account.id).unwrap_or(&unknown);
        let words = context.words;
        let toggle = Message::Enable(!account.enabled);
        let check = checkbox(account.enabled)
            .label(words.get("account-enabled"))
            .size(18)
            .text_size(size::BODY)
            .on_toggle(Message::Enable)
            .style(controls::check);
        let enabled = column![
            press(check, Some(toggle)),
            text(words.get("account-enabled-below"))
                .size(size::SMALL)
                .style(surfaces::sub),
        ]
        .spacing(space::XS);
        column![
            head(account, link, words),
            enabled,
            facts(account, context),
            deeds(account, link, context),
        ]
        .spacing(space::L)
        .into()
    }
}

fn head<'a>(account: &Account, link: &Link, words: &Words) -> Element<'a, Message> {
    let address = &account.settings.address;
    let name = plain_text::line(address.as_str(), 120);
    let show = accounts::shown(account, link);
    let mut lines = column![
        one_line(name.clone(), size::DIALOG, style::BOLD, surfaces::body),
        text(accounts::account_words(words, account, link))
            .size(size::BODY)
            .style(surfaces::sub),
    ]
    .spacing(2)
    .width(Fill);
    if let Some(error) = link.error.as_ref().filter(|_| account.enabled) {
        let error = text(words.error(error.kind))
            .size(size::PREVIEW)
            .width(Fill);
        lines = lines.push(
            row![
                icon(icons::ALERT, 16.0).style(surfaces::danger),
                error.style(surfaces::danger)
            ]
            .spacing(space::S),
        );
    }
    let portrait = portrait(&name, address, 40.0, show, |theme| {
        style::tokens(theme).panel
    });
    row![portrait, lines].spacing(space::M).into()
}

fn facts<'a>(account: &Account, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let settings = &account.settings;
    let server = match &settings.server {
        Some(server) => plain_text::line(&server.to_string(), 200),
        None => words.get("account-server-found"),
    };
    let mut lines = column![
        fact(words.get("server"), server),
        fact(
            words.get("security"),
            security_words(words, settings.security)
        ),
    ]
    .spacing(space::M);
    lines = lines.push(match settings.pin {
        None => fact(
            words.get("account-certificate"),
            words.get("account-pin-none"),
        ),
        Some(pin) => {
            let forget = small(words.get("account-pin-forget"), Message::ForgetPin);
            let forget = container(forget).padding(iced::Padding::ZERO.left(-6.0));
            column![
                fact(words.get("account-pin"), fingerprint(pin, context.narrow),),
                forget
            ]
            .spacing(2)
            .into()
        }
    });
    container(lines)
        .padding(space::L)
        .width(Fill)
        .style(surfaces::card)
        .into()
}

fn fact<'a>(label: String, value: String) -> Element<'a, Message> {
    column![
        text(label).size(size::SMALL).style(surfaces::sub),
        text(value)
            .size(size::PREVIEW)
            .wrapping(Wrapping::WordOrGlyph),
    ]
    .spacing(2)
    .into()
}

fn deeds<'a>(account: &Account, link: &Link, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut ways = Vec::new();
    if account.enabled {
        ways.push(if online_or_on_the_way(account, link) {
            deed(words.get("disconnect"), Message::Disconnect)
        } else {
            deed(words.get("connect-now"), Message::Connect)
        });
    }
    ways.push(deed(words.get("change-account"), Message::Change));
    ways.push(deed(words.get("account-check"), Message::Check));
    let ways = row(ways).spacing(space::S).wrap();
    let close = press(
        plain(words.get("close"), controls::primary, Message::Close),
        Some(Message::Close),
    )
    .id(FIRST);
    let last = row![
        deed(words.get("account-remove"), Message::Remove),
        horizontal(),
        close
    ]
    .align_y(Center);
    column![ways, last].spacing(space::L).into()
}

/// Whether there is something to disconnect.
fn online_or_on_the_way(account: &Account, link: &Link) -> bool {
    account.presence.show != Show::Offline && link.state != ConnectionState::Offline
}

fn removing<'a>(account: &Account, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let address = plain_text::line(account.settings.address.as_str(), 120);
    let keep = press(
        plain(words.get("cancel"), controls::primary, Message::Keep),
        Some(Message::Keep),
    )
    .id(FIRST);
    let remove = deed(words.get("account-remove-now"), Message::RemoveNow);
    let erased = row![
        icon(icons::ALERT, 20.0).style(surfaces::danger),
        text(words.get("account-remove-erases"))
            .size(size::BODY)
            .width(Fill),
    ]
    .spacing(space::M);
    column![
        text(words.with("account-remove-title", &[("address", address.into())]))
            .size(size::DIALOG)
            .font(style::BOLD)
            .wrapping(Wrapping::WordOrGlyph),
        container(erased)
            .padding([space::M, space::L])
            .width(Fill)
            .style(surfaces::alert),
        text(words.get("account-remove-stays"))
            .size(size::BODY)
            .style(surfaces::sub),
        row![remove, horizontal(), keep]
            .spacing(space::S)
            .align_y(Center),
    ]
    .spacing(space::L)
    .into()
}

/// Connects an account at once, also where the person had signed out or switched it off.
pub fn connect(id: AccountId, world: &World, actions: &mut Actions) {
    let Some(account) = world.account(id) else {
        return;
    };
    if !account.enabled {
        let update = AccountUpdate {
            enabled: Some(true),
            ..AccountUpdate::default()
        };
        change(id, update, actions);
    }
    if account.presence.show == Show::Offline {
        set_presence(account, Show::Online, actions);
    } else if account.enabled {
        quiet(Command::ConnectNow(id), actions);
    }
}

/// Changes something about an account that needs no word when it is done.
pub fn change(account: AccountId, update: AccountUpdate, actions: &mut Actions) {
    let command = Command::UpdateAccount {
        account,
        update,
        password: None,
        proxy_password: None,
    };
    quiet(command, actions);
}

/// Says how available one account is. What was said in words stays.
fn set_presence(account: &Account, show: Show, actions: &mut Actions) {
    let presence = OwnPresence {
        show,
        status: account.presence.status.clone(),
    };
    let command = Command::SetPresence {
        account: Some(account.id),
        presence,
    };
    quiet(command, actions);
}

fn quiet(command: Command, actions: &mut Actions) {
    actions.push(Action::Send(command, Purpose::Quiet));
}

fn small<'a>(label: String, message: Message) -> Element<'a, Message> {
    let link = button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([space::XS, 6.0])
        .style(controls::link)
        .on_press(message);
    press(link, Some(message)).into()
}

fn deed<'a>(label: String, message: Message) -> Element<'a, Message> {
    press(plain(label, controls::secondary, message), Some(message)).into()
}

fn plain<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Message,
) -> button::Button<'a, Message> {
    button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(look)
        .on_press(message)
}
