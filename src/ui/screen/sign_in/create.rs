//! Making a new account: the server is asked what it wants to know, its form is filled in, and what comes of it is a stored account that
//! signs in like any other.

use oriole_core::{
    engine::{
        command::Password,
        new_account::{Answered, Asked, Invitation, Request, Stopped},
    },
    model::{
        account::AccountSettings,
        registration::{Offer, Refusal, Why},
    },
};

use super::{ADDRESS, Outcome, PASSWORD, PORT, Phase, SERVER, SignIn, Stored, Tab};
use crate::{
    action::{Action, Actions, Registering},
    screen::form::{self, Filling},
    typed::{self, Wrong},
    world::World,
};

/// What the person does with a new account.
#[derive(Debug, Clone)]
pub enum Message {
    /// Wants to see the password, or not.
    Show(bool),
    /// Fills in the server's form.
    Form(form::Message),
}

/// What came back of making an account.
#[derive(Debug, Clone)]
pub enum Registration {
    /// What the server wants to know.
    Asked(Result<Asked, Stopped>),
    /// What it says to the answers.
    Answered(Result<Answered, Stopped>),
}

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    /// Nothing: the person types.
    #[default]
    Idle,
    /// The server is asked what it wants to know.
    Asking,
    /// The answers are at the server.
    Answering,
}

/// The state of making an account.
#[derive(Debug, Default)]
pub(super) struct Create {
    pub(super) stage: Stage,
    /// Tells this try from others.
    number: u64,
    /// What was asked for last.
    request: Option<Request>,
    /// What the server wants to know, being filled in.
    pub(super) offered: Option<Offered>,
    /// Why the server made no account.
    pub(super) refusal: Option<Refusal>,
    /// Whether the server asks anew what it had asked before.
    pub(super) anew: bool,
    /// Whether the password is to be read.
    pub(super) shown: bool,
    /// The server that somebody invited to, if anybody did, and what proves it.
    pub(super) invitation: Option<(String, Invitation)>,
}

/// What a server wants to know.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) offer: Offer,
    pub(super) filling: Filling,
}

impl Offered {
    fn new(offer: Offer) -> Self {
        Self {
            filling: Filling::new(offer.form.clone()),
            offer,
        }
    }

    /// The offer as it is filled in.
    fn filled(&self) -> Offer {
        Offer {
            form: self.filling.form().clone(),
            ..self.offer.clone()
        }
    }
}

impl SignIn {
    /// Whether a new account is being made here.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.tab == Tab::Create && self.stored.is_none()
    }

    pub(super) fn in_create(&mut self, message: Message, actions: &mut Actions) {
        match message {
            Message::Show(shown) => self.create.shown = shown,
            Message::Form(form::Message::Open(link)) => actions.push(Action::OpenLink(link)),
            Message::Form(message) => {
                if let Some(offered) = self.create.offered.as_mut()
                    && self.create.stage == Stage::Idle
                {
                    offered.filling.update(message);
                }
            }
        }
    }

    /// What is asked for as it is typed, or the field in which something is wrong.
    fn request(&self) -> Result<Request, &'static str> {
        let address = typed::address(&self.address).map_err(|_| ADDRESS)?;
        let server = self.typed_server(&address).map_err(|wrong| match wrong {
            Wrong::Port => PORT,
            _ => SERVER,
        })?;
        if self.password.is_empty() {
            return Err(PASSWORD);
        }
        Ok(Request {
            settings: AccountSettings {
                server,
                security: self.security,
                pin: self.trusted,
                ..AccountSettings::new(address)
            },
            proxy_password: None,
            invitation: self.invitation().cloned(),
        })
    }

    /// The invitation to the server that is typed.
    pub(super) fn invitation(&self) -> Option<&Invitation> {
        let (_, typed) = self.address.trim().rsplit_once('@')?;
        let (server, invitation) = self.create.invitation.as_ref()?;
        typed.eq_ignore_ascii_case(server).then_some(invitation)
    }

    /// Asks the server, or answers it where it was asked and everything is filled in.
    pub(super) fn make(&mut self, actions: &mut Actions) {
        if self.busy() {
            return;
        }
        self.submitted = true;
        let request = match self.request() {
            Ok(request) => request,
            Err(field) => {
                self.advanced |= matches!(field, SERVER | PORT);
                actions.push(Action::Focus(field));
                return;
            }
        };
        self.phase = Phase::Editing(None);
        let same = self
            .create
            .request
            .as_ref()
            .is_some_and(|asked| asked.leads_to_the_same(&request));
        match &mut self.create.offered {
            Some(offered) if same && offered.offer.open => {
                if offered.filling.check() {
                    actions.push(Action::Focus(form::WANTED));
                } else {
                    let offer = offered.filled();
                    self.answer(request, offer, actions);
                }
            }
            _ => {
                self.create.stage = Stage::Asking;
                self.create.request = Some(request.clone());
                self.tell_server(Registering::Ask(request), actions);
            }
        }
    }

    fn answer(&mut self, request: Request, offer: Offer, actions: &mut Actions) {
        self.create.stage = Stage::Answering;
        let password = Password::new(self.password.as_str());
        self.create.request = Some(request.clone());
        self.tell_server(Registering::Answer(request, offer, password), actions);
    }

    fn tell_server(&mut self, what: Registering, actions: &mut Actions) {
        self.create.refusal = None;
        self.create.anew = false;
        self.create.number += 1;
        actions.push(Action::Register(self.create.number, Box::new(what)));
    }

    /// Takes in what the server says; what it says to earlier tries is stale.
    pub fn registered(
        &mut self,
        number: u64,
        said: Registration,
        world: &World,
        actions: &mut Actions,
    ) -> Outcome {
        if number != self.create.number || self.create.stage == Stage::Idle {
            return Outcome::Stay;
        }
        self.create.stage = Stage::Idle;
        match said {
            Registration::Asked(Ok(Asked::Offer(offer))) => self.offered(*offer, actions),
            Registration::Asked(Ok(Asked::Refused(refusal))) => self.refused(refusal, actions),
            Registration::Answered(Ok(Answered::Refused(refusal, offer))) => {
                if let Some(offer) = offer {
                    self.create.offered = Some(Offered::new(*offer));
                }
                self.refused(refusal, actions);
            }
            Registration::Answered(Ok(Answered::Anew(offer))) => {
                self.create.offered = Some(Offered::new(*offer));
                self.create.anew = true;
                actions.push(Action::Focus(form::WANTED));
            }
            Registration::Answered(Ok(Answered::Made(id))) => {
                if let Ok(address) = typed::address(&self.address) {
                    // It is on its server now, so it stays here too where signing in does not work at once.
                    self.stored = Some(Stored {
                        id,
                        address,
                        fresh: false,
                    });
                }
                self.create = Create::default();
                self.phase = Phase::Connecting;
                return self.observe(world);
            }
            Registration::Asked(Err(stopped)) | Registration::Answered(Err(stopped)) => {
                self.phase = match stopped.certificate {
                    Some(certificate) => Phase::Asking(certificate),
                    None => Phase::Editing(Some(stopped.error)),
                };
            }
        }
        Outcome::Stay
    }

    /// Shows what the server wants to know; where that is nothing, it is answered at once.
    fn offered(&mut self, mut offer: Offer, actions: &mut Actions) {
        if let Some(before) = self.create.offered.take() {
            offer.form.keep(before.filling.form());
        }
        let at_once = !offer.is_seen();
        let request = self.create.request.clone().filter(|_| at_once);
        self.create.offered = Some(Offered::new(offer.clone()));
        match request {
            Some(request) => self.answer(request, offer, actions),
            None => actions.push(Action::Focus(form::WANTED)),
        }
    }

    fn refused(&mut self, refusal: Refusal, actions: &mut Actions) {
        let field = match refusal.why {
            Why::Taken => Some(ADDRESS),
            Why::Riddle => Some(form::WANTED),
            _ => None,
        };
        actions.extend(field.map(Action::Focus));
        self.create.refusal = Some(refusal);
    }

    /// Stops what is under way, and forgets what the server asked.
    pub(super) fn stop_creating(&mut self, actions: &mut Actions) {
        let asked = self.create.request.take().is_some();
        self.create.stage = Stage::Idle;
        self.create.number += 1;
        self.create.offered = None;
        self.create.refusal = None;
        self.create.anew = false;
        if asked {
            let number = self.create.number;
            actions.push(Action::Register(number, Box::new(Registering::Leave)));
        }
    }

    /// Whether what is under way can be stopped: what is at the server already cannot.
    pub(super) fn asks(&self) -> bool {
        self.create.stage == Stage::Asking
    }
}
