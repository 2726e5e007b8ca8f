//! From the arguments to a running Oriole and its end.

use std::{
    fmt,
    future::Future,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use futures::channel::mpsc;
use oriole_core::xmpp::connect::Network;
use oriole_core::{
    engine::handle::{self, Config, Delivery, EventStream, Handle},
    error::{Error, ErrorKind},
};
use oriole_ui::{i18n::Language, Start, Wake};
use tokio::runtime::Runtime;

use crate::{
    cli::{Arguments, Profile},
    demo::{self, Demo, Pace},
    headless, logging,
    platform::{
        display::{probe, Keeper, Shown},
        idle,
        instance::{self, Claim, Instance, Role, Wish},
        network,
        notifications::Desktop,
        secrets,
    },
};

/// Runs Oriole to its end.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.probe_graphics {
        let name = probe::look().unwrap_or_default();
        return match io::stdout().write_all(name.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let role = if arguments.headless {
        Role::Headless
    } else {
        Role::Window
    };
    match play(arguments, role) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let (Role::Headless, Failure::Engine(error)) = (role, &error) {
                // Where stdout is closed there is nobody to tell.
                let _ = io::stdout().write_all(headless::failure(error).as_bytes());
            }
            logging::say(&format!("oriole: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs on the profile that was asked for, or on one that is gone afterwards.
fn play(arguments: &Arguments, role: Role) -> Result<(), Failure> {
    if !arguments.demo {
        return run_profile(arguments, role, None);
    }
    let folder = demo::Profile::new()
        .map_err(|error| Failure::system("there is no place for the demo", error))?;
    let outcome = run_profile(arguments, role, Some(&folder));
    folder.remove();
    outcome
}

fn run_profile(
    arguments: &Arguments,
    role: Role,
    demo: Option<&demo::Profile>,
) -> Result<(), Failure> {
    match prepare(arguments, role, demo)? {
        Prepared::Second(Role::Window) => Ok(()),
        Prepared::Second(Role::Headless) => Err(Failure::System(
            "Oriole runs without a window (--headless) on this profile, so there is nothing to show.".to_owned(),
        )),
        Prepared::Headless(instance, config, runtime) => {
            let demo = demo.map(|_| Demo::new(Language::of_system(), Pace::AtOnce));
            run_headless(instance, *config, runtime, demo)
        }
        Prepared::Window(instance, config, runtime, keeper) => {
            let folder = demo.map(|folder| folder.path().to_owned());
            let link = arguments.link.clone();
            run_window(instance, *config, runtime, keeper, folder, link)
        }
    }
}

/// Why Oriole did not run.
enum Failure {
    /// For a reason with a stable word.
    Engine(Error),
    /// For one that only concerns whoever started it.
    System(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl Failure {
    fn system(what: &str, error: impl fmt::Display) -> Self {
        Self::System(format!("{what}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::System(sentence) => f.write_str(sentence),
        }
    }
}

enum Prepared {
    Headless(Instance, Box<Config>, Runtime),
    Window(Instance, Box<Config>, Runtime, Keeper),
    Second(Role),
}

fn prepare(
    arguments: &Arguments,
    role: Role,
    demo: Option<&demo::Profile>,
) -> Result<Prepared, Failure> {
    let profile = match demo {
        Some(folder) => Some(Profile {
            directory: folder.path().to_owned(),
            usual: false,
        }),
        None => arguments.profile(),
    };
    let Some(Profile { directory, usual }) = profile else {
        return Err(Failure::System(
            "The system does not say where your data belong. Name a folder with --data-dir."
                .to_owned(),
        ));
    };
    let wish = match &arguments.link {
        Some(link) => Wish::Open(link.clone()),
        None => Wish::Show,
    };
    let instance = match instance::claim(&directory, role, &wish)? {
        Claim::First(instance) => instance,
        Claim::Second(other) => return Ok(Prepared::Second(other)),
    };
    logging::start();
    // Before there are threads.
    let keeper = (role == Role::Window).then(|| Keeper::open(&directory));
    let runtime =
        Runtime::new().map_err(|error| Failure::system("threads cannot be started", error))?;
    let config = Config {
        secrets: match demo {
            Some(_) => secrets::memory(),
            None => secrets::open(arguments.keyring, &directory, usual),
        },
        directory,
        delivery: match role {
            Role::Headless => Delivery::Complete,
            Role::Window => Delivery::Merged,
        },
        network: Network::default(),
    };
    let config = Box::new(config);
    Ok(match keeper {
        Some(keeper) => Prepared::Window(instance, config, runtime, keeper),
        None => Prepared::Headless(instance, config, runtime),
    })
}

/// Starts the engine, and lets it sign in to the demo where there is one.
async fn start(config: Config, demo: Option<Demo>) -> Result<(Handle, EventStream), Error> {
    let (handle, events) = handle::start(config).await?;
    tokio::spawn(network::watch(handle.clone()));
    if let Some(demo) = demo {
        if let Err(error) = demo.begin(&handle).await {
            handle.shut_down().await;
            return Err(error);
        }
    }
    Ok((handle, events))
}

fn run_headless(
    mut instance: Instance,
    config: Config,
    runtime: Runtime,
    demo: Option<Demo>,
) -> Result<(), Failure> {
    listen(&mut instance, |_| ());
    let served = runtime.block_on(async {
        // First of all, so that no signal ends the program half-way.
        let stop = stop_signal()?;
        let (handle, events) = start(config, demo).await?;
        let reader = tokio::io::BufReader::new(tokio::io::stdin());
        headless::run(handle, events, reader, tokio::io::stdout(), stop)
            .await
            .map_err(|error| Failure::system("stdout cannot be written", error))
    });
    // Reading stdin occupies a thread that nothing can wake, so it is not waited for.
    runtime.shutdown_background();
    served
}

/// `demo` is the folder of the demo's profile, where this is one; `link` is what is to be shown at once.
fn run_window(
    mut instance: Instance,
    config: Config,
    runtime: Runtime,
    keeper: Keeper,
    demo: Option<PathBuf>,
    link: Option<String>,
) -> Result<(), Failure> {
    let (asked, wake) = mpsc::unbounded();
    // Where the window has gone, so does the program; then nobody is left to hear any of these.
    let pressed = asked.clone();
    let notifier = Desktop::new(runtime.handle(), move |chat| {
        let _ = pressed.unbounded_send(Wake::Chat(chat));
    });
    let noticed = asked.clone();
    runtime.spawn(idle::watch(move |gone| {
        let _ = noticed.unbounded_send(Wake::Idle(gone));
    }));
    if let Some(link) = link {
        let _ = asked.unbounded_send(Wake::Link(link));
    }
    listen(&mut instance, move |wish| {
        let _ = asked.unbounded_send(match wish {
            Wish::Show => Wake::Show,
            Wish::Open(link) => Wake::Link(link),
        });
    });
    let running: Arc<Mutex<Option<Handle>>> = Arc::default();
    let opening = demo
        .as_ref()
        .map(|_| Demo::new(Language::of_system(), Pace::Natural));
    // What a demo finds is gone with it.
    let looking = demo.is_none().then(|| runtime.handle().clone());
    let keeper = Arc::new(keeper.looking(looking));
    if let Some(folder) = demo {
        leave_nothing(&runtime, Arc::clone(&running), folder)?;
    }
    let (slot, threads) = (Arc::clone(&running), runtime.handle().clone());
    let engine = move || -> futures::future::BoxFuture<'static, _> {
        Box::pin(async move {
            // On our own threads, which outlive the window's.
            let (handle, events) = threads
                .spawn(start(config, opening))
                .await
                .map_err(|error| Error::new(ErrorKind::Storage, error.to_string()))??;
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle.clone());
            Ok((handle, events))
        })
    };
    let shown = oriole_ui::run(Start {
        engine: Box::new(engine),
        wake,
        display: Arc::new(Shown::new(Arc::clone(&keeper))),
        notifier: Arc::new(notifier),
    });
    // Where no window came up, that stays written down.
    if shown.is_ok() {
        keeper.keep();
    }
    let handle = running
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(handle) = handle {
        runtime.block_on(handle.shut_down());
    }
    // Threads that wait for the desktop or the keyring are not waited for.
    runtime.shutdown_background();
    shown.map_err(|error| Failure::system("the window cannot be shown", error))
}

/// A demo that is ended from a terminal leaves no folder behind either.
fn leave_nothing(
    runtime: &Runtime,
    running: Arc<Mutex<Option<Handle>>>,
    folder: PathBuf,
) -> Result<(), Failure> {
    let _context = runtime.enter();
    let stop = stop_signal()?;
    runtime.spawn(async move {
        stop.await;
        let handle = running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(handle) = handle {
            handle.shut_down().await;
        }
        if let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!(
                "the demo's folder {} stays behind: {error}",
                folder.display()
            );
        }
        std::process::exit(0);
    });
    Ok(())
}

/// Answers others who want this profile. Where that is not possible, they are told that it is in use, no more.
fn listen(instance: &mut Instance, asked: impl Fn(Wish) + Send + Sync + 'static) {
    if let Err(error) = instance.listen(asked) {
        tracing::warn!("a second Oriole will not find this one: {error}");
    }
}

/// Done when the system asks the program to end.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{signal, SignalKind};
    let listen =
        |kind| signal(kind).map_err(|error| Failure::system("signals cannot be heard", error));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done when somebody presses Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            futures::future::pending().await
        }
    })
}
