//! A closed list to pick one of few things from; the arrows go through them while it has the focus.

use std::fmt;

use iced::{Element, Fill, widget::pick_list};

use super::focus::press;
use crate::style::{
    controls,
    tokens::{size, space},
};

/// Something to pick, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// What it is.
    pub value: T,
    /// Its words.
    pub label: String,
}

impl<T> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// Picks one of these; this one is picked now.
pub fn picker<'a, T, Message>(
    choices: Vec<Choice<T>>,
    now: T,
    pick: fn(T) -> Message,
) -> Element<'a, Message>
where
    T: Copy + PartialEq + 'a,
    Message: Clone + 'a,
{
    let place = choices.iter().position(|choice| choice.value == now);
    let beside = |step: fn(usize) -> Option<usize>| {
        let there = place.and_then(step).and_then(|at| choices.get(at));
        there.map(|choice| pick(choice.value))
    };
    let (less, more) = (
        beside(|at| at.checked_sub(1)),
        beside(|at| at.checked_add(1)),
    );
    let picked = place.and_then(|at| choices.get(at)).cloned();
    let list = pick_list(choices, picked, move |choice| pick(choice.value))
        .text_size(size::BODY)
        .padding([10.0, space::M])
        .width(Fill)
        .style(controls::pick)
        .menu_style(controls::menu);
    press(list, None).choose(less, more).into()
}
