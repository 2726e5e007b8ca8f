//! The one door to the engine.
//!
//! Commands and questions go out through one queue, so they reach the engine in the order in which they were given;
//! answers and events come back as messages. Nothing here ever blocks the screen.

use std::time::Duration;

use futures::{
    Stream, StreamExt,
    channel::mpsc,
    future::{self, AbortHandle, BoxFuture, FutureExt, abortable},
    stream::{self, BoxStream},
};
use iced::Task;
use oriole_core::{
    engine::{
        command::Command,
        diagnose::Diagnose,
        handle::{EventStream, Handle},
        query,
    },
    error::Error,
    model::ids::AccountId,
};

use crate::{
    Engine,
    action::{Purpose, Registering, Timer},
    message::Message,
    screen::sign_in::create::Registration,
    world::{Answer, Question},
};

/// The shortest time between two messages with events: a frame at 60 Hz.
const FRAME: Duration = Duration::from_millis(16);
/// How many commands and questions may be under way at once.
const UNDER_WAY: usize = 1024;

/// Something for the engine.
enum Job {
    Send(Command, Purpose),
    Ask(Question),
    Diagnose(u64, Option<AccountId>, Box<Diagnose>),
    LookUp(u64, Option<Box<Diagnose>>),
    Register(u64, Box<Registering>),
    ShutDown(Vec<Command>),
}

/// The near end of the way to the engine.
pub struct Backend {
    jobs: mpsc::UnboundedSender<Job>,
    waiting: Option<mpsc::UnboundedReceiver<Job>>,
}

impl Default for Backend {
    fn default() -> Self {
        Self::new()
    }
}

impl Backend {
    /// A way to an engine that is yet to be started; what is sent before waits.
    #[must_use]
    pub fn new() -> Self {
        let (jobs, waiting) = mpsc::unbounded();
        Self {
            jobs,
            waiting: Some(waiting),
        }
    }

    /// Starts the engine. All that ever comes back from it comes out of this task. Works once.
    pub fn start(&mut self, engine: Engine) -> Task<Message> {
        match self.waiting.take() {
            Some(jobs) => Task::stream(traffic(engine, jobs)),
            None => Task::none(),
        }
    }

    /// Tells the engine to do something.
    pub fn send(&self, command: Command, purpose: Purpose) {
        self.push(Job::Send(command, purpose));
    }

    /// Asks the engine something.
    pub fn ask(&self, question: Question) {
        self.push(Job::Ask(question));
    }

    /// Has a connection tried step by step: a stored account's, with its kept password where the request has none.
    pub fn diagnose(&self, number: u64, account: Option<AccountId>, request: Box<Diagnose>) {
        self.push(Job::Diagnose(number, account, request));
    }

    /// Looks for a server, instead of what was looked for before.
    pub fn look_up(&self, number: u64, request: Option<Box<Diagnose>>) {
        self.push(Job::LookUp(number, request));
    }

    /// Goes a step further to a new account; a step that was under way is stopped.
    pub fn register(&self, number: u64, step: Box<Registering>) {
        self.push(Job::Register(number, step));
    }

    /// Tells the engine these last things and shuts it down; [`Message::ShutDown`] follows.
    pub fn shut_down(&self, last: Vec<Command>) {
        self.push(Job::ShutDown(last));
    }

    fn push(&self, job: Job) {
        if self.jobs.unbounded_send(job).is_err() {
            tracing::debug!("the engine is gone; a request was dropped");
        }
    }
}

/// A message after some time.
pub fn later(after: Duration, timer: Timer) -> Task<Message> {
    Task::future(async move {
        tokio::time::sleep(after).await;
        Message::Timer(timer)
    })
}

fn traffic(
    engine: Engine,
    jobs: mpsc::UnboundedReceiver<Job>,
) -> impl Stream<Item = Message> + Send + 'static {
    stream::once(async move { engine().await }).flat_map(move_in(jobs))
}

fn move_in(
    jobs: mpsc::UnboundedReceiver<Job>,
) -> impl FnMut(Result<(Handle, EventStream), Error>) -> BoxStream<'static, Message> + Send {
    let mut jobs = Some(jobs);
    move |result| match (result, jobs.take()) {
        (Ok((handle, events)), Some(jobs)) => {
            let (aside, on_the_way) = mpsc::unbounded();
            let mut latest = Latest::default();
            let answers = jobs
                .map(move |job| carry_out(handle.clone(), job, &mut latest, &aside))
                .buffer_unordered(UNDER_WAY)
                .filter_map(future::ready);
            let answers = stream::select(on_the_way, answers);
            stream::once(future::ready(Message::Started(Ok(()))))
                .chain(stream::select(incoming(events), answers))
                .boxed()
        }
        (Ok(_), None) => stream::empty().boxed(),
        (Err(error), _) => stream::once(future::ready(Message::Started(Err(error)))).boxed(),
    }
}

fn incoming(events: EventStream) -> impl Stream<Item = Message> + Send + 'static {
    stream::unfold((events, None), |(mut events, last)| async move {
        if let Some(last) = last {
            tokio::time::sleep_until(last + FRAME).await;
        }
        let batch = events.next_batch().await?;
        let now = tokio::time::Instant::now();
        Some((Message::Engine(batch), (events, Some(now))))
    })
}

/// What is done one at a time: the newest stops what was under way.
#[derive(Default)]
struct Latest {
    registering: Option<AbortHandle>,
    looking: Option<AbortHandle>,
}

/// This, instead of what was done before it.
fn instead(
    before: &mut Option<AbortHandle>,
    work: impl Future<Output = Option<Message>> + Send + 'static,
) -> BoxFuture<'static, Option<Message>> {
    let (work, stop) = abortable(work);
    if let Some(before) = before.replace(stop) {
        before.abort();
    }
    work.map(|done| done.ok().flatten()).boxed()
}

/// A step on the way to a new account.
async fn register(handle: Handle, number: u64, step: Registering) -> Option<Message> {
    let said = match step {
        Registering::Ask(request) => Registration::Asked(handle.ask_to_register(request).await),
        Registering::Answer(request, offer, password) => {
            Registration::Answered(handle.register(request, offer, password).await)
        }
        Registering::Leave => {
            handle.leave_registration().await;
            return None;
        }
    };
    Some(Message::Registered(number, said))
}

fn carry_out(
    handle: Handle,
    job: Job,
    latest: &mut Latest,
    aside: &mpsc::UnboundedSender<Message>,
) -> BoxFuture<'static, Option<Message>> {
    match job {
        Job::Send(command, purpose) => async move {
            let result = handle.send(command).await;
            Some(Message::Done(purpose, result))
        }
        .boxed(),
        Job::Ask(question) => async move {
            let answer = answer(&handle, &question).await;
            Some(Message::Answered(question, answer))
        }
        .boxed(),
        Job::Diagnose(number, account, request) => {
            let aside = aside.clone();
            let told = Box::new(move |progress| {
                let _ = aside.unbounded_send(Message::Progress(number, progress));
            });
            async move {
                let result = handle.watch(account, *request, told).await;
                Some(Message::Diagnosed(number, result))
            }
            .boxed()
        }
        Job::LookUp(number, request) => instead(&mut latest.looking, async move {
            let found = handle.diagnose(*request?).await;
            Some(Message::LookedUp(number, found))
        }),
        Job::Register(number, step) => {
            instead(&mut latest.registering, register(handle, number, *step))
        }
        Job::ShutDown(last) => async move {
            for command in last {
                if let Err(error) = handle.send(command).await {
                    tracing::warn!(kind = %error.kind, "a last command failed");
                }
            }
            handle.shut_down().await;
            Some(Message::ShutDown)
        }
        .boxed(),
    }
}

async fn answer(handle: &Handle, question: &Question) -> Result<Answer, Error> {
    Ok(match question.clone() {
        Question::Accounts => Answer::Accounts(handle.query(query::Accounts {}).await?),
        Question::Chats => Answer::Chats(handle.query(query::Chats { account: None }).await?),
        Question::Chat(chat) => Answer::Chat(handle.query(query::Chat { chat }).await?),
        Question::Contacts(account) => {
            Answer::Contacts(handle.query(query::Contacts { account }).await?)
        }
        Question::Requests => Answer::Requests(
            handle
                .query(query::ContactRequests { account: None })
                .await?,
        ),
        Question::Server(account) => {
            let facts = handle.query(query::Server { account }).await?;
            Answer::Server(facts.map(Box::new))
        }
        Question::Kept => Answer::Kept(handle.query(query::KeptHistories {}).await?),
        Question::Setting(key) => Answer::Setting(
            handle
                .query(query::Setting {
                    key: key.to_owned(),
                })
                .await?,
        ),
        Question::History {
            chat,
            anchor,
            limit,
            ..
        } => Answer::History(
            handle
                .query(query::History {
                    chat,
                    anchor,
                    limit,
                })
                .await?,
        ),
        Question::Messages { ids, .. } => {
            Answer::Messages(handle.query(query::Messages { ids }).await?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_stops_what_was_under_way() {
        let mut before = None;
        let first = instead(&mut before, future::pending());
        let second = instead(&mut before, future::ready(Some(Message::Quit)));
        assert!(first.await.is_none());
        assert!(matches!(second.await, Some(Message::Quit)));
        // What is over already is not stopped.
        let third = instead(&mut before, future::ready(None));
        assert!(third.await.is_none());
    }
}
