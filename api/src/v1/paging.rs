//! Pages of lists. A cursor is signed for one tenant, one list and one filter: it works nowhere else.

use std::{fmt::Display, str::FromStr};

use bilten_kernel::{Ctx, TenantId};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::http::{
    AppState,
    problem::{Code, Problem},
};

/// Items of a page unless the caller says otherwise, and at most.
const DEFAULT_LIMIT: u32 = 25;
const MAX_LIMIT: u32 = 100;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The items.
    pub data: Vec<T>,
    /// Cursor of the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// Which page is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PageWish {
    pub cursor: Option<String>,
    pub limit: Option<String>,
}

/// Name of a list with its filter; cursors are bound to it.
#[derive(Debug)]
pub(super) struct ListName(String);

impl ListName {
    /// Names a list; the filter is whatever else was asked for.
    pub(super) fn new(list: &str, filter: &impl Serialize) -> Self {
        let filter = serde_json::to_vec(filter).unwrap_or_default();
        Self(format!("v1 cursor {list} {}", HEXLOWER.encode(&Sha256::digest(filter))))
    }

    /// Reads the cursor of a request.
    pub(super) fn read<C: FromStr>(
        &self,
        state: &AppState,
        ctx: &Ctx,
        cursor: Option<&str>,
    ) -> Result<Option<C>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        let opened = state.links.open(&self.0, ctx.tenant, cursor);
        let position = opened.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
        position
            .map(Some)
            .ok_or_else(|| Problem::new(Code::InvalidCursor).param("cursor"))
    }

    /// Makes the page that is answered.
    pub(super) fn page<T>(
        &self,
        state: &AppState,
        tenant: TenantId,
        data: Vec<T>,
        next: Option<impl Display>,
    ) -> List<T> {
        let next_cursor = next.map(|next| state.links.seal(&self.0, tenant, next.to_string().as_bytes()));
        List {
            data,
            has_more: next_cursor.is_some(),
            next_cursor,
        }
    }
}

impl PageWish {
    /// Returns how many items are wanted.
    pub(super) fn limit(&self) -> Result<u32, Problem> {
        let Some(text) = &self.limit else {
            return Ok(DEFAULT_LIMIT);
        };
        let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.ok_or_else(|| Problem::new(Code::InvalidLimit).param("limit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_whole_numbers_within_bounds() {
        let limit = |text: &str| {
            PageWish {
                cursor: None,
                limit: Some(text.to_owned()),
            }
            .limit()
        };
        assert_eq!(PageWish::default().limit().unwrap(), 25);
        assert_eq!(limit("100").unwrap(), 100);
        for bad in ["0", "-1", "101", "1000000000", "99999999999999999999", "1.5", "", "x"] {
            assert_eq!(limit(bad).unwrap_err().code, Code::InvalidLimit, "{bad}");
        }
    }

    #[test]
    fn a_list_is_named_by_its_filter() {
        assert_ne!(
            ListName::new("orders", &("paid",)).0,
            ListName::new("orders", &("expired",)).0
        );
        assert_ne!(ListName::new("orders", &()).0, ListName::new("events", &()).0);
    }
}
