//! A picker of emoji: a field to search, all emoji by section, those used last, and the tones of hands.
//!
//! Knows no emoji by itself and no language: both are given to it. Keeps nothing: what was picked is told to the caller.

pub mod grid;
pub mod table;

use iced::{
    Center, Element, Fill,
    keyboard::{Key, Modifiers, key::Named},
    widget::{Row, button, column, container, row, text, text_input},
};

use self::{
    grid::{Grid, Jump},
    table::{Section, Table, Way},
};
use crate::{
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{keys::keys, one_line::one_line},
};

/// The field to search.
pub const SEARCH: &str = "emoji-search";
/// The height of the table, in px.
const HEIGHT: f32 = 236.0;
/// The most that can be typed into the field, in characters.
const MOST_QUERY: usize = 60;

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Searches.
    Query(String),
    /// Picks the emoji with this number, and another one after it or not.
    Pick(usize, bool),
    /// Picks the one that is selected, and another one after it or not.
    PickSelected(bool),
    /// Goes to another emoji with the keyboard.
    Go(Way),
    /// Goes to the next section, or to the one before.
    Step(bool),
    /// Goes to this section.
    Section(usize),
    /// Has scrolled to this section.
    Scrolled(usize),
    /// Shows the tones, or hides them.
    Tones,
    /// Takes this tone.
    Tone(usize),
    /// Takes the tone after the one in use.
    NextTone,
    /// Is done here.
    Close,
}

/// What follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing.
    None,
    /// The caller is to give what is found for this; for nothing, all sections.
    Search(String),
    /// This was picked; the picker stays open or not.
    Picked(&'static str, bool),
    /// This tone was taken, by its number; the caller is to give all anew.
    Tone(usize),
    /// The picker is to be closed.
    Close,
}

/// The words on the picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// In the empty field.
    pub search: String,
    /// Where nothing is found.
    pub nothing: String,
    /// What the selected emoji is called.
    pub selected: String,
}

/// The state of the picker.
#[derive(Debug, Default)]
pub struct Picker {
    query: String,
    table: Table,
    selected: Option<usize>,
    jump: Jump,
    section: usize,
    tones: bool,
}

impl Picker {
    /// The picker with these sections, and the keyboard in the field.
    #[must_use]
    pub fn new(sections: Vec<Section>) -> Self {
        Self {
            table: Table::new(sections),
            ..Self::default()
        }
    }

    /// What is searched for.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// All that is in it.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The emoji that the keyboard is at.
    #[must_use]
    pub fn selected(&self) -> Option<&'static str> {
        self.table.emoji(self.selected?)
    }

    /// Shows these sections instead, from the top where another search began.
    pub fn show(&mut self, sections: Vec<Section>) {
        self.table = Table::new(sections);
        let found = !self.query.is_empty() && self.table.count() > 0;
        self.selected = found.then_some(0);
    }

    /// Takes in what the person did. The numbers of tones go up to the last one.
    pub fn update(&mut self, message: Message, tone: usize, last_tone: usize) -> Outcome {
        match message {
            Message::Query(query) => {
                self.query = query.chars().take(MOST_QUERY).collect();
                self.jump_to(0.0);
                return Outcome::Search(self.query.clone());
            }
            Message::Pick(number, stays) => return self.pick(Some(number), stays),
            Message::PickSelected(stays) => return self.pick(self.selected, stays),
            Message::Go(way) => {
                let next = |from| self.table.step(from, way);
                let first = (self.table.count() > 0).then_some(0);
                self.selected = match self.selected {
                    Some(from) => Some(next(from)),
                    None => self.table.first_of(self.section).or(first),
                };
            }
            Message::Step(forward) => {
                let to = if forward {
                    self.section + 1
                } else {
                    self.section.saturating_sub(1)
                };
                self.go_to(to, true);
            }
            Message::Section(section) => self.go_to(section, false),
            Message::Scrolled(section) => self.section = section,
            Message::Tones => self.tones = !self.tones,
            Message::Tone(tone) => {
                self.tones = false;
                return Outcome::Tone(tone);
            }
            Message::NextTone => {
                return Outcome::Tone(if tone < last_tone { tone + 1 } else { 0 });
            }
            Message::Close => return Outcome::Close,
        }
        Outcome::None
    }

    fn pick(&self, number: Option<usize>, stays: bool) -> Outcome {
        match number.and_then(|number| self.table.emoji(number)) {
            Some(emoji) => Outcome::Picked(emoji, stays),
            None => Outcome::None,
        }
    }

    fn go_to(&mut self, section: usize, by_keyboard: bool) {
        if let Some(top) = self.table.top_of(section) {
            self.section = section;
            let first = self.table.first_of(section);
            self.selected = first.filter(|_| by_keyboard);
            self.jump_to(top);
        }
    }

    fn jump_to(&mut self, to: f32) {
        self.jump = Jump {
            number: self.jump.number + 1,
            to,
        };
    }

    /// Draws the picker: a sign for each section, and one for each tone, the tone in use among them.
    #[must_use]
    pub fn view<'a>(
        &'a self,
        labels: Labels,
        signs: &[&'static str],
        tones: &[&'static str],
        tone: usize,
    ) -> Element<'a, Message> {
        let search = text_input(&labels.search, &self.query)
            .id(SEARCH)
            .on_input(Message::Query)
            .size(size::BODY)
            .padding([7.0, space::M])
            .style(controls::field);
        let hand = tones.get(tone).copied().unwrap_or_default();
        let mut top = row![search, sign(hand, self.tones, Message::Tones)]
            .spacing(space::XS)
            .align_y(Center);
        if self.tones {
            let choices = tones.iter().enumerate();
            top = row(
                choices.map(|(number, hand)| sign(hand, number == tone, Message::Tone(number)))
            )
            .spacing(space::XS)
            .align_y(Center);
        }
        let middle: Element<'a, Message> = if self.table.count() == 0 {
            container(
                text(labels.nothing)
                    .size(size::PREVIEW)
                    .style(surfaces::sub),
            )
            .center_x(grid::WIDTH)
            .center_y(HEIGHT)
            .into()
        } else {
            Grid {
                table: &self.table,
                selected: self.selected,
                jump: self.jump,
                height: HEIGHT,
                on_pick: Message::Pick,
                on_section: Message::Scrolled,
            }
            .into()
        };
        let searching = !self.query.is_empty();
        let sections = signs.iter().enumerate().map(|(number, face)| {
            let here = !searching && number == self.section;
            sign(face, here, Message::Section(number))
        });
        let name = one_line(labels.selected, size::SMALL, style::REGULAR, surfaces::sub);
        let all = column![
            container(top).height(36).align_y(Center),
            middle,
            container(name).height(16).width(Fill),
            Row::with_children(sections),
        ]
        .spacing(space::S)
        .width(grid::WIDTH);
        let card = container(all).padding(space::M).style(surfaces::card);
        keys(card, meaning).into()
    }
}

/// The width and height of a sign, in px.
const SIGN: f32 = 30.0;

fn sign<'a>(face: &'static str, here: bool, message: Message) -> Element<'a, Message> {
    let face = text(face).size(18).font(style::EMOJI);
    button(container(face).center(SIGN))
        .padding(0)
        .style(controls::row(here))
        .on_press(message)
        .into()
}

/// What keys mean while the picker is open, wherever the cursor stands.
fn meaning(key: &Key, modifiers: Modifiers) -> Option<Message> {
    if modifiers.alt() {
        return None;
    }
    if modifiers.command() {
        return match key.as_ref() {
            Key::Character("t") => Some(Message::NextTone),
            _ => None,
        };
    }
    match key {
        Key::Named(Named::ArrowLeft) => Some(Message::Go(Way::Left)),
        Key::Named(Named::ArrowRight) => Some(Message::Go(Way::Right)),
        Key::Named(Named::ArrowUp) => Some(Message::Go(Way::Up)),
        Key::Named(Named::ArrowDown) => Some(Message::Go(Way::Down)),
        Key::Named(Named::Enter) => Some(Message::PickSelected(modifiers.shift())),
        Key::Named(Named::Tab) => Some(Message::Step(!modifiers.shift())),
        _ => None,
    }
}
