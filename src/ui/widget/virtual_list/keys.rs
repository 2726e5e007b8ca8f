//! The rows of a list as their keys: how many, which, where.

use super::types::Key;

/// The keys of all rows, in their order.
pub(super) trait Keys<K> {
    /// How many rows there are.
    fn len(&self) -> usize;

    /// The key of the row at this index.
    fn at(&self, index: usize) -> Option<K>;

    /// The index of this row, which was there when it was last seen; where the row is gone, the index of the one that
    /// has its place.
    fn find(&self, key: K, seen: usize) -> Result<usize, usize>;
}

/// Keys that are sorted, so that the place of those that are gone or not there yet is known.
impl<K: Key> Keys<K> for &[K] {
    fn len(&self) -> usize {
        <[K]>::len(self)
    }

    fn at(&self, index: usize) -> Option<K> {
        self.get(index).copied()
    }

    fn find(&self, key: K, _seen: usize) -> Result<usize, usize> {
        self.binary_search(&key)
    }
}

/// Keys in an order of their own, told one by one.
pub(super) struct Listed<F> {
    pub(super) len: usize,
    pub(super) key: F,
}

impl<K: Key, F: Fn(usize) -> K> Keys<K> for Listed<F> {
    fn len(&self) -> usize {
        self.len
    }

    fn at(&self, index: usize) -> Option<K> {
        (index < self.len).then(|| (self.key)(index))
    }

    /// Looks further and further from where the row was: mostly it is there or beside it.
    fn find(&self, key: K, seen: usize) -> Result<usize, usize> {
        let seen = seen.min(self.len.saturating_sub(1));
        let here = |index: &usize| self.at(*index) == Some(key);
        for distance in 0..self.len {
            let above = seen.checked_sub(distance).filter(here);
            let below = seen.checked_add(distance).filter(here);
            if let Some(index) = above.or(below) {
                return Ok(index);
            }
        }
        Err(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_wherever_it_went() {
        let keys = [50, 10, 40, 20, 30_u32];
        let listed = Listed {
            len: keys.len(),
            key: |index: usize| keys.get(index).copied().unwrap_or(0),
        };
        for seen in [0, 2, 4, 99] {
            for (index, key) in keys.into_iter().enumerate() {
                assert_eq!(listed.find(key, seen), Ok(index), "{key} from {seen}");
            }
        }
        assert_eq!(listed.find(7, 3), Err(3));
        assert_eq!(listed.find(7, 9), Err(4));
        assert_eq!(listed.at(5), None);
        let none = Listed {
            len: 0,
            key: |_| 0_u32,
        };
        assert_eq!((none.find(7, 3), none.at(0)), (Err(0), None));
    }
}
