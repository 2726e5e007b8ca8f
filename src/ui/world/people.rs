//! The contacts of all accounts in one row, each with a number that it keeps, and those who ask to be one.

use std::collections::{HashMap, HashSet};

use jid::BareJid;
use oriole_core::model::{
    contact::{Contact, ContactRequest},
    ids::AccountId,
};

/// What somebody is known by in the lists on the screen, as long as they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(u64);

/// Contacts, and those who ask to be one.
#[derive(Debug, Default)]
pub struct People {
    contacts: Vec<(Number, Contact)>,
    requests: Vec<(Number, ContactRequest)>,
    known: HashMap<(AccountId, BareJid), Number>,
    last: u64,
}

impl People {
    /// The contacts, account by account.
    #[must_use]
    pub fn contacts(&self) -> &[(Number, Contact)] {
        &self.contacts
    }

    /// Those who ask, oldest first.
    #[must_use]
    pub fn requests(&self) -> &[(Number, ContactRequest)] {
        &self.requests
    }

    /// Puts an account's contacts, in their order, in place of those that are there; the accounts in this order.
    pub fn set_contacts(
        &mut self,
        account: AccountId,
        contacts: Vec<Contact>,
        accounts: &[AccountId],
    ) {
        self.contacts.retain(|(_, known)| known.account != account);
        for contact in contacts {
            let number = self.number(contact.account, &contact.item.address);
            self.contacts.push((number, contact));
        }
        self.arrange(accounts);
        self.forget();
    }

    /// Puts these in place of those who ask.
    pub fn set_requests(&mut self, requests: Vec<ContactRequest>) {
        self.requests = requests
            .into_iter()
            .map(|request| (self.number(request.account, &request.address), request))
            .collect();
        self.forget();
    }

    /// Keeps only what belongs to these accounts, in their order.
    pub fn keep_accounts(&mut self, accounts: &[AccountId]) {
        self.contacts
            .retain(|(_, contact)| accounts.contains(&contact.account));
        self.requests
            .retain(|(_, request)| accounts.contains(&request.account));
        self.arrange(accounts);
        self.forget();
    }

    fn arrange(&mut self, accounts: &[AccountId]) {
        self.contacts.sort_by_key(|(_, contact)| {
            let mut accounts = accounts.iter();
            accounts.position(|account| *account == contact.account)
        });
    }

    fn number(&mut self, account: AccountId, address: &BareJid) -> Number {
        *self
            .known
            .entry((account, address.clone()))
            .or_insert_with(|| {
                self.last += 1;
                Number(self.last)
            })
    }

    fn forget(&mut self) {
        let contacts = self.contacts.iter().map(|(number, _)| *number);
        let requests = self.requests.iter().map(|(number, _)| *number);
        let there: HashSet<Number> = contacts.chain(requests).collect();
        self.known.retain(|_, number| there.contains(number));
    }
}
