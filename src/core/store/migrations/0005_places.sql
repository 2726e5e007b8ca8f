-- Where messages stand, apart from what they are called: what an archive has in another order than that of arrival can be
-- moved, and keeps its id.

-- Of two messages of a chat the later has the greater place.
ALTER TABLE messages ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET place = id;

DROP INDEX messages_by_chat;
CREATE UNIQUE INDEX messages_by_place ON messages (chat, place);

-- From here on, `chats.read_until` and `archive_gaps.place` are places, which so far were the same numbers.
