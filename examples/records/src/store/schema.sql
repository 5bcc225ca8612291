-- The whole schema of the example database. It runs inside the transaction that fills the database.
-- The two pragmas come first: whatever page 1 says on disk, it says it as ours.
PRAGMA application_id = 0x52454331; -- "REC1"; the same number as schema::APPLICATION_ID
PRAGMA user_version = 1;            -- the same number as schema::VERSION

-- AUTOINCREMENT: the id of a deleted customer is never used again.
CREATE TABLE customers (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    name               TEXT    NOT NULL CHECK (length(name) > 0),
    email              TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    phone              TEXT,
    city               TEXT    NOT NULL,
    country            TEXT    NOT NULL CHECK (length(country) = 2),
    segment            TEXT    NOT NULL
        CHECK (segment IN ('consumer', 'small_business', 'enterprise', 'public_sector')),
    status             TEXT    NOT NULL
        CHECK (status IN ('active', 'paused', 'closed')),
    created_on         TEXT    NOT NULL CHECK (length(created_on) = 10),
    credit_limit_cents INTEGER NOT NULL CHECK (credit_limit_cents >= 0)
) STRICT;

CREATE TABLE orders (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    ordered_on   TEXT    NOT NULL CHECK (length(ordered_on) = 10),
    category     TEXT    NOT NULL
        CHECK (category IN ('hardware', 'software', 'services', 'furniture', 'supplies')),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    status       TEXT    NOT NULL
        CHECK (status IN ('pending', 'shipped', 'delivered', 'cancelled', 'returned'))
) STRICT;

CREATE TABLE notes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    written_on  TEXT    NOT NULL CHECK (length(written_on) = 10),
    author      TEXT    NOT NULL,
    text        TEXT    NOT NULL
) STRICT;

-- The one definition of "what counts as revenue": every total and every report reads this view.
CREATE VIEW sales AS
    SELECT id, customer_id, ordered_on, category, amount_cents, status
    FROM orders
    WHERE status NOT IN ('cancelled', 'returned');

CREATE INDEX customers_by_segment ON customers (segment, country);
CREATE INDEX orders_by_customer ON orders (customer_id, status, amount_cents);
CREATE INDEX orders_by_date ON orders (ordered_on);
CREATE INDEX notes_by_customer ON notes (customer_id);
