-- What is still to be read of archives (XEP-0313), and what was read.

-- A stretch of an account's archive that is not read yet: from what lies before an id back to what was read earlier.
-- Later stretches are newer and have greater ids.
CREATE TABLE archive_gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The id in the archive before which to go on; none for its end.
    before TEXT,
    -- What is older is left alone.
    since INTEGER NOT NULL,
    -- The oldest message that was read of it: what is to be read stands before.
    place INTEGER,
    -- How many pages were read of it.
    pages INTEGER NOT NULL DEFAULT 0,
    -- Whether it is the first of its account: what is in it was read elsewhere.
    first INTEGER NOT NULL
) STRICT;

CREATE INDEX archive_gaps_by_account ON archive_gaps (account);

-- Whether its archive was ever begun to be read.
ALTER TABLE accounts ADD COLUMN archive_opened INTEGER NOT NULL DEFAULT 0;

-- The stretch with which the archive was read over this id; none for what only came as it was sent.
ALTER TABLE archive_ids ADD COLUMN gap INTEGER;
