//! What the tools take. The doc comments become the descriptions in the JSON schemas that the model reads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::date::Date;
use super::types::{CustomerStatus, ReportKind, Segment, Sort};

/// How many rows a call returns when it does not say.
pub const DEFAULT_LIMIT: u32 = 20;

/// How many rows a call returns at most.
pub const MAX_LIMIT: u32 = 100;

/// Names one customer, for `get_record` and `delete_record`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordKey {
    /// The customer's id, as search_records and query_customer_data return it.
    #[schemars(range(min = 1))]
    pub id: i64,
}

/// A text search over customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRecords {
    /// Text to look for in name, e-mail address, phone number, city and support notes. Plain text: `%` and
    /// `_` mean themselves. Upper and lower case of A to Z do not matter.
    #[schemars(length(min = 1, max = 100))]
    pub text: String,
    /// Only customers of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Only customers in this country, as an ISO 3166-1 two-letter code such as `DE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Za-z]{2}$"))]
    pub country: Option<String>,
    /// Only customers with this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CustomerStatus>,
    /// How many hits to return at most.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u32,
}

impl SearchRecords {
    /// A search for `text` without filters.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), segment: None, country: None, status: None, limit: DEFAULT_LIMIT }
    }
}

/// A filter over all customers. A customer must meet every condition that is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryCustomerData {
    /// Only customers of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Only customers in this country, as an ISO 3166-1 two-letter code such as `DE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Za-z]{2}$"))]
    pub country: Option<String>,
    /// Only customers who spent at least this much, in cents of a euro. Cancelled and returned orders do not
    /// count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub min_total_spent_cents: Option<i64>,
    /// Only customers who spent at most this much, in cents of a euro. Cancelled and returned orders do not
    /// count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub max_total_spent_cents: Option<i64>,
    /// Only customers created on this day or later, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_from: Option<Date>,
    /// Only customers created on this day or earlier, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_to: Option<Date>,
    /// The order of the rows; ties go by id.
    #[serde(default = "default_sort")]
    pub sort: Sort,
    /// How many rows to return at most.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u32,
    /// How many rows to skip, to read on after an earlier page.
    #[serde(default)]
    pub offset: u32,
}

impl Default for QueryCustomerData {
    fn default() -> Self {
        Self {
            segment: None,
            country: None,
            min_total_spent_cents: None,
            max_total_spent_cents: None,
            created_from: None,
            created_to: None,
            sort: default_sort(),
            limit: DEFAULT_LIMIT,
            offset: 0,
        }
    }
}

/// Creates a customer when `id` is left out, else changes the given fields of that customer and leaves the
/// others as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteRecord {
    /// The customer to change. Leave it out to create a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub id: Option<i64>,
    /// The version you read. The change is refused when the record has changed since. Only together with
    /// `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub expected_version: Option<u32>,
    /// The customer's name. Needed for a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 120))]
    pub name: Option<String>,
    /// The e-mail address; no two customers share one. Needed for a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 254))]
    pub email: Option<String>,
    /// The phone number with its country code, such as `+1 212 555 0123`. An empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 30))]
    pub phone: Option<String>,
    /// The city. Needed for a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 120))]
    pub city: Option<String>,
    /// The country, as an ISO 3166-1 two-letter code such as `DE`. Needed for a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Za-z]{2}$"))]
    pub country: Option<String>,
    /// What kind of customer it is. Needed for a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Whether the customer may order. A new customer is active unless you say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CustomerStatus>,
    /// How much the customer may owe, in cents of a euro. A new customer has 0 unless you say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub credit_limit_cents: Option<i64>,
}

/// Asks for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunReport {
    /// Which report to run.
    pub kind: ReportKind,
    /// Only orders of this calendar year; all years when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2000, max = 2100))]
    pub year: Option<u16>,
}

fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

fn default_sort() -> Sort {
    Sort::Name
}
