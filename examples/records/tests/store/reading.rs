//! The tools that read.

use crate::*;

#[test]
fn a_record_adds_up() {
    let (_directory, path, store) = fresh();
    let mut seen_notes = 0;
    for id in 1..=200 {
        let record = store.get_record(id).unwrap().unwrap();
        let sum = |sql: &str| count(&path, &format!("{sql} AND customer_id = {id}"));
        assert_eq!(record.orders.count, sum("SELECT count(*) FROM orders WHERE 1"));
        let spent = sum(
            "SELECT coalesce(sum(amount_cents), 0) FROM orders WHERE status NOT IN ('cancelled', 'returned')",
        );
        assert_eq!(record.orders.total_spent_cents, i64::from(spent));
        assert_eq!(record.latest_orders.first().map(|order| order.ordered_on), record.orders.last_on);
        assert_eq!(record.latest_orders.len(), record.orders.count.min(10) as usize);
        seen_notes += record.notes.len();
    }
    assert!(seen_notes > 0);
    for missing in [0, -1, 2_001, i64::MAX, i64::MIN] {
        assert_eq!(store.get_record(missing).unwrap(), None);
    }
}

#[test]
fn a_search_takes_its_text_literally() {
    let (_directory, _path, store) = fresh();
    for (email, name) in [
        ("a@example.com", "Per%cent"),
        ("b@example.com", "Under_score"),
        ("c@example.com", r"Back\slash"),
        ("d@example.com", "'; DROP TABLE--"),
    ] {
        store.write_record(&WriteRecord { name: Some(name.into()), ..new_customer(email) }).unwrap();
    }
    let hits =
        |text: &str| store.search_records(&SearchRecords { limit: 100, ..SearchRecords::new(text) }).unwrap();
    for (text, name) in
        [("r%c", "Per%cent"), ("r_s", "Under_score"), (r"k\s", r"Back\slash"), ("'; DROP", "'; DROP TABLE--")]
    {
        let found = hits(text);
        assert_eq!((found.total, found.hits[0].name.as_str()), (1, name), "{text}");
    }
    for nothing in ["P%t", "Unde%score", "Und_r_score", r"\%", "%%"] {
        assert_eq!(hits(nothing).total, 0, "{nothing}");
    }
    assert!(hits("10% discount").total > 10 && hits("KX_").total > 10, "notes are searched");
    assert_eq!(hits("MÜNCHEN").total, 0, "only A to Z are folded");
    assert!(hits("mÜnchen").total == 0 && hits("mün").total > 10);
}

#[test]
fn a_search_filters_limits_and_puts_names_that_start_with_the_text_first() {
    let (_directory, _path, store) = fresh();
    let all = store.search_records(&SearchRecords { limit: 100, ..SearchRecords::new("ana") }).unwrap();
    let starts: Vec<bool> = all.hits.iter().map(|hit| hit.name.starts_with("Ana")).collect();
    assert!(starts[0] && starts.is_sorted_by_key(|start| !start) && starts.contains(&false), "{starts:?}");
    let search = SearchRecords {
        segment: Some(Segment::Consumer),
        country: Some("us".into()),
        status: Some(CustomerStatus::Active),
        limit: 3,
        ..SearchRecords::new("a")
    };
    let some = store.search_records(&search).unwrap();
    assert!(some.hits.len() == 3 && some.total > 3);
    assert!(some.hits.iter().all(|hit| hit.segment == Segment::Consumer
        && hit.country == "US"
        && hit.status == CustomerStatus::Active));
}

#[test]
fn a_query_meets_every_condition_and_pages_without_gaps() {
    let (_directory, _path, store) = fresh();
    let query = QueryCustomerData {
        segment: Some(Segment::SmallBusiness),
        country: Some("US".into()),
        min_total_spent_cents: Some(100_000),
        max_total_spent_cents: Some(900_000),
        created_from: Some("2021-06-01".parse().unwrap()),
        created_to: Some("2024-12-31".parse().unwrap()),
        sort: Sort::TopSpent,
        limit: 7,
        offset: 0,
    };
    let (mut rows, mut next) = (Vec::new(), Some(0));
    while let Some(offset) = next {
        let page = store.query_customer_data(&QueryCustomerData { offset, ..query.clone() }).unwrap();
        rows.extend(page.rows);
        next = page.next_offset;
        assert!(next.is_some() || page.total as usize == rows.len());
    }
    assert!(rows.len() > 14, "{}", rows.len());
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.total_spent_cents)));
    for row in &rows {
        assert!(row.customer.segment == Segment::SmallBusiness && row.customer.country == "US");
        assert!((100_000..=900_000).contains(&row.total_spent_cents));
        assert!(("2021-06-01".."2025-01-01").contains(&row.customer.created_on.to_string().as_str()));
    }
    let record = store.get_record(rows[0].customer.id).unwrap().unwrap();
    assert_eq!(
        (record.orders.count, record.orders.total_spent_cents),
        (rows[0].order_count, rows[0].total_spent_cents)
    );
}

#[test]
fn every_sort_sorts_by_its_key() {
    let (_directory, _path, store) = fresh();
    let rows = |sort| {
        store
            .query_customer_data(&QueryCustomerData { sort, limit: 100, ..QueryCustomerData::default() })
            .unwrap()
            .rows
    };
    assert!(rows(Sort::Name).is_sorted_by_key(|row| row.customer.name.to_lowercase()));
    assert!(rows(Sort::Oldest).is_sorted_by_key(|row| row.customer.created_on));
    assert!(rows(Sort::Newest).is_sorted_by_key(|row| std::cmp::Reverse(row.customer.created_on)));
    assert!(rows(Sort::LowSpent).is_sorted_by_key(|row| row.total_spent_cents));
    let top = rows(Sort::TopSpent);
    assert!(
        top.is_sorted_by_key(|row| std::cmp::Reverse(row.total_spent_cents)) && top[0].total_spent_cents > 0
    );
    let past = QueryCustomerData { offset: u32::MAX, ..QueryCustomerData::default() };
    let past = store.query_customer_data(&past).unwrap();
    assert_eq!((past.rows.len(), past.total, past.next_offset), (0, 2_000, None));
}

#[test]
fn reports_agree_with_each_other() {
    let (_directory, path, store) = fresh();
    let report = |kind, year| store.run_report(RunReport { kind, year }).unwrap();
    let revenue = |report: &records::store::Report| -> i64 {
        let column = report.columns.iter().position(|name| name == "revenue_cents").unwrap();
        report.rows.iter().map(|row| if let Cell::Number(cents) = row[column] { cents } else { 0 }).sum()
    };
    let (months, segments) =
        (report(ReportKind::RevenueByMonth, None), report(ReportKind::RevenueBySegment, None));
    assert_eq!(months.columns, ["month", "orders", "revenue_cents"]);
    assert_eq!((months.rows.len(), segments.rows.len()), (59, 4));
    assert_eq!(revenue(&months), revenue(&segments));
    let years: i64 = (2021..=2025).map(|year| revenue(&report(ReportKind::RevenueByMonth, Some(year)))).sum();
    assert_eq!(years, revenue(&months));
    let top = report(ReportKind::TopCustomers, Some(2024));
    assert!(top.rows.len() == 10 && matches!(top.rows[0][1], Cell::Text(_)));
    let states = report(ReportKind::OrdersByStatus, None);
    let orders: i64 =
        states.rows.iter().map(|row| if let Cell::Number(orders) = row[1] { orders } else { 0 }).sum();
    assert_eq!(orders, i64::from(count(&path, "SELECT count(*) FROM orders")));
    assert!(report(ReportKind::TopCustomers, Some(2050)).rows.is_empty());
}
