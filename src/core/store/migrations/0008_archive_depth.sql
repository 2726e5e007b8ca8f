-- How far back an account's archive is read by itself, in days; NULL for all of it.
ALTER TABLE accounts ADD COLUMN archive_days INTEGER DEFAULT 90;
-- Back to when it was begun to be read; NULL where it never was.
ALTER TABLE accounts ADD COLUMN archive_since INTEGER;
UPDATE accounts SET archive_since = (unixepoch() - 90 * 86400) * 1000 WHERE archive_opened;

-- What was read of the archive of single chats, beyond what is read by itself.
CREATE TABLE older (
    chat INTEGER PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    -- The id in the archive before which to go on.
    before TEXT,
    -- The oldest message that was read: what is to be read stands before.
    place INTEGER,
    -- Whether nothing is left to be read.
    complete INTEGER NOT NULL
) STRICT;
