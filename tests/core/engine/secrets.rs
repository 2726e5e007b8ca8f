//! Machines without a keyring: passwords stay in memory, and are asked for at each start, unless the person has them kept in a file.

use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::ConnectionState,
        secrets::SecretName,
    },
    error::ErrorKind,
    model::account::AccountUpdate,
    testing::MemorySecrets,
};

use crate::support::{
    engine::{World, jid},
    script::Server,
    session::{JULIET, NO_CONTACTS, PASSWORD},
};

fn without_keyring() -> MemorySecrets {
    let secrets = MemorySecrets::default();
    secrets.set_missing(true);
    secrets
}

fn name() -> SecretName {
    SecretName::account(&jid(JULIET))
}

impl World {
    /// The account does not sign in because nobody knows its password; gives why the keyring has it not.
    async fn until_asked(&mut self) -> String {
        loop {
            let (_, error) = self.until_state(ConnectionState::Offline).await;
            if let Some(error) = error {
                assert_eq!(error.kind, ErrorKind::PasswordNeeded);
                return error.detail;
            }
        }
    }

    async fn enter(&self, password: &str) {
        let command = Command::UpdateAccount {
            account: self.account,
            update: AccountUpdate::default(),
            password: Some(Password::new(password)),
            proxy_password: None,
        };
        assert_eq!(self.command(command).await, Ok(Done::Ok));
    }
}

#[tokio::test]
async fn without_a_keyring_the_password_is_asked_for_at_each_start() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        for _ in 0..2 {
            let mut line = server.accept().await;
            line.begin_unmanaged(NO_CONTACTS).await;
            line.expect_footer().await;
        }
    });
    let mut world = World::with(address, without_keyring()).await;
    world.until_online().await;
    let mut world = world.restart().await;
    assert_eq!(world.until_asked().await, "There is no keyring.");
    world.enter(PASSWORD).await;
    world.until_online().await;
    assert_eq!(world.secrets.in_file(&name()), None);
    let mut world = world.restart().await;
    world.until_asked().await;
    script.end().await;

    // Nothing is known of a password that would have to be erased elsewhere.
    let account = world.account;
    world.enter("kept in memory only").await;
    let removed = world.command(Command::RemoveAccount(account)).await;
    assert_eq!(removed, Ok(Done::Ok));
    world.end().await;
}

#[tokio::test]
async fn where_the_person_says_so_it_is_kept_in_a_file() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        for _ in 0..2 {
            let mut line = server.accept().await;
            line.begin_unmanaged(NO_CONTACTS).await;
            line.expect_footer().await;
        }
    });
    let mut world = World::with(address, without_keyring()).await;
    world.until_online().await;
    assert_eq!(world.secrets.in_file(&name()), None);
    let keep = Command::KeepInFile(world.account);
    assert_eq!(world.command(keep).await, Ok(Done::Ok));
    let kept = Some(Password::new(PASSWORD));
    assert_eq!(world.secrets.in_file(&name()), kept);
    let mut world = world.restart().await;
    world.until_online().await;
    let removed = world.command(Command::RemoveAccount(world.account));
    assert_eq!(removed.await, Ok(Done::Ok));
    assert_eq!(world.secrets.in_file(&name()), None);
    world.end().await;
    script.end().await;
}

#[tokio::test]
async fn a_keyring_that_has_no_password_leads_to_the_same_question() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_unmanaged(NO_CONTACTS).await;
        line.expect_footer().await;
    });
    let mut world = World::with(address, without_keyring()).await;
    world.until_online().await;
    let mut world = world.restart().await;
    world.secrets.set_missing(false);
    world.until_asked().await;
    let again = Command::ConnectNow(world.account);
    world.command(again).await.unwrap();
    assert_eq!(world.until_asked().await, "");
    script.end().await;
    world.end().await;
}
