//! `write_record`.

use rusqlite::{Connection, ffi, named_params};

use super::error::StoreError;
use super::input::WriteRecord;
use super::output::{Customer, Written};
use super::types::{CustomerStatus, Segment};
use super::{Store, record, validate};

const CREATE: &str = "
    INSERT INTO customers
        (name, email, phone, city, country, segment, status, created_on, credit_limit_cents)
    VALUES (:name, :email, :phone, :city, :country, :segment, :status, date('now'), :credit_limit)";
const CHANGE: &str = "
    UPDATE customers
    SET version = version + 1, name = :name, email = :email, phone = :phone, city = :city,
        country = :country, segment = :segment, status = :status, credit_limit_cents = :credit_limit
    WHERE id = :id";

/// The given fields, each valid.
struct Fields {
    name: Option<String>,
    email: Option<String>,
    /// `Some(None)` removes the number.
    phone: Option<Option<String>>,
    city: Option<String>,
    country: Option<String>,
    segment: Option<Segment>,
    status: Option<CustomerStatus>,
    credit_limit_cents: Option<i64>,
}

/// A customer's data as it goes into the table.
struct Content {
    name: String,
    email: String,
    phone: Option<String>,
    city: String,
    country: String,
    segment: Segment,
    status: CustomerStatus,
    credit_limit_cents: i64,
}

impl Store {
    /// Creates a customer, or changes the given fields of one, and returns the record as it is stored then.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] when a field breaks a rule or a new customer lacks one,
    /// [`StoreError::NotFound`] for an unknown `id`, [`StoreError::VersionConflict`] when `expected_version`
    /// is not the stored one; else what the database reports. Nothing is stored then.
    pub fn write_record(&self, write: &WriteRecord) -> Result<Written, StoreError> {
        let fields = Fields::parse(write)?;
        match (write.id, write.expected_version) {
            (None, Some(_)) => Err(StoreError::invalid(
                "expected_version",
                "goes together with `id`; a new customer has no version yet",
            )),
            (None, None) => {
                let content = fields.for_new()?;
                self.write(|open| {
                    content.create(open)?;
                    stored(open, open.last_insert_rowid(), true)
                })
            }
            (Some(_), _) if fields.is_empty() => {
                Err(StoreError::invalid("id", "came without a field to change"))
            }
            (Some(id), expected) => self.write(|open| {
                let now = record::customer(open, id)?.ok_or(StoreError::NotFound { id })?;
                if let Some(expected) = expected.filter(|version| *version != now.version) {
                    return Err(StoreError::VersionConflict { id, expected, found: now.version });
                }
                fields.over(now).change(open, id)?;
                stored(open, id, false)
            }),
        }
    }
}

fn stored(open: &Connection, id: i64, created: bool) -> Result<Written, StoreError> {
    let record = record::load(open, id)?.ok_or(StoreError::NotFound { id })?;
    Ok(Written { created, record })
}

impl Fields {
    fn parse(write: &WriteRecord) -> Result<Self, StoreError> {
        Ok(Self {
            name: write.name.as_deref().map(|text| validate::line("name", text, 120)).transpose()?,
            email: write.email.as_deref().map(validate::email).transpose()?,
            phone: write.phone.as_deref().map(validate::phone).transpose()?,
            city: write.city.as_deref().map(|text| validate::line("city", text, 120)).transpose()?,
            country: write.country.as_deref().map(validate::country).transpose()?,
            segment: write.segment,
            status: write.status,
            credit_limit_cents: write.credit_limit_cents.map(validate::credit_limit).transpose()?,
        })
    }

    fn is_empty(&self) -> bool {
        let Self { name, email, phone, city, country, segment, status, credit_limit_cents } = self;
        let texts =
            name.is_none() && email.is_none() && phone.is_none() && city.is_none() && country.is_none();
        texts && segment.is_none() && status.is_none() && credit_limit_cents.is_none()
    }

    fn for_new(self) -> Result<Content, StoreError> {
        let missing = |field| move || StoreError::invalid(field, "is needed for a new customer");
        Ok(Content {
            name: self.name.ok_or_else(missing("name"))?,
            email: self.email.ok_or_else(missing("email"))?,
            phone: self.phone.flatten(),
            city: self.city.ok_or_else(missing("city"))?,
            country: self.country.ok_or_else(missing("country"))?,
            segment: self.segment.ok_or_else(missing("segment"))?,
            status: self.status.unwrap_or(CustomerStatus::Active),
            credit_limit_cents: self.credit_limit_cents.unwrap_or(0),
        })
    }

    fn over(self, now: Customer) -> Content {
        Content {
            name: self.name.unwrap_or(now.name),
            email: self.email.unwrap_or(now.email),
            phone: self.phone.unwrap_or(now.phone),
            city: self.city.unwrap_or(now.city),
            country: self.country.unwrap_or(now.country),
            segment: self.segment.unwrap_or(now.segment),
            status: self.status.unwrap_or(now.status),
            credit_limit_cents: self.credit_limit_cents.unwrap_or(now.credit_limit_cents),
        }
    }
}

impl Content {
    fn create(&self, open: &Connection) -> Result<(), StoreError> {
        let values = named_params! {
            ":name": self.name, ":email": self.email, ":phone": self.phone, ":city": self.city, ":country": self.country,
            ":segment": self.segment, ":status": self.status, ":credit_limit": self.credit_limit_cents
        };
        open.execute(CREATE, values).map(drop).map_err(taken)
    }

    fn change(&self, open: &Connection, id: i64) -> Result<(), StoreError> {
        let values = named_params! {
            ":id": id, ":name": self.name, ":email": self.email, ":phone": self.phone, ":city": self.city,
            ":country": self.country,
            ":segment": self.segment, ":status": self.status, ":credit_limit": self.credit_limit_cents
        };
        open.execute(CHANGE, values).map(drop).map_err(taken)
    }
}

/// The e-mail address is the only column a caller can clash on.
fn taken(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error() {
        Some(code) if code.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE => {
            StoreError::invalid("email", "is already the address of another customer")
        }
        _ => error.into(),
    }
}
