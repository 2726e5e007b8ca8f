//! The menu of a message: what can be done with it.

use iced::{Element, Point, widget::Column};
use oriole_core::model::{ids::MessageId, message::MessageState};

use super::{
    conversation::Message,
    timeline::{RowKey, Timeline},
};
use crate::{
    i18n::Words,
    plain_text,
    style::icons,
    widget::{
        menu::{Sign, beside, line},
        rich_body::Link,
        virtual_list::Context,
    },
};

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Copy what is selected.
    CopySelection,
    /// Copy the whole message.
    CopyMessage,
    /// Open the link at this place.
    OpenLink(usize),
    /// Copy where the only link leads.
    CopyLink,
    /// Send the failed message again.
    Retry,
    /// Take back the message that waits or failed, and write it anew.
    Edit,
    /// Take back the message that waits, or delete the one that failed.
    Remove,
    /// Unfold the long message, or fold it.
    Unfold,
}

/// How many links are offered at most.
const MOST_LINKS: usize = 6;
/// How much of a link is shown, in characters.
const LINK_CHARS: usize = 40;

/// The open menu of a message.
#[derive(Clone, PartialEq)]
pub struct Menu {
    message: MessageId,
    point: Point,
    text: String,
    selection: Option<String>,
    /// The link that was clicked, else those of the message.
    links: Vec<Link>,
    failed: bool,
    waiting: bool,
    /// The text to be written anew; none where something else is being written.
    written: Option<String>,
    /// Whether it is unfolded; none where there is nothing to unfold.
    open: Option<bool>,
}

// Holds somebody's words, which must not end up in a log.
impl std::fmt::Debug for Menu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Menu")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Menu {
    /// The menu for what was clicked; none where the message is gone. It can only be written anew where the field is empty.
    #[must_use]
    pub fn open(
        timeline: &Timeline,
        context: Context<RowKey>,
        field_is_empty: bool,
    ) -> Option<Self> {
        let (_, bubble, _) = timeline.around(context.key.place)?;
        let links = match context.link {
            Some(link) => vec![link],
            None => {
                let mut links: Vec<Link> = Vec::new();
                for link in bubble.links() {
                    let link = Link::from(link.target.as_str());
                    if links.len() < MOST_LINKS && !links.contains(&link) {
                        links.push(link);
                    }
                }
                links
            }
        };
        let failed = bubble.outgoing && bubble.state == MessageState::Failed;
        let waiting = bubble.outgoing && bubble.state == MessageState::Queued;
        let editable = (failed || waiting) && field_is_empty;
        Some(Self {
            message: bubble.id,
            point: context.point,
            text: bubble.whole().to_owned(),
            selection: context.selection.filter(|text| !text.is_empty()),
            links,
            failed,
            waiting,
            written: editable.then(|| bubble.written().to_owned()),
            open: bubble.folds().then(|| bubble.is_open()),
        })
    }

    /// Where in the window it opens, in px.
    #[must_use]
    pub fn point(&self) -> Point {
        self.point
    }

    /// What it offers, in order.
    pub fn choices(&self) -> impl Iterator<Item = Choice> {
        let links = self.links.iter().enumerate();
        let links = links.map(|(place, _)| Choice::OpenLink(place));
        let rest = [
            (self.links.len() == 1).then_some(Choice::CopyLink),
            self.selection.is_some().then_some(Choice::CopySelection),
            Some(Choice::CopyMessage),
            self.open.map(|_| Choice::Unfold),
            self.failed.then_some(Choice::Retry),
            self.written.as_ref().map(|_| Choice::Edit),
            (self.failed || self.waiting).then_some(Choice::Remove),
        ];
        links.chain(rest.into_iter().flatten())
    }

    /// Where the link at this place leads.
    #[must_use]
    pub fn link(&self, place: usize) -> Option<&Link> {
        self.links.get(place)
    }

    /// Whether the message is unfolded.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open == Some(true)
    }

    /// Which message it is about.
    #[must_use]
    pub fn message(&self) -> MessageId {
        self.message
    }

    /// The text that is to be written anew.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// The text that a choice copies, where it copies one.
    #[must_use]
    pub fn copied(self, choice: Choice) -> Option<String> {
        match choice {
            Choice::CopySelection => self.selection,
            Choice::CopyMessage => Some(self.text),
            Choice::CopyLink => self.links.first().map(|link| link.0.to_string()),
            Choice::OpenLink(_)
            | Choice::Retry
            | Choice::Edit
            | Choice::Remove
            | Choice::Unfold => None,
        }
    }
}

/// Draws it, over everything else in the window.
#[must_use]
pub fn view<'a>(menu: &'a Menu, words: &'a Words) -> Element<'a, Message> {
    let lines = move || {
        let lines = menu.choices().map(|choice| {
            let (sign, label) = match choice {
                Choice::CopySelection => (icons::COPY, words.get("copy-selection")),
                Choice::CopyMessage => (icons::COPY, words.get("copy-message")),
                Choice::CopyLink => (icons::COPY, words.get("copy-link")),
                Choice::Retry => (icons::RETRY, words.get("try-again")),
                Choice::Edit => (icons::WRITE, words.get("edit-message")),
                Choice::Remove if menu.failed => (icons::CLOSE, words.get("delete-message")),
                Choice::Remove => (icons::CLOSE, words.get("cancel-sending")),
                Choice::Unfold if menu.is_open() => (icons::FOLDED, words.get("show-less")),
                Choice::Unfold => (icons::UNFOLDED, words.get("show-all")),
                Choice::OpenLink(place) => {
                    let link = menu.link(place).map_or("", |link| &link.0);
                    let link = plain_text::line(link, LINK_CHARS);
                    let label = words.with("open-link", &[("link", link.into())]);
                    (icons::LINK, label)
                }
            };
            line(Sign::Icon(sign), label, false, Message::Menu(choice))
        });
        Column::with_children(lines)
    };
    beside(menu.point, lines, Message::CloseMenu)
}
