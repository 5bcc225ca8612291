use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use proptest::prelude::*;
use secrecy::ExposeSecret;
use tokio::time::{Instant, advance};

use super::kept::{Kept, settle, value};
use crate::secrets::{CachedSecret, SecretError, SecretVersions};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// Unless set otherwise.
const TTL: Duration = Duration::from_secs(15 * 60);
const EARLY: Duration = Duration::from_secs(12 * 60);
const MAX_STALE: Duration = Duration::from_secs(60 * 60);

#[tokio::test(start_paused = true)]
async fn one_fetch_for_all_requests_of_a_ttl() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    for _ in 0..1000 {
        assert_eq!(value(&secret).await, "a");
    }
    advance(EARLY - SECOND).await;
    assert_eq!(value(&secret).await, "a");
    settle().await;
    assert_eq!(kept.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_fetch_for_200_misses_at_once() {
    let kept = Kept::of("a");
    kept.takes(SECOND);
    let secret = Arc::new(CachedSecret::new(kept.clone()));
    let misses: Vec<_> = (0..200)
        .map(|_| {
            let secret = Arc::clone(&secret);
            tokio::spawn(async move { value(&secret).await })
        })
        .collect();
    for miss in misses {
        assert_eq!(miss.await.unwrap(), "a");
    }
    assert_eq!(kept.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_does_not_take_the_fetch_along() {
    let kept = Kept::of("a");
    kept.takes(SECOND);
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).now_or_never(), None);
    advance(2 * SECOND).await;
    settle().await;
    kept.is("b");
    assert_eq!(value(&secret).await, "a");
    assert_eq!(kept.fetches(), 1);
}

/// From four fifths of its time on it is asked for in the background: nobody waits, and the next one has it.
#[tokio::test(start_paused = true)]
async fn it_is_asked_for_ahead_of_its_end() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "a");
    kept.is("b");
    kept.takes(5 * SECOND);
    advance(EARLY).await;
    assert_eq!(value(&secret).now_or_never().as_deref(), Some("a"));
    assert_eq!(value(&secret).now_or_never().as_deref(), Some("a"));
    // it is under way, once
    settle().await;
    advance(5 * SECOND).await;
    settle().await;
    assert_eq!(value(&secret).now_or_never().as_deref(), Some("b"));
    assert_eq!(kept.fetches(), 2);
}

/// After its time nobody gets the old one as long as the new one can be had.
#[tokio::test(start_paused = true)]
async fn an_old_one_is_not_served_while_a_new_one_comes() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "a");
    kept.is("b");
    kept.takes(SECOND);
    advance(TTL).await;
    assert_eq!(value(&secret).await, "b");
    assert_eq!(kept.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_outage() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "a");
    kept.fails();
    advance(TTL + MAX_STALE - Duration::from_millis(1)).await;
    assert_eq!(value(&secret).await, "a");
    advance(Duration::from_millis(1)).await;
    assert_eq!(value(&secret).await, "it cannot be had: it is down");
    // it comes back: at the latest when the pause is over
    kept.is("b");
    advance(MINUTE).await;
    assert_eq!(value(&secret).await, "b");
}

/// A request per second for an hour, of which hardly any asks.
#[tokio::test(start_paused = true)]
async fn an_outage_is_not_one_fetch_per_request() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "a");
    kept.fails();
    advance(TTL).await;
    for _ in 0..3600 {
        let _value = value(&secret).await;
        settle().await;
        advance(SECOND).await;
    }
    let at = kept.0.at.lock().unwrap().clone();
    let pauses: Vec<u64> = at.windows(2).skip(1).map(|pair| (pair[1] - pair[0]).as_secs()).take(8).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert!(at.len() < 70, "{} fetches", at.len());
}

/// Those who come while it fails wait for one attempt and not for one each.
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_what_has_just_failed() {
    let kept = Kept::of("a");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "a");
    kept.fails();
    kept.takes(5 * SECOND);
    advance(TTL).await;
    assert_eq!(value(&secret).await, "a");
    let began = Instant::now();
    advance(2 * SECOND).await;
    for _ in 0..10 {
        assert_eq!(value(&secret).await, "a");
    }
    assert_eq!(began.elapsed(), 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_or_panics_has_failed() {
    let kept = Kept::of("a");
    kept.takes(MINUTE);
    let secret = CachedSecret::new(kept.clone()).deadline(3 * SECOND);
    assert_eq!(value(&secret).await, "there was no answer within 3 seconds");
    kept.takes(Duration::ZERO);
    kept.panics();
    advance(MINUTE).await;
    assert_eq!(value(&secret).await, "it cannot be had: its source panicked");
    assert_eq!(value(&secret).await, "it cannot be had: its source panicked");
    assert_eq!(kept.fetches(), 2);
    kept.is("b");
    advance(MINUTE).await;
    assert_eq!(value(&secret).await, "b");
}

/// What was had before it went wrong counts by when it was asked for, not by when the answer came.
#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_as_old_as_its_question() {
    let kept = Kept::of("a");
    kept.takes(5 * SECOND);
    let secret = CachedSecret::new(kept.clone()).ttl(10 * SECOND).max_stale(Duration::ZERO);
    assert_eq!(value(&secret).await, "a");
    kept.fails();
    advance(5 * SECOND).await;
    assert_eq!(value(&secret).await, "it cannot be had: it is down");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_no_secret() {
    let kept = Kept::of("");
    let secret = CachedSecret::new(kept.clone());
    assert_eq!(value(&secret).await, "it is empty");
}

/// What is wrong with what is in it counts as not having it.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_does_not_replace_what_could() {
    let kept = Kept::of("7");
    let number = CachedSecret::new(kept.clone()).read_as(|versions: SecretVersions| {
        let text = versions.current().expose_secret().parse::<u32>();
        text.map_err(|_| SecretError::Malformed("it is no number".to_owned()))
    });
    assert_eq!(*number.get().await.unwrap(), 7);
    kept.is("seven");
    advance(TTL).await;
    assert_eq!(*number.get().await.unwrap(), 7);
    advance(MAX_STALE).await;
    assert_eq!(number.get().await, Err(SecretError::Malformed("it is no number".to_owned())));
    assert_eq!(number.last().as_deref(), Some(&7));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens and however long it takes: what is served was right at a time that is not too long ago; a fetch
    /// never overlaps another; and what is there and works is served.
    #[test]
    fn no_value_outlives_its_limit(steps in prop::collection::vec((0_u8..4, 0_u64..2000, 0_u64..12), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let kept = Kept::of("0");
            let secret = CachedSecret::new(kept.clone()).ttl(100 * SECOND).max_stale(300 * SECOND);
            // when each value was last what is kept
            let mut right_until = vec![None];
            let mut works = true;
            for (step, wait, takes) in steps {
                match step {
                    0 => {
                        if works {
                            *right_until.last_mut().unwrap() = Some(Instant::now());
                        }
                        right_until.push(None);
                        kept.is(&(right_until.len() - 1).to_string());
                        works = true;
                    }
                    1 => {
                        if works {
                            *right_until.last_mut().unwrap() = Some(Instant::now());
                        }
                        kept.fails();
                        works = false;
                    }
                    2 => kept.takes(Duration::from_secs(takes)),
                    _ => {}
                }
                advance(Duration::from_secs(wait)).await;
                if let Ok(versions) = secret.get().await {
                    let index: usize = versions.current().expose_secret().parse().unwrap();
                    if let Some(end) = right_until[index] {
                        prop_assert!(end.elapsed() < 400 * SECOND, "{:?}", end.elapsed());
                    }
                }
            }
            kept.takes(Duration::ZERO);
            kept.is("last");
            advance(500 * SECOND).await;
            settle().await;
            prop_assert_eq!(value(&secret).await, "last");
            Ok(())
        })?;
    }
}
