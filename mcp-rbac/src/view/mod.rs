//! What each visibility key sees: pages of lists, as the JSON that is sent.
//!
//! Making the JSON of a list costs far more than deciding about it. So every item becomes JSON once, and a page is put
//! together once per visibility key, of the items that the guard allows. This room decides nothing: it is given the
//! decision as a function, and asks it about every item of a page that it makes.

mod cache;
mod key;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use cache::{Cache, Limits};

pub(crate) use key::{Key, List, Visibility};
pub(crate) use rows::{Form, Item, Page, Rows};

/// How many bytes all pages take together, at the most, and how many pages there are.
const LIMITS: Limits = Limits { weight: 32 * 1024 * 1024, count: 1024 };

/// The lists of one server, and the pages that were made of them.
pub(crate) struct Views {
    rows: [OnceLock<Option<Rows>>; List::ALL.len()],
    pages: Cache<Key, Page>,
}

impl Default for Views {
    fn default() -> Self {
        Self { rows: List::ALL.map(|_| OnceLock::new()), pages: Cache::new(LIMITS) }
    }
}

impl Views {
    /// The whole list, which is prepared when it is asked for the first time. `None` where it cannot be prepared.
    pub(crate) fn rows(&self, list: List, prepare: impl FnOnce() -> Option<Rows>) -> Option<&Rows> {
        self.rows.get(list as usize)?.get_or_init(prepare).as_ref()
    }

    /// The page of this key: the one that was made before, or `make`'s.
    pub(crate) fn page(&self, key: Key, make: impl FnOnce() -> Page) -> Arc<Page> {
        if let Some(page) = self.pages.get(&key) {
            return page;
        }
        let page = Arc::new(make());
        let weight = page.weight() + key.weight();
        self.pages.put(key, Arc::clone(&page), weight);
        page
    }
}
