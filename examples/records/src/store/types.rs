//! The closed sets of the schema. Their words are the same in JSON, in the database and in the `CHECK`
//! constraints of `schema.sql`.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Defines an enum whose variants are words, and lets it travel through SQLite as that word.
macro_rules! closed_set {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$note])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every member, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for it in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? { $($word => Ok(Self::$variant),)+ _ => Err(FromSqlError::InvalidType) }
            }
        }
    };
}

closed_set! {
    /// What kind of customer it is.
    Segment {
        /// A private person.
        Consumer = "consumer",
        /// A business with a handful of people.
        SmallBusiness = "small_business",
        /// A large company.
        Enterprise = "enterprise",
        /// A school, a hospital, an authority.
        PublicSector = "public_sector",
    }
}

closed_set! {
    /// Whether the customer may order.
    CustomerStatus {
        /// May order.
        Active = "active",
        /// May not order for the time being.
        Paused = "paused",
        /// Has left.
        Closed = "closed",
    }
}

closed_set! {
    /// How far an order has come. Cancelled and returned orders do not count as revenue.
    OrderStatus {
        /// Accepted, not sent yet.
        Pending = "pending",
        /// On its way.
        Shipped = "shipped",
        /// Arrived.
        Delivered = "delivered",
        /// Called off before it was sent.
        Cancelled = "cancelled",
        /// Sent back.
        Returned = "returned",
    }
}

closed_set! {
    /// What was ordered.
    Category {
        /// Devices and parts.
        Hardware = "hardware",
        /// Licences and subscriptions.
        Software = "software",
        /// Installation, training, support.
        Services = "services",
        /// Desks, chairs, shelves.
        Furniture = "furniture",
        /// Paper, ink, small things.
        Supplies = "supplies",
    }
}

closed_set! {
    /// The order of the rows of a query.
    Sort {
        /// By name, A to Z.
        Name = "name",
        /// Newest customer first.
        Newest = "newest",
        /// Oldest customer first.
        Oldest = "oldest",
        /// Highest total spent first.
        TopSpent = "top_spent",
        /// Lowest total spent first.
        LowSpent = "low_spent",
    }
}

closed_set! {
    /// Which report to run.
    ReportKind {
        /// Orders and revenue for every month.
        RevenueByMonth = "revenue_by_month",
        /// Customers, orders and revenue for every segment.
        RevenueBySegment = "revenue_by_segment",
        /// The ten customers with the highest revenue.
        TopCustomers = "top_customers",
        /// Number and value of the orders in every state, cancelled and returned ones too.
        OrdersByStatus = "orders_by_status",
    }
}
