//! The head of the conversation: with whom, and how they are.

use iced::{
    Center, Element, Fill,
    widget::{column, container, row},
};
use oriole_core::model::presence::Show;

use super::{conversation::Conversation, view::title};
use crate::{
    plain_text,
    screen::{Context, main::Message},
    sidebar,
    style::{
        self, icons, surfaces,
        tokens::{HEAD_HEIGHT, size, space},
    },
    widget::{one_line::one_line, tip::sign_button},
    world::World,
};

/// Draws the head.
pub(super) fn header<'a>(
    open: &Conversation,
    world: &World,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let title = title(open, world);
    let address = plain_text::line(open.with().as_str(), 80);
    let presence = world.presence(open.account(), open.with());
    let stranger = world.chat(open.chat()).is_some_and(|chat| chat.stranger);
    // Of strangers, it is not known whether they are there.
    let how = if stranger && presence.show == Show::Offline {
        words.get("not-a-contact")
    } else {
        sidebar::presence_words(words, &presence)
    };
    // The name is of one's own choosing, the address is not.
    let below = if address == title {
        how
    } else {
        format!("{how} · {address}")
    };
    let mut line = row![].spacing(space::M).align_y(Center);
    if context.narrow {
        line = line.push(sign_button(
            icons::BACK,
            words.get("back"),
            Message::CloseChat,
        ));
    }
    line = line
        .push(sidebar::plain_portrait(&title, open.with(), 32.0))
        .push(
            column![
                one_line(title, size::TITLE, style::BOLD, surfaces::body),
                one_line(below, size::SMALL, style::REGULAR, surfaces::sub),
            ]
            .width(Fill),
        );
    let side = if context.narrow { space::S } else { space::L };
    container(line)
        .padding([0.0, side])
        .center_y(HEAD_HEIGHT - 1.0)
        .width(Fill)
        .clip(true)
        .style(surfaces::panel)
        .into()
}
