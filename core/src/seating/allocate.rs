//! Who sits where: pure, and the same for the same rows.
//!
//! The rule, for a wish of *n* seats:
//! 1. An *orphan* is an open seat between two places that cannot be had (taken, blocked, a gap, the end of the row, a seat of
//!    another kind) that stood beside an open seat before. Whoever takes seats leaves none, if any other choice of *n* adjacent seats
//!    exists in any of the rows.
//! 2. Among those choices: the best row, in it nearest to the middle, then the left.
//! 3. If every choice leaves orphans, the one that leaves fewest: seats are rather sold than refused.
//! 4. If no row has *n* adjacent seats, they are split: into as few groups as possible, then as close to each other as
//!    possible (rows between the first and the last), then with the fewest orphans, then with the fewest people alone.
//!
//! With an anchor (a wheelchair place that a companion belongs to) nearness to it takes the place of "the best row".

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    SeatKind,
    row::{MAX_ROW, Part, Row, Run},
};

/// Wish for seats.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Kind of seat.
    pub kind: SeatKind,
    /// How many, at least 1.
    pub seats: usize,
    /// Row and place near which they are wanted.
    pub near: Option<(usize, usize)>,
}

/// Chooses seats next to each other; `among` tells which rows are meant.
pub fn choose_together(rows: &[Row], among: impl Fn(usize) -> bool, wish: Wish) -> Option<Part> {
    let part = |row, start| Part {
        row,
        start,
        seats: wish.seats,
    };
    let Some((anchor, place)) = wish.near else {
        let mut second_best = None;
        for (index, row) in rows.iter().enumerate().filter(|(index, _)| among(*index)) {
            let Some(fit) = row.best_fit(wish.kind, wish.seats) else {
                continue;
            };
            if fit.orphans == 0 {
                return Some(part(index, fit.start));
            }
            let key = (fit.orphans, index, fit.start);
            second_best = Some(second_best.map_or(key, |best: (usize, usize, usize)| best.min(key)));
        }
        return second_best.map(|(_, index, start)| part(index, start));
    };
    let home = rows.get(anchor).map_or(0, |row| row.distance);
    let fits = rows
        .iter()
        .enumerate()
        .filter(|(index, row)| among(*index) && row.longest(wish.kind) >= wish.seats)
        .flat_map(|(index, row)| {
            let off_row = row.distance.abs_diff(home);
            row.runs(wish.kind)
                .flat_map(move |run| row.fits(run, wish.seats))
                .map(move |fit| {
                    let end = fit.start + wish.seats - 1;
                    let off_place = if place < fit.start {
                        fit.start - place
                    } else {
                        place.saturating_sub(end)
                    };
                    (fit.orphans, off_row, off_place, index, fit.start)
                })
        });
    fits.min().map(|(.., index, start)| part(index, start))
}

/// Splits a wish that no row can grant at once; nothing when there are too few seats at all.
pub fn choose_apart(rows: &[Row], among: impl Fn(usize) -> bool, wish: Wish) -> Option<Vec<Part>> {
    let with_seats: Vec<(usize, &Row)> = rows
        .iter()
        .enumerate()
        .filter(|(index, row)| among(*index) && row.open(wish.kind) > 0)
        .collect();
    let groups = fewest_groups(&with_seats, wish)?;
    let window = closest_window(&with_seats, wish, groups);
    let mut runs: Vec<(usize, &Row, Run)> = with_seats[window]
        .iter()
        .flat_map(|(index, row)| row.runs(wish.kind).map(move |run| (*index, *row, run)))
        .collect();
    runs.sort_by_key(|(index, row, run)| {
        let off_centre = (2 * run.start + run.len).abs_diff(row.width());
        (Reverse(run.len), *index, off_centre, run.start)
    });
    runs.truncate(groups);
    let lens: Vec<usize> = runs.iter().map(|(.., run)| run.len).collect();
    let mut parts: Vec<Part> = runs
        .iter()
        .zip(deal(&lens, wish.seats))
        .filter_map(|((index, row, run), seats)| {
            let fit = row.fits(*run, seats).min()?;
            Some(Part {
                row: *index,
                start: fit.start,
                seats,
            })
        })
        .collect();
    parts.sort_unstable_by_key(|part| (part.row, part.start));
    Some(parts)
}

/// Number of groups when the longest runs are taken.
fn fewest_groups(rows: &[(usize, &Row)], wish: Wish) -> Option<usize> {
    let mut by_len = [0_usize; MAX_ROW + 1];
    for run in rows.iter().flat_map(|(_, row)| row.runs(wish.kind)) {
        by_len[run.len.min(MAX_ROW)] += 1;
    }
    let (mut groups, mut missing) = (0, wish.seats);
    for (len, count) in by_len.iter().enumerate().skip(1).rev() {
        let used = missing.div_ceil(len).min(*count);
        groups += used;
        missing = missing.saturating_sub(used * len);
        if missing == 0 {
            return Some(groups);
        }
    }
    None
}

/// The rows that lie closest together and can seat the wish in so many groups; of equals the best.
fn closest_window(rows: &[(usize, &Row)], wish: Wish, groups: usize) -> std::ops::Range<usize> {
    let (mut best, mut closest) = (0..rows.len(), u64::MAX);
    for first in 0..rows.len() {
        let mut largest: BinaryHeap<Reverse<usize>> = BinaryHeap::with_capacity(groups + 1);
        let mut seats = 0;
        for (last, (_, row)) in rows.iter().enumerate().skip(first) {
            let span = row.distance.abs_diff(rows[first].1.distance);
            if span >= closest {
                break;
            }
            for run in row.runs(wish.kind) {
                largest.push(Reverse(run.len));
                seats += run.len;
                if largest.len() > groups {
                    seats -= largest.pop().map_or(0, |Reverse(len)| len);
                }
            }
            if seats >= wish.seats {
                (best, closest) = (first..last + 1, span);
                break;
            }
        }
        if closest == 0 {
            break;
        }
    }
    best
}

/// Deals people to runs, at least one to each, so that the fewest orphans remain and then the fewest people sit alone.
fn deal(lens: &[usize], people: usize) -> Vec<usize> {
    const WORST: usize = usize::MAX / 2;
    let cost = |len: usize, seats: usize| 1_000 * usize::from(len == seats + 1) + usize::from(seats == 1);
    // What the runs from the i-th on cost at least when they seat so many.
    let mut costs = vec![vec![WORST; people + 1]; lens.len() + 1];
    costs[lens.len()][0] = 0;
    for (at, len) in lens.iter().enumerate().rev() {
        for left in 0..=people {
            let ways = (1..=left.min(*len)).map(|seats| cost(*len, seats) + costs[at + 1][left - seats]);
            costs[at][left] = ways.min().unwrap_or(WORST);
        }
    }
    let mut left = people;
    let dealt = lens.iter().enumerate().map(|(at, len)| {
        // The most that is as good as any other way: the longest run is filled first.
        let is_best = |seats: &usize| cost(*len, *seats) + costs[at + 1][left - seats] == costs[at][left];
        let seats = (1..=left.min(*len)).rev().find(is_best).unwrap_or(0);
        left -= seats;
        seats
    });
    dealt.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seating::row::Place;

    /// A row of `.` (gap), `x` (taken), `s`, `w`, `c`.
    fn row(distance: i64, text: &str) -> Row {
        let place = |letter| match letter {
            's' => Place::Open(SeatKind::Seat),
            'w' => Place::Open(SeatKind::Wheelchair),
            'c' => Place::Open(SeatKind::Companion),
            _ => Place::Closed,
        };
        Row::new(distance, text.chars().map(place).collect())
    }

    fn house(rows: &[&str]) -> Vec<Row> {
        (0..).zip(rows).map(|(distance, text)| row(distance, text)).collect()
    }

    fn seats(seats: usize) -> Wish {
        Wish {
            kind: SeatKind::Seat,
            seats,
            near: None,
        }
    }

    fn together(rows: &[&str], n: usize) -> Option<(usize, usize)> {
        choose_together(&house(rows), |_| true, seats(n)).map(|part| (part.row, part.start))
    }

    fn apart(rows: &[&str], n: usize) -> Option<Vec<(usize, usize, usize)>> {
        let parts = choose_apart(&house(rows), |_| true, seats(n))?;
        Some(parts.iter().map(|part| (part.row, part.start, part.seats)).collect())
    }

    #[test]
    fn the_middle_of_the_best_row_is_taken_first() {
        assert_eq!(together(&["ssssssss", "ssssssss"], 2), Some((0, 3)));
        assert_eq!(
            together(&["sssxxsss", "ssssssss"], 2),
            Some((1, 3)),
            "two of three would leave one"
        );
        assert_eq!(
            together(&["sssxxsss", "ssssssss"], 3),
            Some((0, 0)),
            "of equals the left"
        );
        assert_eq!(
            together(&["xxxxxxxs", "ssssssss"], 1),
            Some((0, 7)),
            "an orphan is filled"
        );
        assert_eq!(together(&["ss.ss"], 3), None, "an aisle parts neighbours");
    }

    #[test]
    fn an_orphan_is_left_only_where_everything_leaves_one() {
        assert_eq!(
            together(&["sss", "ssss"], 2),
            Some((1, 0)),
            "the middle of four would leave two"
        );
        assert_eq!(together(&["sss", "xsssx"], 2), Some((0, 0)));
        assert_eq!(
            together(&["ssss"], 1),
            Some((0, 0)),
            "the ends leave none, the middle does"
        );
    }

    #[test]
    fn each_kind_has_its_own_places() {
        let rows = house(&["ssswcss"]);
        let wish = |kind, seats, near| Wish { kind, seats, near };
        assert_eq!(
            choose_together(&rows, |_| true, seats(4)),
            None,
            "a wheelchair place is a wall"
        );
        let place = choose_together(&rows, |_| true, wish(SeatKind::Wheelchair, 1, None)).unwrap();
        assert_eq!(place.start, 3);
        let rows = house(&["cwwc", "cwwc"]);
        let companion = wish(SeatKind::Companion, 1, Some((1, 2)));
        let near = choose_together(&rows, |_| true, companion).unwrap();
        assert_eq!((near.row, near.start), (1, 3), "the companion sits beside");
    }

    #[test]
    fn who_cannot_sit_together_sits_close_in_few_groups() {
        assert_eq!(
            apart(&["ssxss", "sssxx"], 4),
            Some(vec![(0, 0, 2), (0, 3, 2)]),
            "one row is closer than two"
        );
        assert_eq!(
            apart(&["sssxx", "xxxxx", "sssxx", "sssxx"], 5),
            Some(vec![(2, 0, 3), (3, 1, 2)])
        );
        assert_eq!(
            apart(&["sssssx", "sssxxx"], 6),
            Some(vec![(0, 2, 3), (1, 0, 3)]),
            "nobody alone, no orphan"
        );
        assert_eq!(apart(&["sxs", "xsx"], 4), None);
    }

    /// Every place of every run of the rows: the oracle of what is possible.
    fn all_fits(rows: &[Row], n: usize) -> Vec<(usize, usize, usize)> {
        let is_open = |row: &Row, at: Option<usize>| at.is_some_and(|at| row.place(at) == Place::Open(SeatKind::Seat));
        let mut fits = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            for start in 0..row.width() {
                if !(start..start + n).all(|at| is_open(row, Some(at))) {
                    continue;
                }
                let left = start.checked_sub(1);
                let right = Some(start + n);
                let orphan = |seat: Option<usize>, beyond: Option<usize>| is_open(row, seat) && !is_open(row, beyond);
                let orphans =
                    usize::from(orphan(left, start.checked_sub(2))) + usize::from(orphan(right, Some(start + n + 1)));
                fits.push((orphans, index, start));
            }
        }
        fits
    }

    /// All sets of so many runs, by brute force: (seats, rows between first and last).
    fn sets(runs: &[(usize, Run)], size: usize) -> Vec<(usize, usize)> {
        (0_u32..1 << runs.len())
            .filter(|set| usize::try_from(set.count_ones()) == Ok(size))
            .map(|set| {
                let chosen: Vec<_> = runs
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| set & 1 << i != 0)
                    .map(|(_, run)| run)
                    .collect();
                let first = chosen.iter().map(|(row, _)| *row).min().unwrap_or(0);
                let last = chosen.iter().map(|(row, _)| *row).max().unwrap_or(0);
                (chosen.iter().map(|(_, run)| run.len).sum(), last - first)
            })
            .collect()
    }

    /// Fewest orphans when so many people are dealt to runs of these lengths, by brute force.
    fn fewest_orphans(lens: &[usize], people: usize) -> Option<usize> {
        let Some((len, rest)) = lens.split_first() else {
            return (people == 0).then_some(0);
        };
        (1..=people.min(*len))
            .filter_map(|seats| Some(usize::from(len - seats == 1) + fewest_orphans(rest, people - seats)?))
            .min()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn no_small_house_is_filled_worse_than_the_oracle_says(
            texts in prop::collection::vec("[sssxx.]{1,8}", 1..4), n in 1_usize..7,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let rows = house(&texts);
            let fits = all_fits(&rows, n);
            let chosen = choose_together(&rows, |_| true, seats(n));
            let Some(part) = chosen else {
                prop_assert!(fits.is_empty());
                let runs: Vec<(usize, Run)> = rows.iter().enumerate()
                    .flat_map(|(index, row)| row.runs(SeatKind::Seat).map(move |run| (index, run))).collect();
                let open: usize = runs.iter().map(|(_, run)| run.len).sum();
                let Some(parts) = choose_apart(&rows, |_| true, seats(n)) else {
                    prop_assert!(open < n, "seats for all are refused to nobody");
                    return Ok(());
                };
                // Always n, each seat open and once, each group in a run of its own.
                prop_assert_eq!(parts.iter().map(|part| part.seats).sum::<usize>(), n);
                let owner = |part: &Part| runs.iter().find(|(index, run)| *index == part.row
                    && run.start <= part.start && part.start + part.seats <= run.start + run.len);
                let owners: Vec<_> = parts.iter().map(|part| *owner(part).unwrap()).collect();
                prop_assert!(owners.windows(2).all(|pair| pair[0] != pair[1]));
                // As few groups and as close as can be, and no orphan that could be avoided.
                prop_assert!(sets(&runs, parts.len() - 1).iter().all(|(seats, _)| *seats < n));
                let span = parts.last().unwrap().row - parts[0].row;
                let closest = sets(&runs, parts.len()).into_iter().filter(|(seats, _)| *seats >= n).map(|(_, span)| span).min();
                prop_assert_eq!(Some(span), closest);
                let lens: Vec<usize> = owners.iter().map(|(_, run)| run.len).collect();
                let orphans: usize = parts.iter().zip(&owners).map(|(part, (_, run))| {
                    usize::from(part.start - run.start == 1)
                        + usize::from(run.start + run.len - part.start - part.seats == 1)
                }).sum();
                prop_assert_eq!(Some(orphans), fewest_orphans(&lens, n));
                return Ok(());
            };
            let best = fits.iter().min().unwrap();
            let mine = fits.iter().find(|(_, row, start)| (*row, *start) == (part.row, part.start)).unwrap();
            prop_assert_eq!(mine.0, best.0, "no orphan that another choice avoids");
            prop_assert_eq!(mine.1, best.1, "the best row that does");
            let off = |start: usize| (2 * start + n).abs_diff(rows[part.row].width());
            let nearest = fits.iter().filter(|fit| (fit.0, fit.1) == (best.0, best.1)).map(|fit| (off(fit.2), fit.2)).min();
            prop_assert_eq!(nearest, Some((off(part.start), part.start)), "nearest to the middle");
        }
    }
}
