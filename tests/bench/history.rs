//! A long history in a database, written without the store, for it would take a while otherwise.

use std::path::{Path, PathBuf};

use futures::executor::block_on;
use oriole_core::{
    model::account::AccountSettings,
    store::{FILE_NAME, Store, write::Write},
};
use rusqlite::Connection;

/// How many messages the history has, over how many chats.
pub(crate) const MESSAGES: i64 = 1_000_000;
pub(crate) const CHATS: i64 = 500;
/// How many contacts there are, of whom the first have chats.
pub(crate) const CONTACTS: i64 = 5_000;
/// Counted up whenever what is written changes.
const VERSION: u32 = 1;

/// What messages are cut out of, in several scripts.
const TEXT: &str = "What light through yonder window breaks? It is the east, and Juliet is the sun. \
    那边窗子里亮起来的是什么光?那就是东方,朱丽叶就是太阳! Arise, fair sun, and kill the envious moon, \
    who is already sick and pale with grief that thou, her maid, art far more fair than she. 😍👍 \
    Но что за блеск я вижу на балконе? Там брезжит свет. Джульетта, ты как день! \
    起来吧,美丽的太阳!赶走那妒忌的月亮,她因为她的女弟子比她美得多,已经气得面色惨白了。 \
    It is my lady, O, it is my love! O, that she knew she were! She speaks yet she says nothing: what of that? \
    Her eye discourses; I will answer it. Größe, façade, naïve, Montréal. I am too bold, 'tis not to me she speaks: \
    two of the fairest stars in all the heaven, having some business, do entreat her eyes \
    to twinkle in their spheres till they return. ";

/// A folder with the history in it. It is made once and stays, so nobody may write much there.
pub(crate) fn folder() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = place.join(format!("history-{VERSION}"));
    if !folder.join(FILE_NAME).exists() {
        let fresh = tempfile::tempdir_in(place).expect("a folder");
        fill(fresh.path());
        // Whole or not at all.
        std::fs::rename(fresh.keep(), &folder).expect("the folder's place");
    }
    folder
}

fn fill(folder: &Path) {
    let store = Store::open(folder).expect("a database");
    let write = Write::AddAccount {
        settings: AccountSettings::new("romeo@montague.example".parse().expect("an address")),
        resource: "oriole".into(),
    };
    block_on(store.write(vec![write])).expect("an account");
    block_on(store.close());
    let connection = Connection::open(folder.join(FILE_NAME)).expect("the database");
    let text = TEXT.replace('\'', "''");
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = OFF;
             BEGIN;
             CREATE TEMP TABLE words (text TEXT);
             INSERT INTO words VALUES ('{text}');
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CONTACTS})
             INSERT INTO contacts (account, address, name, subscription, ask)
             SELECT 1, printf('friend%d@capulet.example', i), printf('Friend %04d Capulet', i), 'both', 0 FROM n;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CHATS})
             INSERT INTO chats (id, account, address, preview)
             SELECT i, 1, printf('friend%d@capulet.example', i), 'What light' FROM n;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MESSAGES})
             INSERT INTO messages (id, chat, author, outgoing, time, state, origin, stranger, body)
             SELECT i, 1 + (i * 7919) % {CHATS},
                 CASE WHEN (i / {CHATS}) % 4 = 0 THEN 'romeo@montague.example'
                      ELSE printf('friend%d@capulet.example', 1 + (i * 7919) % {CHATS}) END,
                 (i / {CHATS}) % 4 = 0, 1700000000000 + i * 80000, 'delivered', 'live', 0,
                 substr(text, 1 + (i * 31) % 420,
                     CASE WHEN i % 100 < 45 THEN 4 + (i * 17) % 40
                          WHEN i % 100 < 85 THEN 40 + (i * 13) % 120
                          ELSE 160 + (i * 7) % 400 END)
                 || CASE WHEN i % 9 = 0 THEN printf(' https://example.org/%d', i) ELSE printf(' #%d', i) END
             FROM n, words;
             INSERT INTO sender_ids (chat, id, message, kinds)
             SELECT chat, printf('5f0c2f6e-9d7a-4c7a-%08x', id), id, 3 FROM messages ORDER BY chat, id;
             UPDATE chats SET last_message = (SELECT max(id) FROM messages WHERE chat = chats.id);
             UPDATE chats SET preview =
                 (SELECT substr(body, 1, 200) FROM messages WHERE id = last_message),
                 read_until = last_message;
             COMMIT;"
        ))
        .expect("the history");
}
