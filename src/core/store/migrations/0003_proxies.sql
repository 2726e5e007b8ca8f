-- The proxy of an account, as an address without its password: socks5://user@host:port or http://host:port.

ALTER TABLE accounts ADD COLUMN proxy TEXT;
