//! After signing in: binding, the session of old, and stream management.

use oriole_core::{
    error::ErrorKind,
    model::account::Security,
    xmpp::session::{Management, Resume, Session},
};

use crate::support::{
    connecting::Client,
    line::Line,
    script::Server,
    session::{BIND, PASSWORD, SM, VERSIONS},
};

/// What beginning a session comes to with a server that offers this and has this script.
async fn beginning<F>(
    features: &str,
    resume: Option<&Resume>,
    script: impl FnOnce(Line) -> F,
) -> Result<(Session, bool), ErrorKind>
where
    F: Future<Output = ()>,
{
    let server = Server::new().await;
    let mut client = Client::of(&server, Security::Plain);
    client.network.deadlines.answer = std::time::Duration::from_secs(2);
    let playing = async {
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-512", PASSWORD).await;
        line.open(features).await;
        script(line).await;
    };
    let (result, ()) = tokio::join!(client.begin(resume), playing);
    match result {
        Ok(ready) => Ok((ready.session, ready.roster_versions)),
        Err(failure) => Err(failure.error.kind),
    }
}

fn fresh(management: Option<Option<&str>>, before: Option<u32>) -> Session {
    Session::Fresh {
        own: "juliet@chat.example/desk".parse().unwrap(),
        management: management.map(|name| Management {
            name: name.map(str::to_owned),
            location: None,
        }),
        before,
    }
}

#[tokio::test]
async fn stream_management_is_taken_as_it_is_offered() {
    for (features, answer, expected) in [
        (BIND.to_owned(), None, None),
        (
            format!("{BIND}{SM}"),
            Some(
                "<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true' max='300' location='[::1]:1'/>",
            ),
            Some(Some("s")),
        ),
        (
            format!("{BIND}{SM}"),
            Some("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='1'/>"),
            Some(Some("s")),
        ),
        (
            format!("{BIND}{SM}"),
            Some("<enabled xmlns='urn:xmpp:sm:3' id='s'/>"),
            Some(None),
        ),
        (
            format!("{BIND}{SM}"),
            Some("<enabled xmlns='urn:xmpp:sm:3' resume='true'/>"),
            Some(None),
        ),
        (
            format!("{BIND}{SM}"),
            Some(
                "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
            ),
            None,
        ),
    ] {
        let result = beginning(&features, None, |mut line| async move {
            line.bind().await;
            if let Some(answer) = answer {
                line.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
                    .await;
                line.send(answer).await;
            }
        });
        assert_eq!(
            result.await,
            Ok((fresh(expected, None), false)),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn the_session_of_old_comes_before_everything_else() {
    let session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
    let features = format!("{BIND}{session}{SM}{VERSIONS}");
    let result = beginning(&features, None, |mut line| async move {
        line.bind().await;
        let request = line
            .expect(&format!("<iq type='set' id='*'>{session}</iq>"))
            .await;
        // Nothing more comes before the result; what is no answer does not count as one.
        line.send("<message id='early'/><iq type='result' id='another'/>")
            .await;
        line.send("<iq type='get' id='x' from='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>")
            .await;
        line.send(format!(
            "<iq type='result' id='{}'/>",
            request.attr("id").unwrap()
        ))
        .await;
        line.enable("s").await;
    });
    assert_eq!(result.await, Ok((fresh(Some(Some("s")), None), true)));

    let optional = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>";
    let features = format!("{BIND}{optional}");
    let result = beginning(&features, None, |mut line| async move {
        line.bind().await;
    });
    assert_eq!(result.await, Ok((fresh(None, None), false)));
}

#[tokio::test]
async fn a_session_goes_on_or_is_replaced() {
    let resume = Resume {
        id: "it's".to_owned(),
        h: u32::MAX,
    };
    let asked = "<resume xmlns='urn:xmpp:sm:3' previd=\"it's\" h='4294967295'/>";
    let features = format!("{BIND}{SM}");
    let result = beginning(&features, Some(&resume), |mut line| async move {
        line.expect(asked).await;
        line.send("<resumed xmlns='urn:xmpp:sm:3' previd=\"it's\" h='7'/>")
            .await;
    });
    assert_eq!(result.await, Ok((Session::Resumed { h: 7 }, false)));

    for (h, before) in [("h='3'", Some(3)), ("", None), ("h='x'", None)] {
        let result = beginning(&features, Some(&resume), |mut line| async move {
            line.expect(asked).await;
            line.send(format!("<failed xmlns='urn:xmpp:sm:3' {h}/>"))
                .await;
            line.bind().await;
            line.enable("s").await;
        });
        assert_eq!(result.await, Ok((fresh(Some(Some("s")), before), false)));
    }

    let result = beginning(&features, Some(&resume), |mut line| async move {
        line.expect(asked).await;
        line.send("<resumed xmlns='urn:xmpp:sm:3' previd=\"it's\"/>")
            .await;
    });
    assert_eq!(result.await, Err(ErrorKind::RemoteError));

    // A server that no longer has stream management is not asked.
    let result = beginning(BIND, Some(&resume), |mut line| async move {
        line.bind().await;
    });
    assert_eq!(result.await, Ok((fresh(None, None), false)));
}

#[tokio::test]
async fn binding_can_fail() {
    let error = |condition: &str| {
        format!(
            "<error type='modify'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        )
    };
    for (kind, inside, expected) in &[
        ("error", error("conflict"), ErrorKind::Conflict),
        ("error", error("not-allowed"), ErrorKind::RemoteError),
        ("error", String::new(), ErrorKind::RemoteError),
        ("result", String::new(), ErrorKind::RemoteError),
        (
            "result",
            "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>@@@</jid></bind>".to_owned(),
            ErrorKind::RemoteError,
        ),
        (
            "result",
            "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@chat.example</jid></bind>"
                .to_owned(),
            ErrorKind::RemoteError,
        ),
    ] {
        let result = beginning(BIND, None, |mut line| async move {
            let request = line
                .expect("<iq type='set' id='*'><rest xmlns='any'/></iq>")
                .await;
            let id = request.attr("id").unwrap();
            line.send(format!("<iq type='{kind}' id='{id}'>{inside}</iq>"))
                .await;
            line.stall().await;
        });
        assert_eq!(result.await, Err(*expected), "{kind} {inside}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let result = beginning(BIND, None, |mut line| async move {
        line.expect("<iq type='set' id='*'><rest xmlns='any'/></iq>")
            .await;
        line.stall().await;
    });
    assert_eq!(result.await, Err(ErrorKind::Timeout));
    let result = beginning(BIND, None, |mut line| async move {
        line.expect("<iq type='set' id='*'><rest xmlns='any'/></iq>")
            .await;
        line.send("<message/>".repeat(1_000)).await;
        line.stall().await;
    });
    assert_eq!(result.await, Err(ErrorKind::RemoteError));
    let features = format!("{BIND}{SM}");
    let result = beginning(&features, None, |mut line| async move {
        line.bind().await;
        line.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            .await;
        line.stall().await;
    });
    assert_eq!(result.await, Err(ErrorKind::Timeout));
}
