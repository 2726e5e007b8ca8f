-- The first form of the database: accounts, contacts, chats, messages, and what recognises another copy of a message.
-- Times are milliseconds since 1970 in UTC. Addresses are bare and normalised (RFC 7622). Truth values are 0 and 1.

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    address TEXT NOT NULL UNIQUE,
    host TEXT,
    port INTEGER,
    security TEXT NOT NULL,
    -- The SHA-256 of the only certificate to accept.
    pin BLOB,
    enabled INTEGER NOT NULL,
    resource TEXT NOT NULL,
    sasl_memory TEXT NOT NULL,
    show TEXT NOT NULL,
    status TEXT NOT NULL,
    roster_version TEXT
) STRICT;

-- The stream of an account that could be resumed (XEP-0198).
CREATE TABLE streams (
    account INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    handled INTEGER NOT NULL
) STRICT;

-- How far each archive was read (XEP-0313).
CREATE TABLE archives (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    name TEXT,
    subscription TEXT NOT NULL,
    ask INTEGER NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_groups (
    account INTEGER NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (account, address, name),
    FOREIGN KEY (account, address) REFERENCES contacts (account, address) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE blocked (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

-- Those who ask to see an account's presence; the id is the order in which they asked first.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    name TEXT,
    text TEXT NOT NULL,
    UNIQUE (account, address)
) STRICT;

CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0,
    -- Messages up to this id were read.
    read_until INTEGER NOT NULL DEFAULT 0,
    draft TEXT NOT NULL DEFAULT '',
    -- The newest message and the start of its text, so that the list of chats never reads messages. No foreign key:
    -- deleting messages would then have to look for their chat each time.
    last_message INTEGER,
    preview TEXT NOT NULL DEFAULT '',
    UNIQUE (account, address)
) STRICT;

-- One row a message; the count of rows is what other programs may rely on. The order of ids is the order of arrival.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    author TEXT NOT NULL,
    outgoing INTEGER NOT NULL,
    time INTEGER NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    stranger INTEGER NOT NULL,
    error_kind TEXT,
    error_detail TEXT,
    -- The id on the wire of a message that was written here.
    stanza_id TEXT,
    -- Last, so that the other columns can be read without walking through a long text.
    body TEXT NOT NULL
) STRICT;

CREATE INDEX messages_by_chat ON messages (chat);
CREATE INDEX messages_queued ON messages (state) WHERE state = 'queued';

-- Ids that an account's own server gave to messages (XEP-0359 stanza-id). They outlive their message.
CREATE TABLE archive_ids (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- Ids that senders gave to messages; nothing keeps senders from using one twice. They outlive their message.
CREATE TABLE sender_ids (
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    message INTEGER NOT NULL,
    -- 1: the id of the stanza; 2: its origin-id (XEP-0359); 3: both.
    kinds INTEGER NOT NULL,
    PRIMARY KEY (chat, id, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
