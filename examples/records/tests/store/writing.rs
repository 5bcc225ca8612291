//! The tools that write.

use crate::*;

#[test]
fn a_new_customer_is_stored_and_a_change_keeps_the_other_fields() {
    let (_directory, _path, store) = fresh();
    let written = store
        .write_record(&WriteRecord {
            phone: Some(" +1 212 555 0123 ".into()),
            ..new_customer("new@example.com")
        })
        .unwrap();
    let customer = written.record.customer;
    assert!(written.created && customer.id == 2_001 && customer.version == 1 && customer.country == "DE");
    assert_eq!(
        (customer.phone.as_deref(), customer.status, customer.credit_limit_cents),
        (Some("+1 212 555 0123"), CustomerStatus::Active, 0)
    );

    let change = WriteRecord {
        id: Some(2_001),
        expected_version: Some(1),
        phone: Some(String::new()),
        status: Some(CustomerStatus::Paused),
        ..WriteRecord::default()
    };
    let changed = store.write_record(&change).unwrap();
    let now = changed.record.customer.clone();
    assert!(
        !changed.created && now.version == 2 && now.phone.is_none() && now.status == CustomerStatus::Paused
    );
    assert_eq!(
        (&now.name, &now.email, &now.city, now.created_on),
        (&customer.name, &customer.email, &customer.city, customer.created_on)
    );
    assert_eq!(store.get_record(2_001).unwrap(), Some(changed.record));
}

#[test]
fn an_outdated_version_or_an_unknown_id_changes_nothing() {
    let (_directory, _path, store) = fresh();
    let change = |id, expected_version| {
        store.write_record(&WriteRecord {
            id: Some(id),
            expected_version,
            name: Some("New".into()),
            ..WriteRecord::default()
        })
    };
    change(5, None).unwrap();
    let error = change(5, Some(1)).unwrap_err();
    assert!(
        matches!(error, StoreError::VersionConflict { id: 5, expected: 1, found: 2 })
            && error.is_caller_mistake()
    );
    assert!(matches!(change(9_999, None).unwrap_err(), StoreError::NotFound { id: 9_999 }));
    assert_eq!(store.get_record(5).unwrap().unwrap().customer.version, 2);
}

#[test]
fn bad_fields_are_named_with_their_rule() {
    let (_directory, path, store) = fresh();
    let good = || new_customer("good@example.com");
    let text = |text: &str| Some(text.to_owned());
    let taken = store.get_record(7).unwrap().unwrap().customer.email.to_uppercase();
    let cases = [
        (WriteRecord { name: text("  "), ..good() }, "`name` must not be empty"),
        (WriteRecord { name: text("a\nb"), ..good() }, "`name` must be one line without control characters"),
        (
            WriteRecord { name: text(&"x".repeat(121)), ..good() },
            "`name` must not be longer than 120 characters",
        ),
        (WriteRecord { name: None, ..good() }, "`name` is needed for a new customer"),
        (WriteRecord { segment: None, ..good() }, "`segment` is needed for a new customer"),
        (WriteRecord { email: Some(taken), ..good() }, "`email` is already the address of another customer"),
        (
            WriteRecord { country: text("Germany"), ..good() },
            "`country` must be a two-letter country code such as `DE`",
        ),
        (
            WriteRecord { phone: text("call me"), ..good() },
            "`phone` must be a phone number such as `+1 212 555 0123`",
        ),
        (WriteRecord { credit_limit_cents: Some(-1), ..good() }, "`credit_limit_cents` must not be negative"),
        (
            WriteRecord { credit_limit_cents: Some(i64::MAX), ..good() },
            "`credit_limit_cents` must not be more than 1000000000",
        ),
        (
            WriteRecord { expected_version: Some(1), ..good() },
            "`expected_version` goes together with `id`; a new customer has no version yet",
        ),
        (WriteRecord { id: Some(1), ..WriteRecord::default() }, "`id` came without a field to change"),
    ];
    let bad_mail = [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@example",
        "a@b@example.com",
        "ada@-x.com",
        "ada@example..com",
        ".a@example.com",
        "ädä@example.com",
    ];
    let cases = cases.into_iter().chain(bad_mail.into_iter().map(|mail| {
        let rule = if mail.is_empty() {
            "`email` must not be empty"
        } else {
            "`email` must be an e-mail address such as `ada.lopez@example.com`"
        };
        (WriteRecord { email: text(mail), ..good() }, rule)
    }));
    for (write, rule) in cases {
        let error = store.write_record(&write).unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }) && error.is_caller_mistake(), "{error:?}");
        assert_eq!(error.to_string(), rule, "{write:?}");
    }
    assert_eq!(count(&path, "SELECT count(*) FROM customers"), 2_000);
}

#[test]
fn bad_arguments_of_the_reading_tools_are_named() {
    let (_directory, _path, store) = fresh();
    let search = |search: SearchRecords| store.search_records(&search).unwrap_err().to_string();
    assert_eq!(search(SearchRecords::new(" ")), "`text` must not be empty");
    assert_eq!(
        search(SearchRecords { limit: 0, ..SearchRecords::new("a") }),
        "`limit` must be from 1 to 100"
    );
    assert_eq!(
        search(SearchRecords { country: Some("é".into()), ..SearchRecords::new("a") }),
        "`country` must be a two-letter country code such as `DE`"
    );
    let query = |query: QueryCustomerData| store.query_customer_data(&query).unwrap_err().to_string();
    assert_eq!(
        query(QueryCustomerData { limit: 101, ..Default::default() }),
        "`limit` must be from 1 to 100"
    );
    assert_eq!(
        query(QueryCustomerData { min_total_spent_cents: Some(-5), ..Default::default() }),
        "`min_total_spent_cents` must not be negative"
    );
    let reversed = QueryCustomerData {
        created_from: "2025-01-02".parse().ok(),
        created_to: "2025-01-01".parse().ok(),
        ..Default::default()
    };
    assert_eq!(query(reversed), "`created_from` must not lie above `created_to`");
    let year = store.run_report(RunReport { kind: ReportKind::TopCustomers, year: Some(1999) }).unwrap_err();
    assert_eq!(year.to_string(), "`year` must be from 2000 to 2100");
}

#[test]
fn a_deletion_takes_orders_and_notes_along_and_never_reuses_the_id() {
    let (_directory, path, store) = fresh();
    let id = (1..)
        .find(|id| {
            store
                .get_record(*id)
                .unwrap()
                .is_some_and(|record| record.orders.count > 0 && !record.notes.is_empty())
        })
        .unwrap();
    let (record, orders, notes) = (
        store.get_record(id).unwrap().unwrap(),
        count(&path, "SELECT count(*) FROM orders"),
        count(&path, "SELECT count(*) FROM notes"),
    );
    let deleted = store.delete_record(id).unwrap().unwrap();
    assert_eq!(
        (&deleted.customer, deleted.orders, deleted.notes as usize),
        (&record.customer, record.orders.count, record.notes.len())
    );
    assert_eq!(count(&path, "SELECT count(*) FROM orders"), orders - deleted.orders);
    assert_eq!(count(&path, "SELECT count(*) FROM notes"), notes - deleted.notes);
    assert_eq!((store.delete_record(id).unwrap(), store.get_record(id).unwrap()), (None, None));

    store.delete_record(2_000).unwrap().unwrap();
    assert_eq!(store.write_record(&new_customer("next@example.com")).unwrap().record.customer.id, 2_001);
}

#[test]
fn eight_writers_and_four_readers_do_not_lose_a_change() {
    let (_directory, path, store) = fresh();
    let (store, other) = (Arc::new(store), Arc::new(Store::open(&path).unwrap()));
    let mut threads = Vec::new();
    for writer in 0..8 {
        // Half of the writers go through a second store, as another process would.
        let store = Arc::clone(if writer % 2 == 0 { &store } else { &other });
        threads.push(thread::spawn(move || {
            for round in 0..20 {
                store.write_record(&new_customer(&format!("w{writer}.{round}@example.com"))).unwrap();
                let mut done = false;
                while !done {
                    let now = store.get_record(1).unwrap().unwrap().customer;
                    let raise = WriteRecord {
                        id: Some(1),
                        expected_version: Some(now.version),
                        credit_limit_cents: Some(now.credit_limit_cents + 1),
                        ..WriteRecord::default()
                    };
                    done = match store.write_record(&raise) {
                        Ok(_) => true,
                        Err(StoreError::VersionConflict { .. }) => false,
                        Err(other) => panic!("{other}"),
                    };
                }
            }
        }));
    }
    for _ in 0..4 {
        let store = Arc::clone(&store);
        threads.push(thread::spawn(move || {
            for _ in 0..20 {
                let page = store
                    .query_customer_data(&QueryCustomerData {
                        sort: Sort::Newest,
                        limit: 100,
                        ..Default::default()
                    })
                    .unwrap();
                assert!(page.total >= 2_000 && page.rows.len() == 100);
            }
        }));
    }
    let before = 1;
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(store.get_record(1).unwrap().unwrap().customer.version, before + 160);
    assert_eq!(count(&path, "SELECT count(*) FROM customers"), 2_160);
    assert_eq!(count(&path, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'"), 0);
}
