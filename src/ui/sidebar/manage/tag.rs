//! The page that says how the person tells an account from others: what they call it, its colour, and its place among them.

use iced::{
    Center, Element,
    widget::{Row, button, center, column, row, text, text_input},
};
use oriole_core::model::{
    account::{Accent, Account, Tag},
    ids::AccountId,
};

use super::{
    Message as Outer,
    pieces::{deed, ending, heading, help},
};
use crate::{
    i18n::Words,
    sidebar::person::accent_color,
    style::{
        self, controls,
        icons::{self, icon},
        tokens::{size, space},
    },
    widget::{
        field::{Hint, field},
        focus::press,
        tip::labelled,
    },
    world::World,
};

/// The field of the label.
pub const LABEL: &str = "account-label";

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Types what they call it.
    Label(String),
    /// Picks a colour, or none.
    Accent(Option<Accent>),
    /// Keeps both.
    Save,
}

/// What is typed and picked.
#[derive(Debug)]
pub struct Form {
    label: String,
    accent: Option<Accent>,
}

impl Form {
    /// As it is now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self {
            label: account.tag.label.clone(),
            accent: account.tag.accent,
        }
    }

    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Label(text) => self.label = text.chars().take(Tag::LONGEST).collect(),
            Message::Accent(accent) => self.accent = accent,
            Message::Save => {}
        }
    }

    /// What is to be kept.
    pub(super) fn tag(&self) -> Tag {
        let tag = Tag {
            label: self.label.clone(),
            accent: self.accent,
        };
        tag.tidied()
    }

    pub(super) fn view<'a>(
        &'a self,
        account: AccountId,
        world: &World,
        words: &Words,
    ) -> Element<'a, Outer> {
        let label = text_input(&words.get("tag-example"), &self.label)
            .id(LABEL)
            .on_input(|text| Outer::Tag(Message::Label(text)))
            .on_submit(Outer::Tag(Message::Save));
        let label = field(words.get("tag-label"), label, Hint::None);
        let all = [None].into_iter().chain(Accent::ALL.map(Some));
        let colors = Row::with_children(all.map(|accent| self.swatch(accent, words)));
        let colors = column![
            text(words.get("tag-color"))
                .size(size::PREVIEW)
                .font(style::BOLD),
            colors.spacing(space::S),
            help(words.get("tag-below")),
        ]
        .spacing(space::XS);
        let mut page = column![heading(
            words.get("tag-title"),
            words.get("tag-title-below")
        )]
        .push(label)
        .push(colors)
        .spacing(space::L);
        if world.accounts().len() > 1 {
            page = page.push(place(account, world, words));
        }
        page.push(ending(
            words,
            words.get("save"),
            Outer::Tag(Message::Save),
            true,
        ))
        .into()
    }

    fn swatch<'a>(&self, accent: Option<Accent>, words: &Words) -> Element<'a, Outer> {
        let message = Outer::Tag(Message::Accent(accent));
        let chosen = self.accent == accent;
        let sign = if chosen { Some(icons::CHECK) } else { None };
        let sign: Element<'a, Outer> = match sign {
            Some(sign) => icon(sign, 16.0).into(),
            None => iced::widget::Space::new().into(),
        };
        let swatch = button(center(sign))
            .width(32)
            .height(32)
            .padding(0)
            .style(move |theme, status| {
                let color = accent.map(|accent| accent_color(theme, accent));
                controls::swatch(theme, status, color)
            })
            .on_press(message.clone());
        labelled(press(swatch, Some(message)), accent_words(words, accent))
    }
}

/// Where it stands, and the way up and down.
fn place<'a>(account: AccountId, world: &World, words: &Words) -> Element<'a, Outer> {
    let all = world.accounts();
    let at = all.iter().position(|known| known.id == account);
    let at = at.map_or(1, |at| at + 1);
    let said = words.with(
        "tag-place",
        &[("place", at.into()), ("count", all.len().into())],
    );
    let mut ways = Row::new().spacing(space::S);
    if at > 1 {
        ways = ways.push(deed(words.get("tag-up"), Outer::Move(true)));
    }
    if at < all.len() {
        ways = ways.push(deed(words.get("tag-down"), Outer::Move(false)));
    }
    column![
        row![text(said).size(size::BODY), ways]
            .spacing(space::M)
            .align_y(Center),
        help(words.get("tag-place-below")),
    ]
    .spacing(space::XS)
    .into()
}

/// A colour in words.
fn accent_words(words: &Words, accent: Option<Accent>) -> String {
    match accent {
        None => words.get("color-none"),
        Some(Accent::Green) => words.get("color-green"),
        Some(Accent::Teal) => words.get("color-teal"),
        Some(Accent::Blue) => words.get("color-blue"),
        Some(Accent::Violet) => words.get("color-violet"),
        Some(Accent::Rose) => words.get("color-rose"),
        Some(Accent::Orange) => words.get("color-orange"),
    }
}
