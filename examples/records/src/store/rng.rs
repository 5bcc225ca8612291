//! A tiny random number generator whose numbers are the same on every machine, for ever.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). For example data
/// only, never for secrets.
pub(super) struct Rng(u64);

impl Rng {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let width = u64::from(high.saturating_sub(low)) + 1;
        let offset = ((self.next() >> 32) * width) >> 32;
        low.saturating_add(u32::try_from(offset).unwrap_or(0))
    }

    /// One of `items`; the default of the type when there are none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let last = u32::try_from(items.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let at = self.between(0, last);
        usize::try_from(at).ok().and_then(|at| items.get(at)).copied().unwrap_or_default()
    }

    /// `usual`, except for so many percent of the draws that give one of `others`.
    pub(super) fn usually<T: Copy>(&mut self, usual: T, others: &[(u32, T)]) -> T {
        let mut draw = self.between(1, 100);
        for &(percent, other) in others {
            if draw <= percent {
                return other;
            }
            draw -= percent;
        }
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_numbers_are_those_of_the_reference_implementation() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!([rng.next(), rng.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn draws_stay_within_their_bounds_and_reach_them() {
        let mut rng = Rng::new(1);
        let draws: Vec<u32> = (0..1000).map(|_| rng.between(3, 7)).collect();
        assert_eq!((draws.iter().min(), draws.iter().max()), (Some(&3), Some(&7)));
        assert_eq!(rng.pick::<u8>(&[]), 0);
        let rare = (0..10_000).filter(|_| rng.usually(false, &[(10, true)])).count();
        assert!((800..1200).contains(&rare), "{rare}");
    }
}
