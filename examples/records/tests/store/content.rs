//! What a fresh database holds, and how it comes to be.

use crate::*;

#[test]
fn two_fresh_databases_are_identical_and_the_same_as_ever() {
    let ((_one, first, a), (_two, second, b)) = (fresh(), fresh());
    drop((a, b));
    let text = dump(&first);
    assert_eq!(text, dump(&second));
    assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
    // FNV-1a; it changes only when somebody changes the example data on purpose.
    let rows = text.lines().filter(|line| !line.contains("CREATE ")).collect::<String>();
    let hash = rows.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(format!("{hash:016x}"), "6b2cf05431ce42d5");
}

#[test]
fn it_is_large_realistic_and_harmless() {
    let (_directory, path, store) = fresh();
    let number = |sql| count(&path, sql);
    assert_eq!(number("SELECT count(*) FROM customers"), 2_000);
    assert!((5_500..6_500).contains(&number("SELECT count(*) FROM orders")));
    assert!((800..2_000).contains(&number("SELECT count(*) FROM notes")));
    for empty in [
        "SELECT count(*) FROM customers WHERE email NOT LIKE '%@example.com' AND email NOT LIKE '%@example.org' AND email NOT LIKE '%@example.net'",
        "SELECT count(*) FROM orders JOIN customers AS c ON c.id = customer_id WHERE ordered_on < created_on OR ordered_on > '2025-12-31'",
        "SELECT count(*) FROM notes JOIN customers AS c ON c.id = customer_id WHERE written_on < created_on OR text LIKE '%{%'",
        "SELECT count(*) FROM customers WHERE country IN ('US', 'CA') AND phone NOT LIKE '+1 ___ 555 01__'",
        "SELECT count(*) FROM customers WHERE country = 'SE' AND phone NOT BETWEEN '+46 70 174 06 05' AND '+46 70 174 06 99'",
        "SELECT count(*) FROM pragma_foreign_key_check",
    ] {
        assert_eq!(number(empty), 0, "{empty}");
    }
    for (closed_set, members) in [
        ("SELECT count(DISTINCT segment) FROM customers", Segment::ALL.len()),
        ("SELECT count(DISTINCT status) FROM customers", CustomerStatus::ALL.len()),
        ("SELECT count(DISTINCT status) FROM orders", OrderStatus::ALL.len()),
        ("SELECT count(DISTINCT category) FROM orders", records::store::Category::ALL.len()),
    ] {
        assert_eq!(number(closed_set) as usize, members, "{closed_set}");
    }
    drop(store);
}

#[test]
#[cfg(target_os = "linux")]
fn the_first_start_takes_well_below_a_second() {
    let directory = tempfile::tempdir().unwrap();
    let before = time_on_processor();
    let store = Store::open(directory.path().join("records.db")).unwrap();
    let first = time_on_processor() - before;
    drop(store);
    assert!(first < Duration::from_secs(2), "{first:?}");
}

/// How long this thread has run. What passes on the clock says more about the other work of the machine.
#[cfg(target_os = "linux")]
fn time_on_processor() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(statistics.split_whitespace().next().unwrap().parse().unwrap())
}

/// Not a test of its own: the process that `a_first_start_that_is_killed…` kills.
#[test]
fn victim() {
    if let Some(path) = std::env::var_os("RECORDS_TEST_VICTIM") {
        let _store = Store::open(path).unwrap();
    }
}

#[test]
fn a_first_start_that_is_killed_at_any_moment_is_repaired_by_the_next() {
    let (_reference, complete, store) = fresh();
    drop(store);
    let (expected, mut unfinished) = (dump(&complete), 0);
    let directory = tempfile::tempdir().unwrap();
    for round in 0..24_u64 {
        let path = directory.path().join(format!("{round}.db"));
        let mut victim = Command::new(std::env::current_exe().unwrap());
        let mut victim = victim
            .args(["--exact", "content::victim"])
            .env("RECORDS_TEST_VICTIM", &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while !path.exists() && victim.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(round * 4));
        victim.kill().unwrap();
        victim.wait().unwrap();
        unfinished += usize::from(fs::metadata(&path).unwrap().len() == 0);
        drop(Store::open(&path).unwrap());
        assert_eq!(dump(&path), expected, "killed after {} ms", round * 4);
    }
    assert!(unfinished > 0, "no process was killed in the middle of the fill");
}

#[test]
fn many_threads_may_start_on_a_missing_file_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("records.db");
    thread::scope(|scope| {
        let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| Store::open(&path).map(drop))).collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
    assert_eq!(count(&path, "SELECT count(*) FROM customers"), 2_000);
}
