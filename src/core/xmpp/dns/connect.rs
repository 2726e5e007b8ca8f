//! Opening the TCP connection to one of several addresses (happy eyeballs, RFC 8305): a broken IPv6 costs a quarter of a second, not a
//! minute.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::net::{TcpSocket, TcpStream};

/// When the next address is tried while the one before has not answered (RFC 8305 §8).
const STAGGER: Duration = Duration::from_millis(250);

/// Why no connection came about. Of several failures the most telling is given: a refusal before a silence before the rest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The computer is there, but nothing listens on that port.
    #[error("the server refused the connection")]
    Refused,
    /// No answer in time.
    #[error("the server did not answer in time")]
    Timeout,
    /// There is no way to it: no network, or none for its kind of address.
    #[error("the server cannot be reached over the network")]
    Unreachable,
    /// No address was given.
    #[error("the server has no address")]
    NoAddress,
    /// Anything else, in the operating system's words.
    #[error("the connection failed ({detail})")]
    Failed {
        /// The operating system's words.
        detail: String,
    },
}

impl ConnectError {
    fn from_io(error: &io::Error) -> ConnectError {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => ConnectError::Refused,
            Kind::TimedOut => ConnectError::Timeout,
            Kind::NetworkUnreachable
            | Kind::HostUnreachable
            | Kind::NetworkDown
            | Kind::AddrNotAvailable => ConnectError::Unreachable,
            _ => ConnectError::Failed {
                detail: error.to_string(),
            },
        }
    }

    /// Larger is more telling.
    fn weight(&self) -> u8 {
        match self {
            ConnectError::Refused => 4,
            ConnectError::Timeout => 3,
            ConnectError::Failed { .. } => 2,
            ConnectError::Unreachable => 1,
            ConnectError::NoAddress => 0,
        }
    }
}

/// Connects to the first address that answers. IPv6 and IPv4 take turns, IPv6 first; the next address is tried when the one before has
/// failed or has been silent for a quarter of a second; `attempt` is the time each of them gets. The others are dropped.
///
/// # Errors
/// [`ConnectError`]; [`ConnectError::NoAddress`] if the list is empty.
pub async fn connect_happy(
    addresses: Vec<SocketAddr>,
    attempt: Duration,
) -> Result<TcpStream, ConnectError> {
    race(interleaved(addresses), attempt, STAGGER, open).await
}

/// One TCP connection, without Nagle's delay and with the system's keep-alive.
async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_keepalive(true)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// IPv6 and IPv4 in turns, otherwise in their order (RFC 8305 §4).
fn interleaved(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let (six, four): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv6);
    let (mut six, mut four) = (six.into_iter(), four.into_iter());
    let mut list = VecDeque::new();
    loop {
        let turn = [six.next(), four.next()];
        if turn == [None, None] {
            return list;
        }
        list.extend(turn.into_iter().flatten());
    }
}

/// The race itself, over any way of connecting.
async fn race<T, F>(
    mut waiting: VecDeque<SocketAddr>,
    attempt: Duration,
    stagger: Duration,
    connect: impl Fn(SocketAddr) -> F,
) -> Result<T, ConnectError>
where
    F: Future<Output = io::Result<T>>,
{
    let mut running = FuturesUnordered::new();
    let mut failure = ConnectError::NoAddress;
    loop {
        if let Some(address) = waiting.pop_front() {
            let connecting = connect(address);
            running.push(async move {
                match tokio::time::timeout(attempt, connecting).await {
                    Ok(Ok(stream)) => Ok(stream),
                    Ok(Err(error)) => Err(ConnectError::from_io(&error)),
                    Err(_) => Err(ConnectError::Timeout),
                }
            });
        }
        let patience = if waiting.is_empty() {
            Duration::MAX
        } else {
            stagger
        };
        match tokio::time::timeout(patience, running.next()).await {
            Ok(Some(Ok(stream))) => return Ok(stream),
            Ok(Some(Err(error))) => {
                if error.weight() > failure.weight() {
                    failure = error;
                }
            }
            Ok(None) => return Err(failure),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures::future::{BoxFuture, FutureExt};
    use std::sync::Mutex;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    const ATTEMPT: Duration = Duration::from_secs(10);

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn four_addresses() -> Vec<SocketAddr> {
        ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "[::6]:1"]
            .map(address)
            .to_vec()
    }

    /// What each address does, and when each was tried.
    struct Network {
        begun: Instant,
        tried: Mutex<Vec<(String, Duration)>>,
    }

    impl Network {
        fn new() -> Self {
            Network {
                begun: Instant::now(),
                tried: Mutex::new(Vec::new()),
            }
        }

        fn connect<'a>(
            &'a self,
            address: SocketAddr,
            outcome: Option<io::Result<()>>,
        ) -> BoxFuture<'a, io::Result<SocketAddr>> {
            self.tried
                .lock()
                .unwrap()
                .push((address.ip().to_string(), self.begun.elapsed()));
            match outcome {
                Some(outcome) => futures::future::ready(outcome.map(|()| address)).boxed(),
                None => futures::future::pending().boxed(),
            }
        }

        fn tried(&self) -> Vec<(String, u128)> {
            let tried = self.tried.lock().unwrap();
            tried
                .iter()
                .map(|(address, at)| (address.clone(), at.as_millis()))
                .collect()
        }
    }

    fn error(kind: io::ErrorKind) -> Option<io::Result<()>> {
        Some(Err(kind.into()))
    }

    #[tokio::test(start_paused = true)]
    async fn silent_addresses_are_overtaken() {
        let network = Network::new();
        let winner = race(interleaved(four_addresses()), ATTEMPT, STAGGER, |address| {
            let answers = address.ip().to_string() == "10.0.0.2";
            network.connect(address, answers.then_some(Ok(())))
        });
        assert_eq!(winner.await, Ok(address("10.0.0.2:1")));
        let expected = [("::6", 0), ("10.0.0.1", 250), ("10.0.0.2", 500)];
        assert_eq!(
            network.tried(),
            expected.map(|(address, at)| (address.to_owned(), at))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_address_makes_way_at_once() {
        let network = Network::new();
        let winner = race(interleaved(four_addresses()), ATTEMPT, STAGGER, |address| {
            let outcome = match address.ip().to_string().as_str() {
                "10.0.0.3" => Some(Ok(())),
                _ => error(io::ErrorKind::NetworkUnreachable),
            };
            network.connect(address, outcome)
        });
        assert_eq!(winner.await, Ok(address("10.0.0.3:1")));
        assert!(
            network.tried().iter().all(|(_, at)| *at == 0),
            "{:?}",
            network.tried()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_most_telling_failure_is_reported() {
        for (six, four, expected) in [
            (
                error(io::ErrorKind::NetworkUnreachable),
                error(io::ErrorKind::ConnectionRefused),
                ConnectError::Refused,
            ),
            (
                error(io::ErrorKind::ConnectionRefused),
                None,
                ConnectError::Refused,
            ),
            (
                error(io::ErrorKind::HostUnreachable),
                None,
                ConnectError::Timeout,
            ),
            (
                error(io::ErrorKind::HostUnreachable),
                error(io::ErrorKind::NetworkUnreachable),
                ConnectError::Unreachable,
            ),
        ] {
            let network = Network::new();
            let outcomes = Mutex::new((six, four));
            let list = interleaved(vec![address("10.0.0.1:1"), address("[::6]:1")]);
            let result = race(list, ATTEMPT, STAGGER, |address| {
                let mut outcomes = outcomes.lock().unwrap();
                let outcome = if address.is_ipv6() {
                    outcomes.0.take()
                } else {
                    outcomes.1.take()
                };
                network.connect(address, outcome)
            });
            assert_eq!(result.await, Err(expected));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_has_its_own_deadline() {
        let network = Network::new();
        let list = interleaved(four_addresses());
        let result = race(list, ATTEMPT, STAGGER, |address| {
            network.connect(address, None)
        })
        .await;
        assert_eq!(result, Err(ConnectError::Timeout));
        assert_eq!(network.begun.elapsed(), ATTEMPT + 3 * STAGGER);
    }

    #[test]
    fn families_take_turns() {
        let list = ["10.0.0.1:1", "10.0.0.2:1", "[::1]:1", "[::2]:1", "[::3]:1"]
            .map(address)
            .to_vec();
        let expected = ["[::1]:1", "10.0.0.1:1", "[::2]:1", "10.0.0.2:1", "[::3]:1"].map(address);
        assert_eq!(interleaved(list), expected);
    }

    #[tokio::test]
    async fn real_sockets() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = {
            let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
            gone.local_addr().unwrap()
        };
        let stream = connect_happy(vec![closed, open], ATTEMPT).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        assert!(stream.nodelay().unwrap());
        assert_eq!(
            connect_happy(vec![closed], ATTEMPT).await.err(),
            Some(ConnectError::Refused)
        );
        assert_eq!(
            connect_happy(Vec::new(), ATTEMPT).await.err(),
            Some(ConnectError::NoAddress)
        );
    }
}
