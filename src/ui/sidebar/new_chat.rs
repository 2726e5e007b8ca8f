//! The dialog for a new chat: an address, and whether to add them as a contact.

use std::fmt;

use iced::{
    Center, Element, Theme,
    widget::{button, checkbox, column, pick_list, row, space::horizontal, text, text_input},
};
use jid::BareJid;
use oriole_core::{
    engine::command::{Command, Password},
    model::{account::Account, ids::AccountId},
    text::uri::XmppUri,
};

use crate::{
    action::{Action, Actions, Purpose},
    i18n::Words,
    plain_text,
    screen::Context,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    typed::{self, Wrong, wrong_words},
    widget::{
        field::{Hint, field},
        focus::{Control, FIRST, press},
    },
    world::World,
};

/// The field of the address.
pub const ADDRESS: &str = "new-chat-address";

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Types the address.
    Address(String),
    /// Picks the account to write from.
    Account(AccountChoice),
    /// Wants them as a contact, or not.
    AddContact(bool),
    /// Opens the chat.
    Start,
    /// Leaves.
    Cancel,
}

/// An account to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChoice {
    id: AccountId,
    label: String,
}

impl AccountChoice {
    fn of(account: &Account) -> Self {
        Self {
            id: account.id,
            label: match plain_text::line(&account.tag.label, 40).as_str() {
                "" => plain_text::line(account.settings.address.as_str(), 60),
                label => {
                    let address = plain_text::line(account.settings.address.as_str(), 60);
                    format!("{label} · {address}")
                }
            },
        }
    }
}

impl fmt::Display for AccountChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// The state of the dialog.
#[derive(Debug)]
pub struct NewChat {
    address: String,
    account: AccountChoice,
    add_contact: bool,
    /// Whether the dialog was opened for a new contact.
    for_contact: bool,
    submitted: bool,
    /// What proves that who has this address invited us.
    invitation: Option<(BareJid, Password)>,
    /// Whether the address came from elsewhere: then Enter leads nowhere at first.
    proposed: bool,
}

impl NewChat {
    /// An empty dialog; none where there is no account to write from.
    #[must_use]
    pub fn open(world: &World, preferred: Option<AccountId>, add_contact: bool) -> Option<Self> {
        let preferred = preferred.and_then(|id| world.account(id));
        let account = preferred.or_else(|| world.accounts().first())?;
        Some(Self {
            address: String::new(),
            account: AccountChoice::of(account),
            add_contact,
            for_contact: add_contact,
            submitted: false,
            invitation: None,
            proposed: false,
        })
    }

    /// The address, as typed.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether they are to be a contact.
    #[must_use]
    pub fn adds_contact(&self) -> bool {
        self.add_contact
    }

    /// The same, with an address filled in.
    #[must_use]
    pub fn with(self, address: &BareJid) -> Self {
        Self {
            address: address.to_string(),
            proposed: true,
            ..self
        }
    }

    /// The same, with what proves that they invited us, where there is something.
    #[must_use]
    pub fn invited(self, link: &XmppUri) -> Self {
        let token = link.invitation.as_ref().map(|invitation| {
            let token = Password::new(invitation.token.reveal());
            (link.address.clone(), token)
        });
        Self {
            invitation: token,
            ..self
        }
    }

    /// Takes in what the person did; says whether the dialog is over.
    pub fn update(&mut self, message: Message, world: &World, actions: &mut Actions) -> bool {
        match message {
            Message::Address(text) => self.address = text,
            Message::Account(choice) => self.account = choice,
            Message::AddContact(add) => self.add_contact = add,
            Message::Cancel => return true,
            Message::Start => return self.start(world, actions),
        }
        false
    }

    fn start(&mut self, world: &World, actions: &mut Actions) -> bool {
        self.submitted = true;
        let account = self.account.id;
        let (Ok(with), Some(_)) = (typed::address(&self.address), world.account(account)) else {
            actions.push(Action::Focus(ADDRESS));
            return false;
        };
        if self.add_contact {
            let address = with.clone();
            // Another address was not invited by.
            let invitation = self.invitation.take();
            let command = match invitation.filter(|(inviter, _)| *inviter == address) {
                Some((_, token)) => Command::AcceptInvitation {
                    account,
                    address,
                    token,
                },
                None => Command::AddContact {
                    account,
                    address,
                    name: None,
                    groups: Vec::new(),
                },
            };
            actions.push(Action::Send(command, Purpose::Quiet));
        }
        actions.push(Action::Send(
            Command::OpenChat { account, with },
            Purpose::OpenChat,
        ));
        true
    }

    fn problem(&self) -> Option<Wrong> {
        typed::address(&self.address)
            .err()
            .filter(|_| self.submitted)
    }

    /// Draws the dialog.
    #[must_use]
    pub fn view<'a>(&'a self, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
        let words = context.words;
        let hint = match self.problem() {
            Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
            None => Hint::Help(words.get("new-chat-hint")),
        };
        let input = text_input(&words.get("address-example"), &self.address)
            .id(ADDRESS)
            .on_input(Message::Address)
            .on_submit(Message::Start);
        let heading = |words| text(words).size(size::DIALOG).font(style::BOLD);
        let head: Element<'a, Message> = if self.for_contact {
            let below = if self.invitation.is_some() {
                words.get("add-contact-invited")
            } else {
                words.get("add-contact-below")
            };
            let below = text(below).size(size::BODY);
            column![
                heading(words.get("add-contact")),
                below.style(surfaces::sub),
            ]
            .spacing(space::XS)
            .into()
        } else {
            heading(words.get("new-chat")).into()
        };
        let mut dialog = column![head, field(words.get("address"), input, hint),].spacing(space::L);
        if world.accounts().len() > 1 {
            dialog = dialog.push(self.from(world, words));
        }
        // Whoever adds a contact has said so already.
        if !self.for_contact {
            let toggle = Message::AddContact(!self.add_contact);
            let check = checkbox(self.add_contact)
                .label(words.get("also-add-contact"))
                .size(18)
                .text_size(size::BODY)
                .on_toggle(Message::AddContact)
                .style(controls::check);
            dialog = dialog.push(press(check, Some(toggle)));
        }
        let start = if self.for_contact {
            words.get("send-request")
        } else {
            words.get("start-chat")
        };
        dialog
            .push(
                row![
                    horizontal(),
                    deed(words.get("cancel"), controls::secondary, Message::Cancel)
                        .id_maybe(self.proposed.then_some(FIRST)),
                    deed(start, controls::primary, Message::Start),
                ]
                .spacing(space::S)
                .align_y(Center),
            )
            .into()
    }

    /// Picks the account to write from; the arrows go through them.
    fn from<'a>(&self, world: &World, words: &Words) -> Element<'a, Message> {
        let choices: Vec<AccountChoice> = world.accounts().iter().map(AccountChoice::of).collect();
        let now = choices.iter().position(|choice| *choice == self.account);
        let beside = |step: fn(usize) -> Option<usize>| {
            let choice = now.and_then(step).and_then(|at| choices.get(at));
            choice.cloned().map(Message::Account)
        };
        let (less, more) = (
            beside(|at| at.checked_sub(1)),
            beside(|at| at.checked_add(1)),
        );
        let list = pick_list(choices, Some(self.account.clone()), Message::Account)
            .text_size(size::BODY)
            .padding([10.0, space::M])
            .width(iced::Fill)
            .style(controls::pick)
            .menu_style(controls::menu);
        column![
            text(words.get("from-account"))
                .size(size::PREVIEW)
                .font(style::BOLD),
            press(list, None).choose(less, more),
        ]
        .spacing(space::XS)
        .into()
    }
}

fn deed<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Message,
) -> Control<'a, Message> {
    let deed = button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(look)
        .on_press(message.clone());
    press(deed, Some(message))
}
