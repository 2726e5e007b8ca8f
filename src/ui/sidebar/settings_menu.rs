//! The menu of the program's settings: how it looks, how large, in which language, what is shown on the desktop, what draws it.

use iced::{
    Center, Element, Fill,
    widget::{Column, button, container, row, text},
};

use super::{Message, account_menu::separator, accounts};
use crate::{
    desktop::display::Drawing,
    i18n::Language,
    preferences::{Appearance, Change, Notifications, Preferences},
    screen::Context,
    style::{
        controls,
        icons::{self, Icon, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::press,
        menu::{self, Sign, heading, line},
        tip::sign_button,
    },
};

/// Draws the menu.
#[must_use]
pub fn view<'a>(preferences: &Preferences, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut lines = Column::new().push(heading(words.get("appearance")));
    for (appearance, sign, label) in [
        (
            Appearance::System,
            icons::PALETTE,
            words.get("appearance-system"),
        ),
        (Appearance::Light, icons::SUN, words.get("appearance-light")),
        (Appearance::Dark, icons::MOON, words.get("appearance-dark")),
        (
            Appearance::HighContrast,
            icons::CONTRAST,
            words.get("appearance-contrast"),
        ),
    ] {
        lines = lines.push(choice(
            sign,
            label,
            preferences.appearance == appearance,
            Change::Appearance(appearance),
        ));
    }
    lines = lines
        .push(separator())
        .push(zoom(preferences, context))
        .push(separator())
        .push(heading(words.get("language")));
    for (language, label) in [
        (None, words.get("language-system")),
        // Each in its own words, so that whoever is lost in the other finds back.
        (Some(Language::English), "English".to_owned()),
        (Some(Language::Chinese), "简体中文".to_owned()),
    ] {
        lines = lines.push(choice(
            icons::LANGUAGE,
            label,
            preferences.language == language,
            Change::Language(language),
        ));
    }
    lines = lines
        .push(separator())
        .push(heading(words.get("notifications")));
    for (notifications, sign, label) in [
        (
            Notifications::Text,
            icons::BELL,
            words.get("notifications-text"),
        ),
        (
            Notifications::Name,
            icons::BELL,
            words.get("notifications-name"),
        ),
        (
            Notifications::None,
            icons::BELL_OFF,
            words.get("notifications-none"),
        ),
    ] {
        lines = lines.push(choice(
            sign,
            label,
            preferences.notifications == notifications,
            Change::Notifications(notifications),
        ));
    }
    lines = lines.push(separator()).push(heading(words.get("drawing")));
    for (drawing, label) in [
        (Drawing::Automatic, words.get("drawing-automatic")),
        (Drawing::Software, words.get("drawing-software")),
        (Drawing::Graphics, words.get("drawing-graphics")),
    ] {
        lines = lines.push(choice(
            icons::SCREEN,
            label,
            preferences.drawing == drawing,
            Change::Drawing(drawing),
        ));
    }
    lines = lines.push(separator()).push(line(
        Sign::Icon(icons::ADD_PERSON),
        words.get("add-account"),
        false,
        Message::AddAccount,
    ));
    menu::lower_left(lines, accounts::FOOT_HEIGHT + space::XS, Message::CloseMenu)
}

fn choice<'a>(sign: Icon, label: String, chosen: bool, change: Change) -> Element<'a, Message> {
    line(Sign::Icon(sign), label, chosen, Message::Prefer(change))
}

/// Smaller, how large, larger; pressing the number goes back to 100 %.
fn zoom<'a>(preferences: &Preferences, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let reset = Message::Prefer(Change::ZoomReset);
    let percent = words.with(
        "zoom-percent",
        &[("percent", preferences.zoom.percent().into())],
    );
    let percent = button(text(percent).size(size::BODY))
        .padding([6.0, space::S])
        .style(controls::menu_line)
        .on_press(reset.clone());
    row![
        row![
            container(icon(icons::ZOOM, 16.0).style(surfaces::sub)).center_x(20),
            text(words.get("zoom")).size(size::BODY),
        ]
        .spacing(10)
        .width(Fill)
        .align_y(Center),
        sign_button(
            icons::MINUS,
            words.get("zoom-out"),
            Message::Prefer(Change::ZoomOut)
        ),
        press(percent, Some(reset)),
        sign_button(
            icons::PLUS,
            words.get("zoom-in"),
            Message::Prefer(Change::ZoomIn)
        ),
    ]
    .spacing(space::XS)
    .padding([0.0, 10.0])
    .align_y(Center)
    .into()
}
