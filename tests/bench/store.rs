//! How fast the database is: storing durably, and reading from a long history.
//!
//! What it stands for: catching up after a holiday (many in flight), a conversation (one at a time), and a chat that
//! opens at once however old the history is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark that fails may stop"
)]

mod history;

use std::time::Duration;

use chrono::DateTime;
use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use futures::{executor::block_on, future::try_join_all};
use jid::BareJid;
use oriole_core::{
    model::{
        account::AccountSettings,
        chat::Anchor,
        ids::{AccountId, ChatId},
        message::{IncomingMessage, MessageIds, Origin},
    },
    store::{Store, write::Write},
};

use history::CHATS;

/// How many calls are in flight at once.
const IN_FLIGHT: u64 = 1_000;

/// Draws a new message with ids of the usual shape.
struct Sender {
    account: AccountId,
    with: BareJid,
    number: u64,
}

impl Sender {
    fn new(store: &Store) -> Self {
        let write = Write::AddAccount {
            settings: AccountSettings::new("romeo@montague.example".parse().unwrap()),
            resource: "oriole".into(),
        };
        block_on(store.write(vec![write])).unwrap();
        Self {
            account: block_on(store.accounts()).unwrap().remove(0).id,
            with: "juliet@capulet.example".parse().unwrap(),
            number: 0,
        }
    }

    fn next(&mut self) -> Vec<Write> {
        self.number += 1;
        let id = format!("5f0c2f6e-9d7a-4c7a-8a51-{:012x}", self.number);
        vec![Write::Incoming(IncomingMessage {
            account: self.account,
            with: self.with.clone(),
            from: self.with.clone(),
            outgoing: false,
            body: "What light through yonder window breaks? 那边窗子里亮起来的是什么光?".into(),
            time: DateTime::UNIX_EPOCH,
            origin: Origin::Live,
            stranger: false,
            ids: MessageIds {
                stanza: Some(id.clone()),
                archive: Some(format!("archive-{id}")),
                origin: Some(id),
            },
        })]
    }
}

fn storing(criterion: &mut Criterion) {
    // On a disk: what lies in memory is not durable.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut sender = Sender::new(&store);
    let mut group = criterion.benchmark_group("store messages durably");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));

    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(IN_FLIGHT));
    group.bench_function("1000 in flight", |bencher| {
        bencher.iter_batched(
            || (0..IN_FLIGHT).map(|_| sender.next()).collect::<Vec<_>>(),
            |calls| {
                block_on(try_join_all(
                    calls.into_iter().map(|call| store.write(call)),
                ))
                .unwrap()
            },
            BatchSize::PerIteration,
        );
    });

    group.throughput(Throughput::Elements(1));
    group.bench_function("one at a time", |bencher| {
        bencher.iter_batched(
            || sender.next(),
            |call| block_on(store.write(call)).unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.finish();
    block_on(store.close());
}

fn reading(criterion: &mut Criterion) {
    let store = Store::open(&history::folder()).unwrap();
    let mut group = criterion.benchmark_group("in 1,000,000 messages of 500 chats");
    group
        .sample_size(50)
        .measurement_time(Duration::from_secs(5));

    let mut chat = 0;
    group.bench_function("open a chat (50 newest messages)", |bencher| {
        bencher.iter(|| {
            // Another one each time, so that not all of it is in the cache.
            chat = chat % CHATS + 1;
            let page = block_on(store.page(ChatId(chat), Anchor::Newest, 50)).unwrap();
            assert_eq!(page.messages.len(), 50);
            page
        });
    });
    group.bench_function("list the chats", |bencher| {
        bencher.iter(|| {
            let chats = block_on(store.chats(None)).unwrap();
            assert_eq!(i64::try_from(chats.len()), Ok(CHATS));
            chats
        });
    });
    group.finish();
    block_on(store.close());
}

criterion_group!(benches, storing, reading);
criterion_main!(benches);
