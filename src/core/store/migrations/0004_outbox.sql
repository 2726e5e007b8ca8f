-- Whether the server may have an own message that waits to be sent: 0, it never left; 1, it was given to a connection that ended
-- before the server said that it has it; 2, it was then sent again, without an archive to look for it in.

ALTER TABLE messages ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
