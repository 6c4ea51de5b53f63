//! Many rows with one statement.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Error};

use super::params::check_count;
use super::{Dialect, Params, Tx};

impl Tx {
    /// Runs an `INSERT … VALUES ($1, …)` of one row for all of these, many at once; says how many rows it touched.
    ///
    /// The text for many is that for one, its row repeated as often as [`next_step`] says.
    pub async fn insert_all<P: Params>(&mut self, sql: &'static str, rows: Vec<P>) -> sqlx::Result<u64> {
        check_count(sql, P::COUNT)?;
        let (mut touched, mut rows) = (0, rows.into_iter());
        while let Some(size) = next_step(rows.len()) {
            let text = repeated(sql, P::COUNT, (size, self.dialect()))?;
            let step = rows.by_ref().take(size);
            touched += match self {
                Self::Postgres(tx) => {
                    let mut arguments = PgArguments::default();
                    for row in step {
                        row.add_postgres(&mut arguments).map_err(Error::Encode)?;
                    }
                    let query = sqlx::query_with(AssertSqlSafe(text), arguments);
                    query.execute(&mut **tx).await?.rows_affected()
                }
                Self::Sqlite(tx) => {
                    let mut arguments = SqliteArguments::default();
                    for row in step {
                        row.add_sqlite(&mut arguments).map_err(Error::Encode)?;
                    }
                    let query = sqlx::query_with(AssertSqlSafe(text), arguments);
                    query.execute(&mut **tx).await?.rows_affected()
                }
            };
        }
        Ok(touched)
    }
}

/// How many rows the next statement takes of so many; `None` of none. A group takes two statements at most beside whole ones, and a
/// connection prepares at most 22 texts.
fn next_step(rows: usize) -> Option<usize> {
    match rows {
        0 => None,
        1..=EXACT => Some(rows),
        AT_ONCE.. => Some(AT_ONCE),
        _ => Some(rows - rows % COARSE),
    }
}

/// The text for so many rows of so many columns. SQLite is given places without names where it can be: to look each of many
/// names up takes it longer than to insert the rows.
fn repeated(sql: &str, columns: usize, (rows, dialect): (usize, Dialect)) -> sqlx::Result<String> {
    let split = || {
        let (head, rest) = sql.split_once("VALUES (")?;
        let (row, tail) = rest.split_once(')')?;
        Some((head, row, tail))
    };
    // a call in the row would be cut at its end, a value in the tail would not be moved on
    let whole = split().filter(|(_, row, tail)| !row.contains('(') && !tail.contains('$'));
    let (head, row, tail) =
        whole.ok_or_else(|| Error::Protocol("the statement has no row that repeats".to_owned()))?;
    let nameless = dialect == Dialect::Sqlite && in_order(row, columns) && !head.contains('$');
    let mut text = String::with_capacity(sql.len() + rows * (row.len() + 2 * columns));
    text.push_str(head);
    text.push_str("VALUES ");
    for n in 0..rows {
        text.push_str(if n == 0 { "(" } else { ", (" });
        push_shifted(&mut text, row, (!nameless).then_some(n * columns));
        text.push(')');
    }
    text.push_str(tail);
    Ok(text)
}

/// Whether a row names each of its values once, in their order.
fn in_order(row: &str, columns: usize) -> bool {
    let named = row.split('$').skip(1).map(|piece| {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        piece.get(..digits)?.parse().ok()
    });
    named.eq((1..=columns).map(Some))
}

/// A row's text, its `$1` the one after `by`, or without a name.
fn push_shifted(text: &mut String, row: &str, by: Option<usize>) {
    let mut pieces = row.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number: usize = number.parse().unwrap_or_default();
        match by {
            Some(by) => text.push_str(&format!("${}", number + by)),
            None => text.push('?'),
        }
        text.push_str(rest);
    }
}

/// Rows of one statement at most.
const AT_ONCE: usize = 64;
/// Up to so many rows go with a statement of just that many,
const EXACT: usize = 16;
/// and more with one of a multiple of this.
const COARSE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_repeated_with_values_of_its_own() {
        let sql = "INSERT INTO t (a, b, c) VALUES ($1, $2, $1) ON CONFLICT DO NOTHING";
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            assert_eq!(
                repeated(sql, 2, (3, dialect)).unwrap(),
                "INSERT INTO t (a, b, c) VALUES ($1, $2, $1), ($3, $4, $3), ($5, $6, $5) ON CONFLICT DO NOTHING"
            );
        }
        let plain = "INSERT INTO t (a, b) VALUES ($1, $2)";
        let of = |dialect| repeated(plain, 2, (2, dialect)).unwrap();
        assert_eq!(of(Dialect::Sqlite), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)");
        assert_eq!(of(Dialect::Postgres), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)");
        for other in [
            "UPDATE t SET a = $1",
            "INSERT INTO t (a) VALUES (CAST($1 AS TEXT))",
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO UPDATE SET a = $1",
        ] {
            assert!(repeated(other, 1, (2, Dialect::Sqlite)).is_err(), "{other}");
        }
    }

    #[test]
    fn rows_go_with_few_statements_of_few_sizes() {
        let steps = |mut left: usize| {
            let steps = std::iter::from_fn(|| {
                let step = next_step(left)?;
                left -= step;
                Some(step)
            });
            steps.collect::<Vec<_>>()
        };
        assert_eq!(steps(200), [64, 64, 64, 8]);
        assert_eq!((steps(13), steps(31), steps(63)), (vec![13], vec![24, 7], vec![56, 7]));
        let sizes: std::collections::BTreeSet<usize> = (1..=200).flat_map(steps).collect();
        assert_eq!(sizes.len(), 22);
    }
}
