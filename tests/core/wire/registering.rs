//! Accounts on servers: what is filled in, what a person is told where it is not enough, and the password and the end of an account.

use oriole_core::{
    error::ErrorKind,
    model::account::Security,
    xmpp::{failure::Failure, registration},
};

use crate::support::{
    connecting::Client,
    line::{Line, head},
    scram::mechanisms,
    script::Server,
    session::{BIND, PASSWORD},
    tls::{ANY_TLS, Identity},
};

const ASKED: &str =
    "<iq type='get' id='*' to='chat.example'><query xmlns='jabber:iq:register'/></iq>";
const OFFER: &str = "<register xmlns='http://jabber.org/features/iq-register'/>";
const FILLED_IN: &str = "<iq type='set' id='*' to='chat.example'><query xmlns='jabber:iq:register'>\
    <username>juliet</username><password>rosemary</password></query></iq>";

/// What comes of making an account on a server with this script, which begins on a secured stream.
async fn made<F>(script: impl FnOnce(Line) -> F + Send + 'static) -> Result<(), Failure>
where
    F: Future<Output = ()> + Send + 'static,
{
    let identity = Identity::of(&["chat.example"]);
    let server = Server::new().await;
    let client = Client::of(&server, Security::StartTls)
        .pinned(identity.fingerprint())
        .impatient();
    let script = server.play(|server| async move {
        let line = server.accept().await;
        let (mut line, _) = line.start_tls(&identity, ANY_TLS).await.unwrap();
        line.open(&format!("{}{OFFER}", mechanisms(&["PLAIN"])))
            .await;
        script(line).await;
    });
    let secured = client.connect().await?;
    let made = registration::create(secured, "juliet", PASSWORD).await;
    script.end().await;
    made
}

/// What a person is told of a server that offers this.
async fn refused(offer: &'static str) -> String {
    let failure = made(move |mut line| async move {
        line.answer(ASKED, offer).await;
        line.stall().await;
    });
    let failure = failure.await.unwrap_err();
    assert_eq!(
        failure.error.kind,
        ErrorKind::RegistrationRefused,
        "{failure}"
    );
    failure.error.detail
}

impl Line {
    /// The next request, which has to match; it is refused with this condition.
    async fn deny(&mut self, pattern: &str, condition: &str) {
        let request = self.expect(pattern).await;
        let id = request.attr("id").unwrap();
        self.send(format!(
            "<iq type='error' id='{id}'><error type='cancel'><{condition} \
             xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        ))
        .await;
    }
}

#[tokio::test]
async fn a_name_and_a_password_are_all_that_is_given() {
    for (offer, answer) in [
        (
            "<query xmlns='jabber:iq:register'><instructions>Choose.</instructions><username/><password/></query>",
            FILLED_IN.to_owned(),
        ),
        (
            "<query xmlns='jabber:iq:register'><key>k</key><password/><username/></query>",
            FILLED_IN.replace("</query>", "<key>k</key></query>"),
        ),
        (
            "<query xmlns='jabber:iq:register'><instructions>Old clients cannot.</instructions><email/>\
             <x xmlns='jabber:x:data' type='form'><title>Join</title>\
             <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
             <field type='fixed'><value>Welcome</value></field>\
             <field type='text-single' var='username'><required/></field>\
             <field type='text-private' var='password'><required/></field>\
             <field type='text-single' var='email' label='E-mail'/></x></query>",
            "<iq type='set' id='*' to='chat.example'><query xmlns='jabber:iq:register'>\
             <x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE'><value>jabber:iq:register</value></field>\
             <field var='username'><value>juliet</value></field>\
             <field var='password'><value>rosemary</value></field></x></query></iq>"
                .to_owned(),
        ),
    ] {
        let made = made(move |mut line| async move {
            line.answer(ASKED, offer).await;
            line.answer(&answer, "").await;
            line.expect_footer().await;
        });
        made.await.unwrap();
    }
}

#[tokio::test]
async fn what_a_server_wants_beyond_that_is_told() {
    for (offer, expected) in [
        (
            "<query xmlns='jabber:iq:register'><username/><password/><email/><name/></query>",
            "It also wants: email, name.",
        ),
        (
            "<query xmlns='jabber:iq:register'><instructions>Go to\nthe web.</instructions>\
             <x xmlns='jabber:x:oob'><url>https://chat.example/join</url></x></query>",
            "It says: Go to the web. An account can be made at https://chat.example/join",
        ),
        (
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:oob'><url>javascript:alert(1)</url></x></query>",
            "It does not ask for a name and a password.",
        ),
        (
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
             <instructions>Look.</instructions>\
             <field type='hidden' var='challenge'><value>1</value></field>\
             <field var='username'><required/></field><field var='password'><required/></field>\
             <field var='ocr' label='The text you see'><required/></field></x></query>",
            "It also wants: captcha, The text you see. It says: Look.",
        ),
        (
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
             <field var='username'><required/></field></x></query>",
            "It does not ask for a name and a password.",
        ),
        (
            "<query xmlns='jabber:iq:register'/>",
            "It does not ask for a name and a password.",
        ),
        ("", "the server's answer was not understood"),
        (
            "<query xmlns='other'/>",
            "the server's answer was not understood",
        ),
    ] {
        assert_eq!(refused(offer).await, expected);
    }
}

#[tokio::test]
async fn a_form_without_end_is_told_in_short() {
    let fields = "<x/>".repeat(2_000).replace("<x/>", "<field/>");
    let offer = format!("<query xmlns='jabber:iq:register'><username/><password/>{fields}</query>");
    let detail = refused(offer.leak()).await;
    assert!(detail.len() < 200, "{detail}");
}

#[tokio::test]
async fn refusals_are_told_by_what_can_be_done_about_them() {
    for (condition, expected) in [
        ("conflict", ErrorKind::AddressTaken),
        ("not-acceptable", ErrorKind::RegistrationRefused),
        ("resource-constraint", ErrorKind::RegistrationRefused),
    ] {
        let failure = made(move |mut line| async move {
            let offer = "<query xmlns='jabber:iq:register'><username/><password/></query>";
            line.answer(ASKED, offer).await;
            line.deny(FILLED_IN, condition).await;
            line.expect_footer().await;
        });
        assert_eq!(
            failure.await.unwrap_err().error.kind,
            expected,
            "{condition}"
        );
    }
    let failure = made(|mut line| async move {
        line.deny(ASKED, "service-unavailable").await;
        line.stall().await;
    });
    let failure = failure.await.unwrap_err();
    assert_eq!(failure.error.kind, ErrorKind::RegistrationRefused);
    let failure = made(|mut line| async move {
        line.expect(ASKED).await;
        line.send(
            "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
        )
        .await;
        line.lose().await;
    });
    let failure = failure.await.unwrap_err();
    assert_eq!(failure.error.kind, ErrorKind::RegistrationRefused);
    let failure = made(|line| line.stall());
    let failure = failure.await.unwrap_err();
    assert_eq!(failure.error.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn without_encryption_nothing_is_said() {
    let server = Server::new().await;
    let client = Client::of(&server, Security::Plain);
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.open(&format!("{}{OFFER}", mechanisms(&["PLAIN"])))
            .await;
        assert_eq!(line.leftover().await, b"");
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(BIND).await;
        assert_eq!(line.leftover().await, b"");
    });
    let secured = client.connect().await.unwrap();
    let failure = registration::create(secured, "juliet", PASSWORD).await;
    assert_eq!(failure.unwrap_err().error.kind, ErrorKind::NoEncryption);
    let (secured, _) = client.sign_in().await.unwrap();
    let failure = registration::delete(secured, "desk").await;
    assert_eq!(failure.unwrap_err().error.kind, ErrorKind::NoEncryption);
    script.end().await;
}

#[tokio::test]
async fn a_server_of_another_name_gets_no_password() {
    // The header is answered, and then the certificate is another.
    let (theirs, ours) = (
        Identity::of(&["chat.example"]),
        Identity::of(&["chat.example"]),
    );
    let server = Server::new().await;
    let client = Client::of(&server, Security::StartTls).pinned(ours.fingerprint());
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let to = line.header().await;
        line.send(format!(
            "{}<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
            head(&to)
        ))
        .await;
        line.expect("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            .await;
        line.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            .await;
        assert!(line.secure(&theirs, ANY_TLS).await.is_none());
    });
    let failure = client.connect().await.map(drop).unwrap_err();
    assert_eq!(failure.error.kind, ErrorKind::CertificateUntrusted);
    script.end().await;
}
