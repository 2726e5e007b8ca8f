//! Making an account on a server in two steps, with a person in between (XEP-0077): ask what the server wants to know, and answer. The
//! stream stays open while the person types; where it does not last, everything typed is kept and the server asked anew.

use jid::BareJid;

use super::{
    command::{Command, Done, Password},
    handle::Handle,
    registration::{in_doubt, must_be_new, within},
    shared::Shared,
};
use crate::{
    error::{Error, ErrorKind},
    media::picture,
    model::{
        account::AccountSettings,
        certificate::CertificateFacts,
        form::Media,
        ids::AccountId,
        registration::{Offer, Refusal},
    },
    xmpp::{
        connect,
        failure::Failure,
        new_account::{self, NewAccount},
    },
};

/// What is said where the answer did not come.
const UNKNOWN: &str = "It is not known whether the server made the account; try to sign in.";

/// Where the account is to be, and how to get there.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The address that is wanted, and the way to its server.
    pub settings: AccountSettings,
    /// For the proxy in the settings, where it wants one.
    pub proxy_password: Option<Password>,
    /// Who invited, if anybody did.
    pub invitation: Option<Invitation>,
}

impl Request {
    /// Whether an answer to this one's question answers the other's: both lead to the same server on the same way, for whatever name.
    #[must_use]
    pub fn leads_to_the_same(&self, other: &Self) -> bool {
        let nobody = |request: &Self| {
            let mut request = request.clone();
            let address = &mut request.settings.address;
            *address = BareJid::from_parts(None, address.domain());
            request
        };
        nobody(self) == nobody(other)
    }
}

/// An invitation to a server (XEP-0401, XEP-0445).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What proves it; sent to the server, and to who invited.
    pub token: Password,
    /// Who becomes a contact, where somebody is named.
    pub inviter: Option<BareJid>,
}

/// Why there is no answer of the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// What went wrong.
    pub error: Error,
    /// The certificate that was not trusted.
    pub certificate: Option<Box<CertificateFacts>>,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// The server wants to know this.
    Offer(Box<Offer>),
    /// It does not take the invitation.
    Refused(Refusal),
}

/// What came of answering.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// The account is made, and is here too.
    Made(AccountId),
    /// It is not, and another answer may help: to this where the server asks anew, and else to the same as before.
    Refused(Refusal, Option<Box<Offer>>),
    /// The server forgot what it had asked, and asks this now. What was typed is filled in.
    Anew(Box<Offer>),
}

/// A stream that waits for a person.
pub(super) struct Open {
    request: Request,
    conversation: NewAccount,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self {
            error: failure.error,
            certificate: failure.certificate,
        }
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self {
            error,
            certificate: None,
        }
    }
}

impl Handle {
    /// Asks a server what it wants to know of those who want an account on it. The stream stays open for [`Handle::register`]; there is
    /// one at a time.
    ///
    /// # Errors
    /// Whatever keeps from reaching the server, `registration-refused`, and `bad-request` where the account is here already.
    pub async fn ask_to_register(&self, mut request: Request) -> Result<Asked, Stopped> {
        self.leave_registration().await;
        must_be_new(&self.shared, &mut request.settings).await?;
        let begun = within(begin(&self.shared, &request)).await?;
        Ok(match begun {
            Ok((conversation, offer)) => {
                keep(&self.shared, request, conversation).await;
                Asked::Offer(Box::new(offer))
            }
            Err(refusal) => Asked::Refused(refusal),
        })
    }

    /// Answers what the server wants to know, with this password; then adds the account here and signs in.
    ///
    /// # Errors
    /// The same as [`Handle::ask_to_register`]; where the server may have made the account all the same, the detail says so.
    pub async fn register(
        &self,
        mut request: Request,
        offer: Offer,
        password: Password,
    ) -> Result<Answered, Stopped> {
        must_be_new(&self.shared, &mut request.settings).await?;
        let handle = self.clone();
        // A task of its own: what a server agreed to is kept here too, though nobody may wait for it any more.
        let task = tokio::spawn(async move { answer(&handle, request, offer, password).await });
        task.await.unwrap_or_else(|_| {
            let detail = "Oriole is shutting down.";
            Err(Error::new(ErrorKind::NotAllowed, detail).into())
        })
    }

    /// Nobody wants an account any more.
    pub async fn leave_registration(&self) {
        let open = self.shared.registering.lock().await.take();
        if let Some(open) = open {
            open.conversation.end().await;
        }
    }
}

/// Opens a stream, shows the invitation, and asks; as the inner error the refusal of the invitation.
async fn begin(
    shared: &Shared,
    request: &Request,
) -> Result<Result<(NewAccount, Offer), Refusal>, Failure> {
    let proxy_password = request.proxy_password.as_ref().map(Password::reveal);
    let settings = &request.settings;
    let secured = connect::connect(&shared.network, settings, proxy_password, &mut ()).await?;
    let mut conversation = NewAccount::begin(secured)?;
    if let Some(invitation) = &request.invitation {
        let token = invitation.token.reveal();
        if let Err(refusal) = conversation.invited(token).await? {
            conversation.end().await;
            return Ok(Err(refusal));
        }
    }
    let offer = ask(&mut conversation).await?;
    Ok(Ok((conversation, offer)))
}

/// Asks, and looks at the pictures that came along.
async fn ask(conversation: &mut NewAccount) -> Result<Offer, Failure> {
    let mut offer = conversation.offer().await?;
    let unseen = new_account::unseen(&offer.form);
    if !unseen.is_empty() {
        let count = unseen.len();
        let reading = move || -> Vec<Media> {
            let read = unseen.iter().map(|bytes| picture::read(bytes));
            read.map(|picture| picture.map_or(Media::Unseen, Media::Picture))
                .collect()
        };
        let seen = tokio::task::spawn_blocking(reading).await;
        let seen = seen.unwrap_or_else(|_| vec![Media::Unseen; count]);
        new_account::see(&mut offer.form, seen);
    }
    Ok(offer)
}

async fn keep(shared: &Shared, request: Request, conversation: NewAccount) {
    let open = Open {
        request,
        conversation,
    };
    let before = shared.registering.lock().await.replace(open);
    if let Some(before) = before {
        before.conversation.end().await;
    }
}

/// The stream that waits for this, where it is still there.
async fn waiting(shared: &Shared, request: &Request) -> Option<NewAccount> {
    let mut open = shared.registering.lock().await.take()?;
    if open.request.leads_to_the_same(request) && open.conversation.is_there().await {
        return Some(open.conversation);
    }
    open.conversation.end().await;
    None
}

async fn answer(
    handle: &Handle,
    request: Request,
    mut offer: Offer,
    password: Password,
) -> Result<Answered, Stopped> {
    let shared = &handle.shared;
    let mut conversation = match waiting(shared, &request).await {
        Some(conversation) => conversation,
        None => match within(begin(shared, &request)).await? {
            Err(refusal) => return Ok(Answered::Refused(refusal, None)),
            Ok((conversation, mut anew)) => {
                let same = offer.asks_the_same(&anew);
                anew.form.keep(&offer.form);
                if !same {
                    keep(shared, request, conversation).await;
                    return Ok(Answered::Anew(Box::new(anew)));
                }
                offer = anew;
                conversation
            }
        },
    };
    let user = request.settings.address.node();
    let user = user.map_or("", |user| user.as_str()).to_owned();
    let made = within(async {
        let made = conversation.submit(&offer, &user, password.reveal());
        made.await.map_err(|failure| in_doubt(failure, UNKNOWN))
    });
    let Err(refusal) = made.await? else {
        conversation.end().await;
        return add(handle, request, password).await.map(Answered::Made);
    };
    // The answer to a riddle holds once, so another is asked for at once.
    if !offer.form.has_riddle() {
        keep(shared, request, conversation).await;
        return Ok(Answered::Refused(refusal, None));
    }
    let Ok(mut anew) = within(ask(&mut conversation)).await else {
        return Ok(Answered::Refused(refusal, None));
    };
    anew.form.keep(&offer.form);
    keep(shared, request, conversation).await;
    Ok(Answered::Refused(refusal, Some(Box::new(anew))))
}

/// Adds the account that the server made, and asks who invited to be a contact.
async fn add(handle: &Handle, request: Request, password: Password) -> Result<AccountId, Stopped> {
    let invitation = request.invitation;
    let command = Command::AddAccount {
        settings: request.settings,
        password,
        proxy_password: request.proxy_password,
        register: false,
    };
    let added = handle.give(command).await.map_err(|error| {
        let detail = format!(
            "The server made the account, but it could not be kept here: sign in with it. {}",
            error.detail
        );
        Error::new(error.kind, detail)
    })?;
    let Done::Account(account) = added else {
        return Err(Error::from(ErrorKind::Storage).into());
    };
    if let Some(Invitation {
        token,
        inviter: Some(address),
    }) = invitation
    {
        let command = Command::AcceptInvitation {
            account,
            address,
            token,
        };
        // It waits for the account's contact list, so it is not waited for.
        let handle = handle.clone();
        tokio::spawn(async move {
            if let Err(error) = handle.give(command).await {
                tracing::warn!(kind = %error.kind, "who invited could not be added");
            }
        });
    }
    Ok(account)
}
