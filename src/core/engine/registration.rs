//! Commands that a server has to agree to before anything changes here: making an account on it, changing its password there,
//! deleting it there (XEP-0077). Each on a connection of its own, beside the account's session.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    command::{Command, Done, Password},
    handle::Handle,
    session::new_resource,
    shared::Shared,
    sign_on::signed_in,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::{Account, AccountSettings, AccountUpdate},
        address::tidy,
        ids::AccountId,
    },
    xmpp::{connect, failure::Failure, registration},
};

/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(120);
/// What is said where an answer did not come.
const UNKNOWN: &str = "It is not known whether the server did it.";

/// Whether a command needs a server to agree first.
pub(super) fn is_for_server(command: &Command) -> bool {
    matches!(
        command,
        Command::AddAccount { register: true, .. }
            | Command::ChangePassword { .. }
            | Command::DeleteAccount(_)
            | Command::SetAside {
                on_server: true,
                ..
            }
    )
}

/// Asks the server, and then does here what is to be done.
pub(super) async fn carry_out(handle: &Handle, command: Command) -> Result<Done, Error> {
    let shared = &handle.shared;
    match command {
        Command::AddAccount {
            mut settings,
            password,
            proxy_password,
            ..
        } => {
            let user = must_be_new(shared, &mut settings).await?;
            let making = async {
                let proxy_password = proxy_password.as_ref().map(Password::reveal);
                let network = &shared.network;
                let secured = connect::connect(network, &settings, proxy_password, &mut ()).await?;
                registration::create(secured, &user, password.reveal()).await
            };
            within(making).await.map_err(|failure| failure.error)?;
            let command = Command::AddAccount {
                settings,
                password,
                proxy_password,
                register: false,
            };
            handle.give(command).await
        }
        Command::ChangePassword { account, password } => {
            change_password(handle, account, password).await
        }
        Command::DeleteAccount(account) => {
            delete(handle, account).await?;
            handle.give(Command::RemoveAccount(account)).await
        }
        Command::SetAside { account, .. } => {
            delete(handle, account).await?;
            let on_server = false;
            handle.give(Command::SetAside { account, on_server }).await
        }
        other => handle.give(other).await,
    }
}

/// Lets a server do something, in a time that has an end.
pub(super) async fn within<T>(
    asking: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    timeout(LONGEST, asking).await.unwrap_or_else(|_| {
        let detail = "all steps together took too long";
        Err(Failure::new(ErrorKind::Timeout, detail))
    })
}

/// Tidies the address of an account that is to be made, and refuses what cannot become an account here. Gives the name on the server.
pub(super) async fn must_be_new(
    shared: &Shared,
    settings: &mut AccountSettings,
) -> Result<String, Error> {
    let bad = |detail: &str| Err(Error::new(ErrorKind::BadRequest, detail));
    let address = tidy(settings.address.clone());
    let Some(user) = address.node().map(|user| user.as_str().to_owned()) else {
        return bad("An address looks like name@example.org.");
    };
    let accounts = shared.store.accounts().await?;
    if accounts
        .iter()
        .any(|account| account.settings.address == address)
    {
        return bad("This account is here already.");
    }
    settings.address = address;
    Ok(user)
}

async fn change_password(
    handle: &Handle,
    account: AccountId,
    password: Password,
) -> Result<Done, Error> {
    if password.reveal().is_empty() {
        return Err(Error::new(ErrorKind::BadRequest, "The password is empty."));
    }
    let shared = &handle.shared;
    let account = stored(shared, account).await?;
    let address = &account.settings.address;
    within(async {
        let secured = signed_in(shared, &account, false).await?.0;
        let user = address.node().map_or("", |node| node.as_str());
        registration::change_password(secured, &new_resource(), user, password.reveal())
            .await
            .map_err(|failure| in_doubt(failure, UNKNOWN))
    })
    .await
    .map_err(|failure| failure.error)?;
    // Prosody ends all sessions with the old password, and one of ours may just be trying it again: it signs in anew.
    let command = Command::UpdateAccount {
        account: account.id,
        update: AccountUpdate::default(),
        password: Some(password),
        proxy_password: None,
    };
    handle.give(command).await.map_err(|error| {
        let detail = format!(
            "The server has the new password, but it could not be kept here. {}",
            error.detail
        );
        Error::new(error.kind, detail)
    })
}

/// The answer may not have come, though the server did it: then what that means is said first.
pub(super) fn in_doubt(failure: Failure, unknown: &str) -> Failure {
    match failure.error.kind {
        ErrorKind::Timeout | ErrorKind::ConnectionRefused | ErrorKind::ServerShutdown => {
            let detail = format!("{unknown} {}", failure.error.detail);
            Failure::new(failure.error.kind, detail)
        }
        _ => failure,
    }
}

/// Signs out, so that nobody is told that the session was thrown out; then asks the server to delete the account.
async fn delete(handle: &Handle, id: AccountId) -> Result<(), Error> {
    let shared = &handle.shared;
    let account = stored(shared, id).await?;
    if account.enabled {
        enable(handle, id, false).await?;
    }
    let deleted = within(async {
        let secured = signed_in(shared, &account, false).await?.0;
        registration::delete(secured, &new_resource())
            .await
            .map_err(|failure| in_doubt(failure, UNKNOWN))
    })
    .await
    .map_err(|failure| failure.error);
    if deleted.is_err() && account.enabled {
        enable(handle, id, true).await?;
    }
    deleted
}

async fn enable(handle: &Handle, account: AccountId, enabled: bool) -> Result<Done, Error> {
    let command = Command::UpdateAccount {
        account,
        update: AccountUpdate {
            enabled: Some(enabled),
            ..AccountUpdate::default()
        },
        password: None,
        proxy_password: None,
    };
    handle.give(command).await
}

async fn stored(shared: &Shared, account: AccountId) -> Result<Account, Error> {
    let account = shared.store.account(account).await?;
    account.ok_or_else(|| Error::new(ErrorKind::NotFound, "There is no such account."))
}
