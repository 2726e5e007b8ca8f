-- What it takes to go on with a stream after the program was started again (XEP-0198 §5).

-- The full address that the server gave us for it; none for streams from before.
ALTER TABLE streams ADD COLUMN own TEXT;
-- Where the server would rather have it resumed.
ALTER TABLE streams ADD COLUMN location TEXT;
-- What the server said that it can do, a name a line.
ALTER TABLE streams ADD COLUMN features TEXT NOT NULL DEFAULT '';

-- Which of the stanzas that were sent on a stream an own message is, counted from 1, modulo 2³². Noted before it is sent.
CREATE TABLE stream_messages (
    message INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES streams (account) ON DELETE CASCADE,
    number INTEGER NOT NULL
) STRICT;

CREATE INDEX stream_messages_by_account ON stream_messages (account);
