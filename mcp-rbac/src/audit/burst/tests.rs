use proptest::prelude::*;

use super::{windows::PAIRS, *};
use crate::policy::properties::role_with;

const MINUTE: Duration = Duration::from_secs(60);

fn somebody(name: &str) -> Principal {
    Principal::system(name, role_with(1, &[0].into()))
}

fn bursts(more_than: usize, within: Duration) -> Bursts {
    let mut bursts = Bursts::default();
    bursts.add(Alert::more_than(more_than, within).of("query"));
    bursts
}

#[test]
fn one_call_more_than_allowed_raises_one_alert() {
    let (bursts, ada, now) = (bursts(100, 5 * MINUTE), somebody("ada"), Instant::now());
    let at = |seconds: u64| now + Duration::from_secs(seconds);
    let records: Vec<RecordId> = (0..102).map(|_| RecordId::new()).collect();
    let count = |at: Instant, which: usize| bursts.count(&ada, "query", records[which], at);
    assert!((0..100).all(|which| count(at(which as u64), which).is_none()));
    // the last moment at which the first one counts
    let raised = count(now + 5 * MINUTE - Duration::from_nanos(1), 100).unwrap();
    assert_eq!((raised.first, raised.last, &*raised.subject), (records[0], records[100], "ada"));
    assert_eq!(count(now + 5 * MINUTE - Duration::from_nanos(1), 101), None);
    assert_eq!(raised.to_string(), "ada has called query more than 100 times within 300 s");
}

#[test]
fn calls_that_are_spread_over_more_than_the_window_raise_none() {
    let (bursts, ada, now) = (bursts(3, MINUTE), somebody("ada"), Instant::now());
    let mut count =
        |seconds| bursts.count(&ada, "query", RecordId::new(), now + Duration::from_secs(seconds)).is_some();
    assert_eq!([0, 20, 40].map(&mut count), [false; 3]);
    // the first one is exactly a window old
    assert_eq!([60, 80, 100, 120].map(&mut count), [false; 4]);
    assert_eq!([121, 122, 130].map(&mut count), [true, false, false]);
    // it fell back, and is exceeded anew
    assert_eq!([300, 301, 302, 303, 304].map(&mut count), [false, false, false, true, false]);
}

#[test]
fn everybody_and_every_tool_is_counted_by_itself() {
    let mut bursts = bursts(1, MINUTE);
    bursts.add(Alert::more_than(2, MINUTE));
    let (ada, alan, now) = (somebody("ada"), somebody("alan"), Instant::now());
    let count = |who: &Principal, tool: &str| bursts.count(who, tool, RecordId::new(), now).is_some();
    assert!(!count(&ada, "query") && !count(&alan, "query"));
    assert!(!count(&ada, "report") && !count(&ada, "report"));
    assert!(count(&ada, "query") && count(&ada, "report") && count(&alan, "query"));
    assert!(Bursts::default().count(&ada, "query", RecordId::new(), now).is_none());
}

#[test]
fn who_is_counted_is_not_forgotten_for_others() {
    let (bursts, now) = (bursts(1, MINUTE), Instant::now());
    bursts.count(&somebody("first"), "query", RecordId::new(), now);
    for number in 0..PAIRS {
        bursts.count(&somebody(&number.to_string()), "query", RecordId::new(), now);
    }
    assert!(bursts.count(&somebody("first"), "query", RecordId::new(), now).is_some());
    assert_eq!(bursts.calls.len(), PAIRS);
    // a window later there is room
    assert!(bursts.count(&somebody("last"), "query", RecordId::new(), now + MINUTE).is_none());
    assert_eq!(bursts.calls.len(), 1);
}

#[test]
fn a_limit_lets_as_many_pass_as_it_says() {
    let (mut bursts, ada, now) = (Bursts::default(), somebody("ada"), Instant::now());
    bursts.limit(Limit::at_most(2, MINUTE).of("query"));
    let pass = |seconds: u64| bursts.pass_tool(&ada, "query", now + Duration::from_secs(seconds));
    assert_eq!([0, 10].map(pass), [Ok(()); 2]);
    // refused calls do not count, and say when one passes again
    assert_eq!(pass(20), Err(Duration::from_secs(40)));
    assert_eq!(pass(59), Err(Duration::from_secs(1)));
    assert_eq!([60, 70].map(pass), [Ok(()); 2]);
    assert_eq!(pass(70), Err(Duration::from_secs(50)));
    // another one, and another tool
    assert_eq!(bursts.pass_tool(&somebody("alan"), "query", now), Ok(()));
    assert!((0..100).all(|_| bursts.pass_tool(&ada, "report", now).is_ok()));
}

#[test]
fn everybody_is_limited_unless_it_is_switched_off() {
    let (mut bursts, ada, now) = (Bursts::default(), somebody("ada"), Instant::now());
    assert!((0..12_000).all(|_| bursts.pass_principal(&ada, now).is_ok()));
    assert_eq!(bursts.pass_principal(&ada, now), Err(MINUTE));
    assert_eq!(bursts.pass_principal(&somebody("alan"), now), Ok(()));
    bursts.unlimited();
    assert_eq!(bursts.pass_principal(&ada, now), Ok(()));
    bursts.limit(Limit::at_most(0, MINUTE));
    assert_eq!(bursts.pass_principal(&ada, now), Err(MINUTE));
}

#[test]
fn whom_there_is_no_place_to_count_does_not_pass() {
    let (mut bursts, now) = (Bursts::default(), Instant::now());
    bursts.limit(Limit::at_most(1, MINUTE));
    for number in 0..PAIRS {
        bursts.pass_principal(&somebody(&number.to_string()), now).unwrap();
    }
    assert_eq!(bursts.pass_principal(&somebody("late"), now), Err(MINUTE));
    assert_eq!(bursts.pass_principal(&somebody("0"), now), Err(MINUTE));
    assert_eq!(bursts.pass_principal(&somebody("late"), now + MINUTE), Ok(()));
}

#[test]
fn what_the_server_says_takes_the_place_of_what_the_tool_says() {
    let rate = Some(Rate { calls: 1, within_s: 60 });
    let oversight = Oversight { redactions: &[], alert: rate, limit: rate };
    let (mut bursts, ada, now) = (Bursts::default(), somebody("ada"), Instant::now());
    bursts.limit(Limit::at_most(2, MINUTE).of("report"));
    bursts.declared("query", &oversight);
    bursts.declared("report", &oversight);
    let passes = |tool: &str| (0..5).filter(|_| bursts.pass_tool(&ada, tool, now).is_ok()).count();
    assert_eq!((passes("query"), passes("report")), (1, 2));
    let raised = (0..3).filter_map(|_| bursts.count(&ada, "query", RecordId::new(), now)).count();
    assert_eq!(raised, 1);
}

/// The members that the format asks for, as its specification has them.
#[test]
fn an_alert_is_a_metric_of_cloudwatch() {
    let (ada, now) = (somebody("ada\n"), Instant::now());
    let bursts = bursts(0, MINUTE);
    let raised = bursts.count(&ada, "query", RecordId::new(), now).unwrap();
    let line = raised.embedded_metric("records");
    assert!(!line.contains('\n'));
    let metric: serde_json::Value = serde_json::from_str(&line).unwrap();
    let definition = &metric["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(
        (&definition["Namespace"], &definition["Dimensions"]),
        (&"records".into(), &serde_json::json!([["tool"]]))
    );
    assert_eq!(
        (&metric["tool"], metric[definition["Metrics"][0]["Name"].as_str().unwrap()].as_u64()),
        (&"query".into(), Some(1))
    );
    let age = jiff::Timestamp::now().as_millisecond() - metric["_aws"]["Timestamp"].as_i64().unwrap();
    assert!((0..60_000).contains(&age), "{age}");
}

proptest! {
    /// Against counting all calls of the window each time.
    #[test]
    fn an_alert_is_raised_when_counting_everything_says_so(
        steps in prop::collection::vec(0_u64..30, 0..60),
        more_than in 0_usize..6,
    ) {
        let (bursts, ada, mut now) = (bursts(more_than, MINUTE), somebody("ada"), Instant::now());
        let (mut times, mut raised): (Vec<Instant>, bool) = (Vec::new(), false);
        for step in steps {
            now += Duration::from_secs(step);
            let within = |times: &[Instant]| times.iter().filter(|at| now.duration_since(**at) < MINUTE).count();
            raised &= within(&times) > more_than;
            times.push(now);
            let expected = !raised && within(&times) > more_than;
            raised |= expected;
            prop_assert_eq!(bursts.count(&ada, "query", RecordId::new(), now).is_some(), expected);
        }
    }
}
