//! The field where messages are written: typed into, undone, composed in, completed.

mod drafts;
mod emoji;
mod input_method;
mod names;
mod picker;
mod screen;
mod undo;
mod writing;

use iced::widget::text_editor::{Action as Edit, Edit as Change, Motion};
use oriole_core::model::chat::ChatSummary;
use oriole_ui::{
    action::Actions,
    chat::{
        composer::{Composer, Message as Deed},
        conversation::Message,
    },
    i18n::Language,
};

use crate::support::{CHAT, Window, summary};

/// Another chat than the one that is open.
pub(crate) const OTHER: oriole_core::model::ids::ChatId = oriole_core::model::ids::ChatId(11);

fn chats() -> Vec<ChatSummary> {
    vec![
        summary(CHAT, "mei@example.org", None, 0),
        summary(OTHER, "tom@example.org", None, 0),
    ]
}

/// A chat is open and nothing was written.
pub(crate) fn open() -> Window {
    let mut window = Window::online(Language::English, chats());
    window.open(CHAT, Vec::new(), false);
    window
}

pub(crate) fn composer(window: &Window) -> &Composer {
    window
        .ui
        .main()
        .conversation()
        .expect("a chat is open")
        .composer()
}

/// What stands in the field.
pub(crate) fn written(window: &Window) -> String {
    composer(window).text()
}

/// Types letter by letter, without a pause.
pub(crate) fn letters(window: &mut Window, text: &str) -> Actions {
    let mut actions = Actions::new();
    for c in text.chars() {
        let change = if c == '\n' {
            Change::Enter
        } else {
            Change::Insert(c)
        };
        actions.extend(window.conversation(Message::Edit(Edit::Edit(change))));
    }
    actions
}

pub(crate) fn change(window: &mut Window, change: Change) {
    window.conversation(Message::Edit(Edit::Edit(change)));
}

pub(crate) fn go(window: &mut Window, motion: Motion) {
    window.conversation(Message::Edit(Edit::Move(motion)));
}

pub(crate) fn write(window: &mut Window, deed: Deed) -> Actions {
    window.conversation(Message::Write(deed))
}
