//! The example data: the same customers, orders and notes on every machine.

use std::collections::BTreeMap;
use std::iter;

use rusqlite::{Connection, params};

use super::date::Date;
use super::rng::Rng;
use super::types::{Category, CustomerStatus, OrderStatus, Segment};
use super::words::{FIRST_NAMES, LAST_NAMES, MAIL_DOMAINS, NOTES, PLACES, TEAMS};

/// How many customers there are.
pub(super) const CUSTOMERS: u32 = 2_000;

const SEED: u64 = 0x5EED_0F12_EC02_D500;
/// Five years, 2021-01-01 to 2025-12-31.
const DAYS: u32 = 1_826;
/// Nobody became a customer in the last half-year.
const CREATION_DAYS: u32 = 1_642;
/// How long ago the last order of a closed customer is at least.
const QUIET_DAYS: u32 = 120;
/// Younger orders are not delivered yet.
const DELIVERY_DAYS: u32 = 10;

struct Order {
    day: u32,
    customer: u32,
    category: Category,
    amount_cents: u32,
    status: OrderStatus,
}

struct Note {
    day: u32,
    customer: u32,
    author: &'static str,
    text: String,
}

/// Fills the empty tables. The caller holds the transaction.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut rng = Rng::new(SEED);
    let calendar: Vec<Date> = iter::successors(Date::new(2021, 1, 1), |day| Some(day.next()))
        .zip(0..DAYS)
        .map(|(day, _)| day)
        .collect();
    let date = |day: u32| usize::try_from(day).ok().and_then(|day| calendar.get(day));
    let mut namesakes = BTreeMap::new();
    let (mut orders, mut notes) = (Vec::new(), Vec::new());

    let mut insert = connection.prepare(
        "INSERT INTO customers
            (id, name, email, phone, city, country, segment, status, created_on, credit_limit_cents)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for id in 1..=CUSTOMERS {
        let created = (id - 1) * CREATION_DAYS / CUSTOMERS;
        let (first, last) = (rng.pick(FIRST_NAMES), rng.pick(LAST_NAMES));
        let email = mail_address(first, last, rng.pick(MAIL_DOMAINS), &mut namesakes);
        let place = rng.pick(PLACES);
        let phone = format!(
            "{}{:0digits$}",
            place.phone,
            rng.between(place.lowest, place.highest),
            digits = place.digits
        );
        let segment = rng.usually(
            Segment::Consumer,
            &[(25, Segment::SmallBusiness), (8, Segment::Enterprise), (7, Segment::PublicSector)],
        );
        let status =
            rng.usually(CustomerStatus::Active, &[(6, CustomerStatus::Paused), (8, CustomerStatus::Closed)]);
        let credit_limit = credit_limit_cents(&mut rng, segment);
        let name = format!("{first} {last}");
        insert.execute(params![
            id,
            name,
            email,
            phone,
            place.city,
            place.country,
            segment,
            status,
            date(created),
            credit_limit
        ])?;
        let last_day = if status == CustomerStatus::Closed { DAYS - QUIET_DAYS } else { DAYS - 1 };
        orders.extend(orders_of(&mut rng, id, segment, created, last_day));
        notes.extend(notes_of(&mut rng, id, created, last_day));
    }

    // Numbered by date, as if they had come in one after the other. The sort is stable, so ties keep their
    // order.
    orders.sort_by_key(|order| order.day);
    let mut insert = connection.prepare(
        "INSERT INTO orders (customer_id, ordered_on, category, amount_cents, status)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for order in orders {
        insert.execute(params![
            order.customer,
            date(order.day),
            order.category,
            order.amount_cents,
            order.status
        ])?;
    }
    notes.sort_by_key(|note| note.day);
    let mut insert = connection
        .prepare("INSERT INTO notes (customer_id, written_on, author, text) VALUES (?1, ?2, ?3, ?4)")?;
    for note in notes {
        insert.execute(params![note.customer, date(note.day), note.author, note.text])?;
    }
    Ok(())
}

/// `first.last`, with a number from the second bearer of the name on.
fn mail_address(first: &str, last: &str, domain: &str, namesakes: &mut BTreeMap<String, u32>) -> String {
    let letters =
        |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let local = format!("{}.{}", letters(first), letters(last));
    let bearer = namesakes.entry(local.clone()).or_insert(0);
    *bearer += 1;
    if *bearer == 1 { format!("{local}@{domain}") } else { format!("{local}{bearer}@{domain}") }
}

fn credit_limit_cents(rng: &mut Rng, segment: Segment) -> u32 {
    let (low, high) = match segment {
        Segment::Consumer => (5, 30),
        Segment::SmallBusiness => (20, 200),
        Segment::PublicSector => (100, 1_000),
        Segment::Enterprise => (500, 5_000),
    };
    let hundreds = rng.between(low, high);
    rng.usually(hundreds * 10_000, &[(10, 0)])
}

fn orders_of(rng: &mut Rng, customer: u32, segment: Segment, created: u32, last_day: u32) -> Vec<Order> {
    let (fewest, most, size) = match segment {
        Segment::Consumer => (0, 4, 1),
        Segment::SmallBusiness => (1, 6, 2),
        Segment::PublicSector => (1, 6, 4),
        Segment::Enterprise => (3, 13, 8),
    };
    let order = |rng: &mut Rng| {
        let day = rng.between(created, last_day);
        let category = rng.usually(
            Category::Supplies,
            &[
                (26, Category::Hardware),
                (22, Category::Software),
                (14, Category::Services),
                (12, Category::Furniture),
            ],
        );
        let (cheapest, dearest) = match category {
            Category::Hardware => (4_900, 149_900),
            Category::Software => (1_900, 79_900),
            Category::Services => (8_000, 240_000),
            Category::Furniture => (5_900, 129_900),
            Category::Supplies => (500, 18_000),
        };
        let amount_cents = rng.between(cheapest, dearest) * size;
        let status = if day + DELIVERY_DAYS < DAYS {
            rng.usually(OrderStatus::Delivered, &[(6, OrderStatus::Cancelled), (4, OrderStatus::Returned)])
        } else {
            rng.usually(OrderStatus::Shipped, &[(45, OrderStatus::Pending), (5, OrderStatus::Cancelled)])
        };
        Order { day, customer, category, amount_cents, status }
    };
    (0..rng.between(fewest, most)).map(|_| order(rng)).collect()
}

fn notes_of(rng: &mut Rng, customer: u32, created: u32, last_day: u32) -> Vec<Note> {
    let note = |rng: &mut Rng| Note {
        day: rng.between(created, last_day),
        customer,
        author: rng.pick(TEAMS),
        text: rng.pick(NOTES).replace("{n}", &rng.between(1_000, 9_999).to_string()),
    };
    (0..rng.usually(0, &[(20, 1), (10, 2), (5, 3)])).map(|_| note(rng)).collect()
}
