//! How the main screen looks: both panes, or one of them where there is no room for two.

use std::hash::{DefaultHasher, Hash, Hasher};

use iced::{
    Center, Element, Fill,
    widget::{Column, button, column, container, row, rule, text},
};

use super::{Main, Message, Notice};
use crate::{
    chat::{
        self, composer,
        conversation::{self, Conversation},
    },
    message::Message as Root,
    plain_text,
    preferences::Preferences,
    screen::Context,
    sidebar::{self, Menu, account_menu, ask, manage, new_chat, settings_menu},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{CURRENT, layers, pane, press},
        modal::{modal, wide},
        whole::whole,
    },
    world::World,
};

/// Draws the screen, with this over it where there is something.
#[must_use]
pub fn view<'a>(
    main: &'a Main,
    world: &'a World,
    preferences: &Preferences,
    context: Context<'a>,
    cover: Option<(&'static str, Element<'a, Root>)>,
) -> Element<'a, Root> {
    let open = main.conversation.as_ref().map(|open| open.chat());
    let list = || {
        let list = sidebar::view(world, main.tab, &main.places, open, context);
        let list = pane(list.map(Message::Sidebar), CURRENT);
        let shown = (world.version(), main.tab, open);
        Element::from(whole(list, version(&shown)))
    };
    let base: Element<'a, Message> = match (context.narrow, open) {
        (true, None) => list(),
        (true, Some(_)) => right(main, world, context),
        (false, _) => row![
            list(),
            rule::vertical(1).style(surfaces::line),
            right(main, world, context),
        ]
        .into(),
    };
    let top = cover.or_else(|| {
        let (name, top) = on_top(main, world, preferences, context)?;
        Some((name, top.map(Root::Main)))
    });
    layers(base.map(Root::Main), top).into()
}

/// The dialog or the menu that is open.
fn on_top<'a>(
    main: &'a Main,
    world: &'a World,
    preferences: &Preferences,
    context: Context<'a>,
) -> Option<(&'static str, Element<'a, Message>)> {
    if let Some(manage) = &main.manage {
        let dialog = manage.view(world, context).map(Message::Manage);
        let away = Message::Manage(manage.away());
        return Some((manage.name(), wide(dialog, manage::WIDTH, away)));
    }
    if let Some(ask) = main
        .ask()
        .filter(|_| main.dialog.is_none() && main.menu.is_none())
    {
        let dialog = ask.view(world, context.words).map(Message::Ask);
        return Some(("ask", modal(dialog, Message::Ask(ask::Message::Later))));
    }
    match (&main.dialog, main.menu) {
        (Some(dialog), _) => Some((
            "new-chat",
            modal(
                dialog.view(world, context).map(Message::NewChat),
                Message::NewChat(new_chat::Message::Cancel),
            ),
        )),
        (None, Some(Menu::Account)) => Some((
            "account",
            account_menu::view(world, context).map(Message::Sidebar),
        )),
        (None, Some(Menu::Presence(account))) => Some((
            "presence",
            account_menu::presence(account, &main.status, world, context).map(Message::Sidebar),
        )),
        (None, Some(Menu::Kept)) => Some((
            if main.erasing().is_some() {
                "erase"
            } else {
                "kept"
            },
            account_menu::kept(world, main.erasing(), context).map(Message::Sidebar),
        )),
        (None, Some(Menu::Settings)) => Some((
            "settings",
            settings_menu::view(preferences, context).map(Message::Sidebar),
        )),
        (None, None) => main
            .conversation
            .as_ref()
            .and_then(|open| over_messages(open, context)),
    }
}

/// The menu of a message, or the question about a link in it.
fn over_messages<'a>(
    open: &'a Conversation,
    context: Context<'a>,
) -> Option<(&'static str, Element<'a, Message>)> {
    if let Some(menu) = open.menu() {
        let menu = chat::menu::view(menu, context.words);
        return Some(("message", menu.map(Message::Conversation)));
    }
    let question = chat::rows::doubtful(open.doubtful()?, context.words);
    let close = Message::Conversation(conversation::Message::CloseDoubtful);
    Some((
        "doubtful-link",
        modal(question.map(Message::Conversation), close),
    ))
}

fn right<'a>(main: &'a Main, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let mut lines = Column::new().width(Fill).height(Fill);
    let notices = main.notices.iter().enumerate();
    let told = notices.map(|(place, notice)| told(place, notice, context));
    // In a column of their own, so that one that comes takes nothing from the field being written in.
    lines = lines.push(Column::with_children(told).width(Fill));
    lines = lines.push(match &main.conversation {
        Some(open) => chat::view::view(open, world, context),
        None => {
            let invitation = sidebar::invitation::view(world, context).map(Message::Sidebar);
            pane(invitation, composer::FIELD).into()
        }
    });
    // No ground of its own: it has the window's, and one would be painted twice in every frame of scrolling.
    let pane = container(lines).width(Fill).height(Fill);
    let open = main.conversation.as_ref();
    let shown = open.map(|open| (open.generation(), open.timeline().loaded()));
    whole(pane, version(&shown)).into()
}

/// A number that is another one for anything else.
fn version(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn told<'a>(place: usize, notice: &Notice, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let (first, detail) = match notice {
        Notice::Failed { about, error } => {
            let (sentence, detail) = words.error_with_detail(error);
            let first = match about {
                Some(about) => {
                    let address = plain_text::line(about.as_str(), 80).into();
                    words.with(
                        "notice-about",
                        &[("address", address), ("sentence", sentence.into())],
                    )
                }
                None => sentence,
            };
            (first, detail)
        }
        Notice::Room(room) => {
            let address = plain_text::line(room.as_str(), 80);
            (
                words.with("notice-room", &[("address", address.into())]),
                String::new(),
            )
        }
    };
    let mut lines = column![text(first).size(size::PREVIEW)]
        .width(Fill)
        .spacing(2);
    if !detail.is_empty() {
        lines = lines.push(text(detail).size(size::SMALL).style(surfaces::sub));
    }
    let dismiss = button(
        text(context.words.get("dismiss"))
            .size(size::SMALL)
            .font(style::BOLD),
    )
    .padding([space::XS, space::S])
    .style(controls::link)
    .on_press(Message::Dismiss(place));
    let line = row![
        icon(icons::ALERT, 18.0).style(surfaces::danger),
        lines,
        press(dismiss, Some(Message::Dismiss(place))),
    ]
    .spacing(space::M)
    .align_y(Center);
    container(
        container(line)
            .padding([space::S, space::M])
            .width(Fill)
            .style(surfaces::alert),
    )
    .padding(space::M)
    .into()
}
