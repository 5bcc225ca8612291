//! `run_report`.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::Store;
use super::error::StoreError;
use super::input::RunReport;
use super::output::{Cell, Report};
use super::types::ReportKind;

/// The years a report can be limited to.
const YEARS: std::ops::RangeInclusive<u16> = 2000..=2100;

// Each takes the first day as ?1 and the last day as ?2; the column names are those of the result.
const REVENUE_BY_MONTH: &str = "
    SELECT substr(ordered_on, 1, 7) AS month, count(*) AS orders, sum(amount_cents) AS revenue_cents
    FROM sales WHERE ordered_on BETWEEN ?1 AND ?2
    GROUP BY month ORDER BY month";
const REVENUE_BY_SEGMENT: &str = "
    SELECT c.segment AS segment, count(DISTINCT c.id) AS customers, count(*) AS orders,
           sum(s.amount_cents) AS revenue_cents
    FROM sales AS s JOIN customers AS c ON c.id = s.customer_id WHERE s.ordered_on BETWEEN ?1 AND ?2
    GROUP BY c.segment ORDER BY revenue_cents DESC, segment";
const TOP_CUSTOMERS: &str = "
    SELECT c.id AS id, c.name AS name, c.segment AS segment, c.country AS country,
           count(*) AS orders, sum(s.amount_cents) AS revenue_cents
    FROM sales AS s JOIN customers AS c ON c.id = s.customer_id WHERE s.ordered_on BETWEEN ?1 AND ?2
    GROUP BY c.id ORDER BY revenue_cents DESC, c.id LIMIT 10";
const ORDERS_BY_STATUS: &str = "
    SELECT status, count(*) AS orders, sum(amount_cents) AS amount_cents
    FROM orders WHERE ordered_on BETWEEN ?1 AND ?2
    GROUP BY status ORDER BY orders DESC, status";

impl Store {
    /// The table of a report. Revenue leaves out cancelled and returned orders. A year without orders gives a
    /// table without rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for a year outside 2000 to 2100; else what the database reports.
    pub fn run_report(&self, report: RunReport) -> Result<Report, StoreError> {
        let RunReport { kind, year } = report;
        if year.is_some_and(|year| !YEARS.contains(&year)) {
            return Err(StoreError::invalid(
                "year",
                format!("must be from {} to {}", YEARS.start(), YEARS.end()),
            ));
        }
        let (first, last) = year.map_or((0, 9999), |year| (year, year));
        let days = [format!("{first:04}-01-01"), format!("{last:04}-12-31")];
        self.read(|open| {
            let mut statement = open.prepare(sql(kind))?;
            let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
            let width = columns.len();
            let rows = statement.query_map(days, |row| cells(row, width))?.collect::<Result<_, _>>()?;
            Ok(Report { kind, year, columns, rows })
        })
    }
}

const fn sql(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::RevenueByMonth => REVENUE_BY_MONTH,
        ReportKind::RevenueBySegment => REVENUE_BY_SEGMENT,
        ReportKind::TopCustomers => TOP_CUSTOMERS,
        ReportKind::OrdersByStatus => ORDERS_BY_STATUS,
    }
}

fn cells(row: &Row<'_>, width: usize) -> rusqlite::Result<Vec<Cell>> {
    let cell = |column| {
        if let ValueRef::Integer(number) = row.get_ref(column)? {
            return Ok(Cell::Number(number));
        }
        row.get(column).map(Cell::Text)
    };
    (0..width).map(cell).collect()
}
