use std::{io, time::Instant};

use jiff::{
    Timestamp,
    fmt::{StdIoWrite, temporal::DateTimePrinter},
};

/// What lines say of when they are written.
pub(super) struct Clock {
    began: Instant,
    /// The second that was said last, and its text.
    second: i64,
    text: Vec<u8>,
}

impl Clock {
    pub(super) fn start(now: Instant) -> Self {
        Self { began: now, second: i64::MIN, text: Vec::new() }
    }

    /// How long after the start that is, in microseconds.
    pub(super) fn since_start(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.began).as_micros()).unwrap_or(u64::MAX)
    }

    /// Appends the time that it is, in UTC and with microseconds (RFC 3339).
    pub(super) fn write_time(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        self.write(line, Timestamp::now())
    }

    /// The text of a second is made once.
    fn write(&mut self, line: &mut Vec<u8>, time: Timestamp) -> io::Result<()> {
        // before 1970 it is negative, and counted from the second after it
        let Ok(mut left) = u32::try_from(time.subsec_microsecond()) else {
            return print(line, time, 6);
        };
        if time.as_second() != self.second {
            self.text.clear();
            print(&mut self.text, time, 0)?;
            self.second = time.as_second();
        }
        line.extend_from_slice(self.text.strip_suffix(b"Z").unwrap_or(&self.text));
        let mut fraction = *b".000000Z";
        for digit in fraction.iter_mut().skip(1).take(6).rev() {
            *digit += u8::try_from(left % 10).unwrap_or_default();
            left /= 10;
        }
        line.extend_from_slice(&fraction);
        Ok(())
    }
}

fn print(text: &mut Vec<u8>, time: Timestamp, digits: u8) -> io::Result<()> {
    let printer = DateTimePrinter::new().precision(Some(digits));
    printer.print_timestamp(&time, StdIoWrite(text)).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(clock: &mut Clock, time: Timestamp) -> String {
        let mut line = Vec::new();
        clock.write(&mut line, time).unwrap();
        String::from_utf8(line).unwrap()
    }

    proptest! {
        /// Forwards and back, around 1970 as well.
        #[test]
        fn it_is_written_as_jiff_writes_it(steps in prop::collection::vec(-3_000_000_i64..3_000_000, 1..20), begin in -5_000_000_i64..9_000_000_000_000_000) {
            let mut clock = Clock::start(Instant::now());
            let mut at = begin;
            for step in steps {
                at += step;
                let time = Timestamp::from_microsecond(at).unwrap();
                prop_assert_eq!(written(&mut clock, time), format!("{time:.6}"));
            }
        }
    }

    #[test]
    fn it_has_six_digits() {
        let mut clock = Clock::start(Instant::now());
        let time = Timestamp::from_microsecond(1_000_007).unwrap();
        assert_eq!(written(&mut clock, time), "1970-01-01T00:00:01.000007Z");
    }
}
