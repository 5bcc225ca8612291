//! `get_record` and `delete_record`.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Store;
use super::error::StoreError;
use super::output::{Customer, Deleted, Note, Order, OrderTotals, Record, customer_columns};

const CUSTOMER: &str = concat!("SELECT ", customer_columns!(), " FROM customers AS c WHERE c.id = ?1");
const TOTALS: &str = "
    SELECT count(*), min(ordered_on), max(ordered_on),
           (SELECT coalesce(sum(amount_cents), 0) FROM sales WHERE customer_id = ?1)
    FROM orders WHERE customer_id = ?1";
const LATEST_ORDERS: &str = "
    SELECT id, ordered_on, category, amount_cents, status
    FROM orders WHERE customer_id = ?1
    ORDER BY ordered_on DESC, id DESC LIMIT 10";
const NOTES: &str = "
    SELECT id, written_on, author, text
    FROM notes WHERE customer_id = ?1
    ORDER BY written_on DESC, id DESC";
const COUNT_BELONGINGS: &str = "
    SELECT (SELECT count(*) FROM orders WHERE customer_id = ?1),
           (SELECT count(*) FROM notes WHERE customer_id = ?1)";
const DELETE: &str = "DELETE FROM customers WHERE id = ?1";

impl Store {
    /// Everything about one customer; `None` when there is no customer with this id.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub fn get_record(&self, id: i64) -> Result<Option<Record>, StoreError> {
        self.read(|open| load(open, id))
    }

    /// Deletes a customer with its orders and notes, and says what is gone; `None` when there is no customer
    /// with this id.
    ///
    /// # Errors
    ///
    /// What the database reports; nothing is deleted then.
    pub fn delete_record(&self, id: i64) -> Result<Option<Deleted>, StoreError> {
        self.write(|open| {
            let Some(customer) = customer(open, id)? else { return Ok(None) };
            let (orders, notes) =
                open.query_row(COUNT_BELONGINGS, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            open.execute(DELETE, [id])?;
            Ok(Some(Deleted { customer, orders, notes }))
        })
    }
}

pub(super) fn customer(open: &Connection, id: i64) -> Result<Option<Customer>, StoreError> {
    Ok(open.query_row(CUSTOMER, [id], Customer::from_row).optional()?)
}

pub(super) fn load(open: &Connection, id: i64) -> Result<Option<Record>, StoreError> {
    let Some(customer) = customer(open, id)? else { return Ok(None) };
    Ok(Some(Record {
        customer,
        orders: open.query_row(TOTALS, [id], totals)?,
        latest_orders: open.prepare(LATEST_ORDERS)?.query_map([id], order)?.collect::<Result<_, _>>()?,
        notes: open.prepare(NOTES)?.query_map([id], note)?.collect::<Result<_, _>>()?,
    }))
}

fn totals(row: &Row<'_>) -> rusqlite::Result<OrderTotals> {
    Ok(OrderTotals {
        count: row.get(0)?,
        first_on: row.get(1)?,
        last_on: row.get(2)?,
        total_spent_cents: row.get(3)?,
    })
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        ordered_on: row.get(1)?,
        category: row.get(2)?,
        amount_cents: row.get(3)?,
        status: row.get(4)?,
    })
}

fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note { id: row.get(0)?, written_on: row.get(1)?, author: row.get(2)?, text: row.get(3)? })
}
