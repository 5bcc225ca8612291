//! What the tools return. Money is in cents of a euro everywhere.

use rusqlite::Row;
use schemars::JsonSchema;
use serde::Serialize;

use super::date::Date;
use super::types::{Category, CustomerStatus, OrderStatus, ReportKind, Segment};

/// A customer's master data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Customer {
    /// The customer's id; never used again after a deletion.
    pub id: i64,
    /// Rises by one with every change; pass it to write_record as `expected_version`.
    pub version: u32,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number, if there is one.
    pub phone: Option<String>,
    /// The city.
    pub city: String,
    /// The country, as an ISO 3166-1 two-letter code.
    pub country: String,
    /// What kind of customer it is.
    pub segment: Segment,
    /// Whether the customer may order.
    pub status: CustomerStatus,
    /// The day the customer was created.
    pub created_on: Date,
    /// How much the customer may owe, in cents of a euro.
    pub credit_limit_cents: i64,
}

/// The columns [`Customer::from_row`] reads, by name and from the table or alias `c`.
macro_rules! customer_columns {
    () => {
        "c.id, c.version, c.name, c.email, c.phone, c.city, c.country, \
         c.segment, c.status, c.created_on, c.credit_limit_cents"
    };
}
pub(super) use customer_columns;

impl Customer {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            name: row.get("name")?,
            email: row.get("email")?,
            phone: row.get("phone")?,
            city: row.get("city")?,
            country: row.get("country")?,
            segment: row.get("segment")?,
            status: row.get("status")?,
            created_on: row.get("created_on")?,
            credit_limit_cents: row.get("credit_limit_cents")?,
        })
    }
}

/// Everything the store knows about one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Record {
    /// The master data.
    pub customer: Customer,
    /// What the orders add up to.
    pub orders: OrderTotals,
    /// The latest orders, newest first, ten at most.
    pub latest_orders: Vec<Order>,
    /// The support notes, newest first.
    pub notes: Vec<Note>,
}

/// What a customer's orders add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrderTotals {
    /// How many orders there are, cancelled and returned ones too.
    pub count: u32,
    /// The sum of all orders that were neither cancelled nor returned.
    pub total_spent_cents: i64,
    /// The day of the first order, if there is one.
    pub first_on: Option<Date>,
    /// The day of the latest order, if there is one.
    pub last_on: Option<Date>,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Order {
    /// The order's id.
    pub id: i64,
    /// The day it was placed.
    pub ordered_on: Date,
    /// What was ordered.
    pub category: Category,
    /// Its value.
    pub amount_cents: i64,
    /// How far it has come.
    pub status: OrderStatus,
}

/// One support note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Note {
    /// The note's id.
    pub id: i64,
    /// The day it was written.
    pub written_on: Date,
    /// The team that wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
}

/// What `search_records` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SearchHits {
    /// The hits: names that start with the text first, then by name.
    pub hits: Vec<Customer>,
    /// How many customers match altogether.
    pub total: u32,
}

/// What `query_customer_data` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CustomerPage {
    /// The rows of this page.
    pub rows: Vec<CustomerRow>,
    /// How many customers match altogether.
    pub total: u32,
    /// The `offset` of the next page, if there is one.
    pub next_offset: Option<u32>,
}

/// A customer and what the customer ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CustomerRow {
    /// The master data.
    #[serde(flatten)]
    pub customer: Customer,
    /// How many orders there are, cancelled and returned ones too.
    pub order_count: u32,
    /// The sum of all orders that were neither cancelled nor returned.
    pub total_spent_cents: i64,
}

/// What `write_record` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// True for a new customer, false for a changed one.
    pub created: bool,
    /// The record as it is stored now.
    pub record: Record,
}

/// What `delete_record` removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Deleted {
    /// The customer that is gone.
    pub customer: Customer,
    /// How many orders went with it.
    pub orders: u32,
    /// How many support notes went with it.
    pub notes: u32,
}

/// The table of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Which report it is.
    pub kind: ReportKind,
    /// The year it is limited to; all years when null.
    pub year: Option<u16>,
    /// The names of the columns. A name that ends in `_cents` is money in cents of a euro.
    pub columns: Vec<String>,
    /// The rows; each has one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// A number, an id or an amount in cents.
    Number(i64),
    /// A word, a name or a month.
    Text(String),
}
