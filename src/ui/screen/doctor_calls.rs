//! The root's part in the dialog about a connection: opening it over any screen, numbering its tries, and doing what its
//! buttons ask for. What the dialog itself knows and shows is in [`super::doctor`].

use oriole_core::{engine::command::Command, model::account::AccountUpdate};

use super::{
    Screen, Ui,
    doctor::{self, Doctor},
    sign_in::SignIn,
};
use crate::{
    action::{Action, Actions, Purpose},
    sidebar::manage,
};

impl Ui {
    /// Opens the dialog about a connection, and has it tried.
    pub(super) fn diagnose(&mut self, mut doctor: Doctor, actions: &mut Actions) {
        self.diagnoses += 1;
        doctor.look(self.diagnoses, actions);
        self.doctor = Some(doctor);
    }

    pub(super) fn in_doctor(&mut self, message: doctor::Message, actions: &mut Actions) {
        let Some(mut doctor) = self.doctor.take() else {
            return;
        };
        if message == doctor::Message::Again {
            self.diagnose(doctor, actions);
            return;
        }
        let next = doctor.update(message, self.context(), actions);
        self.after_doctor(doctor, next, actions);
    }

    /// Does what the dialog asks for; it stays open only where nothing else is to be done.
    fn after_doctor(&mut self, doctor: Doctor, next: doctor::Next, actions: &mut Actions) {
        use doctor::Next;
        let account = doctor.account();
        match next {
            Next::Stay => self.doctor = Some(doctor),
            Next::Close => {}
            Next::Change(field) => {
                if let Screen::SignIn(screen) = &mut self.screen {
                    actions.push(Action::Focus(screen.reveal(field)));
                } else if let Some(account) = account.and_then(|id| self.world.account(id)) {
                    let mut screen = SignIn::change(account);
                    let field = screen.reveal(field);
                    self.screen = Screen::SignIn(Box::new(screen));
                    actions.push(Action::Focus(field));
                }
            }
            Next::Trust(sha256) => {
                if matches!(self.screen, Screen::SignIn(_)) {
                    self.in_sign_in(actions, |screen, world, actions| {
                        screen.trust_this(sha256, world, actions)
                    });
                } else if let Some(account) = account {
                    self.world.trying(account);
                    let update = AccountUpdate {
                        pin: Some(Some(sha256)),
                        ..AccountUpdate::default()
                    };
                    manage::change(account, update, actions);
                }
            }
            Next::AcceptDowngrade => {
                if let Some(account) = account {
                    self.world.trying(account);
                    actions.push(Action::Send(
                        Command::AcceptDowngrade(account),
                        Purpose::Quiet,
                    ));
                }
            }
            Next::Connect => {
                if let Some(account) = account {
                    manage::connect(account, &self.world, actions);
                }
            }
        }
    }

    /// Closes the dialog where its account is gone.
    pub(super) fn forget_doctor(&mut self) {
        let account = self.doctor.as_ref().and_then(Doctor::account);
        let gone = account.is_some_and(|id| self.world.account(id).is_none());
        if gone && matches!(self.screen, Screen::Main) {
            self.doctor = None;
        }
    }

    /// Closes the topmost page of the dialog about a connection, on Escape.
    pub(super) fn close_doctor(&mut self, actions: &mut Actions) {
        if let Some(mut doctor) = self.doctor.take() {
            let next = doctor.close();
            self.after_doctor(doctor, next, actions);
        }
    }
}
