//! A stretch of network that can fail: between Oriole and a server, on 127.0.0.1.
//!
//! Bytes pass both ways until a test lets them vanish or cuts the connections; nothing is looked at or changed.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::ports;
use super::process::wait_for;

/// One way through.
#[derive(Default)]
struct Way {
    swallow: AtomicBool,
    swallowed: AtomicUsize,
    /// Whether what goes this way is held back.
    held: Mutex<bool>,
    let_go: Condvar,
}

#[derive(Default)]
struct State {
    up: Way,
    down: Way,
    open: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
}

/// Listens until it is dropped.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

/// The directions, as seen from Oriole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the server.
    Up,
    /// From the server.
    Down,
}

impl Proxy {
    /// A way to this port on 127.0.0.1.
    pub(crate) fn to(server: u16) -> Proxy {
        let listener = ports::free();
        let port = listener.local_addr().expect("its address").port();
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || accept(&listener, server, &shared));
        Proxy { port, state }
    }

    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on, what goes this way vanishes, on the connections there are.
    pub(crate) fn swallow(&self, direction: Direction) {
        self.way(direction).swallow.store(true, Ordering::SeqCst);
    }

    /// Whether anything vanishes.
    pub(crate) fn swallows(&self) -> bool {
        let ways = [&self.state.up, &self.state.down];
        ways.iter().any(|way| way.swallow.load(Ordering::SeqCst))
    }

    /// Waits until something has vanished on this way.
    pub(crate) fn wait_until_swallowed(&self, direction: Direction) {
        let swallowed = &self.way(direction).swallowed;
        assert!(
            wait_for(|| swallowed.load(Ordering::SeqCst) > 0),
            "nothing goes {direction:?}"
        );
    }

    /// From now on, what goes this way is held back, until it is let go or cut off.
    pub(crate) fn hold(&self, direction: Direction) {
        *self.way(direction).held.lock().expect("the way") = true;
    }

    /// Lets everything go that was held back.
    pub(crate) fn let_go(&self) {
        for way in [&self.state.up, &self.state.down] {
            *way.held.lock().expect("the way") = false;
            way.let_go.notify_all();
        }
    }

    /// Cuts all connections; new ones work.
    pub(crate) fn cut(&self) {
        let mut open = self.state.open.lock().expect("the connections");
        for connection in open.drain(..) {
            // One that has ended by itself needs no cutting.
            let _ = connection.shutdown(Shutdown::Both);
        }
        for way in [&self.state.up, &self.state.down] {
            way.swallow.store(false, Ordering::SeqCst);
            way.swallowed.store(0, Ordering::SeqCst);
        }
        self.let_go();
    }

    fn way(&self, direction: Direction) -> &Way {
        match direction {
            Direction::Up => &self.state.up,
            Direction::Down => &self.state.down,
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        self.cut();
        // So that it sees that it has ended.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn accept(listener: &TcpListener, server: u16, state: &Arc<State>) {
    for client in listener.incoming().map_while(Result::ok) {
        if state.ended.load(Ordering::SeqCst) {
            return;
        }
        // Where the server is down, so is the way to it.
        let Ok(upstream) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else {
            continue;
        };
        let both = [&client, &upstream].map(|end| end.try_clone().expect("another handle"));
        state.open.lock().expect("the connections").extend(both);
        for direction in [Direction::Up, Direction::Down] {
            let (from, to) = match direction {
                Direction::Up => (&client, &upstream),
                Direction::Down => (&upstream, &client),
            };
            let (from, to) = (from.try_clone(), to.try_clone());
            let (from, to) = (from.expect("a handle"), to.expect("a handle"));
            let state = Arc::clone(state);
            thread::spawn(move || pump(from, to, &state, direction));
        }
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, state: &State, direction: Direction) {
    let way = match direction {
        Direction::Up => &state.up,
        Direction::Down => &state.down,
    };
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let held = way.held.lock().expect("the way");
        drop(way.let_go.wait_while(held, |held| *held).expect("the way"));
        if way.swallow.load(Ordering::SeqCst) {
            way.swallowed.fetch_add(count, Ordering::SeqCst);
        } else if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    for end in [from, to] {
        // The other way may have done so already.
        let _ = end.shutdown(Shutdown::Both);
    }
}
