//! A CSV file (RFC 4180) that is written while it is read from the database, a chunk and a short transaction at a time.
//!
//! It begins with a byte order mark, so that spreadsheets read it as UTF-8, and no cell that comes from people can act as a formula
//! there: see [`harmless`].

use async_trait::async_trait;
use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use bilten_tenancy::DbError;
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

/// What a file is read from.
#[async_trait]
pub trait Rows<const N: usize>: Send + Sync + 'static {
    /// Position behind a row.
    type Place: Send;

    /// Reads the rows behind a position, and tells where the next chunk begins; nothing tells that there is none.
    async fn read(&self, after: Option<Self::Place>) -> Result<(Vec<[String; N]>, Option<Self::Place>), DbError>;
}

/// What is written next.
enum Next<P> {
    Head,
    Rows(Option<P>),
    End,
}

/// Answers with a file of this name.
pub fn answer<const N: usize>(name: &str, head: [&'static str; N], rows: impl Rows<N>) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let chunks = stream::try_unfold((rows, Next::Head), move |(rows, next)| async move {
        let after = match next {
            Next::Head => return Ok(Some((first(head), (rows, Next::Rows(None))))),
            Next::Rows(after) => after,
            Next::End => return Ok(None),
        };
        let (cells, place) = rows.read(after).await?;
        let next = place.map_or(Next::End, |place| Next::Rows(Some(place)));
        Ok::<_, DbError>(Some((lines(cells), (rows, next))))
    });
    (headers, Body::from_stream(chunks)).into_response()
}

fn first<const N: usize>(head: [&'static str; N]) -> Bytes {
    let mut file = "\u{feff}".as_bytes().to_vec();
    file.extend_from_slice(&lines(vec![head.map(str::to_owned)]));
    file.into()
}

fn lines<const N: usize>(rows: Vec<[String; N]>) -> Bytes {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row)
            .expect("writing to memory cannot fail and all rows have as many cells");
    }
    let written = writer.into_inner().expect("writing to memory cannot fail");
    written.into()
}

/// Keeps spreadsheets from running what somebody gave as his name
/// (OWASP, CSV injection): a cell that begins like a formula begins with an apostrophe.
pub fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+47 22", "'+47 22"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("Ada", "Ada"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        let row = ["1", "Sample \"Guest\", of\nHonour", ""].map(str::to_owned);
        assert_eq!(&lines(vec![row])[..], b"1,\"Sample \"\"Guest\"\", of\nHonour\",\r\n");
    }

    #[test]
    fn the_file_says_that_it_is_utf_8() {
        assert_eq!(&first(["order", "kind"])[..], b"\xef\xbb\xbforder,kind\r\n");
    }
}
