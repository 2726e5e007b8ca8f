//! Archives: what is read of them page by page, cut off anywhere and gone on with later, is there once, in order of time.

use std::collections::VecDeque;

use oriole_core::{
    model::message::{IncomingMessage, MessageState, Origin, OutgoingMessage},
    store::write::{ArchiveGap, ArchivePage, Change, Write},
};
use proptest::prelude::*;

use super::support::{Fixture, JULIET, ROMEO, at, jid};

/// A message with an archive's id, written this many seconds after the first.
fn numbered(fixture: &Fixture, number: usize, origin: Origin) -> IncomingMessage {
    let mut message = fixture.incoming(&number.to_string());
    message.time = at(1_000 * i64::try_from(number + 1).unwrap());
    message.origin = origin;
    message.ids.archive = Some(format!("a{number}"));
    message
}

/// The page of an archive of so many messages that a server gives.
fn page(fixture: &Fixture, gap: &ArchiveGap, archived: usize, size: usize) -> ArchivePage {
    let end = gap.before.as_ref().map_or(archived, |before| {
        before.strip_prefix('a').unwrap().parse().unwrap()
    });
    let start = end.saturating_sub(size);
    let messages: Vec<_> = (start..end)
        .map(|number| numbered(fixture, number, Origin::Archive))
        .collect();
    ArchivePage {
        account: fixture.account,
        gap: gap.id,
        before: (start < end).then(|| format!("a{start}")),
        complete: start == 0,
        oldest: messages.first().map(|message| message.time),
        messages,
    }
}

/// The same from a server that tells times to the second, and to which everything came within a few.
fn coarse_page(fixture: &Fixture, gap: &ArchiveGap, archived: usize, size: usize) -> ArchivePage {
    let mut page = page(fixture, gap, archived, size);
    for message in &mut page.messages {
        let number: i64 = message.body.parse().unwrap();
        message.time = at(1_700_000_000_000 + number / 40 * 1_000);
    }
    page
}

async fn open(fixture: &Fixture) -> VecDeque<ArchiveGap> {
    let account = fixture.account;
    let since = at(0);
    let changes = fixture.write(Write::OpenArchive { account, since }).await;
    match &changes[..] {
        [Change::ArchiveOpened { gaps, .. }] => gaps.iter().cloned().collect(),
        _ => panic!("{changes:?}"),
    }
}

/// Reads at most this many pages, as a session does that is cut off then; gives how many.
async fn read(fixture: &Fixture, archived: usize, size: usize, most: usize) -> usize {
    let mut gaps = open(fixture).await;
    let mut pages = 0;
    while pages < most
        && let Some(gap) = gaps.pop_front()
    {
        let page = page(fixture, &gap, archived, size);
        let before = page.before.clone();
        let changes = fixture.write(Write::ArchivePage(Box::new(page))).await;
        match changes.last() {
            Some(Change::ArchiveRead { closed: true, .. }) => {}
            Some(Change::ArchiveRead { .. }) => gaps.push_front(ArchiveGap { before, ..gap }),
            other => panic!("{other:?}"),
        }
        pages += 1;
    }
    pages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each session finds some messages that were written while there was none, is told of some as they are sent, of which
    /// some reach only the archive, and is cut off after some pages.
    #[test]
    fn nothing_is_missed_and_nothing_doubles_wherever_it_is_cut_off(
        sessions in prop::collection::vec((0_usize..30, prop::collection::vec(any::<bool>(), 0..12), 0_usize..4), 1..7),
        size in 1_usize..9,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let mut archived = 0;
            for (away, here, pages) in sessions {
                archived += away;
                read(&fixture, archived, size, pages).await;
                for told in here {
                    if told {
                        let live = numbered(&fixture, archived, Origin::Live);
                        fixture.write(Write::Incoming(live)).await;
                    }
                    archived += 1;
                }
            }
            if archived > 0 {
                read(&fixture, archived, size, usize::MAX).await;
                let all: Vec<_> = (0..archived).map(|number| number.to_string()).collect();
                prop_assert_eq!(fixture.bodies().await, all);
            }
            prop_assert_eq!(read(&fixture, archived, size, usize::MAX).await, 1, "all was read");
            prop_assert_eq!(fixture.count("archive_gaps"), 0);
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is written here waits while others write, so that the server has it later than this Oriole.
    #[test]
    fn what_waited_to_be_sent_goes_where_the_archive_has_it(
        written in prop::collection::vec(prop::option::of(0_usize..8), 1..40),
        size in 1_usize..9,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let mut here: Vec<usize> = (0..written.len()).collect();
            here.sort_by_key(|number| number.saturating_sub(written[*number].unwrap_or(0)));
            for (moment, number) in here.into_iter().enumerate() {
                let mut live = numbered(&fixture, number, Origin::Live);
                live.time = at(1_000 * i64::try_from(moment + 1).unwrap());
                fixture.write(match written[number] {
                    None => Write::Incoming(live),
                    Some(_) => Write::Outgoing(OutgoingMessage {
                        account: fixture.account,
                        to: jid(JULIET),
                        body: live.body,
                        time: live.time,
                        stanza_id: format!("drawn at random {number}"),
                    }),
                }).await;
            }
            let mut gaps = open(&fixture).await;
            while let Some(gap) = gaps.pop_front() {
                let mut page = page(&fixture, &gap, written.len(), size);
                for message in &mut page.messages {
                    let number: usize = message.body.parse().unwrap();
                    if written[number].is_some() {
                        (message.outgoing, message.from) = (true, jid(ROMEO));
                        message.ids.origin = Some(format!("drawn at random {number}"));
                    }
                }
                let before = page.before.clone();
                let changes = fixture.write(Write::ArchivePage(Box::new(page))).await;
                let closed = |change: &Change| matches!(change, Change::ArchiveRead { closed: true, .. });
                if !changes.iter().any(closed) {
                    gaps.push_front(ArchiveGap { before, ..gap });
                }
            }
            let all: Vec<_> = (0..written.len()).map(|number| number.to_string()).collect();
            prop_assert_eq!(fixture.bodies().await, all);
            let chats = fixture.store.chats(None).await.unwrap();
            let last = chats[0].last.as_ref().map(|last| last.text.clone());
            prop_assert_eq!(last, Some((written.len() - 1).to_string()));
            Ok(())
        })?;
    }
}

/// Which messages of an archive of so many are stored.
async fn stored(fixture: &Fixture, archived: usize) -> Vec<bool> {
    let mut stored = vec![false; archived];
    if archived > 0 && fixture.count("messages") > 0 {
        for body in fixture.bodies().await {
            stored[body.parse::<usize>().unwrap()] = true;
        }
    }
    stored
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Sessions with pages of any size, of which some are asked for and never stored, some stored twice, and some come after
    /// all others did.
    #[test]
    fn what_is_missing_is_known_to_be_missing_and_is_asked_for_once(
        sessions in prop::collection::vec((0_usize..40, 1_usize..12, 0_usize..5, any::<bool>()), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let (mut archived, mut late) = (0, None);
            for (away, size, pages, again) in sessions {
                archived += away;
                let mut gaps = open(&fixture).await;
                let known: Vec<i64> = gaps.iter().map(|gap| gap.id).collect();
                prop_assert!(known.is_sorted_by(|one, other| one > other), "the newest first: {:?}", known);
                let end = |gap: &ArchiveGap| gap.before.as_ref().map_or(usize::MAX, |id| id[1..].parse().unwrap());
                prop_assert!(gaps.iter().map(end).is_sorted_by(|one, other| one > other), "none inside of another");
                for (number, stored) in stored(&fixture, archived).await.iter().enumerate() {
                    prop_assert!(*stored || gaps.iter().any(|gap| number < end(gap)), "{} is forgotten", number);
                }
                for _ in 0..pages {
                    let Some(gap) = gaps.pop_front() else { break };
                    let page = Box::new(page(&fixture, &gap, archived, size));
                    if again {
                        fixture.write(Write::ArchivePage(page.clone())).await;
                    }
                    let changes = fixture.write(Write::ArchivePage(page.clone())).await;
                    if let Some(Change::ArchiveRead { closed: false, .. }) = changes.last() {
                        gaps.push_front(ArchiveGap { before: page.before.clone(), ..gap });
                    }
                    late = Some(page);
                }
            }
            let gaps = open(&fixture).await.len();
            let missing = stored(&fixture, archived).await.iter().filter(|stored| !**stored).count();
            // The size of each page's overlap with what was read is all that may be asked for twice.
            let pages = read(&fixture, archived, 5, usize::MAX).await;
            prop_assert!(pages <= missing.div_ceil(5) + gaps, "{} pages for {} in {}", pages, missing, gaps);
            if let Some(page) = late {
                fixture.write(Write::ArchivePage(page)).await;
            }
            prop_assert_eq!(fixture.count("archive_gaps"), 0);
            prop_assert_eq!(stored(&fixture, archived).await, vec![true; archived]);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn the_order_is_that_of_the_archive_where_times_say_too_little() {
    let fixture = Fixture::new().await;
    // Three of them came as they were sent, at times that our clock told more exactly.
    for number in [97, 98, 99] {
        let mut live = numbered(&fixture, number, Origin::Live);
        live.time = at(1_700_000_000_000 + i64::try_from(number).unwrap() * 25);
        fixture.write(Write::Incoming(live)).await;
    }
    for most in [4, usize::MAX] {
        let mut gaps = open(&fixture).await;
        let mut pages = 0;
        while pages < most
            && let Some(gap) = gaps.pop_front()
        {
            let page = coarse_page(&fixture, &gap, 100, 7);
            let before = page.before.clone();
            let changes = fixture.write(Write::ArchivePage(Box::new(page))).await;
            if let Some(Change::ArchiveRead { closed: false, .. }) = changes.last() {
                gaps.push_front(ArchiveGap { before, ..gap });
            }
            pages += 1;
        }
    }
    let all: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    assert_eq!(fixture.bodies().await, all);
}

#[tokio::test]
async fn what_took_its_time_to_come_stays_before_what_the_archive_has_after_it() {
    let fixture = Fixture::new().await;
    let sent = |number: usize| 1_700_000_000_001 + i64::try_from(number).unwrap();
    for number in 0..4 {
        let mut live = numbered(&fixture, number, Origin::Live);
        // As late as the others of the page were sent.
        live.time = at(sent(number) + 3);
        fixture.write(Write::Incoming(live)).await;
    }
    let gap = open(&fixture).await.pop_front().unwrap();
    let mut page = page(&fixture, &gap, 8, 8);
    for (number, message) in page.messages.iter_mut().enumerate() {
        message.time = at(sent(number));
    }
    fixture.write(Write::ArchivePage(Box::new(page))).await;
    let all: Vec<_> = (0..8).map(|number| number.to_string()).collect();
    assert_eq!(fixture.bodies().await, all);
}

#[tokio::test]
async fn what_was_put_into_an_archive_later_does_not_take_the_rest_along() {
    let fixture = Fixture::new().await;
    let gap = open(&fixture).await.pop_front().unwrap();
    let day = 24 * 60 * 60 * 1_000;
    let mut page = page(&fixture, &gap, 3, 3);
    for (message, time) in page.messages.iter_mut().zip([50 * day, 51 * day, 2 * day]) {
        message.time = at(time);
    }
    fixture.write(Write::ArchivePage(Box::new(page))).await;
    assert_eq!(fixture.bodies().await, ["2", "0", "1"]);
}

#[tokio::test]
async fn a_gap_survives_a_restart() {
    let fixture = Fixture::new().await;
    read(&fixture, 100, 10, 3).await;
    let store = oriole_core::store::Store::open(fixture.folder.path()).unwrap();
    let reopened = Fixture { store, ..fixture };
    let gaps = open(&reopened).await;
    let places: Vec<_> = gaps.iter().map(|gap| gap.before.as_deref()).collect();
    assert_eq!(places, [None, Some("a70")]);
    assert_eq!(read(&reopened, 105, 10, usize::MAX).await, 1 + 7);
    assert_eq!(reopened.history().await.len(), 105);
}

#[tokio::test]
async fn what_was_read_elsewhere_does_not_count_as_unread() {
    let fixture = Fixture::new().await;
    let unread = async || fixture.store.chats(None).await.unwrap()[0].unread;
    // The first of this account. What came as it was sent is something else.
    let kept = numbered(&fixture, 9, Origin::Offline);
    fixture.write(Write::Incoming(kept)).await;
    read(&fixture, 10, 4, usize::MAX).await;
    assert_eq!(unread().await, 1);
    let chat = fixture.chat().await;
    fixture.write(Write::MarkRead(chat)).await;
    // Newer than what was read.
    read(&fixture, 13, 4, usize::MAX).await;
    assert_eq!(unread().await, 3);
    // An answer from another device.
    let mut gaps = open(&fixture).await;
    let gap = gaps.pop_front().unwrap();
    let mut answer = numbered(&fixture, 13, Origin::Archive);
    (answer.outgoing, answer.from) = (true, jid(ROMEO));
    let newer = numbered(&fixture, 14, Origin::Archive);
    let page = ArchivePage {
        messages: vec![answer, newer],
        ..page(&fixture, &gap, 15, 2)
    };
    fixture.write(Write::ArchivePage(Box::new(page))).await;
    assert_eq!(unread().await, 1);
    let history = fixture.history().await;
    let states: Vec<_> = history.iter().map(|message| message.state).collect();
    assert_eq!(states[..13], [MessageState::Displayed; 13]);
    assert_eq!(states[13..], [MessageState::Sent, MessageState::Delivered]);
}

#[tokio::test]
async fn what_came_after_an_empty_archive_was_read_is_unread() {
    let fixture = Fixture::new().await;
    read(&fixture, 0, 4, usize::MAX).await;
    read(&fixture, 3, 4, usize::MAX).await;
    assert_eq!(fixture.store.chats(None).await.unwrap()[0].unread, 3);
}

#[tokio::test]
async fn the_newest_message_stays_the_newest_of_its_chat() {
    let fixture = Fixture::new().await;
    fixture
        .write(Write::Incoming(numbered(&fixture, 20, Origin::Live)))
        .await;
    read(&fixture, 10, 4, usize::MAX).await;
    let chat = fixture.store.chats(None).await.unwrap().remove(0);
    assert_eq!(chat.last.unwrap().text, "20");
    assert_eq!(fixture.bodies().await.last().unwrap(), "20");
}

#[tokio::test]
async fn many_messages_of_the_same_moment_all_find_a_place() {
    let fixture = Fixture::new().await;
    let gap = open(&fixture).await.pop_front().unwrap();
    let mut page = page(&fixture, &gap, 3_000, 3_000);
    for message in &mut page.messages {
        message.time = at(-5);
    }
    fixture.write(Write::ArchivePage(Box::new(page))).await;
    let all: Vec<_> = (0..3_000).map(|number| number.to_string()).collect();
    assert_eq!(fixture.bodies().await, all);
}

#[tokio::test]
async fn a_page_of_an_unknown_stretch_changes_nothing() {
    let fixture = Fixture::new().await;
    let gap = ArchiveGap {
        id: 7,
        before: None,
        since: at(0),
    };
    let page = page(&fixture, &gap, 5, 5);
    assert_eq!(fixture.write(Write::ArchivePage(Box::new(page))).await, []);
    assert_eq!(fixture.count("messages"), 0);
}
