//! The screens, and the root of the pure state: what is shown, and what follows from what happens.

pub mod certificate;
pub mod doctor;
mod doctor_calls;
pub mod form;
pub mod main;
pub mod sign_in;
mod starting;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use iced::{Element, Size, theme::Mode};
use oriole_core::{
    engine::{
        command::{Command, Done},
        event::Event,
    },
    error::Error,
    model::presence::Show,
    text::uri::{self, XmppUri},
};

use self::{
    doctor::Doctor,
    main::{Main, Request},
    sign_in::{Outcome, SignIn},
};
use crate::{
    Wake,
    action::{Action, Actions, Purpose, Timer},
    chat::conversation::Conversation,
    desktop::{
        display::{Drawing, Extent},
        notify::Notification,
    },
    i18n::{Language, Words},
    message::{Message, Shortcut},
    plain_text,
    preferences::{self, Change, Notifications, Preferences},
    sidebar::chat_list,
    style::{Look, Tokens, tokens},
    time_format::Zone,
    widget::focus::layers,
    world::{Answer, Question, World},
};

/// What every view needs to know.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The words.
    pub words: &'a Words,
    /// Where the person is, as far as clocks are concerned.
    pub zone: Zone,
    /// The time.
    pub now: DateTime<Utc>,
    /// Whether there is room for one pane only.
    pub narrow: bool,
    /// The colours.
    pub tokens: &'static Tokens,
}

/// Which screen is shown.
#[derive(Debug)]
enum Screen {
    /// The engine is being started.
    Starting,
    /// The engine could not be started.
    Failed(Error),
    /// Signing in.
    SignIn(Box<SignIn>),
    /// Chats and contacts.
    Main,
    /// The window is closed and the engine shuts down.
    Closing,
}

/// For how long another window must have been in use for nobody to be looking at this one.
const UNUSED: Duration = Duration::from_secs(60);

/// From this age on, a message that comes waited somewhere.
const WAITED: TimeDelta = TimeDelta::minutes(5);

/// Whether somebody looks.
#[derive(Debug, Default)]
struct Activity {
    /// Nobody has touched the machine for a while.
    idle: bool,
    /// Another window has been in use for a while.
    unused: bool,
    /// Whether the engine was told that nobody looks.
    told_away: bool,
}

/// The whole state of the window.
pub struct Ui {
    screen: Screen,
    main: Main,
    world: World,
    words: Words,
    zone: Zone,
    now: DateTime<Utc>,
    mode: Mode,
    /// The window's size in px at a zoom of 1.
    size: Size,
    /// The scale of the screen, once it is known.
    scale: Option<f32>,
    preferences: Preferences,
    /// The language where none is preferred.
    system_language: Language,
    focused: bool,
    activity: Activity,
    /// A link that waits to be followed.
    link: Option<XmppUri>,
    /// The dialog about a connection, over any screen.
    doctor: Option<Doctor>,
    /// How many connections were tried step by step.
    diagnoses: u64,
    /// Whether the engine could not be started, so that there is nothing to shut down.
    dead: bool,
}

impl Ui {
    /// The state at the start: nothing is known yet.
    #[must_use]
    pub fn new(words: Words) -> Self {
        Self {
            screen: Screen::Starting,
            main: Main::default(),
            world: World::default(),
            system_language: words.language(),
            words,
            zone: Zone::default(),
            now: DateTime::<Utc>::UNIX_EPOCH,
            mode: Mode::default(),
            size: Size::new(1200.0, 780.0),
            scale: None,
            preferences: Preferences::default(),
            focused: true,
            activity: Activity::default(),
            link: None,
            doctor: None,
            diagnoses: 0,
            dead: false,
        }
    }

    /// The same, with the clocks of another place.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self {
            zone,
            world: World::in_zone(zone),
            ..self
        }
    }

    /// The same, where the person chose this to draw with.
    #[must_use]
    pub fn drawn_with(mut self, drawing: Drawing) -> Self {
        self.preferences.drawing = drawing;
        self
    }

    /// How everything looks.
    #[must_use]
    pub fn look(&self) -> Look {
        self.preferences.look(self.mode)
    }

    /// How large everything is, as a factor.
    #[must_use]
    pub fn zoom(&self) -> f32 {
        self.preferences.zoom.factor()
    }

    /// The language of the words on the screen.
    #[must_use]
    pub fn language(&self) -> Language {
        self.words.language()
    }

    /// Whether nobody has touched the machine for a while, as far as is known.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.activity.idle
    }

    /// What is known of accounts, chats and contacts.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The main screen, shown or not.
    #[must_use]
    pub fn main(&self) -> &Main {
        &self.main
    }

    /// The screen to sign in, where it is shown.
    #[must_use]
    pub fn sign_in(&self) -> Option<&SignIn> {
        match &self.screen {
            Screen::SignIn(sign_in) => Some(sign_in),
            _ => None,
        }
    }

    /// The dialog about a connection, where it is open.
    #[must_use]
    pub fn doctor(&self) -> Option<&Doctor> {
        self.doctor.as_ref()
    }

    /// Takes in what happened at this time, and says what is to be done.
    pub fn update_at(&mut self, now: DateTime<Utc>, message: Message) -> Actions {
        self.now = now;
        self.main.clock(now);
        self.update(message)
    }

    /// Takes in what happened, and says what is to be done.
    pub fn update(&mut self, message: Message) -> Actions {
        let mut actions = Actions::new();
        match message {
            Message::Opened => actions.push(Action::StartEngine),
            Message::CloseRequested | Message::Quit => self.close(&mut actions),
            Message::ShutDown => actions.push(Action::Exit),
            Message::Focused(focused) => {
                self.focused = focused;
                if focused {
                    self.activity.unused = false;
                    self.tell_activity(&mut actions);
                } else {
                    actions.push(Action::Later(UNUSED, Timer::Unfocused));
                }
                self.mark_read(&mut actions);
            }
            Message::Resized(size) => {
                self.size = size * self.zoom();
                self.keep_size(&mut actions);
            }
            Message::Rescaled(scale) => {
                self.scale = Some(scale);
                self.keep_size(&mut actions);
            }
            Message::Theme(mode) => self.mode = mode,
            Message::Wake(wake) => self.wake(wake, &mut actions),
            Message::Shortcut(shortcut) => self.shortcut(shortcut, &mut actions),
            Message::Tick => {}
            Message::Timer(Timer::Unfocused) => {
                self.activity.unused = !self.focused;
                self.tell_activity(&mut actions);
            }
            Message::Timer(Timer::Draft(chat)) => self.main.draft_timer(chat, &mut actions),
            Message::Started(Ok(())) => {
                if matches!(self.screen, Screen::Starting) {
                    for key in preferences::KEYS {
                        self.world.ask(Question::Setting(key), &mut actions);
                    }
                    self.world.ask_all(&mut actions);
                }
            }
            Message::Started(Err(error)) => {
                self.dead = true;
                if matches!(self.screen, Screen::Closing) {
                    actions.push(Action::Exit);
                } else {
                    self.screen = Screen::Failed(error);
                }
            }
            Message::Engine(events) => self.engine(&events, &mut actions),
            Message::Done(purpose, result) => self.done(purpose, result, &mut actions),
            Message::Answered(question, result) => self.answered(&question, result, &mut actions),
            Message::Diagnosed(number, result) => {
                if let Some(doctor) = &mut self.doctor {
                    doctor.found(number, result);
                }
            }
            Message::Timer(Timer::LookUp(number)) => {
                self.in_sign_in(&mut actions, |screen, world, actions| {
                    screen.pause(number, world, actions);
                    Outcome::Stay
                });
            }
            Message::LookedUp(number, found) => {
                self.in_sign_in(&mut actions, |screen, _, _| {
                    screen.looked_up(number, &found);
                    Outcome::Stay
                });
            }
            Message::Progress(number, progress) => {
                if let Some(doctor) = &mut self.doctor {
                    doctor.heard(number, progress);
                }
            }
            Message::Registered(number, said) => {
                self.in_sign_in(&mut actions, |screen, world, actions| {
                    screen.registered(number, said, world, actions)
                });
            }
            Message::Doctor(message) => self.in_doctor(message, &mut actions),
            Message::SignIn(message) => self.in_sign_in(&mut actions, |screen, world, actions| {
                screen.update(message, world, actions)
            }),
            Message::Main(message) => {
                let world = &mut self.world;
                let request = self.main.update(message, &self.words, world, &mut actions);
                self.follow_link();
                self.follow_invitation(&mut actions);
                self.serve(request, &mut actions);
                self.mark_read(&mut actions);
            }
        }
        actions
    }

    fn wake(&mut self, wake: Wake, actions: &mut Actions) {
        match wake {
            Wake::Show => actions.push(Action::ShowWindow),
            Wake::Idle(idle) => {
                self.activity.idle = idle;
                self.mark_read(actions);
                self.tell_activity(actions);
            }
            Wake::Link(link) => {
                actions.push(Action::ShowWindow);
                if let Some(link) = uri::parse(&link) {
                    self.link = Some(link);
                }
                self.follow_link();
                self.follow_invitation(actions);
            }
            Wake::Chat(chat) => {
                actions.push(Action::ShowWindow);
                if matches!(self.screen, Screen::Main) {
                    self.main.open(chat, &mut self.world, actions);
                }
            }
        }
    }

    /// Whether somebody looks at this window.
    fn looking(&self) -> bool {
        self.focused && !self.activity.idle
    }

    /// Tells the engine whether somebody looks, where it does not know.
    fn tell_activity(&mut self, actions: &mut Actions) {
        let away = self.activity.idle || self.activity.unused;
        if away != self.activity.told_away {
            self.activity.told_away = away;
            actions.push(Action::Send(Command::SetActive(!away), Purpose::Quiet));
        }
    }

    /// Shows what a link leads to, as soon as there is an account to go there from.
    fn follow_link(&mut self) {
        // Who fills in a dialog is not interrupted.
        if matches!(self.screen, Screen::Main)
            && self.main.dialog().is_none()
            && let Some(link) = self
                .link
                .take_if(|link| link.purpose != uri::Purpose::Account)
        {
            self.main.follow(&link, &self.world);
        }
    }

    /// Shows the form for a new account where a link invites to one and the person is not at something else.
    fn follow_invitation(&mut self, actions: &mut Actions) {
        let wanted = self.link.as_ref().is_some_and(sign_in::invites);
        let at_chats = matches!(self.screen, Screen::Main) && self.main.dialog().is_none();
        if wanted && at_chats {
            self.show_sign_in(SignIn::new(true), actions);
        }
        if let Screen::SignIn(screen) = &mut self.screen
            && let Some(link) = self.link.take_if(|link| screen.takes(link))
        {
            screen.invite(&link, actions);
        }
    }

    /// Says on the desktop what came while the person looked elsewhere, unless they do not want to be disturbed.
    fn notify(&mut self, actions: &mut Actions) {
        let looking = self.looking();
        let seen = looking.then(|| self.main.conversation()).flatten();
        let seen = seen.map(Conversation::chat);
        for id in self.world.take_news() {
            let Some(chat) = self.world.chat(id).filter(|_| seen != Some(id)) else {
                continue;
            };
            let busy = self.world.account(chat.account);
            let busy = busy.is_some_and(|account| account.presence.show == Show::Dnd);
            // Whoever is here sees in the list what waited for them.
            let waited = chat.last.as_ref();
            let waited = waited.is_none_or(|last| self.now - last.time > WAITED);
            let text = chat.last.as_ref().map_or("", |last| &last.text);
            let body = match self.preferences.notifications {
                Notifications::None => continue,
                _ if busy || looking && waited => continue,
                Notifications::Text => plain_text::line(text, 200),
                Notifications::Name => self.words.get("notification-new"),
            };
            actions.push(Action::Notify(Notification {
                chat: id,
                title: chat_list::title(chat),
                body,
            }));
        }
    }

    fn engine(&mut self, events: &[Event], actions: &mut Actions) {
        if matches!(self.screen, Screen::Closing) {
            return;
        }
        self.world.events(events, actions);
        self.main.events(events, &mut self.world, actions);
        self.in_sign_in(actions, |screen, world, _| screen.observe(world));
    }

    fn done(&mut self, purpose: Purpose, result: Result<Done, Error>, actions: &mut Actions) {
        match purpose {
            Purpose::SignIn(attempt) => self.in_sign_in(actions, |screen, world, _| {
                screen.done(attempt, result, world)
            }),
            purpose => {
                self.main.done(purpose, result, &mut self.world, actions);
                self.mark_read(actions);
            }
        }
    }

    fn answered(
        &mut self,
        question: &Question,
        result: Result<Answer, Error>,
        actions: &mut Actions,
    ) {
        let wanted = self.main.wants(question);
        self.world.answered(question, wanted, actions);
        match result {
            Ok(Answer::Setting(value)) => {
                if let (Question::Setting(key), Some(value)) = (question, &value) {
                    self.preferences.load(key, value);
                    self.speak();
                }
                self.world.accept(question, Answer::Setting(value), actions);
            }
            Ok(answer) => {
                if wanted {
                    self.main.accept(question, &answer);
                }
                self.world.accept(question, answer, actions);
            }
            // Without it, everything is as at first.
            Err(_) if matches!(question, Question::Setting(_)) => {}
            Err(error) if matches!(self.screen, Screen::Starting) => {
                self.screen = Screen::Failed(error);
            }
            Err(error) => self.main.refused(question, error),
        }
        self.main.settle(&mut self.world, actions);
        if *question == Question::Accounts {
            self.choose_screen(actions);
            self.forget_doctor();
            self.follow_link();
            self.follow_invitation(actions);
        }
        self.mark_read(actions);
        self.notify(actions);
    }

    /// After the accounts are known, or are others than before.
    fn choose_screen(&mut self, actions: &mut Actions) {
        let empty = self.world.ready() && self.world.accounts().is_empty();
        match &self.screen {
            Screen::Starting | Screen::Main if empty => {
                self.show_sign_in(SignIn::new(false), actions);
            }
            Screen::Starting if self.world.ready() => self.screen = Screen::Main,
            _ => {}
        }
    }

    fn show_sign_in(&mut self, screen: SignIn, actions: &mut Actions) {
        actions.push(Action::Focus(screen.first_field()));
        self.screen = Screen::SignIn(Box::new(screen));
    }

    fn in_sign_in(
        &mut self,
        actions: &mut Actions,
        step: impl FnOnce(&mut SignIn, &mut World, &mut Actions) -> Outcome,
    ) {
        let Screen::SignIn(screen) = &mut self.screen else {
            return;
        };
        match step(screen, &mut self.world, actions) {
            Outcome::Stay => {}
            Outcome::Diagnose => {
                if let Some(doctor) = screen.doctor() {
                    self.diagnose(doctor, actions);
                }
            }
            Outcome::SignedIn | Outcome::Left => {
                self.screen = Screen::Main;
                self.doctor = None;
                self.follow_link();
            }
        }
    }

    /// Says everything in the language that is preferred.
    fn speak(&mut self) {
        let language = self.preferences.language.unwrap_or(self.system_language);
        if language != self.words.language() {
            self.words = Words::new(language);
        }
    }

    fn prefer(&mut self, change: Change, actions: &mut Actions) {
        actions.extend(self.preferences.change(change));
        self.speak();
    }

    fn keep_size(&self, actions: &mut Actions) {
        let kept = self.scale.map(|scale| {
            let Size { width, height } = self.size;
            Action::KeepSize(Extent {
                width,
                height,
                scale,
            })
        });
        actions.extend(kept);
    }

    fn serve(&mut self, request: Option<Request>, actions: &mut Actions) {
        match request {
            None => {}
            Some(Request::Prefer(change)) => self.prefer(change, actions),
            Some(Request::AddAccount) => self.show_sign_in(SignIn::new(true), actions),
            Some(Request::Repair(id)) => {
                if let Some(account) = self.world.account(id) {
                    let screen = SignIn::repair(account, self.world.link(id));
                    self.show_sign_in(screen, actions);
                }
            }
            Some(Request::Change(id)) => {
                if let Some(account) = self.world.account(id) {
                    self.show_sign_in(SignIn::change(account), actions);
                }
            }
            Some(Request::Diagnose(id)) => {
                if let Some(account) = self.world.account(id) {
                    self.diagnose(Doctor::of(account, self.world.link(id)), actions);
                }
            }
        }
    }

    fn shortcut(&mut self, shortcut: Shortcut, actions: &mut Actions) {
        match (shortcut, &self.screen) {
            (Shortcut::ZoomIn, _) => self.prefer(Change::ZoomIn, actions),
            (Shortcut::ZoomOut, _) => self.prefer(Change::ZoomOut, actions),
            (Shortcut::ZoomReset, _) => self.prefer(Change::ZoomReset, actions),
            (Shortcut::Close, _) if self.doctor.is_some() => self.close_doctor(actions),
            _ if self.doctor.is_some() => {}
            (Shortcut::Close, Screen::SignIn(_)) => {
                self.in_sign_in(actions, |screen, _, actions| screen.close(actions));
            }
            (shortcut, Screen::Main) => {
                let narrow = self.narrow();
                self.main
                    .shortcut(shortcut, narrow, &mut self.world, actions);
                self.mark_read(actions);
            }
            _ => {}
        }
    }

    /// What is open before the person's eyes was read.
    fn mark_read(&mut self, actions: &mut Actions) {
        if self.looking() && matches!(self.screen, Screen::Main) {
            self.main.mark_read(&mut self.world, actions);
        }
    }

    fn close(&mut self, actions: &mut Actions) {
        match self.screen {
            Screen::Closing => {}
            _ if self.dead => actions.push(Action::Exit),
            _ => {
                let last: Vec<Command> = self.main.last_words();
                self.screen = Screen::Closing;
                actions.push(Action::CloseWindow);
                actions.push(Action::ShutDown(last));
            }
        }
    }

    /// Whether there is room for one pane only.
    fn narrow(&self) -> bool {
        self.size.width / self.zoom() < tokens::NARROW
    }

    /// What every view needs to know.
    fn context(&self) -> Context<'_> {
        Context {
            words: &self.words,
            zone: self.zone,
            now: self.now,
            narrow: self.narrow(),
            tokens: self.look().tokens(),
        }
    }

    /// Draws the window.
    #[must_use]
    pub fn view(&self) -> Element<'_, Message> {
        let context = self.context();
        let doctor = self.doctor.as_ref().map(|doctor| {
            let (name, dialog) = doctor::view::view(doctor, context);
            (name, dialog.map(Message::Doctor))
        });
        match &self.screen {
            Screen::Starting | Screen::Closing => layers(starting::view(context), None).into(),
            Screen::Failed(error) => layers(starting::failed(context, error), None).into(),
            Screen::SignIn(screen) => {
                let screen = sign_in::view::view(screen, context).map(Message::SignIn);
                layers(screen, doctor).into()
            }
            Screen::Main => {
                main::view::view(&self.main, &self.world, &self.preferences, context, doctor)
            }
        }
    }
}
