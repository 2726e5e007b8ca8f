//! Signing in (RFC 6120 §6): drives [`sasl`](super::sasl) over a secured stream.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use futures::SinkExt;
use minidom::Element;
use tokio::time::timeout;
use xso::exports::rxml::xml_ncname;

use super::{
    connect::{Secured, header, io_failure, offered, read, read_failure},
    failure::{Failure, sasl_failure},
    ns,
    sasl::{self, Choice, Memory, SaslError, Scram},
};
use crate::error::ErrorKind;

/// Who signs in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The part of the address before the @.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
    /// What was used with the account before.
    pub memory: &'a Memory,
    /// Whether the person accepted weaker protection than before.
    pub accept_downgrade: bool,
}

/// Signs in. Gives the stream after its reset, with what the server offers then, and what was used.
///
/// # Errors
/// `wrong-password`, `account-disabled`, `no-mechanism`, `bad-server-signature`, `downgrade`, and whatever ends a connection.
pub async fn sign_in(
    mut secured: Secured,
    credentials: Credentials<'_>,
) -> Result<(Secured, Choice), Failure> {
    let choice = sasl::choose(
        &secured.features.mechanisms,
        secured.features.bindings.as_deref(),
        &secured.bindings,
        secured.encrypted,
        credentials.memory,
        credentials.accept_downgrade,
    )
    .map_err(|error| refused(&error))?;
    if choice.mechanism().hash().is_some() {
        scram(&mut secured, credentials, &choice).await?;
    } else {
        plain(&mut secured, credentials, &choice).await?;
    }
    secured.meter.signed_in();
    let Secured {
        xml,
        meter,
        bindings,
        encrypted,
        domain,
        deadlines,
        mut route,
        ..
    } = secured;
    route.mechanism = choice.mechanism().name().to_owned();
    let pending = timeout(
        deadlines.answer,
        xml.initiate_reset().send_header(header(&domain)),
    )
    .await
    .map_err(|_| {
        Failure::new(
            ErrorKind::Timeout,
            "the stream did not go on after signing in",
        )
    })?
    .map_err(|error| read_failure(error, &meter))?;
    let (features, xml) = offered(pending, &meter, deadlines).await?;
    Ok((
        Secured {
            xml,
            meter,
            features,
            bindings,
            encrypted,
            domain,
            deadlines,
            route,
        },
        choice,
    ))
}

async fn plain(
    secured: &mut Secured,
    credentials: Credentials<'_>,
    choice: &Choice,
) -> Result<(), Failure> {
    let message = sasl::plain_message(credentials.user, credentials.password)
        .map_err(|error| refused(&error))?;
    let answer = exchange(secured, &auth(choice, &message)).await?;
    match answer.name() {
        "success" => Ok(()),
        "failure" => Err(sasl_failure(&answer)),
        _ => Err(unexpected()),
    }
}

async fn scram(
    secured: &mut Secured,
    credentials: Credentials<'_>,
    choice: &Choice,
) -> Result<(), Failure> {
    let nonce = BASE64.encode(rand::random::<[u8; 24]>());
    let mut scram = Scram::new(choice, credentials.user, credentials.password, nonce)
        .map_err(|error| refused(&error))?;
    let answer = exchange(secured, &auth(choice, &scram.initial_response())).await?;
    let first = data(&answer, "challenge")?;
    let derivation = scram.challenge(&first).map_err(|error| refused(&error))?;
    let keys = tokio::task::spawn_blocking(move || derivation.run())
        .await
        .map_err(|_| {
            Failure::new(
                ErrorKind::Timeout,
                "the proof of the password was not computed",
            )
        })?;
    let proof = scram.respond(&keys).map_err(|error| refused(&error))?;
    let answer = exchange(secured, &response(&proof)).await?;
    // Some servers send their proof in a last challenge, most in the success itself (RFC 6120 §6.3.10).
    if answer.name() == "challenge" {
        scram
            .verify(&data(&answer, "challenge")?)
            .map_err(|error| refused(&error))?;
        let answer = exchange(secured, &response(&[])).await?;
        return match answer.name() {
            "success" => Ok(()),
            "failure" => Err(sasl_failure(&answer)),
            _ => Err(unexpected()),
        };
    }
    scram
        .verify(&data(&answer, "success")?)
        .map_err(|error| refused(&error))
}

/// Sends one element of SASL and reads the answer, which is one of SASL too.
async fn exchange(secured: &mut Secured, element: &Element) -> Result<Element, Failure> {
    let deadline = secured.deadlines.answer;
    timeout(deadline, secured.xml.send(element))
        .await
        .map_err(|_| Failure::new(ErrorKind::Timeout, "the server stopped taking what is sent"))?
        .map_err(io_failure)?;
    let answer = read(&mut secured.xml, &secured.meter, deadline).await?;
    if answer.ns() == ns::SASL {
        Ok(answer)
    } else {
        Err(unexpected())
    }
}

fn auth(choice: &Choice, data: &[u8]) -> Element {
    Element::builder("auth", ns::SASL)
        .attr(
            xml_ncname!("mechanism").to_owned(),
            choice.mechanism().name(),
        )
        .append(encoded(data))
        .build()
}

fn response(data: &[u8]) -> Element {
    Element::builder("response", ns::SASL)
        .append(if data.is_empty() {
            String::new()
        } else {
            encoded(data)
        })
        .build()
}

/// Base64, with `=` for nothing (RFC 6120 §6.4.2).
fn encoded(data: &[u8]) -> String {
    if data.is_empty() {
        "=".to_owned()
    } else {
        BASE64.encode(data)
    }
}

/// The data of an answer of this name.
fn data(answer: &Element, name: &str) -> Result<Vec<u8>, Failure> {
    if answer.name() == "failure" {
        return Err(sasl_failure(answer));
    }
    if answer.name() != name {
        // Success without the server's proof is no success.
        return Err(if answer.name() == "success" {
            refused(&SaslError::BadServerSignature)
        } else {
            unexpected()
        });
    }
    let text = answer.text();
    match text.trim() {
        "" | "=" => Ok(Vec::new()),
        text => BASE64
            .decode(text)
            .map_err(|_| refused(&SaslError::Malformed("it is not Base64"))),
    }
}

fn unexpected() -> Failure {
    Failure::new(
        ErrorKind::RemoteError,
        "the server answered with something unexpected while signing in",
    )
}

fn refused(error: &SaslError) -> Failure {
    let kind = match error {
        SaslError::NoMechanism { .. } => ErrorKind::NoMechanism,
        SaslError::Downgrade { .. } => ErrorKind::Downgrade,
        SaslError::BadServerSignature
        | SaslError::Malformed(_)
        | SaslError::WeakIterations(_)
        | SaslError::TooManyIterations(_) => ErrorKind::BadServerSignature,
        SaslError::BadCredentialsEncoding | SaslError::Refused { .. } => ErrorKind::WrongPassword,
    };
    Failure::new(kind, error.to_string())
}
