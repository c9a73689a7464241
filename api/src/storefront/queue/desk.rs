//! Pages of waiting rooms that are rendered once for all who see the same, and counters of arrivals.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use bilten_branding::views::storefront::{QueueNumbers, QueueState};
use bilten_kernel::{Locale, TenantId};
use moka::sync::Cache;
use tokio::time::Instant;

use super::velocity::Velocity;

/// Pages kept in memory.
const SHEETS: u64 = 2_000;
/// Age from which on a page is rendered again, so that a change of the shop's look shows.
const RENEW: Duration = Duration::from_secs(10);
/// Stands on both sides of a slot's name: a character that nobody types (private use area).
const MARK: char = '\u{f8f0}';

/// Serves the queues of this node.
pub struct QueueDesk {
    sheets: Cache<SheetKey, Arc<Sheet>>,
    pub(super) velocity: Velocity,
}

/// What tells pages apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SheetKey {
    /// Shop.
    pub tenant: TenantId,
    /// Event.
    pub slug: String,
    /// Language.
    pub locale: Locale,
    /// What is shown.
    pub state: QueueState,
    /// Changes with what all see.
    pub key: String,
}

/// A rendered page with gaps.
#[derive(Debug)]
pub(super) struct Sheet {
    pieces: Vec<Piece>,
    made_at: Instant,
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot(Slot),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Seat,
    Ahead,
    Wait,
    Progress,
    OpensIn,
    OpensInS,
    Left,
    PollS,
}

impl Slot {
    const ALL: [Self; 8] = [
        Self::Seat,
        Self::Ahead,
        Self::Wait,
        Self::Progress,
        Self::OpensIn,
        Self::OpensInS,
        Self::Left,
        Self::PollS,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Ahead => "ahead",
            Self::Wait => "wait",
            Self::Progress => "progress",
            Self::OpensIn => "opens-in",
            Self::OpensInS => "opens-in-s",
            Self::Left => "left",
            Self::PollS => "poll-s",
        }
    }

    fn gap(self) -> String {
        format!("{MARK}{}{MARK}", self.name())
    }

    fn value(self, numbers: &QueueNumbers) -> &str {
        match self {
            Self::Seat => &numbers.seat,
            Self::Ahead => &numbers.ahead,
            Self::Wait => &numbers.wait,
            Self::Progress => &numbers.progress,
            Self::OpensIn => &numbers.opens_in,
            Self::OpensInS => &numbers.opens_in_s,
            Self::Left => &numbers.left,
            Self::PollS => &numbers.poll_s,
        }
    }
}

impl QueueDesk {
    /// Makes a desk without pages.
    pub fn new() -> Self {
        Self {
            sheets: Cache::builder().max_capacity(SHEETS).build(),
            velocity: Velocity::new(),
        }
    }

    /// Finds a page; the second value tells whether it should be rendered again.
    pub(super) fn find(&self, key: &SheetKey) -> Option<(Arc<Sheet>, bool)> {
        let sheet = self.sheets.get(key)?;
        let is_old = sheet.made_at.elapsed() > RENEW;
        Some((sheet, is_old))
    }

    /// Keeps a page that was rendered with [`gaps`] for its numbers.
    pub(super) fn keep(&self, key: SheetKey, html: &str) -> Arc<Sheet> {
        let sheet = Arc::new(Sheet::cut(html));
        self.sheets.insert(key, Arc::clone(&sheet));
        sheet
    }
}

impl Default for QueueDesk {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns what stands for the visitor's numbers while a page is rendered.
pub(super) fn gaps() -> QueueNumbers {
    QueueNumbers {
        seat: Slot::Seat.gap(),
        ahead: Slot::Ahead.gap(),
        wait: Slot::Wait.gap(),
        progress: Slot::Progress.gap(),
        opens_in: Slot::OpensIn.gap(),
        opens_in_s: Slot::OpensInS.gap(),
        left: Slot::Left.gap(),
        poll_s: Slot::PollS.gap(),
    }
}

impl Sheet {
    fn cut(html: &str) -> Self {
        let mut pieces = Vec::new();
        for part in html.split(MARK) {
            let slot = Slot::ALL.into_iter().find(|slot| slot.name() == part);
            pieces.push(slot.map_or_else(|| Piece::Text(part.to_owned()), Piece::Slot));
        }
        Self {
            pieces,
            made_at: Instant::now(),
        }
    }

    /// Fills the gaps.
    pub(super) fn fill(&self, numbers: &QueueNumbers) -> String {
        let mut page = String::with_capacity(12 * 1024);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => page.push_str(text),
                Piece::Slot(slot) => {
                    write!(page, "{}", slot.value(numbers)).expect("writing to a string cannot fail");
                }
            }
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_and_everything_else_stays() {
        let numbers = gaps();
        let html = format!("<p>{} · {} · 100 %%</p>", numbers.ahead, numbers.wait);
        let mine = QueueNumbers {
            ahead: "7".to_owned(),
            wait: "10:42".to_owned(),
            ..numbers
        };
        assert_eq!(Sheet::cut(&html).fill(&mine), "<p>7 · 10:42 · 100 %%</p>");
    }
}
