//! `query_customer_data`.

use rusqlite::{Connection, Row, named_params};

use super::error::StoreError;
use super::input::QueryCustomerData;
use super::output::{Customer, CustomerPage, CustomerRow, customer_columns};
use super::{Store, validate};

/// Every customer that meets the conditions, with what was spent.
macro_rules! matching {
    () => {
        concat!(
            "WITH matching AS (
                SELECT ",
            customer_columns!(),
            ",
                    (SELECT count(*) FROM orders AS o WHERE o.customer_id = c.id) AS order_count,
                    (SELECT coalesce(sum(s.amount_cents), 0) FROM sales AS s WHERE s.customer_id = c.id)
                        AS total_spent_cents
                FROM customers AS c
                WHERE (:segment IS NULL OR c.segment = :segment)
                  AND (:country IS NULL OR c.country = :country)
                  AND (:from IS NULL OR c.created_on >= :from)
                  AND (:to IS NULL OR c.created_on <= :to)
                  AND (:min IS NULL OR total_spent_cents >= :min)
                  AND (:max IS NULL OR total_spent_cents <= :max)
            ) "
        )
    };
}

const COUNT: &str = concat!(matching!(), "SELECT count(*) FROM matching");

// An ORDER BY cannot be a parameter; one CASE per key keeps the text a constant. A key that was not asked for
// is NULL in every row and sorts nothing.
const PAGE: &str = concat!(
    matching!(),
    "SELECT * FROM matching
     ORDER BY CASE WHEN :sort = 'name' THEN name END COLLATE NOCASE,
              CASE WHEN :sort = 'newest' THEN created_on END DESC,
              CASE WHEN :sort = 'oldest' THEN created_on END,
              CASE WHEN :sort = 'top_spent' THEN total_spent_cents END DESC,
              CASE WHEN :sort = 'low_spent' THEN total_spent_cents END,
              id
     LIMIT :limit OFFSET :offset"
);

impl Store {
    /// One page of the customers that meet every given condition, and how many there are.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for a negative amount, a range whose start lies behind its end, a bad country
    /// code or a limit out of range; else what the database reports.
    pub fn query_customer_data(&self, query: &QueryCustomerData) -> Result<CustomerPage, StoreError> {
        let country = query.country.as_deref().map(validate::country).transpose()?;
        let limit = validate::limit(query.limit)?;
        let min = validate::not_negative("min_total_spent_cents", query.min_total_spent_cents)?;
        let max = validate::not_negative("max_total_spent_cents", query.max_total_spent_cents)?;
        validate::in_order(min, max, "min_total_spent_cents", "max_total_spent_cents")?;
        let (from, to) = (query.created_from, query.created_to);
        validate::in_order(from, to, "created_from", "created_to")?;
        let segment = query.segment;

        self.read(|open: &Connection| {
            let filters = named_params! {
                ":segment": segment, ":country": country, ":from": from, ":to": to, ":min": min, ":max": max
            };
            let total: u32 = open.query_row(COUNT, filters, |row| row.get(0))?;
            let mut statement = open.prepare(PAGE)?;
            let all = named_params! {
                ":segment": segment, ":country": country, ":from": from, ":to": to, ":min": min, ":max": max,
                ":sort": query.sort, ":limit": limit, ":offset": query.offset
            };
            let rows = statement.query_map(all, customer_row)?.collect::<Result<Vec<_>, _>>()?;
            let next = query.offset.saturating_add(limit);
            Ok(CustomerPage { rows, total, next_offset: (next < total).then_some(next) })
        })
    }
}

fn customer_row(row: &Row<'_>) -> rusqlite::Result<CustomerRow> {
    Ok(CustomerRow {
        customer: Customer::from_row(row)?,
        order_count: row.get("order_count")?,
        total_spent_cents: row.get("total_spent_cents")?,
    })
}
