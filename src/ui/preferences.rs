//! What the person prefers of the program itself: how it looks, how large, in which language, what draws it. Kept as settings, the last
//! one by the program itself, as it is needed before there are settings.

use iced::theme::Mode;
use oriole_core::engine::command::Command;

use crate::{
    action::{Action, Purpose},
    desktop::display::Drawing,
    i18n::Language,
    style::Look,
};

/// The settings that are asked for at the start.
pub const KEYS: [&str; 4] = [APPEARANCE, ZOOM, LANGUAGE, NOTIFICATIONS];
/// How it looks: `light`, `dark` or `contrast`; as the system asks where there is none.
const APPEARANCE: &str = "appearance";
/// How large everything is, in percent.
const ZOOM: &str = "zoom";
/// In which language: `en` or `zh-CN`; the system's where there is none.
const LANGUAGE: &str = "language";

/// What is shown on the desktop when a message comes: `name` or `none`; who and what where there is none.
const NOTIFICATIONS: &str = "notifications";

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Appearance {
    /// As the system asks.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    HighContrast,
}

impl Appearance {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::HighContrast => Some("contrast"),
        }
    }

    fn of_word(word: &str) -> Self {
        [Self::Light, Self::Dark, Self::HighContrast]
            .into_iter()
            .find(|appearance| appearance.word() == Some(word))
            .unwrap_or_default()
    }
}

/// What is shown on the desktop when a message comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notifications {
    /// Who wrote, and what.
    #[default]
    Text,
    /// Who wrote.
    Name,
    /// Nothing.
    None,
}

impl Notifications {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Name => Some("name"),
            Self::None => Some("none"),
        }
    }

    fn of_word(word: &str) -> Self {
        [Self::Name, Self::None]
            .into_iter()
            .find(|known| known.word() == Some(word))
            .unwrap_or_default()
    }
}

/// How large everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zoom(u16);

impl Zoom {
    /// What can be chosen, in percent.
    const STEPS: [u16; 11] = [70, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];

    /// In percent.
    #[must_use]
    pub fn percent(self) -> u16 {
        self.0
    }

    /// As a factor.
    #[must_use]
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    fn larger(self) -> Self {
        let next = Self::STEPS.into_iter().find(|step| *step > self.0);
        Self(next.unwrap_or(self.0))
    }

    fn smaller(self) -> Self {
        let next = Self::STEPS.into_iter().rev().find(|step| *step < self.0);
        Self(next.unwrap_or(self.0))
    }

    fn of_word(word: &str) -> Self {
        match word.parse() {
            Ok(percent) if Self::STEPS.contains(&percent) => Self(percent),
            _ => Self::default(),
        }
    }
}

impl Default for Zoom {
    fn default() -> Self {
        Self(100)
    }
}

/// Something that the person changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// How it looks.
    Appearance(Appearance),
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// As large as at first.
    ZoomReset,
    /// Another language; none for the system's.
    Language(Option<Language>),
    /// Other words on the desktop.
    Notifications(Notifications),
    /// Something else to draw with, from the next start on.
    Drawing(Drawing),
}

/// What the person prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    /// How it looks.
    pub appearance: Appearance,
    /// How large everything is.
    pub zoom: Zoom,
    /// In which language; none for the system's.
    pub language: Option<Language>,
    /// What is shown on the desktop when a message comes.
    pub notifications: Notifications,
    /// What draws the window, from the next start on.
    pub drawing: Drawing,
}

impl Preferences {
    /// The look, where the system asks for this mode.
    #[must_use]
    pub fn look(&self, mode: Mode) -> Look {
        match self.appearance {
            Appearance::System => Look::of(mode),
            Appearance::Light => Look::Light,
            Appearance::Dark => Look::Dark,
            Appearance::HighContrast => Look::HighContrast,
        }
    }

    /// Takes in a setting that was kept. What is not understood is as if it were not there.
    pub fn load(&mut self, key: &str, value: &str) {
        match key {
            APPEARANCE => self.appearance = Appearance::of_word(value),
            NOTIFICATIONS => self.notifications = Notifications::of_word(value),
            ZOOM => self.zoom = Zoom::of_word(value),
            LANGUAGE => {
                self.language = Language::ALL
                    .into_iter()
                    .find(|language| language.tag() == value);
            }
            _ => {}
        }
    }

    /// Changes something; what keeps it, where it is another than before.
    pub fn change(&mut self, change: Change) -> Option<Action> {
        let before = *self;
        let (key, value) = match change {
            Change::Appearance(appearance) => {
                self.appearance = appearance;
                (APPEARANCE, appearance.word().map(str::to_owned))
            }
            Change::ZoomIn | Change::ZoomOut | Change::ZoomReset => {
                self.zoom = match change {
                    Change::ZoomIn => self.zoom.larger(),
                    Change::ZoomOut => self.zoom.smaller(),
                    _ => Zoom::default(),
                };
                let kept = self.zoom != Zoom::default();
                (ZOOM, kept.then(|| self.zoom.percent().to_string()))
            }
            Change::Language(language) => {
                self.language = language;
                (LANGUAGE, language.map(|l| l.tag().to_owned()))
            }
            Change::Notifications(notifications) => {
                self.notifications = notifications;
                (NOTIFICATIONS, notifications.word().map(str::to_owned))
            }
            Change::Drawing(drawing) => {
                self.drawing = drawing;
                // Also where it is chosen already: what failed is tried again then.
                return Some(Action::DrawWith(drawing));
            }
        };
        (before != *self).then(|| {
            let key = key.to_owned();
            Action::Send(Command::SetSetting { key, value }, Purpose::Quiet)
        })
    }
}
