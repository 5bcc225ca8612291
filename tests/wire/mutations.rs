//! Requests with bytes that are altered, left out, doubled and moved, by no plan at all.

use crate::{
    app::deleted,
    support::{Connection, Request, shared},
};

const REQUESTS: usize = 2_000;

/// The same numbers in every run (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    const TELLING: &[u8] = b"\r\n\0 \t:,;\"{}[]/%@?#=-+0123456789aZ\x7f\x80\xff";
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let telling = TELLING[numbers.below(TELLING.len())];
        match numbers.below(6) {
            0 => bytes[at] = telling,
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes.insert(at, telling),
            3 => drop(bytes.remove(at)),
            4 => {
                let end = (at + numbers.below(40)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => {
                // a whole line, once more, somewhere else
                let lines: Vec<Vec<u8>> =
                    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let mut lines = lines;
                let line = lines[numbers.below(lines.len())].clone();
                lines.insert(numbers.below(lines.len()), line);
                *bytes = lines.concat();
            }
        }
    }
}

fn answers(bytes: &[u8]) -> Vec<String> {
    let mut connection = Connection::open(shared().address());
    connection.write(bytes);
    connection.finish_writing();
    let mut answers = Vec::new();
    while let Some(answer) = connection.response() {
        answers.push(answer.everything());
    }
    answers
}

#[test]
fn nobody_gets_in_by_chance() {
    let mut numbers = Numbers(1);
    for number in 0..REQUESTS {
        let request = if number % 2 == 0 { Request::call("about") } else { Request::modern_call("about") };
        let mut bytes = request.bytes();
        mutate(&mut bytes, &mut numbers);
        for answer in answers(&bytes) {
            assert!(!answer.starts_with("200"), "{number}: {} -> {answer}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_reader_stays_a_reader() {
    let mut numbers = Numbers(2);
    for number in 0..REQUESTS {
        let request = if number % 2 == 0 { Request::call } else { Request::modern_call };
        let mut bytes = request("delete_all").bearer(&shared().keys.reader).bytes();
        mutate(&mut bytes, &mut numbers);
        for answer in answers(&bytes) {
            assert!(!answer.contains("\"content\""), "{number}: {} -> {answer}", bytes.escape_ascii());
        }
        assert_eq!(deleted(), 0, "{number}: {}", bytes.escape_ascii());
    }
}
