//! An account's connection: what is tried again by itself, what waits for the person, and how it ends.

use std::sync::{Arc, Mutex};

use oriole_core::{
    engine::{
        command::{Command, Password},
        diagnose::{Diagnose, Outcome, StepReport},
        event::ConnectionState,
        query::Accounts,
    },
    error::ErrorKind,
    model::{
        account::AccountUpdate,
        presence::{OwnPresence, Show},
        step::Step,
    },
};

use crate::support::{
    engine::{World, settings},
    patiently,
    scram::{failure, mechanisms},
    script::Server,
    session::{BIND, NO_CONTACTS, PASSWORD, SM},
};

/// How many stanzas the server has sent once a session has begun.
const SERVERS: u32 = 4;

#[tokio::test]
async fn an_account_gets_online_step_by_step_and_ends_in_order() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line
    });
    let mut world = World::new(address).await;
    for state in [
        ConnectionState::Connecting,
        ConnectionState::Syncing,
        ConnectionState::Online,
    ] {
        assert_eq!(world.until_state(state).await, (false, None));
    }
    let accounts = world.handle.query(Accounts {}).await.unwrap();
    assert_eq!(accounts[0].connection, ConnectionState::Online);
    assert_eq!(accounts[0].account.sasl_memory, "SCRAM-SHA-256");
    let line = script.end().await;
    let handle = world.handle.clone();
    world.leave(line, SERVERS).await;
    // A second time there is nothing to do, and nothing to wait for.
    patiently("the end once more", handle.shut_down()).await;
    let late = handle
        .send(Command::ConnectNow(accounts[0].account.id))
        .await;
    assert_eq!(late.unwrap_err().kind, ErrorKind::NotAllowed);
}

#[tokio::test]
async fn the_events_end_with_the_engine() {
    let server = Server::new().await;
    let mut world = World::new(server.address()).await;
    drop(server);
    let (first, second) = (world.handle.clone(), world.handle.clone());
    let both = async { tokio::join!(first.shut_down(), second.shut_down()) };
    patiently("the end", both).await;
    let rest = async { while world.events.next().await.is_some() {} };
    patiently("the end of the events", rest).await;
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_until_there_is_another() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
        let outcome = line.scram("SCRAM-SHA-1", "another", "n,,", b"").await;
        assert!(!outcome.proven);
        line.send(failure("not-authorized")).await;
        line.stall().await;

        // The next connection comes with the other password and not before.
        let mut line = server.accept().await;
        line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
        let outcome = line.scram("SCRAM-SHA-1", "another", "n,,", b"").await;
        assert!(outcome.proven);
    });
    let mut world = World::new(address).await;
    let (_, error) = world.until_state(ConnectionState::Offline).await;
    assert_eq!(error.unwrap().kind, ErrorKind::WrongPassword);
    let account = world.account;
    let update = Command::UpdateAccount {
        account,
        update: AccountUpdate::default(),
        password: Some(Password::new("another")),
        proxy_password: None,
    };
    world.command(update).await.unwrap();
    script.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_server_that_restarts_is_come_back_to() {
    for last in [
        "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
        "</stream:stream>",
    ] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.send(last).await;
            line.lose().await;
            let mut line = server.accept().await;
            line.begin("s2", NO_CONTACTS).await;
            line
        });
        let mut world = World::new(address).await;
        assert_eq!(world.until_waiting().await, ErrorKind::ServerShutdown);
        world.until_online().await;
        let line = script.end().await;
        world.leave(line, SERVERS).await;
    }
}

#[tokio::test]
async fn after_a_conflict_another_resource_is_used() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let first = line.begin("s", NO_CONTACTS).await;
        line.send(
            "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        )
        .await;
        line.close().await;

        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}")).await;
        let request = line
            .expect("<iq type='set' id='*'><rest xmlns='any'/></iq>")
            .await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='modify'>\
             <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            request.attr("id").unwrap()
        ))
        .await;
        line.stall().await;

        let mut line = server.accept().await;
        let third = line.begin("s3", NO_CONTACTS).await;
        assert!(!String::from(&request).contains(first.rsplit('/').next().unwrap()));
        assert!(!String::from(&request).contains(third.rsplit('/').next().unwrap()));
        assert_ne!(first, third);
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    assert_eq!(world.until_waiting().await, ErrorKind::Conflict);
    assert_eq!(world.until_waiting().await, ErrorKind::Conflict);
    world.until_online().await;
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn less_protection_than_before_waits_for_the_person() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_leaving().await;
        drop(line);
        for _ in 0..2 {
            let mut line = server.accept().await;
            line.open(&mechanisms(&["SCRAM-SHA-256"])).await;
            assert_eq!(line.leftover().await, Vec::<u8>::new());
        }
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    // As if a binding had been used: without TLS there is none to use.
    world
        .database()
        .execute(
            "UPDATE accounts SET sasl_memory = 'SCRAM-SHA-256+binding'",
            (),
        )
        .unwrap();
    let mut world = world.restart().await;
    let account = world.account;
    for next in [
        Command::ConnectNow(account),
        Command::AcceptDowngrade(account),
    ] {
        let (_, error) = world.until_state(ConnectionState::Offline).await;
        assert_eq!(error.unwrap().kind, ErrorKind::Downgrade);
        // Who waits for the person does not connect because the network is another: the script would see that.
        world.command(Command::NetworkChanged).await.unwrap();
        world.command(next).await.unwrap();
    }
    world.until_online().await;
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn signing_out_ends_the_stream_and_signing_in_begins_another() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_leaving().await;
        drop(line);
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    for show in [Show::Offline, Show::Online] {
        let presence = OwnPresence {
            show,
            ..OwnPresence::default()
        };
        let account = Some(world.account);
        world
            .command(Command::SetPresence { account, presence })
            .await
            .unwrap();
        match show {
            Show::Offline => assert_eq!(
                world.until_state(ConnectionState::Offline).await,
                (false, None)
            ),
            _ => world.until_online().await,
        }
    }
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn presence_says_what_was_set() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect(
            "<presence><show>away</show><status>Gone fishing, 钓鱼 🎣 </status>\
             <c xmlns='http://jabber.org/protocol/caps' hash='*' node='*' ver='*'/></presence>",
        )
        .await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let presence = OwnPresence {
        show: Show::Away,
        status: "Gone fishing, 钓鱼 🎣\u{FFFF}".to_owned(),
    };
    let account = None;
    world
        .command(Command::SetPresence { account, presence })
        .await
        .unwrap();
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn a_diagnosis_tells_how_far_it_got() {
    let server = Server::new().await;
    let world = World::new(server.address()).await;
    // The account's own connection comes first.
    let own = server.accept().await;
    let diagnosing = Server::new().await;
    let settings = settings(diagnosing.address());
    let script = diagnosing.play(|server| async move {
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(BIND).await;
        line.bind().await;
        line.expect_footer().await;
        drop(line);

        let mut line = server.accept().await;
        line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
        line.scram("SCRAM-SHA-1", PASSWORD, "n,,", b"").await;
        line.send(failure("account-disabled")).await;
        line.stall().await;
    });
    let request = Diagnose {
        settings,
        password: Some(Password::new(PASSWORD)),
        proxy_password: None,
    };
    let diagnosis = patiently("a diagnosis", world.handle.diagnose(request.clone())).await;
    assert!(
        diagnosis
            .steps
            .iter()
            .all(|step| step.outcome == Outcome::Ok),
        "{diagnosis:?}"
    );
    let diagnosis = patiently("a diagnosis", world.handle.diagnose(request)).await;
    let steps: Vec<_> = diagnosis
        .steps
        .iter()
        .map(|step| (step.step, step.outcome.as_str()))
        .collect();
    assert_eq!(steps.len(), Step::ALL.len());
    assert!(steps.contains(&(Step::Secure, "ok")));
    assert!(steps.contains(&(Step::SignIn, "failed")));
    assert!(steps.contains(&(Step::Ready, "skipped")));
    script.end().await;
    drop(own);
    world.end().await;
}

#[tokio::test]
async fn an_account_is_diagnosed_with_its_password_and_never_with_less_protection() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut own = server.accept().await;
        own.begin("s", NO_CONTACTS).await;
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(BIND).await;
        line.bind().await;
        line.expect_footer().await;
        drop(line);

        let mut line = server.accept().await;
        line.open(&mechanisms(&["SCRAM-SHA-256"])).await;
        assert_eq!(line.leftover().await, Vec::<u8>::new());
        own
    });
    let mut world = World::new(address.clone()).await;
    world.until_online().await;
    let request = Diagnose::of(settings(address));
    let diagnose = || {
        world
            .handle
            .diagnose_account(world.account, request.clone())
    };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let watching = world.handle.watch(
        Some(world.account),
        request.clone(),
        Box::new(move |progress| told.lock().unwrap().push(progress)),
    );
    let diagnosis = patiently("a diagnosis", watching).await.unwrap();
    // Each step was told when it began, with those before it.
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let steps: Vec<Option<Step>> = seen.iter().map(|progress| progress.current).collect();
    assert_eq!(steps, Step::ALL.map(Some));
    for (place, progress) in seen.iter().enumerate() {
        let done: Vec<Step> = progress.done.iter().map(|report| report.step).collect();
        assert_eq!(done, Step::ALL[..place]);
    }
    assert_eq!(seen[4].done[3].detail(), "SCRAM-SHA-256");
    let well = |step: &StepReport| step.outcome == Outcome::Ok;
    assert!(diagnosis.steps.iter().all(well), "{diagnosis:?}");
    // As if a binding had been used: without TLS there is none to use.
    world
        .database()
        .execute(
            "UPDATE accounts SET sasl_memory = 'SCRAM-SHA-256+binding'",
            (),
        )
        .unwrap();
    let diagnosis = patiently("a diagnosis", diagnose()).await.unwrap();
    let failed = diagnosis.steps.iter().find_map(|step| match &step.outcome {
        Outcome::Failed(error) => Some((step.step, error.kind)),
        _ => None,
    });
    assert_eq!(failed, Some((Step::SignIn, ErrorKind::Downgrade)));
    let mut other = request.clone();
    other.settings.address = "other@example.org".parse().unwrap();
    let refused = world.handle.diagnose_account(world.account, other).await;
    assert_eq!(refused.unwrap_err().kind, ErrorKind::BadRequest);
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}
