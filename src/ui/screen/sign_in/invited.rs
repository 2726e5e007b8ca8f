//! An invitation to a server (XEP-0401): a link that was opened or pasted fills in the form for a new account, and does nothing else.

use oriole_core::{
    engine::{command::Password, new_account::Invitation},
    text::uri::{self, Purpose, XmppUri},
};

use super::{ADDRESS, PASSWORD, SignIn, Tab};
use crate::action::{Action, Actions};

/// Whether a link is there for a new account: it asks for one, or invites to one those who have none.
#[must_use]
pub fn invites(link: &XmppUri) -> bool {
    link.purpose == Purpose::Account
}

impl SignIn {
    /// Whether the person is where a link can be followed to a new account: at the form, with nothing stored or under way.
    #[must_use]
    pub fn takes(&self, link: &XmppUri) -> bool {
        let account = link.invitation.as_ref().is_some_and(|found| found.account);
        // Who has an account already adds the one who invites as a contact of that.
        let wanted = invites(link) || (account && !self.can_leave);
        wanted && self.stored.is_none() && !self.busy()
    }

    /// Fills in the form for a new account from a link.
    pub fn invite(&mut self, link: &XmppUri, actions: &mut Actions) {
        self.stop_creating(actions);
        self.tab = Tab::Create;
        self.submitted = false;
        let inviter = (link.purpose == Purpose::Contact).then(|| link.address.clone());
        let server = link.address.domain();
        self.create.invitation = link.invitation.as_ref().map(|invitation| {
            let token = Password::new(invitation.token.reveal());
            (server.to_string(), Invitation { token, inviter })
        });
        let named = link.purpose == Purpose::Account && link.address.node().is_some();
        self.address = if named {
            link.address.to_string()
        } else {
            format!("@{server}")
        };
        self.trusted = None;
        self.typing(actions);
        actions.push(if named {
            Action::Focus(PASSWORD)
        } else {
            Action::FocusFront(ADDRESS)
        });
    }

    /// Whether what was pasted as an address is an invitation, which is followed then.
    pub(super) fn pasted(&mut self, text: &str, actions: &mut Actions) -> bool {
        let link = uri::parse(text.trim());
        let Some(link) = link.filter(|link| link.invitation.is_some() || invites(link)) else {
            return false;
        };
        if self.stored.is_some() || self.busy() {
            return false;
        }
        self.invite(&link, actions);
        true
    }
}
