-- Accounts that are told apart, and accounts that were removed while their history stayed.

-- Whether the account is not used any more: only its history is still here, for when the same address is added again.
ALTER TABLE accounts ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0;

-- What the person calls it, and the word of its colour; empty for none.
ALTER TABLE accounts ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN accent TEXT NOT NULL DEFAULT '';
