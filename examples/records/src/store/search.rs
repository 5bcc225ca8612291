//! `search_records`.

use rusqlite::{Connection, named_params};

use super::error::StoreError;
use super::input::SearchRecords;
use super::output::{Customer, SearchHits, customer_columns};
use super::{Store, validate};

/// The conditions, shared by the hits and their count.
macro_rules! matching {
    () => {
        "FROM customers AS c
         WHERE (c.name LIKE :inside ESCAPE '\\'
                OR c.email LIKE :inside ESCAPE '\\'
                OR c.phone LIKE :inside ESCAPE '\\'
                OR c.city LIKE :inside ESCAPE '\\'
                OR EXISTS (SELECT 1 FROM notes AS n
                           WHERE n.customer_id = c.id AND n.text LIKE :inside ESCAPE '\\'))
           AND (:segment IS NULL OR c.segment = :segment)
           AND (:country IS NULL OR c.country = :country)
           AND (:status IS NULL OR c.status = :status)"
    };
}

const COUNT: &str = concat!("SELECT count(*) ", matching!());
const HITS: &str = concat!(
    "SELECT ",
    customer_columns!(),
    " ",
    matching!(),
    " ORDER BY c.name NOT LIKE :start ESCAPE '\\', c.name COLLATE NOCASE, c.id LIMIT :limit"
);

impl Store {
    /// Customers whose name, e-mail address, phone number, city or support notes contain the text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for an empty or overlong text, a bad country code or a limit out of range;
    /// else what the database reports.
    pub fn search_records(&self, search: &SearchRecords) -> Result<SearchHits, StoreError> {
        let text = literal(&validate::line("text", &search.text, 100)?);
        let (inside, start) = (format!("%{text}%"), format!("{text}%"));
        let country = search.country.as_deref().map(validate::country).transpose()?;
        let limit = validate::limit(search.limit)?;
        self.read(|open: &Connection| {
            let filters = named_params! {
                ":inside": inside, ":segment": search.segment, ":country": country, ":status": search.status
            };
            let total = open.query_row(COUNT, filters, |row| row.get(0))?;
            let mut statement = open.prepare(HITS)?;
            let all = named_params! {
                ":inside": inside, ":segment": search.segment, ":country": country, ":status": search.status,
                ":start": start, ":limit": limit
            };
            let hits = statement.query_map(all, Customer::from_row)?.collect::<Result<_, _>>()?;
            Ok(SearchHits { hits, total })
        })
    }
}

/// The text as a `LIKE` pattern that matches exactly the text.
fn literal(text: &str) -> String {
    let escape = |c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_special_characters_of_like_are_escaped() {
        assert_eq!(super::literal(r"10%_of\x"), r"10\%\_of\\x");
    }
}
