//! Asking a proxy for a connection: SOCKS5 (RFC 1928, with the passwords of RFC 1929) and HTTP CONNECT (RFC 9110 §9.3.6).
//!
//! The server's name goes to the proxy as it is: nothing here looks a name up, but that of the proxy itself. What the proxy
//! answers is bounded, and not a byte more is read than belongs to the answer.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use super::{dns::Candidate, stanza::cut};
use crate::model::proxy::{Proxy, ProxyKind};

/// How long the head of an answer of an HTTP proxy may be, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// How much of what a proxy says about a refusal is repeated, in characters.
const LONGEST_REASON: usize = 100;

/// Why a proxy gave no connection. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// The proxy itself cannot be reached.
    #[error("the proxy {proxy} cannot be reached: {detail}")]
    Unreachable {
        /// The proxy, without a password.
        proxy: String,
        /// Why.
        detail: String,
    },
    /// It did not answer in time.
    #[error("the proxy did not answer in time")]
    Silent,
    /// It closed the connection, or the connection broke.
    #[error("the proxy closed the connection")]
    Closed,
    /// What came is not the answer of such a proxy.
    #[error("what answers there is not {expected}")]
    NotAProxy {
        /// What it should be.
        expected: &'static str,
    },
    /// It wants a name and a password, and there is none.
    #[error("the proxy wants a user and a password")]
    PasswordNeeded,
    /// It did not accept the name and the password.
    #[error("the proxy did not accept the user and the password")]
    WrongPassword,
    /// The password, or the server's name, cannot be sent to it.
    #[error("the {what} is too long for the proxy")]
    TooLong {
        /// What.
        what: &'static str,
    },
    /// It did not connect to the server.
    #[error("the proxy gave no connection to {place}: {reason}")]
    Refused {
        /// Host and port.
        place: String,
        /// Why, in plain words.
        reason: String,
    },
}

impl ProxyError {
    /// Whether the proxy could do better with another port.
    #[must_use]
    pub fn is_about_the_place(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Whether only another password can help. Asking again and again could lock somebody out.
    #[must_use]
    pub fn is_about_the_password(&self) -> bool {
        matches!(
            self,
            Self::PasswordNeeded | Self::WrongPassword | Self::TooLong { .. }
        )
    }
}

impl From<std::io::Error> for ProxyError {
    fn from(_: std::io::Error) -> Self {
        Self::Closed
    }
}

/// Makes the proxy at the other end of this connection ready to be asked: with SOCKS5, says who we are. Has no deadline of its own.
///
/// # Errors
/// [`ProxyError`].
pub async fn greet<Io>(io: &mut Io, proxy: &Proxy, password: Option<&str>) -> Result<(), ProxyError>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    match proxy.kind {
        ProxyKind::Socks5 => socks_greet(io, proxy, password).await,
        ProxyKind::Http => Ok(()),
    }
}

/// Asks a proxy that was greeted for a connection to that place. Has no deadline of its own.
///
/// # Errors
/// [`ProxyError`].
pub async fn ask<Io>(
    io: &mut Io,
    proxy: &Proxy,
    password: Option<&str>,
    place: &Candidate,
) -> Result<(), ProxyError>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    match proxy.kind {
        ProxyKind::Socks5 => socks_connect(io, place).await,
        ProxyKind::Http => http_connect(io, proxy, password, place).await,
    }
}

/// That a proxy did not answer in time whether it can connect to that place.
pub(super) fn too_slow(place: &Candidate) -> ProxyError {
    refused(place, "there was no answer in time")
}

const SOCKS: ProxyError = ProxyError::NotAProxy {
    expected: "a SOCKS5 proxy",
};

const HTTP: ProxyError = ProxyError::NotAProxy {
    expected: "an HTTP proxy",
};

/// Agrees on how to say who we are (RFC 1928 §3), and says it (RFC 1929).
async fn socks_greet<Io>(
    io: &mut Io,
    proxy: &Proxy,
    password: Option<&str>,
) -> Result<(), ProxyError>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let methods: &[u8] = if proxy.user.is_some() {
        &[5, 2, 0, 2]
    } else {
        &[5, 1, 0]
    };
    io.write_all(methods).await?;
    io.flush().await?;
    let mut chosen = [0; 2];
    io.read_exact(&mut chosen).await?;
    let user = match (chosen, &proxy.user) {
        ([5, 0], _) => return Ok(()),
        ([5, 2], Some(user)) => user,
        ([5, 0xff], None) => return Err(ProxyError::PasswordNeeded),
        ([5, 0xff], Some(_)) => return Err(ProxyError::WrongPassword),
        _ => return Err(SOCKS),
    };
    let mut request = Zeroizing::new(vec![1]);
    for (what, part) in [
        ("user", user.as_str()),
        ("password", password.unwrap_or("")),
    ] {
        let length = u8::try_from(part.len()).map_err(|_| ProxyError::TooLong { what })?;
        request.push(length);
        request.extend_from_slice(part.as_bytes());
    }
    io.write_all(&request).await?;
    io.flush().await?;
    let mut answer = [0; 2];
    io.read_exact(&mut answer).await?;
    match answer {
        [_, 0] => Ok(()),
        _ => Err(ProxyError::WrongPassword),
    }
}

/// Asks for a connection (RFC 1928 §4) and reads the answer (§6).
async fn socks_connect<Io>(io: &mut Io, place: &Candidate) -> Result<(), ProxyError>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = vec![5, 1, 0];
    match place.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            let what = "server's name";
            let length = u8::try_from(place.host.len());
            request.extend([3, length.map_err(|_| ProxyError::TooLong { what })?]);
            request.extend(place.host.as_bytes());
        }
    }
    request.extend(place.port.to_be_bytes());
    io.write_all(&request).await?;
    io.flush().await?;
    let mut answer = [0; 4];
    io.read_exact(&mut answer).await?;
    let [5, reply, _, kind] = answer else {
        return Err(SOCKS);
    };
    if reply != 0 {
        return Err(refused(place, reason(reply)));
    }
    // The address at the other end of the proxy is of no interest, but has to be read.
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(io.read_u8().await?),
        _ => return Err(SOCKS),
    };
    let mut address = vec![0; length + 2];
    io.read_exact(&mut address).await?;
    Ok(())
}

/// What a reply says (RFC 1928 §6).
fn reason(reply: u8) -> &'static str {
    match reply {
        2 => "its rules do not allow it",
        3 => "the network cannot be reached",
        4 => "the server cannot be found or reached",
        5 => "nothing answers there",
        6 => "there was no answer in time",
        7 => "it makes no connections for others",
        8 => "it does not know that kind of address",
        _ => "it did not work",
    }
}

fn refused(place: &Candidate, reason: impl Into<String>) -> ProxyError {
    ProxyError::Refused {
        place: authority(place),
        reason: reason.into(),
    }
}

/// Host and port as HTTP writes them.
fn authority(place: &Candidate) -> String {
    if place.host.contains(':') {
        format!("[{}]:{}", place.host, place.port)
    } else {
        format!("{}:{}", place.host, place.port)
    }
}

async fn http_connect<Io>(
    io: &mut Io,
    proxy: &Proxy,
    password: Option<&str>,
    place: &Candidate,
) -> Result<(), ProxyError>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let to = authority(place);
    let mut request = Zeroizing::new(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n"));
    if let Some(user) = &proxy.user {
        // RFC 7617 §2.
        let both = Zeroizing::new(format!("{user}:{}", password.unwrap_or("")));
        let both = Zeroizing::new(BASE64.encode(both.as_bytes()));
        request.push_str("Proxy-Authorization: Basic ");
        request.push_str(&both);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    io.write_all(request.as_bytes()).await?;
    io.flush().await?;
    let head = head(io).await?;
    let (code, words) = status(&head).ok_or(HTTP)?;
    match code {
        200..=299 => Ok(()),
        407 if proxy.user.is_some() => Err(ProxyError::WrongPassword),
        407 => Err(ProxyError::PasswordNeeded),
        403 => Err(refused(place, "its rules do not allow it")),
        _ => Err(refused(
            place,
            format!("it answered {code} {}", cut(words, LONGEST_REASON))
                .trim_end()
                .to_owned(),
        )),
    }
}

/// The head of an answer, byte by byte: what comes after its end is not the proxy's any more.
async fn head<Io: AsyncRead + Unpin>(io: &mut Io) -> Result<Vec<u8>, ProxyError> {
    const BEGINNING: &[u8] = b"HTTP/1.";
    let mut head = Vec::new();
    loop {
        head.push(io.read_u8().await?);
        let looks_like_http = head.iter().zip(BEGINNING).all(|(is, should)| is == should);
        if !looks_like_http || head.len() > LONGEST_HEAD {
            return Err(HTTP);
        }
        if head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n") {
            return Ok(head);
        }
    }
}

/// The status and what is said about it, of the first line of a head (RFC 9112 §4).
fn status(head: &[u8]) -> Option<(u16, &str)> {
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = std::str::from_utf8(line).ok()?;
    let (_, rest) = line.split_once(' ')?;
    let (code, words) = rest.split_once(' ').unwrap_or((rest, ""));
    let code = Some(code).filter(|code| code.len() == 3)?.parse().ok()?;
    Some((code, words))
}
