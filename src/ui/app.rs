//! The running program: the window, and the actions of the pure state carried out as tasks.
//!
//! Decides nothing: what is to be done comes from [`crate::screen::Ui::update`].

use std::{cell::RefCell, sync::Arc, time::Duration};

use futures::{StreamExt, channel::mpsc};
use iced::{
    Element, Event, Size, Subscription, Task, Theme, event, keyboard, system, theme::Style, time,
    widget::operation, window,
};

use crate::{
    Engine, Start, Wake,
    action::Action,
    backend::{self, Backend},
    desktop::{
        self,
        display::{Display, Extent},
        notify::Notifier,
    },
    i18n::{Language, Words},
    message::{Message, Shortcut},
    screen::Ui,
    style,
    widget::focus,
};

/// The application id of the window, the basename of the desktop entry.
pub const APPLICATION_ID: &str = "im.oriole.Oriole";

/// The icon of the window where the desktop has none: 64 × 64, RGBA.
const ICON: &[u8] = include_bytes!("../../resources/icons/app/oriole-64.rgba");

struct App {
    ui: Ui,
    backend: Backend,
    engine: Option<Engine>,
    display: Option<Arc<dyn Display>>,
    notifier: Option<Arc<dyn Notifier>>,
    window: window::Id,
}

/// Runs the program until its end.
///
/// # Errors
/// Where there is no screen to draw on.
pub fn run(start: Start) -> iced::Result {
    let start = RefCell::new(Some(start));
    iced::daemon(move || App::boot(start.take()), App::update, App::view)
        .title(|_: &App, _| "Oriole".to_owned())
        .theme(|app: &App, _| Some(app.ui.look().theme()))
        .scale_factor(|app: &App, _| app.ui.zoom())
        .style(|_: &App, theme: &Theme| {
            let tokens = style::tokens(theme);
            Style {
                background_color: tokens.window,
                text_color: tokens.text,
            }
        })
        .subscription(App::subscription)
        .settings(iced::Settings {
            id: Some(APPLICATION_ID.to_owned()),
            fonts: style::fonts(),
            default_font: style::REGULAR,
            default_text_size: style::tokens::size::BODY.into(),
            ..iced::Settings::default()
        })
        .run()
}

fn window_settings(extent: Option<Extent>) -> window::Settings {
    window::Settings {
        size: extent.map_or(Size::new(1200.0, 780.0), |e| Size::new(e.width, e.height)),
        min_size: Some(Size::new(360.0, 480.0)),
        exit_on_close_request: false,
        icon: window::icon::from_rgba(ICON.to_vec(), 64, 64).ok(),
        #[cfg(target_os = "linux")]
        platform_specific: window::settings::PlatformSpecific {
            application_id: APPLICATION_ID.to_owned(),
            ..window::settings::PlatformSpecific::default()
        },
        ..window::Settings::default()
    }
}

impl App {
    fn boot(start: Option<Start>) -> (Self, Task<Message>) {
        let (engine, wake, display, notifier) = match start {
            Some(Start {
                engine,
                wake,
                display,
                notifier,
            }) => (Some(engine), wake, Some(display), Some(notifier)),
            None => (None, mpsc::unbounded().1, None, None),
        };
        let extent = display.as_ref().and_then(|display| display.size());
        let drawing = display.as_ref().map(|display| display.drawing());
        let (window, open) = window::open(window_settings(extent));
        let app = Self {
            ui: Ui::new(Words::new(Language::of_system())).drawn_with(drawing.unwrap_or_default()),
            backend: Backend::new(),
            engine,
            display,
            notifier,
            window,
        };
        let tasks = Task::batch([
            open.map(|_| Message::Opened),
            window::scale_factor(window).map(Message::Rescaled),
            system::theme().map(Message::Theme),
            Task::stream(wake.map(Message::Wake)),
        ]);
        (app, tasks)
    }

    fn update(&mut self, message: Message) -> Task<Message> {
        let actions = self.ui.update_at(chrono::Utc::now(), message);
        Task::batch(
            actions
                .into_iter()
                .map(|action| self.carry_out(action))
                .collect::<Vec<_>>(),
        )
    }

    fn carry_out(&mut self, action: Action) -> Task<Message> {
        match action {
            Action::StartEngine => match self.engine.take() {
                Some(engine) => self.backend.start(engine),
                None => Task::none(),
            },
            Action::Send(command, purpose) => {
                self.backend.send(command, purpose);
                Task::none()
            }
            Action::Ask(question) => {
                self.backend.ask(question);
                Task::none()
            }
            Action::Diagnose {
                number,
                account,
                request,
            } => {
                self.backend.diagnose(number, account, request);
                Task::none()
            }
            Action::LookUp(number, request) => {
                self.backend.look_up(number, request);
                Task::none()
            }
            Action::Register(number, step) => {
                self.backend.register(number, step);
                Task::none()
            }
            Action::ShutDown(last) => {
                self.backend.shut_down(last);
                Task::none()
            }
            Action::KeepSize(extent) => {
                if let Some(display) = &self.display {
                    display.shown(extent);
                }
                Task::none()
            }
            Action::DrawWith(drawing) => {
                if let Some(display) = &self.display {
                    display.choose(drawing);
                }
                Task::none()
            }
            Action::Notify(notification) => {
                if let Some(notifier) = &self.notifier {
                    notifier.show(notification);
                }
                Task::none()
            }
            Action::Withdraw(chat) => {
                if let Some(notifier) = &self.notifier {
                    notifier.withdraw(chat);
                }
                Task::none()
            }
            Action::CloseWindow => window::close(self.window),
            Action::ShowWindow => Task::batch([
                window::minimize(self.window, false),
                window::gain_focus(self.window),
                window::request_user_attention(
                    self.window,
                    Some(window::UserAttention::Informational),
                ),
            ]),
            Action::Exit => iced::exit(),
            Action::Focus(field) => focus::reach(field),
            Action::FocusFront(field) => {
                focus::reach(field).chain(operation::move_cursor_to_front(field))
            }
            Action::Copy(text) => iced::clipboard::write(text),
            Action::OpenLink(address) if desktop::open::ours(&address) => {
                Task::done(Message::Wake(Wake::Link(address)))
            }
            Action::OpenLink(address) => {
                desktop::open::link(address);
                Task::none()
            }
            Action::Later(after, timer) => backend::later(after, timer),
        }
    }

    fn view(&self, _window: window::Id) -> Element<'_, Message> {
        self.ui.view()
    }

    fn subscription(&self) -> Subscription<Message> {
        Subscription::batch([
            event::listen_with(heard),
            // Whoever is here again is not to wait for the system to notice.
            if self.ui.idle() {
                event::listen_with(touched)
            } else {
                Subscription::none()
            },
            system::theme_changes().map(Message::Theme),
            time::every(Duration::from_secs(60)).map(|_| Message::Tick),
        ])
    }
}

/// What of the window's events means something everywhere, whichever field has the cursor.
#[must_use]
pub fn heard(event: Event, status: event::Status, _window: window::Id) -> Option<Message> {
    match event {
        // Tab takes what is on offer in a field, or goes on within what is open; the cursor stays where it is.
        Event::Keyboard(keyboard::Event::KeyPressed {
            key: keyboard::Key::Named(keyboard::key::Named::Tab),
            ..
        }) if status == event::Status::Captured => None,
        Event::Window(window::Event::CloseRequested) => Some(Message::CloseRequested),
        Event::Window(window::Event::Focused) => Some(Message::Focused(true)),
        Event::Window(window::Event::Unfocused) => Some(Message::Focused(false)),
        Event::Window(window::Event::Opened { size, .. } | window::Event::Resized(size)) => {
            Some(Message::Resized(size))
        }
        Event::Keyboard(keyboard::Event::KeyPressed {
            key,
            physical_key,
            modifiers,
            ..
        }) => shortcut(&key, physical_key, modifiers).map(Message::Shortcut),
        Event::Window(window::Event::Rescaled(scale)) => Some(Message::Rescaled(scale)),
        _ => None,
    }
}

/// Whether this event shows that somebody is here.
fn touched(event: Event, _status: event::Status, _window: window::Id) -> Option<Message> {
    let touched = matches!(
        event,
        Event::Keyboard(keyboard::Event::KeyPressed { .. }) | Event::Mouse(_) | Event::Touch(_)
    );
    touched.then_some(Message::Wake(Wake::Idle(false)))
}

/// The shortcut that a key press means.
#[must_use]
pub fn shortcut(
    key: &keyboard::Key,
    physical: keyboard::key::Physical,
    modifiers: keyboard::Modifiers,
) -> Option<Shortcut> {
    use keyboard::key::Named;
    match key {
        keyboard::Key::Named(Named::Escape) => Some(Shortcut::Close),
        keyboard::Key::Named(Named::ArrowUp) if modifiers.alt() => Some(Shortcut::PreviousChat),
        keyboard::Key::Named(Named::ArrowDown) if modifiers.alt() => Some(Shortcut::NextChat),
        key if modifiers.command() && !modifiers.alt() => match key {
            // By the sign, not by the place of the key: plus is not everywhere where it is in America.
            keyboard::Key::Character(c) if matches!(c.as_str(), "+" | "=") => {
                Some(Shortcut::ZoomIn)
            }
            keyboard::Key::Character(c) if matches!(c.as_str(), "-" | "_") => {
                Some(Shortcut::ZoomOut)
            }
            keyboard::Key::Character(c) if c == "0" => Some(Shortcut::ZoomReset),
            keyboard::Key::Character(c) if c == "," => Some(Shortcut::Settings),
            key if key.to_latin(physical) == Some('n') => Some(Shortcut::NewChat),
            _ => None,
        },
        _ => None,
    }
}
